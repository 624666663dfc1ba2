import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { zipkinOptions } from '../../../src/forward/spans/options.ts'
import { spanProblems } from '../../../src/forward/spans/problems.ts'
import { Zipkin } from '../../../src/forward/spans/zipkin.ts'
import { itIsASpanDestination, never, refusal } from '../../contracts/span-destination.ts'
import { spanChunk } from '../../support/spans.ts'
import { TracingBackend } from '../../support/tracing-backend.ts'

const zipkin = (options: object) => new Zipkin(zipkinOptions.parse(options))

itIsASpanDestination({
  open: (endpoint, timeoutMs) => zipkin({ endpoint, timeout: `${timeoutMs}ms` }),
  isPassedThrough: true,
  passing: [408, 500, 502, 503, 504],
})

describe('spans to Zipkin', () => {
  const lines = ['{ "traceId" : "1", "unknown": 1e400, "name":"b\\u00fccher ☃" }', '{"id":"2","shared":true}']

  it.each([
    [true, 'gzip'],
    [false, undefined],
  ])('keep every byte; gzip: %s', async (gzip, encoding) => {
    await using backend = await TracingBackend.start()
    await zipkin({ endpoint: backend.url, gzip }).send(spanChunk(lines), never)
    expect(backend.heard).toHaveLength(1)
    expect(backend.heard[0]?.body.toString()).toBe(`[${lines.join(',')}]`)
    expect(backend.heard[0]?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(backend.heard[0]?.headers['content-encoding']).toBe(encoding)
  })

  it.each([
    ['', '/api/v2/spans'],
    ['/', '/api/v2/spans'],
    ['/?tenant=a', '/api/v2/spans?tenant=a'],
    ['/zipkin/spans', '/zipkin/spans'],
  ])('go to the path that the endpoint names: "%s"', async (path, asked) => {
    await using backend = await TracingBackend.start()
    await zipkin({ endpoint: backend.url + path }).send(spanChunk(lines), never)
    expect(backend.heard.map((request) => request.path)).toEqual([asked])
  })

  it('carry the headers but for those that are ours to say, and the token as its file has it now; without one they wait', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zipkin-test-'))
    const bearerTokenFile = join(folder, 'token')
    await using backend = await TracingBackend.start()
    const destination = zipkin({
      endpoint: backend.url,
      headers: { 'X-Scope': 'mesh', 'Content-Type': 'text/plain', Authorization: 'none' },
      bearerTokenFile,
    })
    const missing = await refusal(destination.send(spanChunk(lines), never))
    expect(missing).toMatchObject({ kind: spanProblems.spans_no_token, message: `The file ${bearerTokenFile} cannot be read: ENOENT.` })
    for (const token of ['first-secret', 'second-secret']) {
      await writeFile(bearerTokenFile, `${token}\n`)
      await destination.send(spanChunk(lines), never)
    }
    expect(backend.brought.map(({ headers }) => [headers['authorization'], headers['x-scope']])).toEqual([
      ['Bearer first-secret', 'mesh'],
      ['Bearer second-secret', 'mesh'],
    ])
    backend.react = () => ({ status: 401 })
    expect(inspect(await refusal(destination.send(spanChunk(lines), never)), { depth: Infinity })).not.toContain('secret')
    await writeFile(bearerTokenFile, 'two secrets')
    const unusable = await refusal(destination.send(spanChunk(lines), never))
    expect(unusable).toMatchObject({ kind: spanProblems.spans_no_token, message: `The file ${bearerTokenFile} holds no single token.` })
    await rm(folder, { recursive: true })
  })

  it.each([
    ['another protocol', { endpoint: 'udp://jaeger:6831' }],
    ['a password in the address', { endpoint: 'http://me:secret@jaeger:9411' }],
    ['a header of two lines', { endpoint: 'http://jaeger:9411', headers: { a: 'b\nc: d' } }],
    ['a header whose name is none', { endpoint: 'http://jaeger:9411', headers: { 'a b': 'c' } }],
  ])('cannot be configured with %s', (_what, options) => {
    expect(zipkinOptions.safeParse(options).success).toBe(false)
  })
})
