import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Collector, startCollector } from '../../src/collector.ts'
import { configSchema } from '../../src/config/schema.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { realBodies } from './support/spans.ts'

/** A whole collector with what sidecars post to on one side and a backend for spans on the other. */
let folder: string
let backend: Server
let arrived: string[]
let collector: Collector | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spans-test-'))
  arrived = []
  backend = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      arrived.push(...(JSON.parse(Buffer.concat(parts).toString()) as unknown[]).map((span) => JSON.stringify(span)))
      response.writeHead(202).end()
    })
  })
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  await collector?.stop(5_000)
  collector = undefined
  backend.closeAllConnections()
  backend.close()
  await rm(folder, { recursive: true, force: true })
})

const start = async (traces: object): Promise<Collector> =>
  (collector = await startCollector(
    configSchema.parse({
      discover: { source: 'manifests', manifests: { path: folder } },
      http: { listen: '127.0.0.1:0' },
      traces,
      forward: { zipkin: { endpoint: `http://127.0.0.1:${(backend.address() as AddressInfo).port}`, gzip: false } },
    }),
    { baseDirectory: folder, version: 'test', log: createLog({ level: 'error' }) },
  ))

const untouched = { repair: { serviceNames: false, durations: false, ids: false, meshTags: false }, redact: { queries: false } }

it('what real sidecars post arrives where it is sent on to, all of it and unchanged', async () => {
  const started = await start({ listen: '127.0.0.1:0', ...untouched })
  const { tracesUrl = '', url, reading } = started
  for (const body of realBodies) {
    const init = { method: 'POST', body: Uint8Array.from(body), headers: { 'content-type': 'application/json' } }
    expect((await fetch(`${tracesUrl}/api/v2/spans`, init)).status).toBe(202)
  }
  const sent = realBodies.flatMap((body) => (JSON.parse(String(body)) as unknown[]).map((span) => JSON.stringify(span)))
  await expect.poll(() => arrived).toEqual(sent)
  const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { traces: object }
  expect(status.traces).toMatchObject({ url: tracesUrl, paths: ['/api/v2/spans'], received: 25, accepted: 25, sampledOut: 0, refused: {} })
  expect(reading.status().traces).toMatchObject({ received: 25 })
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('meshtelemetry_spans_requests_total{status="202"} 5')
  expect(await started.stop(5_000)).toBe(true)
  await expect(fetch(tracesUrl)).rejects.toThrow(/fetch failed/)
})

it('nothing is received unless it is asked for', async () => {
  const { tracesUrl, reading } = await start({})
  expect(tracesUrl).toBeUndefined()
  expect(reading.status().traces).toBeNull()
})

it('a port that is taken is a reason not to start', async () => {
  const { port } = backend.address() as AddressInfo
  await expect(start({ listen: `127.0.0.1:${port}` })).rejects.toMatchObject({ kind: { code: 'traces_port_taken' } })
})
