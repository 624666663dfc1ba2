/** What the view of one edge says, in every language of the page. */

interface EdgeWords {
  readonly notLive: string
  readonly noHttp: string
  readonly internal: string
  readonly egress: string
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
  /** Of the caller's side: its sidecar counts every attempt. */
  readonly attempts: string
  readonly attemptsTotal: string
  readonly opened: string
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
  /** Where figures of each pod are; the name of the page is between the two. */
  readonly perWorkload: string
  readonly perPod: string
  readonly podsNow: string
  readonly pod: string
  readonly side: string
  readonly calls: string
  readonly isCalled: string
  readonly state: string
  readonly lastPage: string
  /** Follows a length of time. */
  readonly ago: string
}

const en: EdgeWords = {
  notLive: 'No scraped sidecar reports this edge now. These are the figures that are kept of it.',
  noHttp: 'This edge carries no HTTP requests that the sidecar sees: here is what its connections tell.',
  internal: 'one of the mesh’s own destinations',
  egress: 'outside of the mesh',
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
  active: 'Open',
  attempts: 'Attempts',
  attemptsTotal: 'Attempts in all',
  opened: 'Opened',
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
  perWorkload: 'Figures are kept per workload, not per pod:',
  perPod: ' has those of every pod.',
  podsNow: 'The state of the pods is that of now, not of the time that is looked at.',
  podsNone: 'None of the pods of either side is scraped.',
  pod: 'Pod',
  side: 'Side',
  calls: 'calls',
  isCalled: 'is called',
  state: 'State',
  lastPage: 'Last page',
  ago: ' ago',
}

const zh: EdgeWords = {
  notLive: '目前没有被抓取的边车报告这条边。以下是保存下来的数字。',
  noHttp: '在这条边上，边车没有看到 HTTP 请求：以下是连接的情况。',
  internal: '属于网格自身',
  egress: '网格之外',
  several: '有几条边都叫这个名字：',
  tracesOf: '这条边的追踪',
  requests: '请求',
  perSecond: '每秒请求数',
  errors: '错误（5xx）',
  clientErrors: '客户端错误（4xx）',
  mean: '平均值',
  inAll: '“累计”自采集器开始观察这条边算起。',
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
  active: '打开',
  attempts: '尝试',
  attemptsTotal: '累计尝试',
  opened: '新建',
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
    '被调用方的边车把所有调用方合在一起统计，不区分是谁在调用。如果这里的数字比调用方的大，说明还有其他调用方，可能在网格之内，也可能在网格之外。',
  calledNone: '被调用方没有被抓取的边车报告这个端口。',
  workloads: '工作负载之间',
  workloadsNote: '来自 WASM 统计。它们把同样的请求又计了一次，不能与其他数字相加。',
  workload: '工作负载',
  pods: '两端的 Pod',
  perWorkload: '数字按工作负载保存，不按 Pod；各个 Pod 的数字见',
  perPod: '。',
  podsNow: 'Pod 的状态是当前的，而不是所查看时间的。',
  podsNone: '两端都没有被抓取的 Pod。',
  pod: 'Pod',
  side: '角色',
  calls: '调用方',
  isCalled: '被调用方',
  state: '状态',
  lastPage: '上次取得页面',
  ago: '前',
}

export const words = { en, zh }
