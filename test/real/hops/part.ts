import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installPrometheus } from '../prometheus/install.ts'
import { PrometheusServer } from '../prometheus/server.ts'

/**
 * Counters that grow as steadily as a clock, over two hops: the collector reads them, and a real Prometheus the collector, each in its own rhythm. The same page
 * is read by jobs that take the times of its samples and by jobs that put their own in their place, so that their rates, as of now, can be laid side by side.
 */
export const hopsPart: RealPart = { name: 'hops', deadlineMs: 180_000, run }

/** What is true of every target, per second. */
const perSecond = 500
/** Each is read at a moment of its own within the interval. */
const targets = 40
/** Everything happens so many times as fast as it would: intervals of 10 s and 15 s, a window of one minute. */
const speed = 5
const collectorMs = 10_000 / speed
const windowSeconds = 60 / speed
/** The same rhythm as the collector's, and one that fits badly. */
const rhythms = [10_000, 15_000].map((ms) => ms / speed)
/** Until every window is full. */
const settleMs = (windowSeconds + 6) * 1_000
const watchedMs = 40_000
const stepMs = 500
/** How far `irate` may be from the truth where samples keep their times: those are of the schedule, which is kept to a tenth of the interval. */
const tolerated = 0.15
/** What nobody would want to look at; the other way must be as bad, or this test shows nothing. */
const sawn = 0.25

async function run({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  const installed = await installPrometheus(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  log(`Prometheus ${installed.version}`)
  const pages = await steadyPages()
  await mkdir(join(scratch, 'targets'))
  await writeFile(join(scratch, 'targets/one.json'), JSON.stringify([{ targets: pages.addresses }]))
  const collector = await CollectorProcess.run(
    {
      discover: { source: 'file_sd', file_sd: { paths: [join(scratch, 'targets')] } },
      scrape: { interval: `${collectorMs}ms`, timeout: `${collectorMs}ms`, allowLoopback: true },
    },
    { scratch },
  )
  try {
    await using prometheus = await PrometheusServer.start(jobs(collector.url), { executable: installed.path, scratch, signal })
    await pause(settleMs)
    return judge(await watch(prometheus))
  } finally {
    await collector.stop()
    pages.close()
  }
}

async function steadyPages() {
  const startedMs = performance.now()
  const print: RequestListener = (_, response) => {
    const count = Math.floor(((performance.now() - startedMs) / 1e3) * perSecond)
    response.end(
      `# TYPE envoy_cluster_upstream_rq_total counter\nenvoy_cluster_upstream_rq_total{envoy_cluster_name="shop/till|80"} ${count}\n# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n`,
    )
  }
  const servers = Array.from({ length: targets }, (_, i) => createServer(print).listen(0, `127.47.0.${i + 1}`))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const addresses = servers.map((server) => server.address() as AddressInfo).map(({ address, port }) => `${address}:${port}`)
  const close = () => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  }
  return { addresses, close }
}

const jobName = (everyMs: number, honored: boolean) =>
  `${(everyMs * speed) / 1e3} s, ${honored ? "the samples' times" : 'times of its own'}`

function jobs(url: string): object {
  const scrape_configs = rhythms.flatMap((everyMs) =>
    [true, false].map((honored) => ({
      job_name: jobName(everyMs, honored),
      honor_labels: false, // each job's series by its name
      honor_timestamps: honored,
      metrics_path: '/metrics/osm',
      scrape_interval: `${everyMs}ms`,
      scrape_timeout: `${everyMs}ms`,
      static_configs: [{ targets: [new URL(url).host] }],
    })),
  )
  return { scrape_configs }
}

interface Way {
  readonly everyMs: number
  readonly honored: boolean
  readonly rate: 'irate' | 'rate'
  /** How far the rate was from the truth, as a share of it, for every target at every look. */
  readonly shares: number[]
}

/** Looks as a dashboard does that is open: at what is known now. */
async function watch(prometheus: PrometheusServer): Promise<readonly Way[]> {
  const ways = rhythms.flatMap((everyMs) =>
    [true, false].flatMap((honored) => (['irate', 'rate'] as const).map((rate): Way => ({ everyMs, honored, rate, shares: [] }))),
  )
  const endMs = performance.now() + watchedMs
  while (performance.now() < endMs) {
    for (const { everyMs, honored, rate, shares } of ways) {
      const job = jobName(everyMs, honored)
      const found = await prometheus.query(`${rate}(envoy_cluster_upstream_rq_total{job="${job}"}[${windowSeconds}s])`)
      if (found.length !== targets) throw new Error(`${job}: ${found.length} of ${targets} targets have a rate`)
      shares.push(...found.map(({ value }) => Math.abs(value / perSecond - 1)))
    }
    await pause(stepMs)
  }
  return ways
}

function judge(ways: readonly Way[]): RealOutcome {
  const figures: Record<string, string> = {}
  const wrong: string[] = []
  for (const { everyMs, honored, rate, shares } of ways) {
    const what = `${rate}[1m], every ${jobName(everyMs, honored)}`
    const worst = Math.max(...shares)
    const usual = shares.reduce((sum, share) => sum + share, 0) / shares.length
    figures[what] = `off by ${percent(usual)}, at worst ${percent(worst)}`
    if (rate === 'rate') continue
    if (honored && worst > tolerated) wrong.push(`${what}: off by ${percent(worst)}`)
    if (!honored && everyMs !== collectorMs && worst < sawn) wrong.push(`${what}: off by ${percent(worst)} only: times would not be needed`)
  }
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
