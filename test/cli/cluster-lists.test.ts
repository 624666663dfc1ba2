import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApiServer } from '../support/api-server.ts'
import { tunnelTo } from '../support/pod-tunnel.ts'
import { bookstore, controller, namespace, pod } from './meshed-cluster.ts'
import { type typed, typedAbout } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/${name}.golden`

let server: ApiServer
let room: string
let kubeconfig: string

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-lists-'))
  server = await ApiServer.start(...bookstore)
  kubeconfig = server.writeKubeconfig(join(room, 'kubeconfig'))
})
afterEach(async () => {
  await server.stop()
  rmSync(room, { recursive: true })
})

const asked = (line: string, world: Parameters<typeof typed>[1] = {}) => typedAbout(kubeconfig, line, world)

describe('namespace list', () => {
  it('prints what osm prints', async () => {
    server.apply(
      namespace('hostile', { 'openservicemesh.io/monitored-by': 'osm' }, { 'openservicemesh.io/sidecar-injection': '\u001B[2Jno' }),
    )
    const { exitCode, out, err } = await asked('namespace list')
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    await expect(out).toMatchFileSnapshot(golden('namespace-list'))
  })

  it('is called "ns list" too', async () => {
    expect((await asked('ns list')).out).toBe((await asked('namespace list')).out)
  })

  it('shows those of one mesh, and says so when there is none', async () => {
    expect((await asked('namespace list --mesh-name fsm')).out).toBe('NAMESPACE   MESH   SIDECAR-INJECTION\npipes       fsm    -\n')
    expect((await asked('namespace list --mesh-name other')).out).toBe('No namespaces in mesh [other]\n')
    server.objects.length = 0
    expect(await asked('namespace list')).toEqual({ exitCode: 0, out: 'No namespaces in any mesh\n', err: '' })
    expect((await asked('namespace list -o json')).out).toBe('[]\n')
  })

  it('tells more as JSON', async () => {
    server.apply(
      namespace('bookbuyer', undefined, { 'openservicemesh.io/sidecar-injection': 'enabled', 'openservicemesh.io/metrics': 'enabled' }),
    )
    const found = JSON.parse((await asked('namespace list -o json')).out)
    expect(found.slice(0, 3)).toEqual([
      { namespace: 'bookbuyer', mesh: 'osm', sidecarInjection: 'enabled', ignored: false, metrics: true },
      { namespace: 'bookstore', mesh: 'osm', sidecarInjection: null, ignored: false, metrics: false },
      { namespace: 'bookthief', mesh: 'osm', sidecarInjection: null, ignored: true, metrics: false },
    ])
  })

  it('says which right is missing', async () => {
    server.fault = () => 403
    expect(await asked('namespace list')).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringMatching(/right to list namespaces .*is missing/),
    })
  })
})

describe('mesh list', () => {
  const versions = {
    TCPRoute: 'specs.smi-spec.io/v1alpha4',
    HTTPRouteGroup: 'specs.smi-spec.io/v1alpha4',
    TrafficSplit: 'split.smi-spec.io/v1alpha2',
  }
  let osm: Server
  let answer: { status: number; body: string }

  beforeEach(async () => {
    answer = { status: 200, body: JSON.stringify(versions) }
    osm = createServer(({ url }, response) => response.writeHead(url === '/smi/version' ? answer.status : 404).end(answer.body))
    osm.listen(0, '127.0.0.1')
    await once(osm, 'listening')
    const { port } = osm.address() as AddressInfo
    tunnelTo(server.http, (path, wanted) =>
      path.endsWith('/osm-system/pods/osm-controller-b/portforward') && wanted === 9091 ? port : undefined,
    )
    const labels = { app: 'osm-controller' }
    server.apply(
      { ...pod('osm-controller-a', 'osm-system', {}, labels), status: { phase: 'Pending' } },
      pod('osm-controller-b', 'osm-system', {}, labels),
    )
  })
  afterEach(() => {
    osm.closeAllConnections()
    osm.close()
  })

  it('prints what osm prints, and "Unknown" with a reason for what cannot be found out', async () => {
    const { exitCode, out, err } = await asked('mesh list')
    expect({ exitCode, err }).toEqual({
      exitCode: 0,
      err: 'note: which SMI versions the mesh [fsm] in namespace [fsm-system] supports could not be asked: no pod fsm-controller runs in namespace fsm-system\n',
    })
    await expect(out).toMatchFileSnapshot(golden('mesh-list'))
    expect((await asked('mesh list', { terminal: { columns: 40 } })).out).toBe(out)
  })

  it('tells the same as JSON', async () => {
    expect(JSON.parse((await asked('mesh list --osm-namespace osm-system -o json')).out)).toEqual([
      {
        mesh: 'osm',
        namespace: 'osm-system',
        version: 'v1.2.4',
        addedNamespaces: ['bookbuyer', 'bookstore', 'bookthief'],
        smi: { HTTPRouteGroup: 'v1alpha4', TCPRoute: 'v1alpha4', TrafficSplit: 'v1alpha2' },
      },
    ])
  })

  it.each([
    ['answers with an error', () => (answer.status = 503), 'the controller osm-controller-b answered 503'],
    ['answers with something else', () => (answer.body = '[1]'), 'answered with something else than versions'],
    ['cannot be reached', () => server.http.removeAllListeners('upgrade'), 'the port-forward to pod osm-controller-b does not work'],
  ])('does without the SMI versions of a controller that %s', async (_, happens, message) => {
    happens()
    const { exitCode, out, err } = await asked('mesh list --osm-namespace osm-system')
    expect(exitCode).toBe(0)
    expect(out).toContain('osm         osm-system       Unknown\n')
    expect(err).toContain(message)
  })

  it('says so when there is none', async () => {
    expect(await asked('mesh list --osm-namespace elsewhere')).toEqual({ exitCode: 0, out: 'No osm mesh control planes found\n', err: '' })
    expect((await asked('mesh list --osm-namespace elsewhere -o json')).out).toBe('[]\n')
  })

  it('shows control planes without the right to their namespaces, and that something is amiss', async () => {
    server.apply(controller('osm', 'osm-system', { meshName: 'osm' }))
    server.fault = (_, path) => (path === '/api/v1/namespaces' ? 403 : undefined)
    const { exitCode, out, err } = await asked('mesh list --osm-namespace osm-system')
    expect(exitCode).toBe(1)
    expect(out).toContain('osm         osm-system       Unknown   Unknown\n')
    expect(err).toMatch(/right to list namespaces .*is missing/)
  })
})
