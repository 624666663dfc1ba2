import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { HistoryAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { historyPath } from '../edges-query.ts'
import { html } from '../element.ts'
import { windowMs } from '../time-range.ts'
import { usePolled } from '../polled.ts'
import type { Format } from '../format.ts'
import { useFormat, useWords } from '../setting.ts'
import { Trend, type TrendSetting } from '../trend.ts'
import { changed, go, useView, type View, windows } from '../view.ts'
import { isBetween } from './parties.ts'
import { TimeSteps } from './time-steps.ts'
import { type Lines, linesOf, stepMsOf, summedPoints } from './trend-lines.ts'

const words = {
  en: {
    title: 'Over time',
    step: (span: string) => `Each point is over ${span}.`,
    steps: (shortest: string, longest: string) => `Each point is over ${shortest} to ${longest}: the younger, the finer.`,
    mark: 'Drag across a trend to look at that stretch alone.',
    waiting: 'Trends begin with the second moment that is kept.',
    requests: 'Requests per second',
    all: 'all',
    errors: 'errors (5xx)',
    errorShare: 'Share of errors (5xx)',
    latency: 'Latency of requests with an answer',
    connections: 'Connections',
    active: 'open',
    attempts: 'attempts per minute',
    bytes: 'Bytes per second',
    sent: 'sent',
    received: 'received',
  },
  zh: {
    title: '随时间变化',
    step: (span: string) => `每个点覆盖 ${span}。`,
    steps: (shortest: string, longest: string) => `每个点覆盖 ${shortest}至 ${longest}：越近越细。`,
    mark: '在图上拖动，可以只看那一段时间。',
    waiting: '从保存的第二个时间点起才有趋势图。',
    requests: '每秒请求数',
    all: '全部',
    errors: '错误（5xx）',
    errorShare: '错误（5xx）占比',
    latency: '有应答的请求的延迟',
    connections: '连接',
    active: '打开',
    attempts: '每分钟尝试',
    bytes: '每秒字节数',
    sent: '发送',
    received: '接收',
  },
}

type Chart = Pick<TrendSetting, 'title' | 'lines' | 'text'>

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
  const hasLatency = meant.length <= 1
  const [shortest = 0, longest = 0] = lines.stepMs ?? []
  const grain = shortest === longest ? text.step(span(shortest)) : text.steps(span(shortest), span(longest))
  const isOfConnections = view.tab === 'connections'
  const charts = useMemo(() => {
    const sets = [
      hasRequests ? requestCharts(lines, text, format).slice(0, hasLatency ? undefined : -1) : [],
      whole ? connectionCharts(lines, text, format) : [],
    ]
    return (isOfConnections ? sets.toReversed() : sets).flat()
  }, [lines, hasRequests, hasLatency, whole, isOfConnections, text, format])
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

const requestCharts = (lines: Lines, text: typeof words.en, format: Format): Chart[] => [
  {
    title: text.requests,
    text: format.perSecond,
    lines: [
      { title: text.all, values: lines.requestsPerSecond, colour: '--line-1' },
      { title: text.errors, values: lines.errorsPerSecond, colour: '--bad' },
    ],
  },
  {
    title: text.errorShare,
    text: format.share,
    lines: [{ title: text.errors, values: lines.errorShare, colour: '--bad' }],
  },
  {
    title: text.latency,
    text: format.latency,
    lines: [
      { title: 'P50', values: lines.p50, colour: '--line-1' },
      { title: 'P90', values: lines.p90, colour: '--line-2' },
      { title: 'P99', values: lines.p99, colour: '--line-3' },
    ],
  },
]

const connectionCharts = (lines: Lines, text: typeof words.en, format: Format): Chart[] => [
  {
    title: text.connections,
    text: format.shortCount,
    lines: [
      { title: text.active, values: lines.active, colour: '--line-1' },
      { title: text.attempts, values: lines.openedPerMinute, colour: '--line-2' },
    ],
  },
  {
    title: text.bytes,
    text: format.bytesPerSecond,
    lines: [
      { title: text.sent, values: lines.sentPerSecond, colour: '--line-1' },
      { title: text.received, values: lines.receivedPerSecond, colour: '--line-2' },
    ],
  },
]

/** Leads to the stretch that was marked, in the shortest window that holds it. */
function toStretch(view: View, fromMs: number, toMs: number): void {
  const window = windows.find((one) => windowMs(one) >= toMs - fromMs) ?? '1h'
  go(changed(view, { filters: { window, until: new Date(toMs).toISOString() } }))
}
