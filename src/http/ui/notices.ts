import type { VNode } from 'preact'
import { Command } from './command.ts'
import { useCollector } from './collector.ts'
import { html } from './element.ts'
import { isOutdated } from './later.ts'
import { connection } from './polled.ts'
import { remedyParts } from './remedy-parts.ts'
import { useFormat, useWords } from './setting.ts'
import { useStore } from './store.ts'
import { legible } from './who.ts'

const words = {
  en: {
    lost: (since: string) => `The collector has not answered since ${since}. What is shown is from before; the page goes on trying.`,
    notReady: 'Not ready yet: ',
    firstRound: 'the first round of scrapes is under way.',
    outdated: 'A part of this page could not be loaded: the collector has perhaps been updated since.',
    reload: 'Load the page again',
  },
  zh: {
    lost: (since: string) => `自 ${since} 起采集器没有应答。下面显示的是此前的数据；页面会继续尝试。`,
    notReady: '尚未就绪：',
    firstRound: '第一轮抓取正在进行。',
    outdated: '页面的一部分无法加载：采集器可能在此期间已更新。',
    reload: '重新加载页面',
  },
}

/** What a reader must know to judge everything else on the page. */
export function Notices(): VNode {
  const { notReady, firstRound } = useWords(words)
  const status = useCollector()
  const problems = [...(status?.scrape.problem ? [status.scrape.problem] : []), ...(status?.discovery.problems ?? [])]
  return html`<div class="notices" role="status">
    <${Lost} />
    <${Outdated} />
    ${status && !status.ready && html`<p class="notice"><strong>${notReady}</strong>${status.reason ?? firstRound}</p>`}
    ${problems.map((problem) => html`<${Problem} key=${JSON.stringify(problem)} ...${problem} />`)}
  </div>`
}

function Lost(): VNode {
  const { lost } = useWords(words)
  const { time } = useFormat()
  const { lostMs } = useStore(connection)
  return html`${lostMs !== null && html`<p class="notice failing">${lost(time(lostMs))}</p>`}`
}

/** Loading anew helps only where somebody answers. */
function Outdated(): VNode {
  const { outdated, reload } = useWords(words)
  const isLost = useStore(connection).lostMs !== null
  const said = html`<p class="notice failing">${outdated} <button type="button" onClick=${() => location.reload()}>${reload}</button></p>`
  return html`${useStore(isOutdated) && !isLost && said}`
}

interface ProblemSetting {
  readonly message: string
  readonly remedy: string
  readonly file?: string | null
  readonly line?: number | null
}

/** What is wrong, where, and what mends it. */
export function Problem({ message, remedy, file, line }: ProblemSetting): VNode {
  const place = file ? `${file}${line ? `:${line}` : ''}: ` : ''
  return html`<div class="notice">
    <p><strong>${legible(place + message)}</strong></p>
    <${Remedy} text=${remedy} />
  </div>`
}

/** Commands are shown as such, one by one; words stay words. */
export function Remedy({ text }: { readonly text: string }): VNode {
  const parts = remedyParts(text).map((part, i) =>
    part.kind === 'command' ? html`<${Command} key=${i} text=${part.text} />` : html`<p key=${i}>${part.text}</p>`,
  )
  return html`<div class="remedy">${parts}</div>`
}
