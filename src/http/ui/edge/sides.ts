import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer, TargetsAnswer } from '../../../model/figures.ts'
import { Age } from '../clock.ts'
import { html } from '../element.ts'
import type { Format } from '../format.ts'
import { Name } from '../name.ts'
import { useFiguresOver } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { TargetState } from '../targets/target-state.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { calledServiceOf, legible, sourceOf } from '../who.ts'
import { CodeBar } from './code-bar.ts'
import { type Parties, type Pod, podsOf } from './parties.ts'
import { words } from './words.ts'

interface SidesSetting {
  readonly parties: Parties
  /** What they were taken from. */
  readonly answer: EdgesAnswer
}

/** What others tell of an edge than its caller: the called side, the WASM statistics, and which pods stand on both sides. */
export function Sides({ parties, answer }: SidesSetting): VNode {
  const text = useWords(words)
  const format = useFormat()
  const note = useFiguresOver(answer)
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
      ${inbound.length > 0 && html`<${Table} caption=${text.called} note=${note} columns=${[called, ...figureColumns(inbound, text, format)]} rows=${inbound} keyOf=${keyOf} />`}
    </section>
    ${
      workloads.length > 0 &&
      html`<section class="part">
        <h3>${text.workloads}</h3>
        <p class="said">${text.workloadsNote}</p>
        <${Table}
          caption=${text.workloads}
          note=${note}
          columns=${[between, ...requestColumns(text, format)]}
          rows=${workloads}
          keyOf=${keyOf}
        />
      </section>`
    }
    <${Pods} parties=${parties} />`
}

const keyOf = ({ labels }: EdgeFigures): string => JSON.stringify(labels)

type FigureColumn = Column<EdgeFigures>
const figure = (key: string, title: string, cell: FigureColumn['cell'], more: Pick<FigureColumn, 'isMinor'> = {}): FigureColumn => ({
  key,
  title,
  cell,
  isFigure: true,
  ...more,
})
const minor = { isMinor: true }

/** What tells something of these edges: of those that carry no HTTP their connections. */
function figureColumns(edges: readonly EdgeFigures[], text: typeof words.en, format: Format): readonly FigureColumn[] {
  return edges.some(({ requests }) => requests !== null) ? requestColumns(text, format) : connectionColumns(text, format)
}

const requestColumns = (text: typeof words.en, format: Format): readonly FigureColumn[] => [
  figure('requests', text.requests, ({ requests }) => format.count(requests?.inWindow), minor),
  figure('rps', text.perSecond, ({ requests }) => format.perSecond(requests?.perSecond)),
  figure('errors', text.errors, ({ requests }) => format.share(requests?.errorRatio)),
  figure('p50', 'P50', ({ latencySeconds }) => format.latency(latencySeconds?.p50), minor),
  figure('p90', 'P90', ({ latencySeconds }) => format.latency(latencySeconds?.p90)),
  figure('p99', 'P99', ({ latencySeconds }) => format.latency(latencySeconds?.p99), minor),
  { key: 'codes', title: text.codes, ...minor, cell: ({ requests }) => requests && html`<${CodeBar} byCode=${requests.byCode} />` },
]

const connectionColumns = (text: typeof words.en, format: Format): readonly FigureColumn[] => [
  figure('active', text.active, ({ connections }) => format.count(connections?.active)),
  figure('opened', text.opened, ({ connections }) => format.count(connections?.opened), minor),
  figure('failed', text.failed, ({ connections }) => format.count(connections?.failed)),
  figure('sent', text.sent, ({ bytes }) => format.bytesPerSecond(bytes?.sentPerSecond), minor),
  figure('received', text.received, ({ bytes }) => format.bytesPerSecond(bytes?.receivedPerSecond), minor),
]

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
    {
      key: 'workload',
      title: text.workload,
      isMinor: true,
      cell: ({ target: { workload } }) => workload && legible(workload),
      by: ({ target: { workload } }) => workload,
    },
    {
      key: 'state',
      title: text.state,
      cell: ({ target }) => html`<${TargetState} target=${target} />`,
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
    <p class="said">
      ${text.perWorkload}${' '}<a href="metrics/osm">/metrics/osm</a
      >${text.perPod}${view.filters.until !== undefined && html` <strong>${text.podsNow}</strong>`}
    </p>
    ${
      pods.length > 0
        ? html`<${Table} caption=${text.pods} columns=${columns} rows=${pods} keyOf=${({ side, target }: Pod) => `${side} ${target.id}`} />`
        : answer && html`<p class="said">${text.podsNone}</p>`
    }
  </section>`
}
