import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../support/fake-clock.ts'
import { aSpan, bodyOf, realBodies } from './support/spans.ts'
import { closeAll, json, Receiving, small } from './support/receiving.ts'

afterEach(closeAll)

describe('what is posted as Envoy does', () => {
  it('is accepted with an empty 202, and handed on with its bytes and its sender', async () => {
    const { receiver, batches, ...at } = await Receiving.start()
    const { hostname, port } = new URL(at.url)
    for (const body of realBodies) {
      const posting = request({
        hostname,
        port,
        method: 'POST',
        path: '/api/v2/spans',
        headers: { ...json, host: 'envoy-tracing-cluster' },
      })
      posting.write(body.subarray(0, 100)) // without a length: chunked
      posting.end(body.subarray(100))
      const [answer] = await once(posting, 'response')
      expect(answer.statusCode).toBe(202)
      expect((await answer.toArray()).length).toBe(0)
    }
    expect(batches.map(({ spans }) => `[${spans.map(({ text }) => text).join(',')}]`)).toEqual(realBodies.map(String))
    expect(new Set(batches.map(({ senderAddress }) => senderAddress))).toEqual(new Set(['127.0.0.1']))
    expect(receiver.figures).toMatchObject({ url: at.url, received: 25, accepted: 25, refused: {} })
  })

  it('may be compressed', async () => {
    const receiving = await Receiving.start()
    const statuses = [
      await receiving.post(gzipSync(small('gzip')), { ...json, 'content-encoding': 'gzip' }),
      await receiving.post(deflateSync(small('deflate')), { ...json, 'content-encoding': 'deflate' }),
      await receiving.post(deflateRawSync(small('raw')), { ...json, 'content-encoding': 'Deflate' }),
      await receiving.post(small('plain'), { 'content-type': 'Application/JSON; charset=utf-8', 'content-encoding': 'identity' }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([202, 202, 202, 202])
    expect(receiving.names).toEqual(['gzip', 'deflate', 'raw', 'plain'])
  })

  it('may be nothing', async () => {
    const receiving = await Receiving.start()
    expect(await receiving.post('[]')).toMatchObject({ status: 202, text: '' })
    expect(receiving.batches).toEqual([])
  })

  it('is known by the address that pods have, on a socket of both families too', async () => {
    const receiving = await Receiving.start({ listen: '[::]:0' })
    const { port } = new URL(receiving.url)
    await fetch(`http://127.0.0.1:${port}/api/v2/spans`, { method: 'POST', headers: json, body: small('x') })
    expect(receiving.batches.map(({ senderAddress }) => senderAddress)).toEqual(['127.0.0.1'])
  })
})

describe('the path', () => {
  it("is Zipkin's, the configured one, and the one that the mesh's configuration says now", async () => {
    const receiving = await Receiving.start({ path: '/own' })
    const taken = async () => {
      const answers = await Promise.all(
        ['/api/v2/spans', '/own', '/mesh', '/other', '/api/v1/spans'].map(async (path) => [
          path,
          (await receiving.post('[]', json, path)).status,
        ]),
      )
      return answers.filter(([, status]) => status === 202).map(([path]) => path)
    }
    const says = (endpoint?: string) => receiving.receiver.follow({ tracing: { enabled: true, ...(endpoint && { endpoint }) } })
    expect(await taken()).toEqual(['/api/v2/spans', '/own'])
    says('/mesh')
    expect(await taken()).toEqual(['/api/v2/spans', '/own', '/mesh'])
    says('/other?x=y')
    expect(await taken()).toEqual(['/api/v2/spans', '/own', '/other'])
    says('/api/v1/spans') // sidecars of a mesh post Zipkin's second version wherever they are told to
    expect(await taken()).toEqual(['/api/v2/spans', '/own', '/api/v1/spans'])
    says()
    expect(await taken()).toEqual(['/api/v2/spans', '/own'])
    says('no path')
    expect(await taken()).toEqual(['/api/v2/spans', '/own'])
    receiving.receiver.follow(undefined)
    expect(receiving.receiver.figures.paths).toEqual(['/api/v2/spans', '/own'])
    expect(receiving.telemetry.lines.filter((line) => line.includes('traces_path_followed'))).toHaveLength(3)
  })

  it.each<readonly [string, string, RequestInit, number, RegExp]>([
    [
      "Zipkin's first version",
      '/api/v1/spans',
      { method: 'POST', headers: json, body: '[]' },
      404,
      /post those of the second to \/api\/v2\/spans/,
    ],
    ['elsewhere', '/x', { method: 'POST', headers: json, body: '[]' }, 404, /post spans to \/api\/v2\/spans/],
    ['protobuf', '/api/v2/spans', { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: 'x' }, 415, /JSON/],
    ['Thrift', '/api/v2/spans', { method: 'POST', headers: { 'content-type': 'application/x-thrift' }, body: 'x' }, 415, /JSON/],
    ['a web page that knows no better', '/api/v2/spans', { method: 'POST', body: '[]' }, 415, /JSON/],
    [
      'another coding',
      '/api/v2/spans',
      { method: 'POST', headers: { ...json, 'content-encoding': 'br' }, body: '[]' },
      415,
      /gzip or deflate/,
    ],
    ['a reader', '/api/v2/spans', {}, 405, /posted/],
    ['a lost reader', '/traces', {}, 404, /says more/],
    ['a person', '/', {}, 200, /takes spans from sidecars.*POST \/api\/v2\/spans/s],
  ])('%s is told', async (_, path, init, status, text) => {
    const { url } = await Receiving.start()
    const answer = await fetch(url + path, init)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await answer.text()).toMatch(text)
  })
})

describe('what cannot be read', () => {
  it.each<readonly [string, RegExp]>([
    ['', /no JSON array/],
    ['{"traceId":"463ac35c9f6413ad"}', /no JSON array/],
    ['[{"traceId":"463ac3', /does not end/],
    ['[{"id":"1"},{}]', /None of these spans can be taken: no_trace_id/],
  ])('%s is answered with the reason', async (body, text) => {
    const receiving = await Receiving.start()
    const answer = await receiving.post(body)
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(text)
    expect(receiving.batches).toEqual([])
  })

  it('is 400 where it is not coded as it says', async () => {
    const receiving = await Receiving.start()
    const answer = await receiving.post(small('x'), { ...json, 'content-encoding': 'gzip' })
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('not coded as gzip') })
  })

  it('costs the good spans beside it nothing; it is counted, and told once a minute with its sender', async () => {
    const clock = new FakeClock()
    const receiving = await Receiving.start({}, { clock })
    const body = Uint8Array.from(bodyOf(aSpan({ name: 'good' }), { name: 'no id' }, aSpan({ name: 7 }), aSpan({ kind: 1 })))
    expect(await receiving.post(body)).toMatchObject({ status: 202, text: '' })
    expect(await receiving.post(body)).toMatchObject({ status: 202 })
    expect(receiving.names).toEqual(['good', 'good'])
    expect(receiving.receiver.figures).toMatchObject({ received: 8, accepted: 2, refused: { no_trace_id: 2, bad_member: 4 } })
    expect(await receiving.metric('meshtelemetry_spans_refused_total')).toEqual({ no_trace_id: 2, bad_member: 4 })
    const told = () =>
      receiving.telemetry.lines.filter((line) => line.includes('"spans_refused"')).map((line) => JSON.parse(line) as object)
    expect(told()).toMatchObject([
      { reason: 'no_trace_id', sender: '127.0.0.1', spans: 1 },
      { reason: 'bad_member', sender: '127.0.0.1', spans: 2 },
    ])
    clock.advance(60_000)
    await receiving.post(body)
    expect(told().slice(2)).toMatchObject([{ reason: 'no_trace_id', allOfThem: 3 }, { reason: 'bad_member' }])
  })
})

