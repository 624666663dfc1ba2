import type { VNode } from 'preact'
import type { EdgeFigures, TargetsAnswer } from '../../../model/figures.ts'
import { Age } from '../clock.ts'
import { html } from '../element.ts'
import { type Mood, State } from '../facts.ts'
import type { Format } from '../format.ts'
import { Name } from '../name.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { calledServiceOf, sourceOf } from '../who.ts'
import { CodeBar } from './code-bar.ts'
import { type Parties, type Pod, podsOf } from './parties.ts'
import { words } from './words.ts'

interface SidesSetting {
  readonly parties: Parties
  /** The window that the figures are over, in words. */
  readonly over: string
}

/** What others tell of an edge than its caller: the called side, the WASM statistics, and which pods stand on both sides. */
export function Sides({ parties, over }: SidesSetting): VNode {
  const text = useWords(words)
  const format = useFormat()
  const { inbound, workloads } = parties
  const called: Column<EdgeFigures> = {
    key: 'workload',
    title: text.workload,
    cell: ({ labels }) =>
      html`<${Name}
        name=${calledServiceOf({ ...labels, destination_service: labels.destination_workload ?? labels.destination_service ?? '' })}
      />`,
  }
  const between: Column<EdgeFigures> = {
    key: 'workload',
    title: text.workload,
    cell: ({ labels }) => html`<${Name} name=${sourceOf(labels)} /> → <${Name} name=${calledServiceOf(labels)} />`,
  }
  return html`<section class="part">
      <h3>${text.called}</h3>
      <p class="said">${inbound.length > 0 ? text.calledNote : text.calledNone}</p>
      ${inbound.length > 0 && html`<${Table} caption=${text.called} columns=${[called, ...figureColumns(inbound, text, format, over)]} rows=${inbound} keyOf=${keyOf} />`}
    </section>
    ${
      workloads.length > 0 &&
      html`<section class="part">
        <h3>${text.workloads}</h3>
        <p class="said">${text.workloadsNote}</p>
        <${Table} caption=${text.workloads} columns=${[between, ...requestColumns(text, format, over)]} rows=${workloads} keyOf=${keyOf} />
      </section>`
    }
    <${Pods} parties=${parties} />`
}

const keyOf = ({ labels }: EdgeFigures): string => JSON.stringify(labels)

type FigureColumn = Column<EdgeFigures>
const figure = (key: string, title: string, cell: FigureColumn['cell'], note?: string): FigureColumn => ({
  key,
  title,
  cell,
  note,
  isFigure: true,
})

/** What tells something of these edges: of those that carry no HTTP their connections. */
function figureColumns(edges: readonly EdgeFigures[], text: typeof words.en, format: Format, over: string): readonly FigureColumn[] {
  return edges.some(({ requests }) => requests !== null) ? requestColumns(text, format, over) : connectionColumns(text, format, over)
}

const requestColumns = (text: typeof words.en, format: Format, over: string): readonly FigureColumn[] => [
  figure('requests', text.requests, ({ requests }) => format.count(requests?.inWindow), over),
  figure('rps', text.perSecond, ({ requests }) => format.perSecond(requests?.perSecond), over),
  figure('errors', text.errors, ({ requests }) => format.share(requests?.errorRatio), over),
  figure('p50', 'P50', ({ latencySeconds }) => format.latency(latencySeconds?.p50), over),
  figure('p90', 'P90', ({ latencySeconds }) => format.latency(latencySeconds?.p90), over),
  figure('p99', 'P99', ({ latencySeconds }) => format.latency(latencySeconds?.p99), over),
  { key: 'codes', title: text.codes, note: over, cell: ({ requests }) => requests && html`<${CodeBar} byCode=${requests.byCode} />` },
]

const connectionColumns = (text: typeof words.en, format: Format, over: string): readonly FigureColumn[] => [
  figure('active', text.active, ({ connections }) => format.count(connections?.active)),
  figure('opened', text.opened, ({ connections }) => format.count(connections?.opened), over),
  figure('failed', text.failed, ({ connections }) => format.count(connections?.failed), over),
  figure('sent', text.sent, ({ bytes }) => format.bytesPerSecond(bytes?.sentPerSecond), over),
  figure('received', text.received, ({ bytes }) => format.bytesPerSecond(bytes?.receivedPerSecond), over),
]

const moods: Readonly<Record<Pod['target']['state'], Mood>> = { waiting: 'faint', up: 'good', failing: 'warn', stale: 'bad' }

function Pods({ parties }: Pick<SidesSetting, 'parties'>): VNode {
  const text = useWords(words)
  const view = useView()
  const { answer } = usePolled<TargetsAnswer>('targets')
  const pods = podsOf(answer?.targets ?? [], parties)
  const address = (search: string) =>
    addressOf(changed(view, { tab: 'targets', path: [], filters: { search, namespace: '', service: '' } }))
  const columns: readonly Column<Pod>[] = [
    {
      key: 'pod',
      title: text.pod,
      cell: ({ target: { pod, url } }) => html`<a href=${address(pod ?? url)}><${Name} name=${pod ?? url} /></a>`,
      by: ({ target: { pod, url } }) => pod ?? url,
    },
    { key: 'side', title: text.side, cell: ({ side }) => (side === 'calls' ? text.calls : text.isCalled), by: ({ side }) => side },
    { key: 'workload', title: text.workload, cell: ({ target: { workload } }) => workload, by: ({ target: { workload } }) => workload },
    {
      key: 'state',
      title: text.state,
      cell: ({ target: { state } }) => html`<${State} mood=${moods[state]} word=${text.states[state]} />`,
      by: ({ target: { state } }) => state,
    },
    {
      key: 'page',
      title: text.lastPage,
      cell: ({ target: { lastPageMs } }) => (lastPageMs === null ? '' : html`<span><${Age} sinceMs=${lastPageMs} />${text.ago}</span>`),
      by: ({ target: { lastPageMs } }) => lastPageMs,
    },
  ]
  return html`<section class="part">
    <h3>${text.pods}</h3>
    ${
      pods.length > 0
        ? html`<${Table} caption=${text.pods} columns=${columns} rows=${pods} keyOf=${({ side, target }: Pod) => `${side} ${target.id}`} />`
        : answer && html`<p class="said">${text.podsNone}</p>`
    }
  </section>`
}
