import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { TracingBackend } from '../support/tracing-backend.ts'

/** What the collector's own traces cost and touch, seen from outside of its process. */
const script = fileURLToPath(new URL('./support/traced-process.ts', import.meta.url))

interface Outcome {
  readonly loaded: readonly string[]
  /** What OpenTelemetry hands to whoever asks for it: providers of traces and metrics. */
  readonly globals: readonly string[]
  readonly events: readonly string[]
}

/** Lets it go on until `said` holds; resolves once it has ended by itself. */
async function run(traces: object | null, environment: Readonly<Record<string, string>> = {}, said = () => true): Promise<Outcome> {
  const child = spawn(process.execPath, [script, JSON.stringify(traces)], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const output = text(child.stdout)
  await expect.poll(() => said() || child.exitCode !== null).toBe(true)
  child.stdin.end()
  return JSON.parse((await output).trim().split('\n').at(-1) ?? '') as Outcome
}

it('off, nothing of OpenTelemetry is loaded', async () => {
  const byPromClient = '@opentelemetry/api'
  expect((await run(null)).loaded).toEqual([byPromClient])
})

it('on, what the environment says for others changes nothing, and neither metrics nor logs go anywhere', async () => {
  await using backend = await TracingBackend.start()
  await using others = await TracingBackend.start()
  const said = () => backend.brought.map(({ body }) => body.toString()).join()
  const { loaded, globals } = await run(
    { to: 'zipkin', endpoint: backend.url, sample: 1 },
    {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: others.url,
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: others.url,
      OTEL_EXPORTER_JAEGER_ENDPOINT: others.url,
      OTEL_METRIC_EXPORT_INTERVAL: '50',
      OTEL_METRIC_EXPORT_TIMEOUT: '50',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
      OTEL_SERVICE_NAME: 'somebody-else',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=elsewhere',
      OTEL_LOG_LEVEL: 'all',
    },
    () => said().includes('mesh_telemetry.series'),
  )
  expect(said()).toContain('"serviceName":"mesh-telemetry"')
  expect(said()).not.toMatch(/somebody-else|elsewhere/)
  expect(others.heard).toEqual([])
  expect(loaded).toContain('@opentelemetry/sdk-node')
  expect(globals).toEqual(['version'])
})

it('the environment may turn them off, which is told', async () => {
  await using backend = await TracingBackend.start()
  const { events } = await run({ to: 'zipkin', endpoint: backend.url, sample: 1 }, { OTEL_SDK_DISABLED: 'true' })
  expect(events).toContain('own_traces_disabled')
  expect(backend.heard).toEqual([])
})

it.each(['jaeger', 'otlp', 'zipkin'])('%s that never answers does not hold the process', async (to) => {
  await using backend = await TracingBackend.start()
  backend.react = () => 'silence'
  expect((await run({ to, endpoint: backend.url, sample: 1 })).events).toContain('collector_started')
})
