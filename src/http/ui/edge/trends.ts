import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { HistoryAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { historyPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { windowMs } from '../time-range.ts'
import { usePolled } from '../polled.ts'
import { useFormat, useWords } from '../setting.ts'
import { Trend } from '../trend.ts'
import { changed, go, useView, type View, windows } from '../view.ts'
import { chartWords, connectionCharts, latencyChart, requestCharts } from './charts.ts'
import { isBetween } from './parties.ts'
import { TimeSteps } from './time-steps.ts'
import { linesOf, stepMsOf, summedPoints } from './trend-lines.ts'

const words = {
  en: {
    title: 'Over time',
    step: (span: string) => `Each point is over ${span}.`,
    steps: (shortest: string, longest: string) => `Each point is over ${shortest} to ${longest}: the younger, the finer.`,
    mark: 'Drag across a trend to look at that stretch alone.',
    waiting: 'Trends begin with the second moment that is kept.',
  },
  zh: {
    title: '随时间变化',
    step: (span: string) => `每个点覆盖 ${span}。`,
    steps: (shortest: string, longest: string) => `每个点覆盖 ${shortest}至 ${longest}：越近越细。`,
    mark: '在图上拖动，可以只看那一段时间。',
    waiting: '从保存的第二个时间点起才有趋势图。',
  },
}

interface TrendsSetting {
  /** What is asked for. */
  readonly view: View
  readonly of: { readonly by: 'pair' | 'source'; readonly source?: string; readonly destination?: string }
  /** What the past is of, where a view tells more than that. */
  readonly title?: string
  readonly hasRequests: boolean
  /** Whether connections and bytes are shown, too. */
  readonly whole?: boolean
}

/** The past of an edge, of all that one caller calls, or of all calls to a service. */
export function Trends({ view, of, title, hasRequests, whole = false }: TrendsSetting): VNode {
  const text = useWords(words)
  const chartText = useWords(chartWords)
  const format = useFormat()
  const { span } = format
  const shown = useView()
  const stepMs = stepMsOf(windowMs(view.filters.window), useScrapeMs())
  const { answer, isOld } = usePolled<HistoryAnswer>(historyPath(view, of, { stepMs }))
  const edges = answer?.edges ?? []
  const { source, destination } = of
  // One but for the callers of a service, unless two kinds of destinations have the same name.
  const meant = useMemo(() => {
    if (source === undefined) return edges
    return edges.filter(destination === undefined ? () => true : isBetween({ source, destination })).slice(0, 1)
  }, [answer, source, destination])
  const lines = useMemo(() => linesOf(summedPoints(meant.map(({ points }) => points))), [meant])
  const hasLatency = meant.length <= 1 // quantiles cannot be added
  const [shortest = 0, longest = 0] = lines.stepMs ?? []
  const grain = shortest === longest ? text.step(span(shortest)) : text.steps(span(shortest), span(longest))
  const isOfConnections = view.tab === 'connections'
  const charts = useMemo(() => {
    const latency = hasLatency ? [latencyChart(lines, chartText, format)] : []
    const ofRequests = hasRequests ? [...requestCharts(lines, chartText, format), ...latency] : []
    const ofConnections = whole ? connectionCharts(lines, chartText, format) : []
    return isOfConnections ? [...ofConnections, ...ofRequests] : [...ofRequests, ...ofConnections]
  }, [lines, hasRequests, hasLatency, whole, isOfConnections, chartText, format])
  return html`<section class="part" aria-busy=${isOld}>
    <div class="heading">
      <h3>${title ?? text.title}</h3>
      <${TimeSteps} />
    </div>
    ${
      lines.stepMs
        ? html`<p class="said">${grain} ${text.mark}</p>
            <div class="trends">
              ${charts.map(
                (chart) =>
                  html`<${Trend}
                    key=${chart.title}
                    ...${chart}
                    atMs=${lines.atMs}
                    group="edge"
                    onRange=${(fromMs: number, toMs: number) => toStretch(shown, fromMs, toMs)}
                  />`,
              )}
            </div>`
        : answer && html`<p class="said">${text.waiting}</p>`
    }
  </section>`
}

/** Leads to the stretch that was marked, in the shortest window that holds it. */
function toStretch(view: View, fromMs: number, toMs: number): void {
  const window = windows.find((one) => windowMs(one) >= toMs - fromMs) ?? '1h'
  go(changed(view, { filters: { window, until: new Date(toMs).toISOString() } }))
}
