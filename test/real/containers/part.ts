import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { cadvisorPage, FakeKubelet, type Row } from '../../support/kubelet.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installPrometheus } from '../prometheus/install.ts'
import { PrometheusServer } from '../prometheus/server.ts'
import { measuring } from './measuring.ts'

/**
 * CPU and memory of containers over three hops: a node measures, the collector reads the node, a real Prometheus the collector, each in its own rhythm. What OSM's
 * dashboard asks must be answered at every moment, and be true.
 */
export const containersPart: RealPart = { name: 'containers', deadlineMs: 120_000, run }

/** Everything happens so many times as fast as it would: Prometheus reads every ten seconds, and the dashboard looks at one minute. */
const speed = 10
const windowSeconds = 60 / speed
const stepMs = 250
const settleMs = (windowSeconds + 3) * 1_000
const watchedMs = 25_000
/** Seconds of CPU per second, of each container. */
const truth = { app: 0.5, envoy: 0.125 }
/** Times are told in whole milliseconds. */
const tolerated = 0.01

async function run({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  const installed = await installPrometheus(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  log(`Prometheus ${installed.version}`)
  await using kubelet = await FakeKubelet.start()
  const rows = (container: string, cpu: number, atMs: number): Row[] => [
    { namespace: 'shop', pod: 'cart', container, cpu, rss: 4096, atMs },
    { namespace: 'shop', pod: 'other', container, cpu, rss: 1, atMs },
  ]
  const measured = measuring({ everyMs: [10_000 / speed, 15_000 / speed], perSecond: truth })
  kubelet.answer = (_, response) => {
    const told = Object.entries(measured.now()).flatMap(([container, { total, atMs }]) => rows(container, total, atMs))
    const sums = [{ namespace: 'shop', pod: 'cart', cpu: 99, rss: 8192 }]
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(cadvisorPage([...sums, ...told]))
  }
  await mkdir(join(scratch, 'manifests'))
  await writeFile(join(scratch, 'manifests/cluster.json'), JSON.stringify(clusterOf(kubelet)))
  const cadvisor = { from: 'kubelet', interval: `${10_000 / speed}ms`, tokenFile: kubelet.tokenFile, caFile: kubelet.caFile }
  const collector = await CollectorProcess.run(
    {
      discover: { source: 'manifests', manifests: { path: join(scratch, 'manifests') } },
      scrape: { interval: '1s', timeout: '1s', allowLoopback: true, cadvisor },
    },
    { scratch },
  )
  try {
    await using prometheus = await PrometheusServer.start(jobOf(collector.url), { executable: installed.path, scratch, signal })
    await pause(settleMs)
    return judge(await watch(prometheus))
  } finally {
    measured.end()
    await collector.stop()
  }
}

function clusterOf({ port }: FakeKubelet): object {
  const meshed = { labels: { 'openservicemesh.io/monitored-by': 'osm' }, annotations: { 'openservicemesh.io/metrics': 'enabled' } }
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }]
  const scraped = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9' } // nobody listens there: containers are told of all the same
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { kind: 'Namespace', metadata: { name: 'shop', ...meshed } },
      { kind: 'Node', metadata: { name: 'n1' }, status: { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } } },
      {
        kind: 'Pod',
        metadata: { name: 'cart', namespace: 'shop', uid: 'u1', labels: { 'osm-proxy-uuid': 'u' }, annotations: scraped },
        spec: { nodeName: 'n1', containers: [{ name: 'envoy' }] },
        status: { phase: 'Running', podIP: '127.0.0.1' },
      },
    ],
  }
}

const jobOf = (url: string) => ({
  scrape_configs: [
    {
      job_name: 'mesh-osm',
      honor_labels: true,
      metrics_path: '/metrics/osm',
      scrape_interval: `${10 / speed}s`,
      scrape_timeout: `${10 / speed}s`,
      static_configs: [{ targets: [new URL(url).host] }],
    },
  ],
})

interface Watched {
  steps: number
  answered: number
  /** The largest share by which a rate was off. */
  off: number
  readonly wrong: Set<string>
}

/** Asks as the panels of OSM Data Plane Performance do. Source: openservicemesh/osm charts/osm/grafana/dashboards/osm-data-plane-performance.json. */
async function watch(prometheus: PrometheusServer): Promise<Watched> {
  const seen: Watched = { steps: 0, answered: 0, off: 0, wrong: new Set() }
  const where = `namespace=~"shop", pod=~"cart", container=~"envoy|app"`
  for (const end = performance.now() + watchedMs; performance.now() < end; await pause(stepMs)) {
    seen.steps++
    const cpu = await prometheus.query(`irate(container_cpu_usage_seconds_total{${where}}[${windowSeconds}s])`)
    const rss = await prometheus.query(`container_memory_rss{${where}}`)
    const names = (answer: typeof cpu) => answer.map(({ labels }) => labels.container ?? '').sort()
    if (names(cpu).join() === 'app,envoy' && names(rss).join() === 'app,envoy') seen.answered++
    for (const { labels, value } of cpu) seen.off = Math.max(seen.off, Math.abs(value / truth[labels.container as keyof typeof truth] - 1))
    const sum = (await prometheus.query('sum(container_memory_rss)'))[0]?.value
    if (sum !== 2 * 4096) seen.wrong.add(`the sum over everything is ${sum}`)
  }
  return seen
}

function judge({ steps, answered, off, wrong }: Watched): RealOutcome {
  const figures = { 'moments that were answered': `${answered} of ${steps}`, 'rate of CPU, off at most': `${(100 * off).toFixed(2)} %` }
  if (answered < steps) wrong.add(`${steps - answered} of ${steps} moments had no answer for each container`)
  if (off > tolerated) wrong.add(`a rate was off by ${(100 * off).toFixed(1)} %`)
  return wrong.size === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: [...wrong].slice(0, 10).join('\n'), figures }
}
