import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { Choices } from './choices.ts'
import { collectorMs } from './clock.ts'
import { html } from './element.ts'
import { isLive } from './polled.ts'
import { useFormat, useWords } from './setting.ts'
import { useStore } from './store.ts'
import { TimeRange } from './time-range.ts'
import { changed, type Filters, go, type Tab, useView } from './view.ts'

const words = {
  en: {
    label: 'Filters',
    internals: 'Show the mesh’s own destinations',
    search: 'Search',
    clear: 'Clear filters',
    pause: 'Pause',
    resume: 'Resume',
    pausedAt: (time: string) => `Paused at ${time}`,
  },
  zh: {
    label: '筛选',
    internals: '显示网格自身的调用',
    search: '搜索',
    clear: '清除筛选',
    pause: '暂停',
    resume: '继续',
    pausedAt: (time: string) => `自 ${time} 起暂停`,
  },
}

type Filter = 'range' | 'namespace' | 'service' | 'search' | 'internals'
const ofCalls: readonly Filter[] = ['range', 'namespace', 'service', 'search', 'internals']
/** What chooses in each tab: what would change nothing there is not offered. */
const offered: Readonly<Record<Tab, readonly Filter[]>> = {
  requests: ofCalls,
  connections: ofCalls,
  map: ofCalls,
  targets: ['namespace', 'search'],
  pipeline: [],
  traces: ['range', 'namespace', 'service', 'search'],
}

/** What of the mesh is looked at, and when. Where there is little room, what is seldom chosen is behind a button. */
export function FilterBar(): VNode {
  const text = useWords(words)
  const [isOpen, setOpen] = useState(false)
  const { filters, tab } = useView()
  const has = (filter: Filter) => offered[tab].includes(filter)
  const { namespace, service, search, internals } = filters
  const chosen = Object.entries({ namespace, service, search, internals }).filter(([name, value]) => value && has(name as Filter)).length
  return html`<form class="filters" role="search" aria-label=${text.label} onSubmit=${(event: Event) => event.preventDefault()}>
    ${has('range') && html`<${TimeRange} />`}
    ${
      offered[tab].length > 0 &&
      html`<button
        type="button"
        class="open-filters"
        aria-expanded=${isOpen}
        aria-controls="more-filters"
        onClick=${() => setOpen(!isOpen)}
      >
        ${text.label}${chosen > 0 && ` (${chosen})`}
      </button>`
    }
    <div id="more-filters" class="more-filters ${isOpen ? 'open' : ''}">
      ${has('namespace') && html`<${Choices} withServices=${has('service')} />`} ${has('search') && html`<${Search} />`}
      ${has('internals') && html`<${Internals} />`}
      <${Clear} isChosen=${chosen > 0 || (has('range') && filters.until !== undefined)} />
    </div>
    <${Pause} />
  </form>`
}

function Search(): VNode {
  const { search } = useWords(words)
  const view = useView()
  const set = (event: Event) => go(changed(view, { filters: { search: (event.target as HTMLInputElement).value } }), { replace: true })
  return html`<label>${search} <input type="search" value=${view.filters.search ?? ''} onInput=${set} /></label>`
}

function Internals(): VNode {
  const text = useWords(words)
  const view = useView()
  const set = (event: Event) => go(changed(view, { filters: { internals: (event.target as HTMLInputElement).checked } }))
  return html`<label class="check"><input type="checkbox" checked=${view.filters.internals} onChange=${set} /> ${text.internals}</label>`
}

/** Of what chooses, not of how it is shown. */
function Clear({ isChosen }: { readonly isChosen: boolean }): VNode | null {
  const { clear } = useWords(words)
  const view = useView()
  if (!isChosen) return null
  const none: Partial<Filters> = { namespace: '', service: '', search: '', until: '', internals: false }
  return html`<button type="button" onClick=${() => go(changed(view, { filters: none }))}>${clear}</button>`
}

function Pause(): VNode {
  const { pause, resume, pausedAt } = useWords(words)
  const { time } = useFormat()
  const [sinceMs, setSinceMs] = useState(0)
  const live = useStore(isLive)
  const toggle = () => {
    setSinceMs(collectorMs())
    isLive.set(!live)
  }
  // Beside the button it would move what somebody has just clicked.
  return html`<button type="button" class="pause" title=${live ? undefined : pausedAt(time(sinceMs))} onClick=${toggle}>
    ${live ? pause : resume}
  </button>`
}
