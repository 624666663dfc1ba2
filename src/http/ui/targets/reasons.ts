import type { Words } from '../setting.ts'

/** Why somebody is not scraped: short, as in a count, and as a sentence. */
interface Reason {
  readonly short: string
  readonly meaning: string
}

export type Reasons = Readonly<Record<string, Reason>>

/** By the code that the API answers with. Those that are not here are shown as they are. */
export const reasonWords: Words<Reasons> = {
  en: {
    namespace_not_named: {
      short: 'namespace not named',
      meaning: 'The namespace is in the mesh, and nothing names it for scraping.',
    },
    namespace_unknown: { short: 'no such namespace', meaning: 'The namespace is named for scraping, and does not exist.' },
    namespace_ignored: { short: 'namespace ignored', meaning: 'The namespace is named, and labelled to be ignored by every mesh.' },
    ended: { short: 'ended', meaning: 'All containers of the pod have ended; what it counted is kept.' },
    host_network: { short: 'host network', meaning: 'The pod uses its node’s network; such pods never get a sidecar.' },
    no_sidecar: { short: 'no sidecar', meaning: 'The pod has no sidecar, or none of the mesh that is looked for.' },
    not_enabled: { short: 'metrics not enabled', meaning: 'Metrics are not enabled: the pod lacks the annotation prometheus.io/scrape.' },
    scrape_not_exactly_true: {
      short: 'not exactly “true”',
      meaning: 'The annotation prometheus.io/scrape is something else than exactly “true”.',
    },
    bad_port: { short: 'bad port', meaning: 'The annotation prometheus.io/port is no port.' },
    bad_path: {
      short: 'bad path',
      meaning: 'The annotation prometheus.io/path is no plain absolute path: no “..”, no query, no second host, no control characters.',
    },
    not_running: { short: 'not running', meaning: 'The pod does not run (yet).' },
    no_ip: { short: 'no address', meaning: 'The pod runs and has no IP address (yet).' },
    address_taken: { short: 'address taken', meaning: 'The pod is being deleted, and its address belongs to another pod already.' },
    address_refused: {
      short: 'address refused',
      meaning: 'The address of the pod is none that a pod can have: loopback, link-local, metadata, multicast.',
    },
  },
  zh: {
    namespace_not_named: { short: '命名空间未列入', meaning: '命名空间属于网格，但没有配置抓取它。' },
    namespace_unknown: { short: '命名空间不存在', meaning: '配置了抓取该命名空间，但它并不存在。' },
    namespace_ignored: { short: '命名空间被忽略', meaning: '命名空间已列入抓取，但其标签要求所有网格忽略它。' },
    ended: { short: '已结束', meaning: 'Pod 的所有容器都已结束；已计入的数据会保留。' },
    host_network: { short: '使用主机网络', meaning: 'Pod 使用节点的网络；这样的 Pod 不会被注入边车。' },
    no_sidecar: { short: '没有边车', meaning: 'Pod 没有边车，或者它的边车不属于所查找的网格。' },
    not_enabled: { short: '未启用指标', meaning: '未启用指标：Pod 缺少注解 prometheus.io/scrape。' },
    scrape_not_exactly_true: { short: '注解值不是“true”', meaning: '注解 prometheus.io/scrape 的值不是“true”（必须完全一致）。' },
    bad_port: { short: '端口无效', meaning: '注解 prometheus.io/port 不是有效端口。' },
    bad_path: {
      short: '路径无效',
      meaning: '注解 prometheus.io/path 不是普通的绝对路径：不能含有“..”、查询串、其他主机或控制字符。',
    },
    not_running: { short: '未运行', meaning: 'Pod（尚）未运行。' },
    no_ip: { short: '没有地址', meaning: 'Pod 正在运行，但（尚）没有 IP 地址。' },
    address_taken: { short: '地址已被占用', meaning: 'Pod 正在被删除，它的地址已属于另一个 Pod。' },
    address_refused: { short: '地址被拒绝', meaning: 'Pod 的地址不是 Pod 可以使用的地址：回环、链路本地、元数据服务或组播地址。' },
  },
}
