import type { TraceAnswer, TraceSpan, TraceSummary } from '../model/trace-figures.ts'
import { absent, counted, latencyText } from './figure-text.ts'
import { type Column, tableLines } from './table.ts'
import { type Look, printable } from './terminal.ts'

const seconds = (ms: number | null) => latencyText(ms === null ? undefined : ms / 1e3)
const momentText = (ms: number | null) => (ms === null ? absent : new Date(ms).toISOString().slice(0, 19).replace('T', ' '))

/** More may come, or more came than is kept. */
export const isPartial = ({ settled, leftOut }: TraceSummary): boolean => !settled || leftOut > 0

const columns: readonly Column<TraceSummary>[] = [
  { head: 'TIME', text: ({ startMs }) => momentText(startMs) },
  { head: 'TRACE', text: ({ traceId }) => traceId, atLeast: 16 },
  { head: 'FROM', text: ({ service }) => service ?? absent, atLeast: 8 },
  { head: 'NAME', text: ({ name }) => name ?? absent, atLeast: 8 },
  { head: 'SPANS', align: 'right', text: (trace) => `${trace.spans}${isPartial(trace) ? '+' : ''}` },
  { head: 'ERR', align: 'right', text: ({ errors }) => String(errors), paint: ({ errors }, { red }) => (errors > 0 ? red : undefined) },
  { head: 'TOOK', align: 'right', text: ({ durationMs }) => seconds(durationMs) },
]

/** Traces as a table, in the order in which they come. */
export const traceTable = (traces: readonly TraceSummary[], look: Look): string[] => tableLines(columns, traces, look)

interface Row extends TraceSpan {
  readonly stem: string
}

const columnsOf = (totalMs: number): readonly Column<Row>[] => [
  { head: 'SPAN', text: ({ stem, service }) => `${stem}${service ?? absent}`, atLeast: 16 },
  { head: 'KIND', text: ({ kind }) => kind?.toLowerCase() ?? absent },
  { head: 'NAME', text: ({ name }) => name ?? absent, atLeast: 8 },
  {
    head: 'CODE',
    align: 'right',
    text: ({ statusCode, error }) => (statusCode ?? '') || (error ? 'error' : absent),
    paint: ({ error }, { red }) => (error ? red : undefined),
  },
  { head: 'TOOK', align: 'right', text: ({ durationMs }) => seconds(durationMs) },
  { head: 'WHEN', text: (span) => barOf(span, totalMs) },
]

/** One trace: what it was as a whole, then each span below the one that called it. */
export function traceLines(trace: TraceAnswer, look: Look): string[] {
  const { traceId, startMs, durationMs, spans, services, errors, leftOut, tree } = trace
  const counts = [counted(spans, 'span'), counted(services.length, 'service'), counted(errors, 'error')].join(', ')
  const stems = stemsOf(tree.map(({ depth }) => depth))
  const rows = tree.map((span, i): Row => ({ ...span, stem: stems[i] ?? '' }))
  const title = `${look.palette.bold(printable(traceId))} ${momentText(startMs)}, ${seconds(durationMs)}: ${counts}`
  const more = leftOut > 0 ? [`${counted(leftOut, 'more span')} came than is kept of one trace.`] : []
  return [title, ...tableLines(columnsOf(durationMs ?? 0), rows, look), ...more]
}

const deepestStem = 12

/** What stands before each line of a tree. What is deeper than a line has room for says how deep it is. */
function stemsOf(depths: readonly number[]): string[] {
  const isOpen: boolean[] = []
  return depths
    .map((depth) => ({ depth }))
    .reverse()
    .map(({ depth }) => {
      const isLast = !isOpen[depth]
      const above = Array.from({ length: Math.max(0, depth - 1) }, (_, i) => (isOpen[i + 1] ? '│ ' : '  ')).join('')
      isOpen.length = depth
      isOpen[depth] = true
      if (depth === 0) return ''
      return depth > deepestStem ? `… ${depth} deep ` : `${above}${isLast ? '└ ' : '├ '}`
    })
    .reverse()
}

const barWidth = 24

/** Where in the trace's time a span lies; at least one mark, so that short ones are seen. */
function barOf({ offsetMs, durationMs }: TraceSpan, totalMs: number): string {
  if (offsetMs === null) return ''
  const place = (ms: number) => (totalMs > 0 ? Math.min(1, Math.max(0, ms / totalMs)) : 0)
  const begin = Math.min(barWidth - 1, Math.floor(place(offsetMs) * barWidth))
  const end = Math.max(begin + 1, Math.round(place(offsetMs + (durationMs ?? 0)) * barWidth))
  return '·'.repeat(begin) + '█'.repeat(end - begin) + '·'.repeat(barWidth - end)
}
