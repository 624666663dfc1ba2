import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { serve, smallMesh } from './collector-reading.ts'

/** Asks as it says, and gives the body as it came. */
async function raw(url: string, { accepts = '', method = 'GET' } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{ headers: Record<string, unknown>; body: Buffer }>()
  const asked = request(url, { method, agent: false, headers: { 'accept-encoding': accepts } }, (answer) => {
    const pieces: Buffer[] = []
    answer
      .on('data', (piece: Buffer) => pieces.push(piece))
      .on('error', reject)
      .on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces) }))
  })
  asked.on('error', reject).end()
  return promise
}

const { edges } = smallMesh().edges({ windowMs: 1_000 })
const large = smallMesh({
  edges: ({ windowMs }) => ({ atMs: 0, windowMs, coveredMs: 0, edges: Array.from({ length: 100 }, () => edges).flat() }),
})

describe('an answer of the API', () => {
  it('is packed where it is large and the reader prefers that', async () => {
    await using server = await serve({}, { reading: large })
    const url = `${server.url}/api/v1/edges`
    const [plain, packed] = [await raw(url), await raw(url, { accepts: 'gzip, deflate, br' })]
    expect(plain.headers).toMatchObject({ vary: 'accept-encoding', 'content-length': String(plain.body.length) })
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(packed.headers).toMatchObject({
      vary: 'accept-encoding',
      'content-encoding': 'gzip',
      'content-length': String(packed.body.length),
    })
    expect(packed.body.length).toBeLessThan(plain.body.length / 10)
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true)
  })

  it.each([['gzip;q=0'], ['identity, gzip;q=0.5'], ['br']])('comes as it is to a reader that says %s', async (accepts) => {
    await using server = await serve({}, { reading: large })
    const { headers, body } = await raw(`${server.url}/api/v1/edges`, { accepts })
    expect(headers).not.toHaveProperty('content-encoding')
    expect((JSON.parse(body.toString()) as { edges: [] }).edges).toHaveLength(200)
  })

  it('comes as it is where it is small, or an error', async () => {
    await using server = await serve()
    for (const path of ['/api/v1/edges', '/api/v1/edges?by=x', '/nowhere']) {
      const { headers, body } = await raw(`${server.url}${path}`, { accepts: 'gzip' })
      expect(headers).not.toHaveProperty('content-encoding')
      expect(JSON.parse(body.toString())).toBeTypeOf('object')
    }
  })

  it('has no body for HEAD', async () => {
    await using server = await serve({}, { reading: large })
    const { headers, body } = await raw(`${server.url}/api/v1/edges`, { accepts: 'gzip', method: 'HEAD' })
    expect([headers.vary, body.length]).toEqual(['accept-encoding', 0])
  })

  it('is not packed twice where it streams itself', async () => {
    await using server = await serve()
    const { headers, body } = await raw(`${server.url}/api/v1/rows`, { accepts: 'gzip' })
    expect([headers['content-encoding'], gunzipSync(body).toString()]).toEqual(['gzip', '{}\n'])
  })
})
