import type { SpanBatch } from '../../../src/model/span.ts'
import { tracesOptions } from '../../../src/receive/options.ts'
import { createReceiver, type Receiver, type ReceiverContext } from '../../../src/receive/receiver.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { testTelemetry } from '../../support/telemetry.ts'
import { aSpan, bodyOf } from './spans.ts'

export const json = { 'content-type': 'application/json' }

interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | null
}

const open: { close(): Promise<void> | void }[] = []
/** Closes what a test has opened, the youngest first. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close()
}

/** Has it closed with everything else. */
export const opened = <T extends { close(): Promise<void> | void }>(one: T): T => {
  open.push(one)
  return one
}

/** A receiver on a real port, whose sink keeps what it gets while it has room. */
export class Receiving {
  readonly batches: SpanBatch[] = []
  readonly telemetry = testTelemetry()
  hasRoom = true
  readonly receiver: Receiver
  url = ''

  constructor(options: object, context: Partial<ReceiverContext>) {
    const { listen = { host: '127.0.0.1', port: 0 }, ...rest } = tracesOptions.parse({ listen: '127.0.0.1:0', ...options })
    const spans = (batch: SpanBatch) => {
      if (this.hasRoom) this.batches.push(batch)
      return this.hasRoom
    }
    const parts = { sink: { spans }, telemetry: this.telemetry, clock: systemClock, ...context }
    this.receiver = opened(createReceiver({ listen, ...rest }, parts))
  }

  static async start(options: object = {}, context: Partial<ReceiverContext> = {}): Promise<Receiving> {
    const made = new Receiving(options, context)
    made.url = (await made.receiver.listen()).url
    return made
  }

  async post(body: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = json, path = '/api/v2/spans'): Promise<Answer> {
    const answer = await fetch(this.url + path, { method: 'POST', body, headers })
    return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') }
  }

  get names(): unknown[] {
    return this.batches.flatMap(({ spans }) => spans.map(({ span }) => span.name))
  }

  async metric(name: string): Promise<Record<string, number>> {
    const { values } = (await this.telemetry.metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] }
    return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(), value]))
  }
}

export const small = (name: string) => Uint8Array.from(bodyOf(aSpan({ name })))
