import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Span, SpanBatch, SpanText } from '../../src/model/span.ts'
import type { PodIdentity } from '../../src/model/target.ts'
import { repairOptions } from '../../src/receive/repair/options.ts'
import { Repairer } from '../../src/receive/repair/repairer.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { testTelemetry } from '../support/telemetry.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const read = <T>(path: string) => JSON.parse(readFileSync(at(path), 'utf8')) as T

/** When the spans of the cases were made. */
export const caseMs = 1_795_248_235_000

export const spanText = (span: object): SpanText => ({ span: span as Span, text: JSON.stringify(span) })

interface Received {
  readonly options?: Record<string, boolean>
  readonly pods: readonly PodIdentity[]
  readonly batches: readonly { readonly sender: string; readonly fixture?: string; readonly spans?: readonly object[] }[]
}

export interface RepairCase {
  readonly name: string
  readonly golden: string
  readonly options: Record<string, boolean>
  readonly pods: readonly PodIdentity[]
  readonly batches: readonly SpanBatch[]
}

export const repairCases: readonly RepairCase[] = readdirSync(at('../cases/repair')).map((name) => {
  const { options = {}, pods, batches } = read<Received>(`../cases/repair/${name}/received.json`)
  const texts = batches.map(({ sender, fixture, spans }) => {
    const all = fixture ? read<object[]>(`../fixtures/zipkin/${fixture}`) : (spans ?? [])
    return { senderAddress: sender, spans: all.map(spanText) }
  })
  return { name, golden: at(`../cases/repair/${name}/repaired.ndjson`), options, pods, batches: texts }
})

/** A repairer that knows the pods, and what it counted. */
export function repairerOf(pods: readonly PodIdentity[], options: Record<string, boolean> = {}) {
  const clock = new FakeClock(caseMs)
  const telemetry = testTelemetry()
  const repairer = new Repairer(repairOptions.parse(options), { clock, telemetry })
  repairer.know(pods)
  const counts = async () => {
    const text = await telemetry.metrics.registry.getSingleMetricAsString('meshtelemetry_spans_repaired_total')
    return Object.fromEntries([...text.matchAll(/repair="(\w+)"\} (\d+)/g)].map(([, repair, count]) => [repair, Number(count)]))
  }
  return { clock, repairer, counts }
}
