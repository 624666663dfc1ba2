import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { httpOptions } from '../../src/http/options.ts'
import { edgesAnswer, historyAnswer, statusAnswer, targetsAnswer } from '../../src/model/figures.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { serve, smallMesh } from './collector-reading.ts'

const json = async (url: string, init?: RequestInit) => {
  const answer = await fetch(url, init)
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}

describe('the API', () => {
  it.each([
    ['edges', edgesAnswer],
    ['edges/history', historyAnswer],
    ['status', statusAnswer],
    ['targets', targetsAnswer],
  ])('answers %s as its schema says', async (path, schema: z.ZodType) => {
    await using server = await serve()
    const { status, body } = await json(`${server.url}/api/v1/${path}`)
    expect([status, schema.parse(body)]).toEqual([200, body])
  })

  it('asks for the window in the query, or for five minutes', async () => {
    const reading = smallMesh()
    await using server = await serve({}, { reading })
    await json(`${server.url}/api/v1/edges`)
    await json(`${server.url}/api/v1/edges?window=1m30s`)
    await json(`${server.url}/api/v1/edges/history`)
    await json(`${server.url}/api/v1/edges/history?window=10m&step=1m`)
    const usual = { by: 'edge', internals: true }
    expect(reading.asked).toEqual([
      { ...usual, windowMs: 300_000, trend: false },
      { ...usual, windowMs: 90_000, trend: false },
      { ...usual, windowMs: 3_600_000, stepMs: 10_000 },
      { ...usual, windowMs: 600_000, stepMs: 60_000 },
    ])
  })

  it('asks for what the query names', async () => {
    const reading = smallMesh()
    await using server = await serve({}, { reading })
    const names = 'namespace=shop&service=shop/till&source=shop/till&destination=bank/desk:80&internals=false'
    await json(`${server.url}/api/v1/edges?${names}&until=2026-01-31T10:30:00%2B01:00&by=pair&trend=true`)
    await json(`${server.url}/api/v1/edges/history?${names}&until=1769851800000&by=source`)
    const [edges, history] = reading.asked
    const named = { namespace: 'shop', service: 'shop/till', source: 'shop/till', destination: 'bank/desk:80', internals: false }
    const untilMs = Date.UTC(2026, 0, 31, 9, 30)
    expect(edges).toEqual({ ...named, windowMs: 300_000, untilMs, by: 'pair', trend: true })
    expect(history).toEqual({ ...named, windowMs: 3_600_000, stepMs: 10_000, untilMs, by: 'source' })
  })

  it("says where Jaeger's page is, where somebody has said it", async () => {
    await using without = await serve()
    expect((await json(`${without.url}/api/v1/status`)).body.links).toEqual({ jaeger: null })
    await using server = await serve({ jaeger: 'https://jaeger.example.com/ui' })
    expect((await json(`${server.url}/api/v1/status`)).body.links).toEqual({ jaeger: 'https://jaeger.example.com/ui' })
    expect(httpOptions.safeParse({ jaeger: 'javascript:alert(1)' }).success).toBe(false)
  })

  const window = 'A duration from 1s to 1h, such as "30s" or "5m"; 5m without it.'
  const step = 'A duration from 1s to 1h and at most the window, such as "1m"; 10s without it.'
  const choice = 'until and by and namespace and service and source and destination and internals'
  const time = 'a time such as "2026-01-31T09:30:00Z", or milliseconds since the epoch'
  it.each([
    ['edges?window=soon', 'window', 'The parameter window must be a duration such as "15s", "1m30s" or "250ms".', window],
    ['edges?window=10ms', 'window', 'The parameter window must be at least 1s and at most 1h.', window],
    ['edges?window=2h', 'window', 'The parameter window must be at least 1s and at most 1h.', window],
    ['edges?window=', 'window', 'The parameter window must be a duration such as "15s", "1m30s" or "250ms".', window],
    ['edges?window=1m&window=2m', 'window', 'The parameter window must be given once.', window],
    ['edges?windw=1m', 'windw', 'This path does not know a parameter "windw".', `the parameters window and ${choice} and trend`],
    ['edges?by=pod', 'by', 'The parameter by must be edge, pair or source.', expect.stringMatching(/"pair", the sum of/)],
    ['edges?until=yesterday', 'until', `The parameter until must be ${time}.`, expect.stringContaining('now without it')],
    ['edges?until=2026-01-31T25:00:00Z', 'until', `The parameter until must be ${time}.`, expect.stringContaining('now without it')],
    ['edges?trend=yes', 'trend', 'The parameter trend must be true or false.', expect.stringContaining('"false" without it')],
    ['edges?source=', 'source', 'The parameter source must be a name.', expect.stringContaining('NAMESPACE/NAME')],
    ['edges?source=a&source=b', 'source', 'The parameter source must be given once.', expect.stringContaining('NAMESPACE/NAME')],
    ['edges/history?internals=1', 'internals', 'The parameter internals must be true or false.', expect.stringContaining("mesh's own")],
    ['edges/history?trend=true', 'trend', 'This path does not know a parameter "trend".', `the parameters window and step and ${choice}`],
    ['edges/history?window=1m&step=2m', 'step', 'The parameter step must be at most the window.', step],
    ['edges/history?since=1m', 'since', 'This path does not know a parameter "since".', `the parameters window and step and ${choice}`],
    ['rows?apps=x', 'apps', 'This path does not know a parameter "apps".', 'the parameters name and app and namespace and since'],
    ['status?x=', 'x', 'This path does not know a parameter "x".', 'no parameters'],
  ])('refuses %s and says what is allowed', async (path, ...expected) => {
    const [parameter, message, allowed] = expected
    await using server = await serve()
    const { status, body } = await json(`${server.url}/api/v1/${path}`)
    expect([status, body]).toEqual([400, { error: { code: 'bad_parameter', message, parameter, allowed } }])
  })

  it('streams rows as they are asked for', async () => {
    const clock = new FakeClock()
    await using server = await serve({}, { clock })
    const asked = async (query: string) => {
      const answer = await fetch(`${server.url}/api/v1/rows${query}`)
      return [answer.status, answer.headers.get('content-type'), JSON.parse(await answer.text())]
    }
    expect(await asked('')).toEqual([200, 'application/x-ndjson', {}])
    const filter = { name: 'rq_xx', app: 'bookbuyer', namespace: 'shop', sinceMs: clock.wallMs() - 600_000 }
    expect(await asked('?name=rq_xx&app=bookbuyer&namespace=shop&since=10m')).toEqual([200, 'application/x-ndjson', filter])
  })

  it('lists the paths when it is asked for an unknown one', async () => {
    await using server = await serve()
    const { status, body } = await json(`${server.url}/api/v2/edges?x=1`)
    expect(status).toBe(404)
    expect(body.error).toMatchObject({
      code: 'not_found',
      paths: expect.arrayContaining(['/', '/api/v1/edges', '/healthz', '/metrics', '/openapi.json']),
    })
  })

  it('says in the same form that a path is malformed', async () => {
    await using server = await serve()
    expect(await json(`${server.url}/%zz`)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } })
  })

  it('is only read', async () => {
    await using server = await serve()
    const { status, headers, body } = await json(`${server.url}/api/v1/edges`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect([status, headers.get('allow'), body]).toMatchObject([405, 'GET, HEAD', { error: { code: 'method_not_allowed' } }])
  })

  it('tells of a defect only in the log', async () => {
    const reading = smallMesh({
      status() {
        throw new Error('secret detail')
      },
    })
    await using server = await serve({}, { reading })
    const { status, body } = await json(`${server.url}/api/v1/status`)
    expect([status, body]).toMatchObject([500, { error: { code: 'internal_error' } }])
    expect(JSON.stringify(body)).not.toContain('secret detail')
    expect(server.log.join('')).toContain('secret detail')
  })

  it('answers HEAD without a body', async () => {
    await using server = await serve()
    const answer = await fetch(`${server.url}/api/v1/edges`, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })

  it('describes itself: every path, its parameters and answers', async () => {
    await using server = await serve()
    const { body } = await json(`${server.url}/openapi.json`)
    const paths = [
      '/',
      '/api/v1/edges',
      '/api/v1/edges/history',
      '/api/v1/rows',
      '/api/v1/status',
      '/api/v1/targets',
      '/api/v1/traces',
      '/api/v1/traces/{traceId}',
      '/healthz',
      '/metrics',
      '/readyz',
    ]
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths as object).sort()).toEqual(paths)
    expect(body).toMatchObject({
      paths: {
        '/api/v1/edges': {
          get: {
            parameters: expect.arrayContaining([
              expect.objectContaining({
                name: 'window',
                in: 'query',
                required: false,
                schema: expect.objectContaining({ type: 'string', default: '5m' }) as unknown,
              }),
              expect.objectContaining({ name: 'by', schema: { type: 'string', default: 'edge', enum: ['edge', 'pair', 'source'] } }),
            ]) as unknown,
            responses: { 200: { content: { 'application/json': { schema: { properties: { edges: { type: 'array' } } } } } } },
          },
        },
      },
    })
  })
})

describe('the probes', () => {
  it('say alive at once and ready after the first round', async () => {
    let state: { ready: boolean; reason?: string } = { ready: false, reason: '3 of 4 targets have not answered yet' }
    await using server = await serve({}, { reading: smallMesh({ readiness: () => state }) })
    expect(await json(`${server.url}/healthz`)).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await json(`${server.url}/readyz`)).toMatchObject({ status: 503, body: state })
    state = { ready: true }
    expect(await json(`${server.url}/readyz`)).toMatchObject({ status: 200, body: state })
  })
})
