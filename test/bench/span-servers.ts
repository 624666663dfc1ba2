import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import type { SpanSink } from '../../src/model/span.ts'
import { tracesOptions } from '../../src/receive/options.ts'
import { createReceiver } from '../../src/receive/receiver.ts'
import { repeat, systemClock } from '../../src/runtime/clock.ts'
import { Traces } from '../../src/snapshot/traces.ts'
import { SpanPipeline } from '../../src/span-pipeline.ts'
import { pack } from '../../src/state/packing.ts'
import { testTelemetry } from '../support/telemetry.ts'

export type Served = 'floor' | 'receiver' | 'whole'

const commitEveryMs = 500
const ground = { clock: systemClock, telemetry: testTelemetry() }
const options = tracesOptions.parse({ listen: '127.0.0.1:0', spansPerSecond: 1_000_000 })

/** @returns the port on which spans are taken */
export function serveSpans(served: Served): Promise<number> {
  if (served === 'floor') return serveFloor()
  return serve(served === 'receiver' ? { spans: () => true } : wholeWay())
}

async function serveFloor(): Promise<number> {
  const app = Fastify()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  app.post('/*', (_, reply) => reply.code(202).send())
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

async function serve(sink: SpanSink): Promise<number> {
  const { listen = { host: '127.0.0.1', port: 0 }, ...rest } = options
  const { url } = await createReceiver({ ...rest, listen }, { ...ground, sink }).listen()
  return Number(new URL(url).port)
}

function wholeWay(): SpanSink {
  const traces = new Traces(systemClock)
  const spans = new SpanPipeline(options, { ...ground, areTaken: true, show: (shown) => traces.add(shown) })
  repeat(systemClock, commitEveryMs, () => {
    for (const chunk of spans.take()) void pack(chunk)
  })
  return spans
}
