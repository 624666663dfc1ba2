import { setTimeout as pause } from 'node:timers/promises'
import type { EdgesAnswer, TargetsAnswer } from '../../../src/model/figures.ts'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { adminKpis } from './admin-book.ts'
import { book, differences, samplesOf } from './edge-page.ts'
import { installEnvoy } from './install.ts'
import { latencyDifferences, quantileDifference } from './latency.ts'
import { pods, ports } from './mesh.ts'
import { Scenario } from './scenario.ts'

/** Four real sidecars, a generator that knows what it sent, and the program itself between them: every figure must be right to the last request. */
export const envoyPart: RealPart = { name: 'envoy', deadlineMs: 240_000, run }

async function run({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  const installed = await installEnvoy(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  await using scenario = new Scenario({ envoy: installed.path, scratch, signal })
  log('three sidecars start, with traffic from before the collector comes')
  await scenario.begin()
  const collector = await CollectorProcess.run(configuration(scenario.manifests.folder), { scratch })
  try {
    await collector.until('/readyz', 15_000)
    log('a fourth pod is born under load')
    await scenario.bear()
    log('a sidecar restarts after a quiet moment')
    await scenario.restart()
    log('a pod is deleted while traffic flows')
    await scenario.remove()
    await scenario.end()
    return await judge(scenario, collector)
  } finally {
    await collector.stop()
  }
}

const configuration = (folder: string) => ({
  discover: { source: 'manifests', manifests: { path: folder } },
  scrape: { interval: '1s', timeout: '800ms', allowLoopback: true },
})

async function judge(scenario: Scenario, collector: CollectorProcess): Promise<RealOutcome> {
  await pause(2_500) // a scrape and a commit after the last movement
  const wrong = await disagreements(scenario, collector)
  const filter = await filterFigures(collector)
  const { answers, broken } = scenario.ledger
  const figures = {
    requests: [...answers.values()].reduce((sum, count) => sum + count, 0),
    'edges and codes': answers.size,
    'bytes per scrape, filtered': filter.filtered,
    'bytes per scrape, whole page': filter.whole,
  }
  if (broken > 0) wrong.push(`${broken} requests broke off before their caller's sidecar: the ledger is not whole`)
  if (filter.unfiltered.length > 0) wrong.push(`the filter is not used for ${filter.unfiltered.join(', ')}`)
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}

async function disagreements({ ledger, admin }: Scenario, collector: CollectorProcess): Promise<string[]> {
  const samples = samplesOf(await collector.text('/metrics/edges'))
  const requests = book(samples, 'mesh_requests_total', 'response_code')
  const figures = [...admin.books].flatMap(([kpi, expected]) => {
    const byReason = adminKpis.some((entry) => entry.kpi === kpi && entry.reason)
    const seen = book(samples, kpi, byReason ? 'reason' : undefined)
    const asked = byReason ? new Map([...seen].filter(([key]) => expected.has(key))) : seen
    return differences(kpi, expected, asked)
  })
  return [
    ...differences('mesh_requests_total', new Map([...ledger.answers, ...ledger.given]), requests),
    ...figures,
    ...latencyDifferences(ledger, samples),
    ...(await quantiles(collector)).flatMap((shown) => quantileDifference(ledger, shown)),
  ]
}

/** The percentiles that the API shows for the edge with known delays. */
async function quantiles(collector: CollectorProcess) {
  const { edges } = await collector.json<EdgesAnswer>('/api/v1/edges?window=10m')
  const edge = edges.find(({ labels }) => labels.source_workload === 'bookbuyer' && labels.destination_service === 'bookwarehouse')
  const latency = edge?.latencySeconds
  const bounds = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, Infinity]
  const seen = [
    { q: 0.5, seconds: latency?.p50 },
    { q: 0.9, seconds: latency?.p90 },
    { q: 0.99, seconds: latency?.p99 },
  ]
  return seen.map(({ q, seconds = Number.NaN }) => ({ q, seconds, bounds }))
}

async function filterFigures(collector: CollectorProcess) {
  const { targets } = await collector.json<TargetsAnswer>('/api/v1/targets')
  const bookbuyer = targets.find(({ namespace }) => namespace === 'bookbuyer')
  const whole = await fetch(`http://${pods.bookbuyer.ip}:${ports.metrics}/stats/prometheus`)
  return {
    filtered: bookbuyer?.bytes ?? 0,
    whole: (await whole.arrayBuffer()).byteLength,
    unfiltered: targets.filter(({ asked }) => asked !== 'filtered').map(({ pod, id }) => pod ?? id),
  }
}
