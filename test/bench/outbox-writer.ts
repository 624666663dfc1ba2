import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import type { Chunk } from '../../src/model/chunk.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { openState } from '../../src/state/durable.ts'
import { pack } from '../../src/state/packing.ts'
import { committing } from '../support/outbox.ts'
import { testTelemetry } from '../support/telemetry.ts'

/** What the writer says of its work. */
export interface Written {
  readonly chunks: number
  readonly rows: number
  /** As JSON. */
  readonly bytes: number
  readonly keptBytes: number
  /** By round. */
  readonly commitMs: readonly number[]
  /** The longest that the loop stood still in each commit. */
  readonly heldMs: readonly number[]
}

export const context = { outbox: { limit: 8 * 2 ** 30, keep: 86_400_000 }, takers: [{ name: 'bench', kind: 'rows' as const }] }

export interface Load {
  readonly minutes: number
  readonly pods: number
  readonly clusters: number
}

const chunkBytes = 900_000

/** As many series as the proxies of a busy mesh have per cluster. */
const names = [
  ...['cx_total', 'cx_connect_fail', 'cx_active', 'cx_rx_bytes_total', 'cx_tx_bytes_total'].map((name) => [name, ''] as const),
  ...['2', '4', '5'].map((code) => ['rq_xx', `\\"envoy_response_code_class\\":\\"${code}\\",`] as const),
  ...['200', '503'].map((code) => ['rq', `\\"envoy_response_code\\":\\"${code}\\",`] as const),
  ...Array.from({ length: 20 }, (_, le) => ['rq_time_bucket', `\\"le\\":\\"${le * 50}\\",`] as const),
]

function* chunksOf(round: number, load: Load): Generator<Chunk> {
  let [text, count]: [string, number] = ['', 0]
  const end = () => ({ kind: 'rows' as const, body: Buffer.from(text), count, madeMs: Date.now() })
  for (const line of linesOf(round, load)) {
    text += line
    count++
    if (text.length < chunkBytes - 1_000) continue
    yield end()
    ;[text, count] = ['', 0]
  }
  if (count > 0) yield end()
}

function* linesOf(round: number, { pods, clusters }: Load): Generator<string> {
  const time = new Date(Date.UTC(2026, 0, 1, 0, round)).toISOString()
  for (let pod = 0; pod < pods; pod++)
    for (let cluster = 0; cluster < clusters; cluster++)
      for (const [name, own] of names) {
        const val = Math.floor((round + 1) * (1 + ((pod * 31 + cluster * 7) % 97)) * Math.random() * 100)
        yield `{"TimeGenerated":"${time}","Computer":"aks-nodepool1-${pod % 20}","Origin":"mesh-telemetry","Namespace":"container.azm.ms.osm/prometheus","Name":"envoy_cluster_upstream_${name}","Val":${val},"Tags":"{\\"app\\":\\"app-${pod % 50}\\",\\"container.azm.ms/clusterId\\":\\"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/mesh/providers/Microsoft.ContainerService/managedClusters/mesh\\",\\"container.azm.ms/clusterName\\":\\"mesh\\",\\"envoy_cluster_name\\":\\"shop/service-${cluster}|14001\\",${own}\\"namespace\\":\\"shop\\",\\"pod_name\\":\\"app-${pod % 50}-6d7f9d8c5b-${pod}\\"}"}\n`
      }
}

/** Commits the rows of a minute after those of another; the state is left open, as a process leaves it that is killed. */
export async function write(folder: string, load: Load): Promise<Written> {
  const state = await openState(folder, { ...context, clock: systemClock, telemetry: testTelemetry() })
  await state.load()
  const held = monitorEventLoopDelay({ resolution: 1 })
  const written = { chunks: 0, rows: 0, bytes: 0, commitMs: [] as number[], heldMs: [] as number[] }
  for (let round = 0; round < load.minutes; round++) {
    const chunks = [...chunksOf(round, load)]
    await turn()
    held.enable()
    held.reset()
    const beganMs = performance.now()
    await state.commit({ ...committing(), chunks: await Promise.all(chunks.map(pack)) })
    written.commitMs.push(performance.now() - beganMs)
    held.disable()
    written.heldMs.push(held.max / 1e6)
    written.chunks += chunks.length
    written.rows += chunks.reduce((sum, { count }) => sum + count, 0)
    written.bytes += chunks.reduce((sum, { body }) => sum + body.length, 0)
  }
  return { ...written, keptBytes: state.outbox.queued('bench').bytes }
}
