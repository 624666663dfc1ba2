import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findPlace, type PlaceChoice } from '../../src/cli/collector-place.ts'
import type { Context } from '../../src/cli/context.ts'
import { explain } from '../../src/runtime/problem.ts'
import { ApiServer } from '../support/api-server.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { serve } from './hand-made-collector.ts'

let api: ApiServer
let collector: { url: string; server: Server }
let room: string
let kubeconfig: string

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-local-'))
  api = await ApiServer.start()
  collector = await serve({ '/healthz': { status: 'ok' } })
  kubeconfig = api.writeKubeconfig(join(room, 'kubeconfig'))
})
afterEach(async () => {
  await api.stop()
  collector.server.close()
  rmSync(room, { recursive: true })
})

const portOf = (server: Server) => (server.address() as AddressInfo).port

describe('without any flag', () => {
  const nothingSaid: PlaceChoice = {
    server: undefined,
    tokenFile: undefined,
    kubeconfig: undefined,
    context: undefined,
    collectorNamespace: undefined,
  }
  const context: Context = {
    env: {},
    stdin: (async function* () {})(),
    stdout: { write: () => true },
    stderr: { write: () => true },
    signal: new AbortController().signal,
    clock: new FakeClock(),
    atExit: () => {},
  }

  it('the collector on this machine comes first', async () => {
    const place = await findPlace(nothingSaid, context, new URL(collector.url))
    expect(place).toMatchObject({ kind: 'collector', title: `the collector at ${collector.url}` })
    await place.close()
  })

  it('one that takes the connection and stays silent is said, and no other asked in its stead', async () => {
    vi.stubEnv('KUBECONFIG', kubeconfig)
    const frozen = createServer(() => {}).listen(0, '127.0.0.1')
    await once(frozen, 'listening')
    const { origin } = new URL(`http://127.0.0.1:${portOf(frozen)}`)
    const error: unknown = await findPlace(nothingSaid, context, new URL(origin)).catch((thrown: unknown) => thrown)
    frozen.closeAllConnections()
    frozen.close()
    vi.unstubAllEnvs()
    expect(error).toMatchObject({ kind: { code: 'server_unreachable' } })
    expect(explain(error)).toContain(`something listens at ${origin}, takes connections and gives no answer within 2s`)
    expect(explain(error)).toMatch(/--server URL, or --context NAME/)
    expect(api.asked).toEqual([])
  })

  it('another program on its port is no collector, and a cluster that was named is asked rather', async () => {
    const other = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const local = new URL(`http://127.0.0.1:${portOf(other)}`)
    await expect(findPlace({ ...nothingSaid, kubeconfig: join(room, 'nowhere') }, context, new URL(collector.url))).rejects.toThrow(
      'kubeconfig cannot be read',
    )
    const place = await findPlace({ ...nothingSaid, kubeconfig }, context, local)
    expect(place.kind).toBe('cluster')
    await place.close()
    other.close()
  })
})
