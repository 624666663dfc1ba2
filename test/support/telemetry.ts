import { Writable } from 'node:stream'
import { eventCatalogue, metricCatalogue } from '../../src/catalogue.ts'
import { createTelemetry, type Telemetry } from '../../src/telemetry/events.ts'
import { createLog } from '../../src/telemetry/log.ts'

/** The real telemetry, its log kept as lines. */
export function testTelemetry(): Telemetry & { readonly lines: string[] } {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString().trim())
      done()
    },
  })
  const telemetry = createTelemetry(createLog({ level: 'debug', destination }), metricCatalogue, eventCatalogue)
  return { ...telemetry, lines }
}
