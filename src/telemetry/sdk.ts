import { diag, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { AlwaysOnSampler, type SpanProcessor } from '@opentelemetry/sdk-trace'
import { hostname } from 'node:os'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from './events.ts'
import type { OwnTracesOptions } from './options.ts'
import { longestText, SdkTracer } from './sdk-tracer.ts'
import { SpanQueue } from './span-queue.ts'
import { spanSender } from './span-senders.ts'
import { ownTracesEvents } from './telemetry.ts'
import type { Tracer } from './tracer.ts'

const service = 'mesh-telemetry'

export interface SdkContext {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** The collector's. */
  readonly version: string
}

interface Sdk {
  /** Absent where the environment turns it off. */
  readonly tracer?: Tracer
  close(): Promise<void>
}

/**
 * OpenTelemetry's SDK for Node, loaded here alone and told everything outright: what it is not told it takes from the environment, and metrics and logs it
 * would send to somebody by itself. No tracer of it stays global: nobody else's spans come to it.
 */
export function startSdk(options: OwnTracesOptions, { version, ...context }: SdkContext): Sdk {
  const queue = new SpanQueue({ ...context, sender: spanSender(options) })
  const sdk = newSdk(queue, version)
  diag.disable() // OTEL_LOG_LEVEL lets it write to the console, between the lines of our log
  sdk.start()
  const spans = trace.getTracer(service, version)
  trace.disable()
  const close = () => sdk.shutdown().then(() => queue.shutdown()) // one that is turned off does not close it
  if (spans.startSpan('never ended').isRecording()) return { tracer: new SdkTracer(spans, { ...context, ...options }), close }
  context.telemetry.emit(ownTracesEvents.disabled)
  return { close }
}

const newSdk = (processor: SpanProcessor, version: string) =>
  new NodeSDK({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version, 'service.instance.id': hostname() }),
    autoDetectResources: false,
    spanProcessors: [processor],
    metricReaders: [],
    logRecordProcessors: [],
    sampler: new AlwaysOnSampler(),
    spanLimits: { attributeValueLengthLimit: longestText, attributeCountLimit: 64, linkCountLimit: 8, eventCountLimit: 0 },
    // `null` registers none; only the type does not know.
    contextManager: null as never,
    textMapPropagator: null,
  })
