import type { Words } from '../setting.ts'
import type { Hint } from './flow.ts'

interface ConnectionWords {
  readonly tab: string
  readonly title: string
  readonly ofCaller: string
  readonly caller: string
  readonly called: string
  readonly active: string
  readonly attempts: string
  readonly attemptsHint: string
  readonly failed: string
  readonly failedHint: string
  readonly reasons: string
  readonly reasonsHint: string
  readonly reasonsNote: string
  readonly sent: string
  readonly received: string
  readonly requests: string
  readonly trend: string
  readonly trendOf: (name: string, attempts: string) => string
  readonly tcp: string
  readonly tcpHint: string
  readonly share: (share: string) => string
  readonly hints: Readonly<Record<Hint, string>>
  readonly hintsLong: Readonly<Record<Hint, string>>
}

const en: ConnectionWords = {
  tab: 'Connections',
  title: 'Connections by source',
  ofCaller: 'Whom it connects to',
  caller: 'Source',
  called: 'Destination',
  active: 'Open',
  attempts: 'Attempts',
  attemptsHint: 'Connections opened or tried; failed ones are among them.',
  failed: 'Failed',
  failedHint: 'Attempts that came to no connection (connect_fail), and their share of all attempts.',
  reasons: 'Failures',
  reasonsHint: 'All failures of connections by reason. Reasons overlap: do not add them.',
  reasonsNote: 'Reasons overlap: do not add them.',
  sent: 'Sent',
  received: 'Received',
  requests: 'Requests',
  trend: 'Attempts over time',
  trendOf: (name, attempts) => `Connections that ${name} opened or tried: ${attempts}`,
  tcp: 'TCP',
  tcpHint: 'The sidecar sees no HTTP requests here',
  share: (share) => `${share} of attempts`,
  hints: { failing: 'many attempts fail', 'none-open': 'requests, but none open now', untold: 'not told at present' },
  hintsLong: {
    failing:
      'Many attempts come to no connection: look at the reasons below, and whether the pods that are called run and are ready. Each failed attempt costs a request its time.',
    'none-open':
      'Requests flowed, but no connection is open at this moment. That is usual where connections are closed after each request or when idle; the next request opens one. Where it stays so under steady traffic, keep-alive may be off: each request then pays for a connection of its own.',
    untold: 'No scraped sidecar tells of its open connections at present. What is counted is kept.',
  },
}

const zh: ConnectionWords = {
  tab: '连接',
  title: '按调用方列出的连接',
  ofCaller: '它连接到的被调用方',
  caller: '调用方',
  called: '被调用方',
  active: '打开',
  attempts: '尝试',
  attemptsHint: '已建立或尝试建立的连接；失败的也包括在内。',
  failed: '失败',
  failedHint: '未能建立连接的尝试（connect_fail），及其占全部尝试的比例。',
  reasons: '失败原因',
  reasonsHint: '按原因列出的全部连接失败。各原因会重叠，不能相加。',
  reasonsNote: '各原因会重叠，不能相加。',
  sent: '发送',
  received: '接收',
  requests: '请求数',
  trend: '尝试趋势',
  trendOf: (name, attempts) => `${name} 建立或尝试建立的连接：${attempts}`,
  tcp: 'TCP',
  tcpHint: '边车没有看到其中的 HTTP 请求',
  share: (share) => `占尝试的 ${share}`,
  hints: { failing: '许多尝试失败', 'none-open': '有请求，但当前没有打开的连接', untold: '目前没有数据' },
  hintsLong: {
    failing: '许多尝试未能建立连接：请查看下面的原因，以及被调用的 Pod 是否在运行并已就绪。每次失败的尝试都会耽误请求。',
    'none-open':
      '有过请求，但此刻没有打开的连接。如果连接在每次请求之后或空闲时关闭，这很正常；下一个请求会新建连接。如果流量平稳而仍然如此，可能是关闭了 keep-alive：每个请求都要另建连接。',
    untold: '目前没有被抓取的边车报告打开的连接。已有的计数仍然保留。',
  },
}

export const words: Words<ConnectionWords> = { en, zh }
