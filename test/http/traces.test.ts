import { describe, expect, it } from 'vitest'
import { traceAnswer, type TraceFilter, tracesAnswer } from '../../src/model/trace-figures.ts'
import { Traces } from '../../src/snapshot/traces.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { serve, smallMesh } from './collector-reading.ts'

function withTraces() {
  const clock = new FakeClock()
  const traces = new Traces(clock)
  const span = { traceId: '00000000000000ab', id: '00000000000000ab', timestamp: clock.wallMs() * 1e3, duration: 2_500 }
  traces.add([{ span, text: JSON.stringify(span) }])
  const asked: TraceFilter[] = []
  const reading = smallMesh({
    traces(filter) {
      asked.push(filter)
      return traces.traces(filter)
    },
    trace: (id) => traces.trace(id),
  })
  return { clock, asked, server: () => serve({}, { reading, clock }) }
}

const json = async (url: string) => {
  const answer = await fetch(url)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the last traces', () => {
  it('are answered as the schemas say', async () => {
    await using server = await withTraces().server()
    const all = await json(`${server.url}/api/v1/traces`)
    expect([all.status, tracesAnswer.parse(all.body)]).toEqual([200, all.body])
    const one = await json(`${server.url}/api/v1/traces/AB`)
    expect([one.status, traceAnswer.parse(one.body)]).toEqual([200, one.body])
    expect(one.body).toMatchObject({ traceId: '00000000000000ab', durationMs: 2.5 })
  })

  it('are asked for in the query', async () => {
    const { clock, asked, server } = withTraces()
    await using open = await server()
    await json(`${open.url}/api/v1/traces`)
    await json(
      `${open.url}/api/v1/traces?service=bookstore-v1&minDuration=100ms&error=true&since=5m&limit=20&source=shop/till&destination=desk.bank`,
    )
    const sinceMs = clock.wallMs() - 300_000
    expect(asked).toEqual([
      { limit: 200, errorsOnly: false },
      { limit: 20, errorsOnly: true, service: 'bookstore-v1', source: 'shop/till', destination: 'desk.bank', minDurationMs: 100, sinceMs },
    ])
  })

  it.each([
    ['traces?error=yes', 'The parameter error must be true or false.'],
    ['traces?limit=0', 'The parameter limit must be from 1 to 200.'],
    ['traces?limit=201', 'The parameter limit must be from 1 to 200.'],
    ['traces?service=', 'The parameter service must be a name.'],
    ['traces?services=a', 'This path does not know a parameter "services".'],
    ['traces/xyz', 'The parameter traceId must be hexadecimal.'],
    ['traces/0000', 'The parameter traceId must be hexadecimal.'],
    ['traces/ab?limit=1', 'This path does not know a parameter "limit".'],
  ])('refuse %s and say what is allowed', async (path, message) => {
    await using server = await withTraces().server()
    expect(await json(`${server.url}/api/v1/${path}`)).toMatchObject({ status: 400, body: { error: { code: 'bad_parameter', message } } })
  })

  it('say so of one that is not kept', async () => {
    await using server = await withTraces().server()
    const { status, body } = await json(`${server.url}/api/v1/traces/abc`)
    expect({ status, body }).toEqual({
      status: 404,
      body: { error: { code: 'trace_not_kept', message: 'The trace abc is not among the last ones.' } },
    })
  })
})
