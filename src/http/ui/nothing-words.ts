import type { Words } from './setting.ts'
import type { FilterName } from './emptiness.ts'

/** What stands where a view of edges is empty: why, and what to do. */
interface NothingWords {
  readonly nobodyNamed: string
  readonly rule: string
  readonly unnamed: (names: string) => string
  readonly fillIn: (placeholder: string) => string
  readonly byHand: string
  readonly enable: string
  readonly thenLook: string
  readonly nobodyScraped: string
  readonly named: (names: string) => string
  readonly noPods: string
  readonly noPodsWhy: string
  readonly fromFolder: (placeholder: string) => string
  readonly times: (count: string) => string
  readonly toTargets: string
  readonly allFailing: (count: string) => string
  readonly failingWhy: string
  readonly beforeKept: (moment: string) => string
  readonly beforeKeptWhy: (until: string) => string
  readonly toNow: string
  readonly oneScrape: string
  readonly nextIn: (span: string) => string
  readonly filtered: string
  readonly filteredBy: string
  readonly filters: Readonly<Record<FilterName, string>>
  readonly clear: string
  readonly onlyTcp: string
  readonly onlyTcpWhy: string
  readonly toConnections: string
  readonly noTraffic: (span: string) => string
  readonly watching: (count: string, since: string) => string
  readonly traffic: string
  readonly showInternals: string
  readonly noConnections: (span: string) => string
}

const en: NothingWords = {
  nobodyNamed: 'No namespace is watched yet',
  rule: 'How the collector decides:',
  unnamed: (names) => `In the mesh, and not watched: ${names}. What names the first of them:`,
  fillIn: (placeholder) => `Name a namespace of the mesh and enable its metrics. Put its name in the place of ${placeholder}:`,
  byHand:
    'Or by hand. This ConfigMap names them: apply it with kubectl apply -f -, or put it into the folder of manifests where one is followed.',
  enable: 'Their metrics must be enabled, too, so that sidecars may be read:',
  thenLook: 'Then look who is scraped, and who is not and why:',
  nobodyScraped: 'None of the pods can be scraped',
  named: (names) => `Watched: ${names}.`,
  noPods: 'The namespaces that are watched have no pods',
  noPodsWhy: 'A pod is read as soon as it runs with a sidecar and its metrics are enabled.',
  fromFolder: (placeholder) =>
    `The collector knows only what it is given. Where it follows a folder of manifests, put namespaces and pods into it (the folder’s path in the place of ${placeholder}):`,
  times: (count) => `${count} ×`,
  toTargets: 'Every pod with its reason: Targets',
  allFailing: (count) => `No sidecar answers (${count} asked)`,
  failingWhy: 'The first one failed so:',
  beforeKept: (moment) => `Nothing is kept before ${moment}`,
  beforeKeptWhy: (until) => `The time range that is asked for ends at ${until}.`,
  toNow: 'Back to now',
  oneScrape: 'Figures come with the next scrape',
  nextIn: (span) => `What happened is the difference between two scrapes. The next one comes within ${span}.`,
  filtered: 'Nothing fits the filters',
  filteredBy: 'Looked for:',
  filters: { search: 'search', service: 'service', namespace: 'namespace', until: 'time range ending' },
  clear: 'Clear these filters',
  onlyTcp: 'There are connections, but no HTTP requests',
  onlyTcpWhy: 'For what the mesh carries as plain TCP, sidecars count connections and bytes.',
  toConnections: 'Look at the connections',
  noTraffic: (span) => `Nobody has called in the last ${span}`,
  noConnections: (span) => `Nobody has connected in the last ${span}`,
  watching: (count, since) => `Sidecars that answer: ${count}. Watching since ${since}.`,
  traffic:
    'What counts is a call that leaves a pod through its sidecar to a service of the mesh. What was called before the collector began to watch does not count.',
  showInternals: 'Show the mesh’s own destinations, too',
}

const zh: NothingWords = {
  nobodyNamed: '还没有观察任何命名空间',
  rule: '采集器的依据：',
  unnamed: (names) => `已在网格中但未被观察：${names}。要观察第一个，请执行：`,
  fillIn: (placeholder) => `写入网格中的一个命名空间，并启用其指标。请把 ${placeholder} 换成它的名称：`,
  byHand:
    '也可以手动完成。下面的 ConfigMap 写明了这些命名空间：用 kubectl apply -f - 应用；如果采集器读取的是清单文件夹，请把它放入该文件夹。',
  enable: '还必须启用它们的指标，才能读取边车：',
  thenLook: '然后查看谁被抓取，谁没有被抓取以及原因：',
  nobodyScraped: '没有可以抓取的 Pod',
  named: (names) => `正在观察：${names}。`,
  noPods: '所观察的命名空间中没有 Pod',
  noPodsWhy: 'Pod 带边车运行并启用指标后，会立即被读取。',
  fromFolder: (placeholder) =>
    `采集器只知道提供给它的内容。如果它读取的是清单文件夹，请把命名空间和 Pod 放入其中（把 ${placeholder} 换成该文件夹的路径）：`,
  times: (count) => `${count} 个`,
  toTargets: '查看每个 Pod 的原因：抓取目标',
  allFailing: (count) => `没有边车应答（共 ${count} 个）`,
  failingWhy: '第一个失败的原因：',
  beforeKept: (moment) => `${moment} 之前没有保留数据`,
  beforeKeptWhy: (until) => `所查看的时间范围截至 ${until}。`,
  toNow: '回到现在',
  oneScrape: '下一次抓取后才有数字',
  nextIn: (span) => `发生了什么，要比较两次抓取才能知道。下一次抓取将在 ${span}内进行。`,
  filtered: '没有符合筛选条件的内容',
  filteredBy: '当前条件：',
  filters: { search: '搜索', service: '服务', namespace: '命名空间', until: '时间范围截至' },
  clear: '清除这些筛选条件',
  onlyTcp: '有连接，但没有 HTTP 请求',
  onlyTcpWhy: '对于网格按纯 TCP 传输的流量，边车只统计连接和字节。',
  toConnections: '查看连接',
  noTraffic: (span) => `最近 ${span}没有调用`,
  noConnections: (span) => `最近 ${span}没有连接`,
  watching: (count, since) => `有应答的边车：${count} 个。自 ${since} 起开始观察。`,
  traffic: '从 Pod 经由其边车发往网格内服务的调用才会计入。采集器开始观察之前的调用不计。',
  showInternals: '同时显示网格自身的调用',
}

export const words: Words<NothingWords> = { en, zh }
