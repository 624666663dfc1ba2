import type { Format } from '../format.ts'
import type { TrendSetting } from '../trend.ts'
import type { Lines } from './trend-lines.ts'

export const chartWords = {
  en: {
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

type Text = typeof chartWords.en
export type Chart = Pick<TrendSetting, 'title' | 'lines' | 'text'>

/** How many requests there were, and which part of them failed. */
export const requestCharts = (lines: Lines, text: Text, format: Format): readonly Chart[] => [
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
]

export const latencyChart = (lines: Lines, text: Text, format: Format): Chart => ({
  title: text.latency,
  text: format.latency,
  lines: [
    { title: 'P50', values: lines.p50, colour: '--line-1' },
    { title: 'P90', values: lines.p90, colour: '--line-2' },
    { title: 'P99', values: lines.p99, colour: '--line-3' },
  ],
})

export const connectionCharts = (lines: Lines, text: Text, format: Format): readonly Chart[] => [
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
