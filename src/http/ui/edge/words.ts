/** What the view of one edge says, in every language of the page. */

interface EdgeWords {
  readonly over: (span: string) => string
  readonly short: (covered: string, wanted: string) => string
  readonly notLive: string
  readonly noHttp: string
  readonly internal: string
  readonly egress: string
  readonly gone: string
  readonly goneWhy: string
  readonly allOf: (name: string) => string
  readonly several: string
  readonly tracesOf: string
  readonly requests: string
  readonly perSecond: string
  readonly errors: string
  readonly clientErrors: string
  readonly mean: string
  readonly inAll: string
  readonly codes: string
  readonly code: string
  readonly noCode: string
  readonly count: string
  readonly share: string
  readonly failures: string
  readonly failedConnections: string
  readonly failuresNote: string
  readonly none: (over: string) => string
  readonly reason: string
  readonly meaning: string
  readonly connections: string
  readonly active: string
  readonly opened: string
  readonly openedTotal: string
  readonly requestsTotal: string
  readonly failed: string
  readonly failedNote: string
  readonly bytes: string
  readonly sent: string
  readonly received: string
  readonly sentTotal: string
  readonly receivedTotal: string
  readonly called: string
  readonly calledNote: string
  readonly calledNone: string
  readonly workloads: string
  readonly workloadsNote: string
  readonly workload: string
  readonly pods: string
  readonly podsNone: string
  readonly pod: string
  readonly side: string
  readonly calls: string
  readonly isCalled: string
  readonly state: string
  readonly states: Readonly<Record<'waiting' | 'up' | 'failing' | 'stale', string>>
  readonly lastPage: string
  /** Follows a length of time. */
  readonly ago: string
}

const en: EdgeWords = {
  over: (span) => `over ${span}`,
  short: (covered, wanted) => `Only ${covered} of the ${wanted} asked for are kept; figures are over these.`,
  notLive: 'No scraped sidecar reports this edge now. These are the figures that are kept of it.',
  noHttp: 'This edge carries no HTTP requests that the sidecar sees: here is what its connections tell.',
  internal: 'one of the mesh’s own destinations',
  egress: 'outside of the mesh',
  gone: 'This edge is not known',
  goneWhy: 'Nobody has called there in the time that is kept, or the edge has been let go since.',
  allOf: (name) => `All calls of ${name}`,
  several: 'There are several edges by this name:',
  tracesOf: 'Traces of this edge',
  requests: 'Requests',
  perSecond: 'Requests/s',
  errors: 'Errors (5xx)',
  clientErrors: 'Client errors (4xx)',
  mean: 'Mean',
  inAll: '“In all” is since the collector watches this edge.',
  codes: 'Response codes',
  code: 'Code',
  noCode: 'no code',
  count: 'Count',
  share: 'Share',
  failures: 'Failed requests by reason',
  failedConnections: 'Failed connections by reason',
  failuresNote: 'The response codes hold them already. Reasons overlap: do not add them.',
  reason: 'Reason',
  meaning: 'What it means',
  connections: 'Connections',
  active: 'Open now',
  opened: 'Opened',
  openedTotal: 'Opened in all',
  requestsTotal: 'Requests in all',
  failed: 'Failed to connect',
  failedNote: 'Reasons overlap: do not add them.',
  none: (over) => `None ${over}.`,
  bytes: 'Bytes',
  sent: 'Sent',
  received: 'Received',
  sentTotal: 'Sent in all',
  receivedTotal: 'Received in all',
  called: 'What the called side counts',
  calledNote:
    'The called sidecars count all callers together and do not know who they are. More than the caller counts means that others call too, from inside or outside of the mesh.',
  calledNone: 'No scraped sidecar on the called side reports this port.',
  workloads: 'From workload to workload',
  workloadsNote: 'From the WASM statistics. They count the same requests once more: do not add them to the others.',
  workload: 'Workload',
  pods: 'Pods on both sides',
  podsNone: 'None of the pods of either side is scraped.',
  pod: 'Pod',
  side: 'Side',
  calls: 'calls',
  isCalled: 'is called',
  state: 'State',
  states: { waiting: 'not read yet', up: 'up', failing: 'failing', stale: 'stale' },
  lastPage: 'Last page',
  ago: ' ago',
}

const zh: EdgeWords = {
  over: (span) => `${span}内`,
  short: (covered, wanted) => `要求的时间范围为${wanted}，目前只保存了${covered}；数字均按后者计算。`,
  notLive: '目前没有被抓取的 sidecar 报告这条边。以下是保存下来的数字。',
  noHttp: '在这条边上，sidecar 没有看到 HTTP 请求：以下是连接的情况。',
  internal: '网格自身的目标',
  egress: '网格之外',
  gone: '没有这条边的数据',
  goneWhy: '在保存的时间内没有对它的调用，或者这条边已被移除。',
  allOf: (name) => `${name} 的所有调用`,
  several: '有几条边都叫这个名字：',
  tracesOf: '这条边的追踪',
  requests: '请求',
  perSecond: '每秒请求数',
  errors: '错误（5xx）',
  clientErrors: '客户端错误（4xx）',
  mean: '平均',
  inAll: '“累计”自收集器开始观察这条边算起。',
  codes: '响应码',
  code: '响应码',
  noCode: '无响应码',
  count: '次数',
  share: '占比',
  failures: '失败的请求（按原因）',
  failedConnections: '失败的连接（按原因）',
  failuresNote: '这些失败已包含在响应码中。各原因会重叠，不能相加。',
  reason: '原因',
  meaning: '含义',
  connections: '连接',
  active: '当前打开',
  opened: '新建',
  openedTotal: '累计新建',
  requestsTotal: '累计请求数',
  failed: '连接失败',
  failedNote: '各原因会重叠，不能相加。',
  none: (over) => `${over}没有失败。`,
  bytes: '字节',
  sent: '发送',
  received: '接收',
  sentTotal: '累计发送',
  receivedTotal: '累计接收',
  called: '被调用方的计数',
  calledNote:
    '被调用方的 sidecar 把所有调用者合在一起统计，不知道调用者是谁。如果它比调用方的数字大，说明还有其他调用者，可能在网格之内，也可能在网格之外。',
  calledNone: '被调用方没有被抓取的 sidecar 报告这个端口。',
  workloads: '工作负载之间',
  workloadsNote: '来自 WASM 统计。它们把同样的请求又计了一次，不能与其他数字相加。',
  workload: '工作负载',
  pods: '两端的 Pod',
  podsNone: '两端都没有被抓取的 Pod。',
  pod: 'Pod',
  side: '哪一端',
  calls: '调用方',
  isCalled: '被调用方',
  state: '状态',
  states: { waiting: '尚未读取', up: '正常', failing: '失败', stale: '过期' },
  lastPage: '最近一次页面',
  ago: '前',
}

export const words = { en, zh }
