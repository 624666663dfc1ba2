import { pino } from 'pino'
import { Memory } from '../../../src/aggregate/memory.ts'
import { osmPage } from '../../../src/forward/prometheus/osm.ts'
import { forwardMetrics } from '../../../src/forward/telemetry.ts'
import type { Sheet } from '../../../src/model/sheet.ts'
import type { Target } from '../../../src/model/target.ts'
import { wantedOfControlPlane, wantedOfSidecar } from '../../../src/model/wanted.ts'
import { createParser } from '../../../src/parse/template-parser.ts'
import { createRelabeller } from '../../../src/relabel/osm.ts'
import { createTelemetry } from '../../../src/telemetry/events.ts'
import type { PrintingPod } from './pods.ts'

/** `/metrics/osm` as our stages make it of these pods' pages. */
export async function osmPageOf(pods: readonly (PrintingPod & { readonly address: string })[]): Promise<string> {
  const relabeller = createRelabeller({ wasmNames: 'underscore' })
  const parser = createParser()
  relabeller.know(pods.map(({ pod }) => pod))
  const sheets = pods.map(({ pod, kind, path, page, address }): Sheet => {
    const url = new URL(`http://${address}${path}`)
    const target: Target = { id: pod.uid, url, kind, dialect: 'osm', pod, labels: {}, bornWatched: true, terminating: false }
    const wanted = kind === 'sidecar' ? wantedOfSidecar('osm', { requestStats: true }) : wantedOfControlPlane('osm')
    const { shape, values } = parser.read({ id: target.id, wanted, body: Buffer.from(page) })
    const names = relabeller.names(target, shape)
    const column = values.slice(0, shape.series.length)
    return { target, targetLabels: relabeller.labels(target), names, timestampMs: 0, values: column, totals: column, memory: new Memory() }
  })
  const telemetry = createTelemetry(pino({ enabled: false }), Object.values(forwardMetrics), [])
  return (await Array.fromAsync(osmPage(() => sheets, { telemetry }).render())).join('')
}
