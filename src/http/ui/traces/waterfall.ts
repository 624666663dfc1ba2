import type { VNode } from 'preact'
import { useCallback, useMemo, useState } from 'preact/hooks'
import type { TraceAnswer } from '../../../model/trace-figures.ts'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { SpanLine } from './span-line.ts'
import { rowsOf, visibleRows } from './span-rows.ts'
import { lengthOf, ticksOf } from './time-scale.ts'
import { words } from './words.ts'

const mostTicks = 5

/** The spans of a trace below each other, each as a bar where it was on one axis of time. */
export function Waterfall({ trace: { tree, startMs } }: { readonly trace: TraceAnswer }): VNode {
  const text = useWords(words)
  const { count } = useFormat()
  const { search } = useView().filters
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => rowsOf(tree), [tree])
  const lengthMs = useMemo(() => lengthOf(tree), [tree])
  const onFold = useCallback((key: string) => setFolded((keys) => keys.symmetricDifference(new Set([key]))), [])
  const outside = rows.filter((row) => row.outside !== null).length
  const ticks = ticksOf(lengthMs, mostTicks)
  const lines = useMemo(
    () =>
      visibleRows(rows, folded).map(
        (row) =>
          html`<${SpanLine}
            key=${row.key}
            row=${row}
            lengthMs=${lengthMs}
            startMs=${startMs}
            isFolded=${folded.has(row.key)}
            onFold=${onFold}
            search=${search}
          />`,
      ),
    [rows, folded, lengthMs, startMs, search],
  )
  return html`<h3>${text.waterfall}</h3>
    ${outside > 0 && html`<p class="notice">${text.outside(count(outside))}</p>`}
    <div class="waterfall" style=${{ '--tick': ticks[1]?.share ?? 1 }}>
      <${Axis} ticks=${ticks} />
      <ol>
        ${lines}
      </ol>
    </div>`
}

/** A label has room until here. */
const lastLabel = 0.92

function Axis({ ticks }: { readonly ticks: ReturnType<typeof ticksOf> }): VNode {
  const { axis } = useWords(words)
  const { latency } = useFormat()
  return html`<div class="axis">
    <div class="ticks" role="img" aria-label=${`${axis}: ${ticks.map(({ atMs }) => latency(atMs / 1e3)).join(', ')}`}>
      ${ticks
        .filter(({ share }) => share <= lastLabel)
        .map(({ atMs, share }) => html`<span key=${atMs} style=${{ '--at': share }}>${latency(atMs / 1e3)}</span>`)}
    </div>
  </div>`
}
