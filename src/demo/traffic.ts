import type { ClusterFigures } from './cluster-figures.ts'
import type { Pod } from './pod.ts'
import type { Random } from './random.ts'
import { type Call, clusterName, workload } from './topology.ts'
import { type Passed, type Tracing, workedShare } from './tracing.ts'
import { countEnding, type Ending, type Troublemaker } from './trouble.ts'
import type { Truth } from './truth.ts'

/** Demand swells and ebbs by this share, once a minute, so that the curves are no straight lines. */
const swell = 0.25
const swellMs = 60_000
const missingShare = 0.02 // requests for books that nobody has: 404
const tcpConnections = 4

interface Roads {
  readonly pods: readonly Pod[]
  readonly random: Random
  readonly trouble: Troublemaker
  readonly truth: Truth
  /** Absent while the mesh's tracing is off. */
  readonly tracing?: Tracing
}

/** One step of everyone's traffic. */
export function traffic(roads: Roads, nowMs: number, stepMs: number): void {
  const demand = 1 + swell * Math.sin((2 * Math.PI * nowMs) / swellMs)
  for (const pod of serving(roads)) {
    const colleagues = serving(roads, pod.workload.name).length
    for (const call of pod.workload.calls) {
      if (call.protocol === 'tcp') keepSessions(roads, pod, call)
      const expected = ((call.perSecond ?? 0) * demand * stepMs) / 1_000 / colleagues
      for (let i = roads.random.poisson(expected); i > 0; i--) request(roads, { from: pod, call, passed: roads.tracing?.begin() })
    }
    for (const cluster of pod.sidecar.clusters.values()) if (roads.random.chance(0.002)) cluster.closeIdle()
    keepConfigured(roads.random, pod)
  }
}

function serving({ pods }: Roads, name?: string): Pod[] {
  return pods.filter((pod) => pod.stage === 'serving' && pod.meshed && (name === undefined || pod.workload.name === name))
}

interface Asked {
  readonly from: Pod
  readonly call: Call
  /** What its headers say of its trace; absent where it is not traced. */
  readonly passed: Passed | undefined
}

function request(roads: Roads, { from, call, passed }: Asked): void {
  const { random, trouble, tracing } = roads
  const to = random.pick(serving(roads, call.to))
  if (!to) return
  const troubled = trouble.endingTo(call.to)
  if (troubled && 'reach' in troubled) return fail(roads, { from, to, call, passed }, troubled)
  const code = troubled?.code ?? (random.chance(missingShare) ? '404' : '200')
  const ms = random.logNormal(call.medianMs, call.spread) * trouble.slownessOf(call.to)
  const caller = from.sidecar.cluster(clusterName(to.workload))
  const sizes = { request: send(roads, caller, to), response: 180 + random.below(900) }
  answer(caller, code, { ms, bytes: sizes.response })
  // What the network and the two sidecars took is not in the time that the service's own side sees.
  answer(own(to), code, { ms: ms * workedShare, bytes: 180 + random.below(900) })
  note(roads, from, { to, code, ms })
  const there = passed && tracing?.answered({ from, to, call, sizes }, passed, { code, ms })
  for (const next of to.workload.calls) if (random.chance(next.perRequest ?? 0)) onward(roads, { from: to, call: next, passed: there })
}

function onward(roads: Roads, { from, call, passed }: Asked): void {
  if (call.protocol === 'tcp') query(roads, from, call)
  else request(roads, { from, call, passed: passed && roads.tracing?.onward(passed) })
}

/** Neither the caller's sidecar nor the called one ever sees an answer: no time is recorded, and only the caller counts a code. */
function fail(roads: Roads, { from, to, call, passed }: Asked & { readonly to: Pod }, ending: Ending): void {
  const caller = from.sidecar.cluster(clusterName(to.workload))
  const request = ending.reach === 'peer' ? send(roads, caller, to) : 0
  countEnding(caller, ending)
  caller.answered(ending.code)
  note(roads, from, { to, code: ending.code, ms: ending.ms, unanswered: true })
  if (passed) roads.tracing?.unanswered({ from, to, call, sizes: { request, response: 0 } }, passed, ending)
}

/** A request on its way: over a connection of the caller's sidecar, and over one of the called sidecar to its service. Its size in bytes is returned. */
function send({ random }: Roads, caller: ClusterFigures, to: Pod): number {
  const bytes = 240 + random.below(160)
  for (const figures of [caller, own(to)]) {
    figures.connectForRequest(random)
    figures.count('upstream_rq_total')
    figures.sent(bytes)
  }
  return bytes
}

function answer(figures: ClusterFigures, code: string, { ms, bytes }: { ms: number; bytes: number }): void {
  figures.answered(code)
  figures.timesMs.record(ms)
  figures.received(bytes)
}

function note({ truth }: Roads, from: Pod, call: { to: Pod; code: string; ms: number; unanswered?: true }): void {
  const { code, ms } = call
  const { namespace, name } = from.workload
  truth.requested({ namespace, workload: name }, clusterName(call.to.workload), code)
  from.sidecar.requested({ source: from.party, destination: call.unanswered ? undefined : call.to.party, code, ms })
}

/** A pool of sessions in which some end at every moment and are replaced, over which the queries go. */
function keepSessions(roads: Roads, from: Pod, { to: name }: Call): void {
  const { random, trouble } = roads
  const to = random.pick(serving(roads, name))
  if (!to) return
  const caller = from.sidecar.cluster(clusterName(workload(name)))
  if (random.chance(0.08)) for (const figures of [caller, own(to)]) figures.close('local')
  if (caller.active >= tcpConnections || !random.chance(0.4)) return
  const why = trouble.connectionsTo(name)
  if (why) caller.failToOpen(why)
  else for (const figures of [caller, own(to)]) figures.open()
}

function query(roads: Roads, from: Pod, { to: name }: Call): void {
  const { random } = roads
  const to = random.pick(serving(roads, name))
  const caller = from.sidecar.cluster(clusterName(workload(name)))
  if (!to || caller.active === 0) return
  const [sent, received] = [60 + random.below(120), 200 + random.below(2_000)]
  for (const figures of [caller, own(to)]) {
    figures.sent(sent)
    figures.received(received)
  }
}

/** Now and then the control plane sends news over the open stream. */
function keepConfigured(random: Random, { sidecar }: Pod): void {
  if (!random.chance(0.005)) return
  sidecar.cluster('osm-controller').sent(180)
  sidecar.cluster('osm-controller').received(2_100)
}

/** A service's own side: the cluster through which its sidecar hands requests to it. */
const own = (pod: Pod): ClusterFigures => pod.sidecar.cluster(`${clusterName(pod.workload)}|local`)
