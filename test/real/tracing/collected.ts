import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../kube/waiting.ts'
import { everyTrace, expectedGraph, graphOf, shapeDifferences, traceDifferences } from './comparison.ts'
import { type JaegerByWay, SpanCollector, type Way, wayNames } from './collector.ts'
import type { Jaeger, JaegerTrace } from './jaeger.ts'
import { namedByMain, type Naming } from './mesh.ts'
import { warningsOf } from './shapes.ts'
import { BookChain } from './sidecars.ts'
import { meshTagDifference } from './mesh-tags.ts'

/** However sidecars call themselves, this is what they are called in Jaeger. */
const shown = namedByMain

/** Sidecars keep up to five spans back for five seconds. */
const arrivalMs = 60_000
const atOnce = 8
const calls = 200
/** While nobody is there: so that what waits can be read back and compared in a moment, however long it lasts. */
const betweenMs = 1_000

export interface CollectedScene {
  readonly log: (line: string) => void
  readonly scratch: string
  readonly signal: AbortSignal
  readonly envoy: string
  readonly ownAddress: string
  readonly jaegers: JaegerByWay
  /** Whether its dependency graph can be right. */
  readonly trustsGraph: (way: Way) => boolean
  /** Whether it takes for errors what the spans say are errors. */
  readonly trustsErrors: (way: Way) => boolean
  /** How long nobody is there, milliseconds; 0: nobody dies. */
  readonly outageMs: number
}

type Figures = Readonly<Record<string, string | number>>

/** Real sidecars → the collector → a real Jaeger by each way: what is read back is what the ledger says. Then all three die, and traffic goes on. */
export async function collected(scene: CollectedScene, { naming, as }: { readonly naming: Naming; readonly as: string }): Promise<Figures> {
  const scratch = join(scene.scratch, `collected-${as}`)
  await fresh(scene.jaegers)
  await using collector = await SpanCollector.start({ scratch, jaegers: scene.jaegers })
  const { envoy, ownAddress, signal, log } = scene
  const spansTo = { address: collector.address, path: '/api/v2/spans' }
  await using chain = await BookChain.start({ envoy, ownAddress, signal, naming, spansTo, scratch })
  await chain.shop(calls, { atOnce })
  const traces = await arrival(chain, collector, scene)
  for (const way of wayNames) log(`named by ${as}, by ${way}: ${await describe(traces[way], scene.jaegers[way])}`)
  if (scene.outageMs === 0) return { [`traces by each way, named by ${as}`]: calls }
  return { ...(await outage(chain, collector, scene)), [`traces by each way, named by ${as}`]: calls }
}

/** Jaeger's store dies with it, so that what is there afterwards is what was posted since: exactly that, and each span once. */
async function outage(chain: BookChain, collector: SpanCollector, scene: CollectedScene): Promise<Figures> {
  const { jaegers, log, outageMs } = scene
  await Promise.all(wayNames.map((way) => jaegers[way].kill()))
  chain.ledger.forget()
  const endMs = performance.now() + outageMs
  let shopped = 0
  for (; performance.now() < endMs; shopped += calls) {
    await chain.shop(calls, { atOnce })
    await pause(betweenMs)
  }
  await until(arrivalMs, async () => {
    const unsent = await chain.unsent()
    return unsent === 0 ? undefined : `the sidecars still have ${unsent} spans`
  })
  const waiting = Math.min(...(await collector.destinations()).map(({ queued }) => queued.count))
  if (waiting === 0) throw new Error('nothing waited while no Jaeger was there')
  await Promise.all(wayNames.map((way) => jaegers[way].startAgain()))
  const tookMs = await until(2 * arrivalMs, () => collector.unsent())
  await arrival(chain, collector, scene)
  log(`after ${outageMs / 1e3} s without any Jaeger: ${waiting} spans waited, and all ${shopped} traces are there, each span once`)
  return { 'spans that waited for each Jaeger while it was gone': waiting, 'ms until they had gone out': tookMs }
}

/** Waits until each Jaeger shows exactly what the ledger says. */
async function arrival(chain: BookChain, collector: SpanCollector, { jaegers, trustsGraph, trustsErrors }: CollectedScene) {
  const traces: Partial<Record<Way, JaegerTrace[]>> = {}
  await until(arrivalMs, async () => {
    if (chain.ledger.broken > 0) throw new Error(`${chain.ledger.broken} requests got no answer: the ledger is not whole`)
    const unsent = await chain.unsent()
    if (unsent > 0) return `the sidecars still have ${unsent} spans`
    const waiting = await collector.unsent()
    if (waiting !== undefined) return waiting
    for (const way of wayNames) {
      const found = await everyTrace(jaegers[way], shown)
      traces[way] = found
      const wrong =
        (trustsErrors(way) ? traceDifferences : shapeDifferences)(found, chain.ledger, shown) ??
        (await serviceDifference(jaegers[way])) ??
        meshTagDifference(found, shown) ??
        idDifference(found) ??
        (trustsGraph(way) ? await graphDifference(chain, jaegers[way]) : undefined)
      if (wrong !== undefined) return `by ${way}: ${wrong}`
    }
    return undefined
  })
  return traces as Record<Way, JaegerTrace[]>
}

async function serviceDifference(jaeger: Jaeger): Promise<string | undefined> {
  const [expected, seen] = [
    ['bookbuyer', 'bookstore', 'bookwarehouse'].map((name) => `${name}.${name}`).join(', '),
    // its own, where it traces itself
    (await jaeger.services()).filter((name) => !name.startsWith('jaeger')).join(', '),
  ]
  return expected === seen ? undefined : `the services ${seen} instead of ${expected}`
}

/** No two spans of a trace have one id, and Jaeger finds nothing odd. */
function idDifference(traces: readonly JaegerTrace[]): string | undefined {
  for (const { traceID, spans } of traces) {
    if (new Set(spans.map(({ spanID }) => spanID)).size < spans.length) return `the trace ${traceID} has one span id twice`
    const warnings = spans.flatMap(warningsOf)
    if (warnings.length > 0) return `of the trace ${traceID} it is said: ${warnings.join('; ')}`
  }
  return undefined
}

async function graphDifference(chain: BookChain, jaeger: Jaeger): Promise<string | undefined> {
  const [expected, seen] = [expectedGraph(chain.ledger, shown).join(', '), (await graphOf(jaeger)).join(', ')]
  return expected === seen ? undefined : `${seen || 'empty'} instead of ${expected || 'empty'}`
}

async function describe(traces: readonly JaegerTrace[], jaeger: Jaeger): Promise<string> {
  return `${traces.length} traces are as they were sent; the graph: ${(await graphOf(jaeger)).join(', ') || 'empty'}`
}

/** With empty stores. */
async function fresh(jaegers: JaegerByWay): Promise<void> {
  await Promise.all(
    wayNames.map(async (way) => {
      await jaegers[way].kill()
      await jaegers[way].startAgain()
    }),
  )
}
