import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { edgesAnswer, historyAnswer, type StatusAnswer, statusAnswer, targetsAnswer } from '../../src/model/figures.ts'
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
    expect(reading.asked).toEqual([[300_000], [90_000], [3_600_000, 10_000], [600_000, 60_000]])
  })

  const window = 'A duration from 1s to 1h, such as "30s" or "5m"; 5m without it.'
  const step = 'A duration from 1s to 1h and at most the window, such as "1m"; 10s without it.'
  it.each([
    ['edges?window=soon', 'window', 'The parameter window must be a duration such as "15s", "1m30s" or "250ms".', window],
    ['edges?window=10ms', 'window', 'The parameter window must be at least 1s and at most 1h.', window],
    ['edges?window=2h', 'window', 'The parameter window must be at least 1s and at most 1h.', window],
    ['edges?window=', 'window', 'The parameter window must be a duration such as "15s", "1m30s" or "250ms".', window],
    ['edges?window=1m&window=2m', 'window', 'The parameter window must be given once.', window],
    ['edges?windw=1m', 'windw', 'This path does not know a parameter "windw".', 'the parameters window'],
    ['edges/history?window=1m&step=2m', 'step', 'The parameter step must be at most the window.', step],
    ['edges/history?since=1m', 'since', 'This path does not know a parameter "since".', 'the parameters window and step'],
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
            parameters: [{ name: 'window', in: 'query', required: false, schema: { type: 'string', default: '5m' } }],
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

describe('the front page', () => {
  it('shows who calls whom, with the window of its rates', async () => {
    await using server = await serve()
    const text = await (await fetch(`${server.url}/`)).text()
    for (const shown of [
      'bookbuyer/bookbuyer',
      'bookstore/bookstore:14001',
      '2.5',
      '10%',
      '12.3 ms',
      '1.5 s',
      '3 / 1',
      '12.3K',
      'over 43s',
      '/api/v1/targets',
      '1 no_sidecar',
    ])
      expect(text).toContain(shown)
  })

  it('says in plain words what arrives at destinations, what waits and why', async () => {
    const atMs = Date.UTC(2026, 0, 1)
    const queued = { chunks: 0, count: 0, bytes: 0, limitBytes: 2 ** 30 }
    const files = { name: 'files', lagSeconds: null, queued, sent: 4_200, sentMs: atMs - 12_000, dropped: {}, error: null }
    const error = { code: 'azure_forbidden', message: 'Azure says <b>no</b>.', remedy: 'Give it the role.', atMs }
    const waiting = { queued: { ...queued, chunks: 21, count: 20_160, bytes: 90_000 }, lagSeconds: 1_260.4 }
    const azure = { ...files, ...waiting, name: 'azure', sent: 0, sentMs: null, dropped: { too_old: 960 }, error }
    const rowsOf = async (...destinations: StatusAnswer['destinations']) => {
      const reading = smallMesh({ status: () => ({ ...smallMesh().status(), destinations }) })
      await using server = await serve({}, { reading })
      const [, table = ''] = (await (await fetch(`${server.url}/`)).text()).split('Where it is sent')
      const text = (html: string) =>
        html
          .replaceAll(/<[^>]+>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim()
      return [...table.matchAll(/<tr class="(.*?)">(.*?)<\/tr>/gs)].map(([, style = '', row = '']) => `${style}: ${text(row)}`)
    }
    expect(await rowsOf()).toEqual([])
    expect(await rowsOf(files, azure)).toEqual([
      ': files 4,200, the last 12s ago nothing nothing none: it takes what is sent',
      'failing: azure nothing yet 20,160 (90KB), the oldest for 21m 960 too_old Azure says &lt;b&gt;no&lt;/b&gt;. Give it the role.',
    ])
  })

  it('escapes what comes from the mesh, and may load nothing', async () => {
    await using server = await serve()
    const answer = await fetch(`${server.url}/?window=1m`)
    const text = await answer.text()
    expect(text).not.toContain('<script')
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
    expect(text).toContain('bookbuyer &amp; bookstore')
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })
})
