import { Aggregator } from '../../src/aggregate/aggregator.ts'
import { configSchema } from '../../src/config/schema.ts'
import { answer } from '../../src/demo/pages.ts'
import type { Pod } from '../../src/demo/pod.ts'
import { World } from '../../src/demo/world.ts'
import { Rows } from '../../src/forward/rows/rows.ts'
import type { Chunk } from '../../src/model/chunk.ts'
import type { Target } from '../../src/model/target.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { agentBytes } from './agent-bytes.ts'
import { FakeClock } from './fake-clock.ts'
import { testTelemetry } from './telemetry.ts'

export interface Cost {
  rows: number
  bytes: number
}

interface Scale {
  /** Demo meshes side by side, whose pods are taken for one mesh's: eight more pods each. */
  readonly worlds: number
  readonly minutes: number
  readonly clusterId: string
  /** Which of ours are made. */
  readonly fidelities: readonly ('full' | 'compact')[]
}

/** What rows of the demo's mesh weigh, as JSON, over that many minutes, the first included in which everything begins; the same each time. */
export function costOf({ worlds, minutes, clusterId, fidelities }: Scale): { pods: number; agent: Cost; full: Cost; compact: Cost } {
  const clock = new FakeClock()
  const telemetry = testTelemetry()
  const config = configSchema.parse({})
  const aggregator = new Aggregator(config.aggregate, { clock, telemetry })
  const [parser, relabeller] = [createParser(), createRelabeller(config.relabel)]
  const wanted = wantedOfSidecar('osm', { requestStats: true })
  const rowsOf = (fidelity: 'full' | 'compact') => new Rows({ fidelity, clusterId }, { clock, telemetry, areTaken: true })
  const ours = { full: rowsOf('full'), compact: rowsOf('compact') }
  const cost = { agent: { rows: 0, bytes: 0 }, full: { rows: 0, bytes: 0 }, compact: { rows: 0, bytes: 0 } }
  const take = (to: Cost, chunks: Iterable<Chunk | undefined>) => {
    for (const chunk of chunks) {
      to.rows += chunk?.count ?? 0
      to.bytes += chunk?.body.byteLength ?? 0
    }
  }
  const all = Array.from({ length: worlds }, (_, n) => new World({ seed: 7_919 * (n + 1), wallMs: () => clock.wallMs(), say: () => {} }))
  const targets = new Map<Pod, ReturnType<typeof targetOf>>()
  for (let minute = 0; minute < minutes; minute++) {
    for (const world of all) for (let step = 0; step < 600; step++) world.step()
    clock.advance(60_000)
    for (const [n, world] of all.entries())
      for (const pod of world.pods.filter(({ meshed, stage }) => meshed && stage === 'serving')) {
        const page = String(answer(world, pod, '/stats/prometheus').body)
        const target = targets.get(pod) ?? targetOf(pod, n)
        targets.set(pod, target)
        const { shape, values } = parser.read({ id: target.id, wanted, body: Buffer.from(page) })
        const names = relabeller.names(target, shape)
        const targetLabels = relabeller.labels(target)
        aggregator.add({ target, targetLabels, names, values, asked: 'whole', timestampMs: clock.wallMs() })
        const { rows, bytes } = agentBytes(page, target.pod)
        cost.agent.rows += rows
        cost.agent.bytes += bytes
      }
    const gone = [...targets.keys()].filter((pod) => !all.some(({ pods }) => pods.includes(pod)))
    for (const pod of gone) {
      const { id } = targets.get(pod) as Target
      for (const stage of [parser, relabeller, aggregator, ours.full, ours.compact]) stage.forget(id)
      targets.delete(pod)
    }
    const { sheets, born, left, castOut, committed } = aggregator.checkpoint()
    for (const fidelity of fidelities) {
      const rows = ours[fidelity]
      take(cost[fidelity], rows.turnover({ sheets, born, left, castOut, wallMs: committed.wallMs }).chunks)
      take(cost[fidelity], rows.round(sheets))
    }
  }
  return { pods: targets.size, ...cost }
}

/** @param world which makes the names of a StatefulSet's pods different */
function targetOf({ workload: { namespace, name: app }, name, uid, owner }: Pod, world: number): Target & Required<Pick<Target, 'pod'>> {
  return {
    id: `${uid}:15010`,
    url: new URL('http://127.0.0.1:15010/stats/prometheus'),
    kind: 'sidecar',
    dialect: 'osm',
    pod: { namespace, name: owner.kind === 'StatefulSet' ? `${app}-${world}` : name, uid, app, controller: owner },
    labels: {},
    node: 'aks-nodepool1-00000000-vmss000000',
    bornWatched: true,
    terminating: false,
  }
}
