import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer, TargetsAnswer } from '../../../model/figures.ts'
import { Age } from '../clock.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFiguresOver } from '../over.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { TargetState } from '../targets/target-state.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { calledServiceOf, legible, sourceOf } from '../who.ts'
import { CalledSide } from './called-side.ts'
import { keyOf, requestColumns } from './figure-columns.ts'
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
  const between: Column<EdgeFigures> = {
    key: 'workload',
    title: text.workload,
    cell: ({ labels }) => html`<${Name} name=${sourceOf(labels)} /> → <${Name} name=${calledServiceOf(labels)} />`,
  }
  return html`<${CalledSide} title=${text.called} inbound=${inbound} answer=${answer} />
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
