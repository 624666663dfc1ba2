import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { httpOptions } from '../../src/http/options.ts'
import { serve } from './collector-reading.ts'

interface Said {
  readonly status: number | undefined
  readonly body: string
}

/** Asks a server by another name than its address, as a browser does that was told so. */
const ask = (url: string, host: string, path = '/api/v1/edges') =>
  new Promise<Said>((resolve, reject) => {
    const asking = request(new URL(path, url), { headers: { host }, agent: false }, (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode, body }), reject)
    })
    asking.on('error', reject).end()
  })

describe('on loopback without a token', () => {
  it.each(['evil.example', 'evil.example:9464', 'localhost.evil.example', '127.0.0.1.evil.example', 'x.localhost', '[evil]', 'a b', ':80'])(
    'the name %j is not answered',
    async (host) => {
      await using server = await serve()
      for (const path of ['/', '/ui/0/main.ts', '/metrics', '/metrics/edges', '/api/v1/targets', '/openapi.json', '/nothing']) {
        const { status, body } = await ask(server.url, host, path)
        expect([400, 421]).toContain(status)
        expect(body).not.toContain('bookbuyer')
      }
    },
  )

  it('says what to type', async () => {
    await using server = await serve()
    const { status, body } = await ask(server.url, 'Evil.example:80')
    expect([status, JSON.parse(body)]).toEqual([
      421,
      {
        error: {
          code: 'unknown_host',
          message:
            'This collector does not answer to the name evil.example: ask for its address or localhost, or add the name to http.hosts.',
        },
      },
    ])
  })

  it.each(['127.0.0.1', '127.0.0.1:1', 'localhost:8080', 'LOCALHOST', 'localhost.', '[::1]:9464', '[::ffff:7f00:1]', '10.244.1.7:9464'])(
    '%s is answered: a port-forward, a tunnel, an address',
    async (host) => {
      await using server = await serve()
      expect((await ask(server.url, host)).status).toBe(200)
    },
  )

  it('a request that names nobody is answered: no browser sends one', async () => {
    await using server = await serve()
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write('GET /healthz HTTP/1.0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('names of http.hosts are answered too, and only those', async () => {
    await using server = await serve({ hosts: ['Mesh.example.com'] })
    expect((await ask(server.url, 'mesh.example.com:443')).status).toBe(200)
    expect((await ask(server.url, 'localhost')).status).toBe(200)
    expect((await ask(server.url, 'other.example.com')).status).toBe(421)
  })

  it('is what localhost and [::1] are', async () => {
    for (const listen of ['localhost:0', '[::1]:0']) {
      await using server = await serve({ listen })
      expect((await ask(server.url, 'evil.example')).status).toBe(421)
      expect((await ask(server.url, 'localhost')).status).toBe(200)
    }
  })
})

describe('every name is answered', () => {
  it('where others than this machine are let in anyway: by service names, by an ingress', async () => {
    await using server = await serve({ listen: '0.0.0.0:0' })
    expect((await ask(server.url, 'mesh-telemetry.monitoring.svc:9464')).status).toBe(200)
  })

  it('where a token is asked for, which no strange page has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'host-names-'))
    const bearerTokenFile = join(folder, 'token')
    writeFileSync(bearerTokenFile, 'secret')
    await using server = await serve({ bearerTokenFile })
    expect((await ask(server.url, 'mesh.example.com')).status).toBe(401)
    expect((await ask(server.url, 'mesh.example.com', '/healthz')).status).toBe(200)
    await rm(folder, { recursive: true })
  })

  it('but not beyond http.hosts, wherever it is set', async () => {
    await using server = await serve({ listen: '0.0.0.0:0', hosts: ['mesh.example.com'] })
    expect((await ask(server.url, 'evil.example')).status).toBe(421)
    expect((await ask(server.url, 'mesh.example.com')).status).toBe(200)
  })
})

it.each(['https://mesh.example.com', 'mesh.example.com:80', '', 'a b'])('refuses %j as a name', (name) =>
  expect(httpOptions.safeParse({ hosts: [name] }).success).toBe(false),
)
