import { join } from 'node:path'
import { installEnvoy } from '../envoy/install.ts'
import { until } from '../kube/waiting.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { throughTheCollector } from './collecting.ts'
import { addressesOf, everyTrace, expectedGraph, graphOf, traceDifferences } from './comparison.ts'
import { Jaeger, type JaegerTrace } from './jaeger.ts'
import { buildJaeger, type JaegerLine, jaegerLines } from './jaeger-build.ts'
import { compileOwnAddress } from './own-address.ts'
import { namedByMain, namedByReleases, type Naming, pods } from './mesh.ts'
import { withOwnTraces } from './own.ts'
import { BookChain } from './sidecars.ts'

/** `MESH_TELEMETRY_JAEGER=2` takes Jaeger 2 instead; its first build takes some ten minutes. */
const line: JaegerLine = process.env.MESH_TELEMETRY_JAEGER === '2' ? 2 : 1

/**
 * Real sidecars post their spans straight to a real Jaeger: what is right there already, what its death costs, and what is wrong with the names of OSM's releases.
 * Then to the collector, which sends them on by each of its ways: whatever was wrong is right, and whoever dies, nothing is lost.
 */
export const tracingPart: RealPart = { name: 'tracing', deadlineMs: line === 2 ? 1_800_000 : 900_000, run }

/** Jaeger 2 counts calls by span ids without regard to those that a client and a server share, in the order in which they came. */
const trustsGraph = line === 1

/** Sidecars keep up to five spans back for five seconds. */
const arrivalMs = 60_000
const atOnce = 8

interface Scene extends RealSetting {
  readonly envoy: string
  readonly ownAddress: string
  readonly jaeger: Jaeger
}

type Figures = Readonly<Record<string, string | number>>

async function run(setting: RealSetting): Promise<RealOutcome> {
  const envoy = await installEnvoy(setting.signal)
  if ('why' in envoy) return { outcome: 'not run', why: envoy.why }
  const ownAddress = await compileOwnAddress(setting.scratch, setting.signal)
  if ('why' in ownAddress) return { outcome: 'not run', why: ownAddress.why }
  const built = await buildJaeger(line, setting)
  if ('why' in built) return { outcome: 'not run', why: built.why }
  await using jaeger = await Jaeger.start({ ...setting, jaeger: built, scratch: join(setting.scratch, 'jaeger') })
  const scene: Scene = { ...setting, envoy: envoy.path, ownAddress: ownAddress.path, jaeger }
  const figures = {
    Jaeger: jaegerLines[line].version,
    ...(built.builtInSeconds !== undefined && { 'seconds to build Jaeger': built.builtInSeconds }),
    ...(await withGoodNames(scene)),
    ...(await withNamesOfReleases(scene)),
    ...(await withOwnTraces(scene)),
    ...(await throughTheCollector(scene, built)),
  }
  return { outcome: 'passed', figures }
}

/** The baseline: every call is in a trace of the right shape. Then Jaeger dies, and traffic goes on. */
async function withGoodNames(scene: Scene): Promise<Figures> {
  const { jaeger, log } = scene
  await using chain = await startChain(scene, namedByMain)
  await chain.shop(200, { atOnce })
  const traces = await arrival(chain, scene, namedByMain)
  log(`${traces.length} traces of one and two hops are as they were sent`)
  log(`the dependency graph: ${(await graphDifference(chain, jaeger, namedByMain)) ?? 'as it should be'}`)
  const spans = (await jaeger.spans(namedByMain.service('bookstore'))).length
  await jaeger.kill()
  await chain.shop(100, { atOnce })
  await until(arrivalMs, async () => ((await chain.spanFigures()).dropped > 0 ? undefined : 'no sidecar has noticed that Jaeger is gone'))
  await jaeger.startAgain()
  const known = await Promise.all(traces.map(({ traceID }) => jaeger.trace(traceID)))
  const kept = known.filter((trace) => trace !== undefined).length
  const { accepted, dropped } = await chain.spanFigures()
  log(`after its death Jaeger has ${kept} of these traces; the sidecars gave ${dropped} reports up meanwhile, and repeat none`)
  return {
    'traces of the right shape': traces.length,
    'spans of the middle one': spans,
    'reports that Jaeger accepted': accepted,
    'reports lost while it was gone': dropped,
  }
}

/** The shape is still right, but nobody can be told from anybody, except by address. This is what repair of names starts from. */
async function withNamesOfReleases(scene: Scene): Promise<Figures> {
  const { jaeger, log } = scene
  await jaeger.stop()
  await jaeger.startAgain()
  await using chain = await startChain(scene, namedByReleases)
  await chain.shop(100, { atOnce })
  const traces = await arrival(chain, scene, namedByReleases)
  const [services, graph] = [await jaeger.services(), await graphOf(jaeger)]
  log(`as OSM 0.8 to 1.2 name them, ${pods.length} workloads are for Jaeger: ${services.join(', ')}`)
  log(`its dependency graph has ${graph.length} edges; its spans still tell the addresses ${addressesOf(traces).join(', ')}`)
  return { [`services that Jaeger makes of ${pods.length} workloads`]: services.length, 'edges that it makes of two': graph.length }
}

function startChain({ jaeger, envoy, ownAddress, scratch, signal }: Scene, naming: Naming): Promise<BookChain> {
  const spansTo = { address: `127.0.0.1:${jaeger.ports.zipkin}`, path: '/api/v2/spans' }
  return BookChain.start({ envoy, ownAddress, signal, naming, spansTo, scratch: join(scratch, naming.service('bookbuyer')) })
}

/** Waits until Jaeger shows exactly what the ledger says. */
async function arrival(chain: BookChain, { jaeger }: Scene, naming: Naming): Promise<JaegerTrace[]> {
  let traces: JaegerTrace[] = []
  await until(arrivalMs, async () => {
    if (chain.ledger.broken > 0) throw new Error(`${chain.ledger.broken} requests got no answer: the ledger is not whole`)
    const unsent = await chain.unsent()
    if (unsent > 0) return `the sidecars still have ${unsent} spans`
    traces = await everyTrace(jaeger, naming)
    return (
      traceDifferences(traces, chain.ledger, naming) ??
      addressDifference(traces) ??
      (trustsGraph ? await graphDifference(chain, jaeger, naming) : undefined)
    )
  })
  return traces
}

function addressDifference(traces: readonly JaegerTrace[]): string | undefined {
  const [expected, seen] = [pods.map(({ ip }) => ip).join(', '), addressesOf(traces).join(', ')]
  return expected === seen ? undefined : `the spans give the addresses ${seen || 'of nobody'} instead of ${expected}`
}

async function graphDifference(chain: BookChain, jaeger: Jaeger, naming: Naming): Promise<string | undefined> {
  const [expected, seen] = [expectedGraph(chain.ledger, naming).join(', '), (await graphOf(jaeger)).join(', ')]
  return expected === seen ? undefined : `${seen || 'empty'} instead of ${expected || 'empty'}`
}
