import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { createServer as createTcp } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { httpOptions } from '../../src/http/options.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { serve } from './collector-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'mesh-telemetry-http-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function takenPort() {
  const other = createTcp().listen(0, '127.0.0.1')
  await once(other, 'listening')
  return { port: (other.address() as AddressInfo).port, [Symbol.dispose]: () => void other.close() }
}

describe('listening', () => {
  it('says that the port is taken, and what to do', async () => {
    using taken = await takenPort()
    await expect(serve({ listen: `127.0.0.1:${taken.port}` })).rejects.toMatchObject({
      kind: { code: 'port_taken', remedy: expect.stringContaining('http.listen') },
      message: `127.0.0.1:${taken.port} is taken.`,
    })
  })

  it('takes the next free port for the demo, and says so', async () => {
    using taken = await takenPort()
    await using server = await serve({ listen: `127.0.0.1:${taken.port}` }, { portFallback: true })
    expect(Number(new URL(server.url).port)).toBeGreaterThan(taken.port)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(server.log.join('')).toContain('http_port_moved')
  })

  it('says that an address is not of this machine', async () => {
    await expect(serve({ listen: '240.0.0.1:0' })).rejects.toMatchObject({ kind: { code: 'listen_failed' } })
  })

  it.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
  ])('reads %s', (listen, expected) => expect(httpOptions.parse({ listen }).listen).toEqual(expected))

  it.each(['9464', ':9464', '::1:9464', '127.0.0.1:99999', 'http://127.0.0.1:9464', '127.0.0.1:'])('refuses %s', (listen) =>
    expect(httpOptions.safeParse({ listen }).success).toBe(false),
  )
})

describe('the bearer token', () => {
  const ask = (url: string, token?: string) => fetch(url, token === undefined ? {} : { headers: { authorization: token } })

  it('is asked of everything but the probes and the page, and never logged', async () => {
    const bearerTokenFile = join(folder, 'token')
    writeFileSync(bearerTokenFile, 's3cret-token\n')
    await using server = await serve({ bearerTokenFile })
    const refused = await ask(`${server.url}/metrics`)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="mesh-telemetry"'])
    for (const token of ['Bearer wrong', 'Bearer s3cret-token2', 'Basic s3cret-token', 's3cret-token', 'Bearer ', ''])
      expect((await ask(`${server.url}/api/v1/edges`, token)).status).toBe(401)
    for (const path of ['/metrics', '/openapi.json', '/nothing']) expect((await ask(server.url + path)).status).toBe(401)
    for (const path of ['/healthz', '/readyz']) expect((await ask(server.url + path)).status).toBe(200)
    expect((await ask(`${server.url}/metrics`, 'Bearer s3cret-token')).status).toBe(200)
    expect(server.log.join('')).not.toContain('s3cret')
  })

  it('follows its file, and keeps the last good one', async () => {
    const bearerTokenFile = join(folder, 'followed')
    writeFileSync(bearerTokenFile, 'one')
    await using server = await serve({ bearerTokenFile })
    writeFileSync(bearerTokenFile, 'two')
    expect((await ask(`${server.url}/metrics`, 'Bearer one')).status).toBe(401)
    expect((await ask(`${server.url}/metrics`, 'Bearer two')).status).toBe(200)
    writeFileSync(bearerTokenFile, '')
    expect((await ask(`${server.url}/metrics`, 'Bearer two')).status).toBe(200)
    expect((await ask(`${server.url}/metrics`, 'Bearer ')).status).toBe(401)
    rmSync(bearerTokenFile)
    expect((await ask(`${server.url}/metrics`, 'Bearer two')).status).toBe(200)
    expect(server.log.filter((line) => line.includes('http_file_unusable'))).toHaveLength(2)
  })

  it.each([
    ['missing', undefined],
    ['empty', ' \n'],
    ['two words', 'one two'],
  ])('refuses to start with a file that is %s', async (name, text) => {
    const bearerTokenFile = join(folder, `bad ${name}`)
    if (text !== undefined) writeFileSync(bearerTokenFile, text)
    await expect(serve({ bearerTokenFile })).rejects.toMatchObject({ kind: { code: 'token_unusable' } })
  })
})

describe('TLS', () => {
  // Certificates for CN=first and CN=second, good for a hundred years and for nothing but these tests.
  const certificates = join(import.meta.dirname, 'certificates')
  const put = (name: string) => {
    for (const kind of ['crt', 'key']) cpSync(join(certificates, `${name}.${kind}`), join(folder, `server.${kind}`))
  }
  const nameAt = async (url: string) => {
    const asked = request(`${url}/healthz`, { rejectUnauthorized: false, agent: false }).end()
    const [answer] = await once(asked, 'response')
    const name = (answer.socket as TLSSocket).getPeerCertificate().subject.CN
    answer.resume()
    return name
  }

  it('serves with the certificate, and with the next one when the files change', async () => {
    put('first')
    const clock = new FakeClock()
    await using server = await serve({ tls: { cert: 'server.crt', key: 'server.key' } }, { clock, baseDirectory: folder })
    expect(server.url).toMatch(/^https:/)
    expect(await nameAt(server.url)).toBe('first')
    put('second')
    clock.advance(10_000)
    await expect.poll(() => nameAt(server.url)).toBe('second')
  })

  it('refuses to start with files that do not belong together', async () => {
    await expect(serve({ tls: { cert: 'first.crt', key: 'second.key' } }, { baseDirectory: certificates })).rejects.toMatchObject({
      kind: { code: 'tls_unusable' },
    })
  })
})
