import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CollectorProcess } from '../collector-process.ts'
import { withDemoMesh } from '../demo-mesh.ts'
import { until } from '../kube/waiting.ts'
import type { RealSetting } from '../part.ts'
import type { Jaeger, JaegerSpan } from './jaeger.ts'
import { isError, warningsOf } from './shapes.ts'

const service = 'mesh-telemetry'
/** What the collector does by itself within a second or two; rows come a little later. */
const expected = ['commit', 'discovery round', 'forward', 'round of rows', 'scrape', 'take page']
const arrivalMs = 60_000

interface OwnScene extends RealSetting {
  readonly jaeger: Jaeger
}

/** The collector's own traces, sent in each of the three ways: Jaeger shows all that it does, parts under their wholes, what is sent linked to its commit. */
export async function withOwnTraces({ jaeger, scratch, log }: OwnScene): Promise<Readonly<Record<string, number>>> {
  const { thriftHttp, otlpHttp, zipkin } = jaeger.ports
  const ways = { jaeger: thriftHttp, otlp: otlpHttp, zipkin }
  const figures: Record<string, number> = {}
  for (const [to, port] of Object.entries(ways)) {
    await jaeger.stop()
    await jaeger.startAgain()
    const folder = join(scratch, `own-${to}`)
    await mkdir(folder, { recursive: true })
    const spans = await collected({ jaeger, folder, to, endpoint: `http://127.0.0.1:${port}` })
    log(`by ${to} Jaeger has ${spans.length} of the collector's own spans, as they should be`)
    figures[`own spans by ${to}`] = spans.length
  }
  return figures
}

interface Sending {
  readonly jaeger: Jaeger
  readonly folder: string
  readonly to: string
  readonly endpoint: string
}

function collected({ jaeger, folder, to, endpoint }: Sending): Promise<readonly JaegerSpan[]> {
  return withDemoMesh(folder, async (_, config) => {
    const [rows, telemetry] = [{ interval: '1s' }, { traces: { to, endpoint, sample: 1 } }]
    const forward = { files: { path: join(folder, 'rows') } }
    const collector = await CollectorProcess.run({ ...config, rows, forward, telemetry }, { scratch: folder })
    let spans: readonly JaegerSpan[] = []
    let exitCode: number | null
    try {
      await until(arrivalMs, async () => {
        spans = await jaeger.spans(service)
        return difference(spans) ?? (to === 'zipkin' ? undefined : unlinked(spans))
      })
    } finally {
      exitCode = await collector.stop()
    }
    if (exitCode !== 0) throw new Error(`the collector ended with exit code ${exitCode}`)
    return spans
  })
}

/** What is not as it should be, if anything. */
function difference(spans: readonly JaegerSpan[]): string | undefined {
  const names = [...new Set(spans.map(({ operationName }) => operationName))].toSorted()
  if (names.join() !== expected.join()) return `Jaeger knows of ${names.join(', ') || 'nothing'}`
  const byId = new Map(spans.map((span) => [span.spanID, span]))
  const parts = spans.filter(({ operationName }) => operationName === 'take page')
  const orphan = parts.find(({ references }) => byId.get(references[0]?.spanID ?? '')?.operationName !== 'scrape')
  if (orphan) return `a part without its scrape: ${orphan.spanID}`
  const failed = spans.find((span) => warningsOf(span).length > 0 || isError(span))
  return failed && `${failed.operationName} has a warning or an error: ${JSON.stringify([failed.warnings, failed.tags])}`
}

/** Zipkin knows no links, and Jaeger makes none of its tags. */
function unlinked(spans: readonly JaegerSpan[]): string | undefined {
  const byId = new Map(spans.map((span) => [span.spanID, span.operationName]))
  const links = spans.flatMap(({ operationName, references }) =>
    references.flatMap(({ refType, spanID }) => (refType === 'FOLLOWS_FROM' ? `${operationName} → ${byId.get(spanID)}` : [])),
  )
  const missing = ['forward → commit', 'commit → round of rows'].find((link) => !links.includes(link))
  return missing && `there is no link ${missing}`
}
