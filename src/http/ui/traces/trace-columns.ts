import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { TraceSummary } from '../../../model/trace-figures.ts'
import { Age } from '../clock.ts'
import { html } from '../element.ts'
import { unknown } from '../format.ts'
import { Name } from '../name.ts'
import { useFormat, useWords } from '../setting.ts'
import type { Column } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { legible, shortNameOf } from '../who.ts'
import { failedCall, servicesInOrder } from './trace-calls.ts'
import { edgeNameOf } from './trace-path.ts'
import { words } from './words.ts'

/** As many services of a trace are named in its row. */
const namedServices = 4

/** @param longestMs how long the longest of the traces took */
export function useColumns(longestMs: number): readonly Column<TraceSummary>[] {
  const text = useWords(words)
  const format = useFormat()
  const view = useView()
  return useMemo(
    () => [
      {
        key: 'trace',
        title: text.trace,
        by: ({ service, name }) => `${service ?? ''} ${name ?? ''}`,
        cell: ({ traceId, service, name, settled, calls }) =>
          html`<a href=${addressOf(changed(view, { path: [traceId] }))}
              >${service === null ? text.unknownService : html`<${Name} name=${edgeNameOf(service)} />`}</a
            >
            <small class="second-line">${legible(name ?? '')}${!settled && html` <em>${text.coming}</em>`}</small
            ><${Failed} calls=${calls} />`,
      },
      {
        key: 'began',
        title: text.began,
        isFigure: true,
        by: ({ startMs }) => startMs,
        cell: ({ startMs }) =>
          startMs === null
            ? unknown
            : html`${format.time(startMs)}<small class="second-line"><${Age} sinceMs=${startMs} />${text.ago}</small>`,
      },
      {
        key: 'duration',
        title: text.duration,
        isFigure: true,
        by: ({ durationMs }) => durationMs,
        cell: ({ durationMs }) =>
          html`<span class="length" style=${{ '--share': longestMs > 0 ? (durationMs ?? 0) / longestMs : 0 }}
            >${format.latency(durationMs === null ? null : durationMs / 1e3)}</span
          >`,
      },
      {
        key: 'errors',
        title: text.errors,
        hint: text.errorsHint,
        isFigure: true,
        by: ({ errors }) => errors,
        cell: ({ errors }) => html`<span class=${errors > 0 ? 'failing-figure' : ''}>${format.count(errors)}</span>`,
      },
      { key: 'spans', title: text.spans, isFigure: true, by: ({ spans }) => spans, cell: ({ spans }) => format.count(spans) },
      {
        key: 'services',
        title: text.services,
        by: ({ services }) => services.length,
        cell: (trace) => servicesText(servicesInOrder(trace), text.others),
      },
    ],
    [text, format, view, longestMs],
  )
}

/** Between whom a trace went wrong. */
function Failed(trace: Pick<TraceSummary, 'calls'>): VNode | null {
  const { failed } = useWords(words)
  const call = failedCall(trace)
  if (!call) return null
  const [source, destination] = [call.source, call.destination].map((name) => legible(shortNameOf(edgeNameOf(name))))
  return html`<small class="second-line failing-figure">${failed(`${source} → ${destination}`)}</small>`
}

function servicesText(services: readonly string[], others: (count: number) => string): string {
  const rest = services.length - namedServices
  return [...services.slice(0, namedServices).map((name) => legible(edgeNameOf(name))), ...(rest > 0 ? [others(rest)] : [])].join(', ')
}
