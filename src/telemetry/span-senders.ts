import type { JaegerExporter } from '@opentelemetry/exporter-jaeger'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { fetchCause } from '../runtime/fetch-cause.ts'
import { type OwnTracesOptions, type TraceKind, tracePaths } from './options.ts'
import { zipkinJson } from './zipkin-json.ts'

/** Takes spans to where they are kept. */
export interface SpanSender {
  /** Rejects when they have not arrived; with the signal's reason once that is aborted. */
  send(spans: ReadableSpan[], signal: AbortSignal): Promise<void>
  /** Leaves nothing behind that would keep the process. */
  close(): Promise<void>
}

const senders: Readonly<Record<TraceKind, (url: URL) => SpanSender>> = {
  jaeger: jaegerSender,
  otlp: (url) => httpSender(url, { contentType: 'application/x-protobuf', write: writeOtlp }),
  zipkin: (url) => httpSender(url, { contentType: 'application/json', write: async (spans) => zipkinJson(spans) }),
}

export function spanSender({ to, endpoint }: Pick<OwnTracesOptions, 'to' | 'endpoint'>): SpanSender {
  const url = new URL(endpoint)
  if (url.pathname === '/') url.pathname = tracePaths[to]
  return senders[to](url)
}

interface HttpForm {
  readonly contentType: string
  readonly write: (spans: ReadableSpan[]) => Promise<Uint8Array<ArrayBuffer> | string>
}

function httpSender(url: URL, { contentType, write }: HttpForm): SpanSender {
  return {
    async send(spans, signal) {
      const request = { method: 'POST', headers: { 'content-type': contentType }, redirect: 'manual', signal } as const
      const answer = await fetch(url, { ...request, body: await write(spans) }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw new Error(`${url.origin} cannot be reached: ${fetchCause(error)}`)
      })
      await answer.body?.cancel()
      if (answer.status < 200 || answer.status >= 300) throw new Error(`${url.origin} answers ${answer.status}`)
    },
    close: async () => {},
  }
}

async function writeOtlp(spans: ReadableSpan[]): Promise<Uint8Array<ArrayBuffer>> {
  const { ProtobufTraceSerializer } = await import('@opentelemetry/otlp-transformer')
  return new Uint8Array(ProtobufTraceSerializer.serializeRequest(spans) ?? [])
}

/** The exporter's requests know no deadline: where one failed or took too long it is given up with its connections, and the next batch gets another. */
function jaegerSender(url: URL): SpanSender {
  let exporter: JaegerExporter | undefined
  const close = async () => {
    const last = exporter
    exporter = undefined
    await last?.shutdown().catch(() => {}) // it says that what was on its way did not arrive
  }
  return {
    async send(spans, signal) {
      exporter ??= await newExporter(url)
      try {
        await exported(exporter, spans, signal)
      } catch (error) {
        await close()
        throw error
      }
    },
    close,
  }
}

async function newExporter(url: URL): Promise<JaegerExporter> {
  const { JaegerExporter } = await import('@opentelemetry/exporter-jaeger')
  return new JaegerExporter({ endpoint: url.href, flushTimeout: 1 }) // its two seconds would hold the process at its end
}

function exported(exporter: JaegerExporter, spans: ReadableSpan[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    exporter.export(spans, ({ code, error }) => {
      signal.removeEventListener('abort', abort)
      if (code === 0) resolve()
      else reject(error ?? new Error('the exporter does not say why'))
    })
  })
}
