import type { ClusterFigures } from './cluster-figures.ts'
import type { Pod } from './pod.ts'
import type { Random } from './random.ts'
import { type Call, clusterName, workload } from './topology.ts'
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
}

/** One step of everyone's traffic. */
export function traffic(roads: Roads, nowMs: number, stepMs: number): void {
  const demand = 1 + swell * Math.sin((2 * Math.PI * nowMs) / swellMs)
  for (const pod of serving(roads)) {
    const colleagues = serving(roads, pod.workload.name).length
    for (const call of pod.workload.calls) {
      if (call.protocol === 'tcp') keepSessions(roads, pod, call)
      const expected = ((call.perSecond ?? 0) * demand * stepMs) / 1_000 / colleagues
      for (let i = roads.random.poisson(expected); i > 0; i--) request(roads, pod, call)
    }
    for (const cluster of pod.sidecar.clusters.values()) if (roads.random.chance(0.002)) cluster.closeIdle()
    keepConfigured(roads.random, pod)
  }
}

function serving({ pods }: Roads, name?: string): Pod[] {
  return pods.filter((pod) => pod.stage === 'serving' && pod.meshed && (name === undefined || pod.workload.name === name))
}

function request(roads: Roads, from: Pod, call: Call): void {
  const { random, trouble } = roads
  const to = random.pick(serving(roads, call.to))
  if (!to) return
  const troubled = trouble.endingTo(call.to)
  if (troubled && 'reach' in troubled) return fail(roads, { from, to }, troubled)
  const code = troubled?.code ?? (random.chance(missingShare) ? '404' : '200')
  const ms = random.logNormal(call.medianMs, call.spread) * trouble.slownessOf(call.to)
  const caller = from.sidecar.cluster(clusterName(to.workload))
  send(roads, caller, to)
  answer(caller, code, { ms, bytes: 180 + random.below(900) })
  // What the network and the two sidecars took is not in the time that the service's own side sees.
  answer(own(to), code, { ms: ms * 0.8, bytes: 180 + random.below(900) })
  to.sidecar.traced()
  note(roads, from, { to, code, ms })
  for (const next of to.workload.calls) if (random.chance(next.perRequest ?? 0)) onward(roads, to, next)
}

function onward(roads: Roads, from: Pod, call: Call): void {
  if (call.protocol === 'tcp') query(roads, from, call)
  else request(roads, from, call)
}

/** Neither the caller's sidecar nor the called one ever sees an answer: no time is recorded, and only the caller counts a code. */
function fail(roads: Roads, { from, to }: { from: Pod; to: Pod }, ending: Ending): void {
  const caller = from.sidecar.cluster(clusterName(to.workload))
  if (ending.reach === 'peer') send(roads, caller, to)
  countEnding(caller, ending)
  caller.answered(ending.code)
  note(roads, from, { to, code: ending.code, ms: ending.ms, unanswered: true })
}

/** A request on its way: over a connection of the caller's sidecar, and over one of the called sidecar to its service. */
function send({ random }: Roads, caller: ClusterFigures, to: Pod): void {
  const bytes = 240 + random.below(160)
  for (const figures of [caller, own(to)]) {
    figures.connectForRequest(random)
    figures.count('upstream_rq_total')
    figures.sent(bytes)
  }
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
  from.sidecar.traced()
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