describe('its beginning and its end', () => {
  it('says which port is taken and what to do', async () => {
    const { url } = await Receiving.start()
    const second = new Receiving({ listen: new URL(url).host }, {})
    await expect(second.receiver.listen()).rejects.toMatchObject({ kind: { code: 'traces_port_taken' } })
  })

  it('takes another port where it may', async () => {
    const { url } = await Receiving.start()
    const second = await Receiving.start({ listen: new URL(url).host }, { portFallback: true })
    expect(second.url).not.toBe(url)
    expect(await second.post(small('x'))).toMatchObject({ status: 202 })
    expect(second.telemetry.lines.join()).toContain('traces_port_moved')
  })

  it('ends with connections open, twice, and before it began', async () => {
    const receiving = await Receiving.start()
    await receiving.post(small('kept alive'))
    await Promise.all([receiving.receiver.close(), receiving.receiver.close()])
    await expect(receiving.post(small('x'))).rejects.toThrow(/fetch failed/)
    await new Receiving({}, {}).receiver.close()
    expect(receiving.names).toEqual(['kept alive'])
  })

  it('gives up who does not finish when it ends', async () => {
    const receiving = await Receiving.start()
    const { hostname, port } = new URL(receiving.url)
    const posting = request({ hostname, port, method: 'POST', path: '/api/v2/spans', headers: json }).on('error', () => {})
    posting.write('[')
    const [socket] = (await once(posting, 'socket')) as [Socket]
    if (socket.connecting) await once(socket, 'connect')
    await receiving.receiver.close()
    expect(receiving.batches).toEqual([])
  })
})
