import type { VNode } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { StatusAnswer } from '../../model/figures.ts'
import { CollectorContext } from './collector.ts'
import { Contents } from './contents.ts'
import { html } from './element.ts'
import { FilterBar } from './filters.ts'
import { Notices } from './notices.ts'
import { paceOf, usePolled } from './polled.ts'
import { Preferences } from './preferences.ts'
import { language, SettingContext, settingOf, theme, useWords } from './setting.ts'
import { useStore } from './store.ts'
import { TokenDialog } from './token-dialog.ts'
import { addressOf, changed, tabs, useView } from './view.ts'
import { legible } from './who.ts'

const words = {
  en: {
    requests: 'Requests',
    connections: 'Connections',
    map: 'Map',
    targets: 'Targets',
    pipeline: 'Pipeline',
    traces: 'Traces',
    tabs: 'Parts of the page',
    skip: 'Skip to the content',
  },
  zh: {
    requests: '请求',
    connections: '连接',
    map: '拓扑',
    targets: '抓取目标',
    pipeline: '管道',
    traces: '追踪',
    tabs: '页面各部分',
    skip: '跳到正文',
  },
}

/** The whole page: what every view has in common, and the tab that is open. */
export function Page(): VNode {
  const chosen = useStore(language)
  const colours = useStore(theme)
  const setting = useMemo(() => settingOf(chosen), [chosen])
  const { answer: status } = usePolled<StatusAnswer>('status')
  useEffect(() => {
    document.documentElement.lang = chosen
    document.documentElement.dataset.theme = colours
  }, [chosen, colours])
  useEffect(() => {
    if (status) paceOf(status.scrape.intervalMs)
  }, [status])
  return html`<${SettingContext.Provider} value=${setting}>
    <${CollectorContext.Provider} value=${status}>
      <${Frame} />
    </${CollectorContext.Provider}>
  </${SettingContext.Provider}>`
}

function Frame(): VNode {
  const text = useWords(words)
  const view = useView()
  const { tab } = view
  useEffect(() => {
    document.title = `${[...view.path].reverse().map(legible).concat(text[tab]).join(' · ')} · mesh-telemetry`
  }, [view, text, tab])
  const nav = useRef<HTMLElement>(null)
  useEffect(() => nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [tab])
  return html`<a class="skip" href="#content" onClick=${toContent}>${text.skip}</a>
    <header>
      <h1>mesh-telemetry</h1>
      <nav ref=${nav} aria-label=${text.tabs}>
        ${tabs.map(
          (one) =>
            html`<a key=${one} href=${addressOf(changed(view, { tab: one, path: [] }))} aria-current=${one === tab ? 'page' : undefined}
              >${text[one]}</a
            >`,
        )}
      </nav>
      <${Preferences} />
    </header>
    <${FilterBar} />
    <main id="content" tabindex="-1">
      <${TokenDialog} />
      <${Notices} />
      <${Contents} />
    </main>`
}

/** The address is the view's: it stays as it is. */
function toContent(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
