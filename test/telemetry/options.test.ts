import { expect, it } from 'vitest'
import { telemetryOptions } from '../../src/telemetry/options.ts'

const traces = (to: string, endpoint: string) => telemetryOptions.safeParse({ traces: { to, endpoint } })

it('traces are off unless asked for, and then a tenth of the scrapes is traced', () => {
  expect(telemetryOptions.parse({}).traces).toBeUndefined()
  const options = { to: 'jaeger', endpoint: 'http://jaeger:14268', sample: 0.1 }
  expect(traces('jaeger', 'http://jaeger:14268').data?.traces).toEqual(options)
})

it.each(['http://user:secret@jaeger:14268', 'http://jaeger/?token=secret', 'http://jaeger/#x', 'udp://jaeger:6832', 'jaeger:14268'])(
  'an endpoint like %s is refused',
  (endpoint) => {
    expect(traces('otlp', endpoint).success).toBe(false)
  },
)

it('so is a way that nobody knows', () => {
  expect(traces('console', 'http://jaeger:4318').success).toBe(false)
})
