import type { VNode } from 'preact'
import type { TargetsAnswer } from '../../../model/figures.ts'
import { html } from '../element.ts'
import { Empty } from '../empty.ts'
import { Remedy } from '../notices.ts'
import { usePolled } from '../polled.ts'
import { useWords } from '../setting.ts'
import { reasonGroups } from '../targets/dropped-groups.ts'
import { type Reasons, reasonWords } from '../targets/reasons.ts'
import { addressOf, changed, useView } from '../view.ts'
import { legible, namespaceOf } from '../who.ts'

const words = {
  en: {
    gone: (name: string) => `Nothing is known of calls by ${name}`,
    goneAtAll: (name: string) => `Nothing is known of calls by ${name} or to it`,
    goneEdge: 'This edge is not known',
    why: 'Not known here: no scraped sidecar tells of it in the time that is kept, or the filters leave it out.',
    whyNone: 'It calls nobody in the time that is kept, or no scraped sidecar tells of it, or the filters leave out whom it calls.',
    notScraped: (namespace: string) => `Not scraped in ${namespace}:`,
    targets: (namespace: string) => `Who is scraped in ${namespace}, and who is not: Targets`,
    calls: (name: string) => `Calls by ${name} and to it`,
    back: 'All sources',
  },
  zh: {
    gone: (name: string) => `没有 ${name} 的调用数据`,
    goneAtAll: (name: string) => `没有 ${name} 的调用和被调用数据`,
    goneEdge: '没有这条边的数据',
    why: '这里没有相关数据：在保存的时间内，没有被抓取的边车提到它，或者它被筛选掉了。',
    whyNone: '在保存的时间内它没有调用任何服务，或者没有被抓取的边车提到它的调用，或者它调用的服务被筛选掉了。',
    notScraped: (namespace: string) => `${namespace} 中未被抓取的：`,
    targets: (namespace: string) => `查看 ${namespace} 中谁被抓取、谁没有被抓取：抓取目标`,
    calls: (name: string) => `${name} 的调用和被调用`,
    back: '所有调用方',
  },
}

interface GoneSetting {
  /** Who calls, or of whom calls were looked for. */
  readonly name: string
  /** What is not known: what the name calls, that and who calls it, or one edge of it. */
  readonly of: 'calls' | 'all' | 'edge'
}

/** In the place of calls that nobody tells of: the address may be old, or the caller one whose sidecar is not read. */
export function Gone({ name, of }: GoneSetting): VNode {
  const text = useWords(words)
  const view = useView()
  const namespace = namespaceOf(name)
  const shown = legible(name)
  const title = { calls: text.gone(shown), all: text.goneAtAll(shown), edge: text.goneEdge }[of]
  const toTargets = changed(view, { tab: 'targets', path: [], filters: { search: namespace, namespace: '', service: '' } })
  return html`<${Empty} title=${title}>
    <p>${of === 'calls' ? text.whyNone : text.why}</p>
    ${
      namespace &&
      html`<${NotScraped} namespace=${namespace} />
        <p><a href=${addressOf(toTargets)}>${text.targets(legible(namespace))}</a></p>`
    }
    ${of !== 'all' && html`<p><a href=${addressOf(changed(view, { tab: 'requests', path: [name] }))}>${text.calls(shown)}</a></p>`}
    ${of !== 'edge' && html`<p><a href=${addressOf(changed(view, { path: [] }))}>${text.back}</a></p>`}
  </${Empty}>`
}

/** Why sidecars of a namespace are not read, and what mends the first for each reason. */
function NotScraped({ namespace }: { readonly namespace: string }): VNode {
  const { notScraped } = useWords(words)
  const reasons = useWords<Reasons>(reasonWords)
  const { answer } = usePolled<TargetsAnswer>('targets')
  const groups = reasonGroups(answer?.dropped ?? [], { namespace }, () => '')
  return html`${groups.length > 0 && html`<p>${notScraped(legible(namespace))}</p>`}
  ${groups.map(
    ({ reason, rows: [first] }) =>
      html`<div key=${reason}>
        <p>${reasons[reason]?.meaning ?? legible(reason)}</p>
        <${Remedy} text=${first?.dropped[0]?.remedy ?? ''} />
      </div>`,
  )}`
}
