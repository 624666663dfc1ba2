import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificate, key } from '../scrape/support/certificate.ts'
import { ApiServer, type KubeObject } from '../support/api-server.ts'
import { tunnelTo } from '../support/pod-tunnel.ts'
import { answersOf, healthy } from './doctored-collector.ts'
import { edges, serve, targets } from './hand-made-collector.ts'
import { configMap, namespace, pod, scraped } from './meshed-cluster.ts'
import { typed, typedAbout } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/${name}.golden`

const running = (object: KubeObject, ip = '10.0.0.7'): KubeObject => ({ ...object, status: { phase: 'Running', podIP: ip } })

const collectorPod = (
  place = 'mesh-telemetry',
  state: object = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
): KubeObject => ({
  ...pod('mesh-telemetry-0', place, {}, { 'app.kubernetes.io/name': 'mesh-telemetry' }),
  spec: { containers: [{ name: 'collector', ports: [{ name: 'http-metrics', containerPort: 19_464 }] }] },
  status: state,
})

const meshConfig = (enableWASMStats: boolean): KubeObject => ({
  kind: 'MeshConfig',
  metadata: { name: 'osm-mesh-config', namespace: 'osm-system' },
  spec: { featureFlags: { enableWASMStats } },
})

/** Two namespaces that are named, one that is not, and pods with and without what it takes. */
const bookstore: readonly KubeObject[] = [
  namespace('bookbuyer'),
  namespace('bookstore'),
  namespace('bookthief'),
  configMap('[osm_metric_collection_configuration.settings]\nmonitor_namespaces = ["bookbuyer", "bookstore"]\n'),
  running(pod('bookbuyer-0', 'bookbuyer', scraped)),
  running(pod('bookstore-v1-0', 'bookstore', scraped)),
  running(pod('bookstore-v1-1', 'bookstore', scraped)),
  running(pod('bookstore-v2-0', 'bookstore')),
  running(
    pod(
      'osm-controller-0',
      'osm-system',
      { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9091' },
      { app: 'osm-controller', meshName: 'osm' },
    ),
  ),
  meshConfig(true),
]

const page = `# TYPE envoy_server_live gauge
envoy_server_live{} 1
# TYPE envoy_cluster_upstream_rq_total counter
envoy_cluster_upstream_rq_total{envoy_cluster_name="bookstore/bookstore|14001"} 5
# TYPE osm_request_total counter
response_code_200_source_namespace_a_source_kind_b_source_name_c_source_pod_d_destination_namespace_e_destination_kind_f_destination_name_g_destination_pod_h_osm_request_total{} 4
`

let api: ApiServer
let kubeconfig: string
let room: string
let collector: { url: string; server: Server }
let sidecar: Server
/** Where pods' ports lead: none for a closed one, and no entry where the API server refuses. */
let ports: Record<string, number>

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'mesh-telemetry-places-'))
  api = await ApiServer.start(...bookstore)
  kubeconfig = api.writeKubeconfig(join(room, 'kubeconfig'))
  collector = await serve({
    ...answersOf(healthy),
    '/api/v1/targets': targets,
    '/api/v1/edges?window=5m': edges,
    '/metrics/edges': 'a 1\n',
  })
  sidecar = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(page)).listen(0, '127.0.0.1')
  await once(sidecar, 'listening')
  ports = {
    'mesh-telemetry/mesh-telemetry-0:19464': portOf(collector.server),
    'monitoring/mesh-telemetry-0:19464': portOf(collector.server),
    'bookbuyer/bookbuyer-0:15010': portOf(sidecar),
    'bookstore/bookstore-v1-0:15010': portOf(sidecar),
  }
  tunnelTo(api.http, (path, port) => {
    const [, place, name] = /namespaces\/([^/]+)\/pods\/([^/]+)/.exec(path) ?? []
    return ports[`${place}/${name}:${port}`]
  })
})
afterEach(async () => {
  await api.stop()
  sidecar.close()
  collector.server.close()
  rmSync(room, { recursive: true })
})

const portOf = (server: Server) => (server.address() as AddressInfo).port
const closedPort = 1

const asked = (line: string) => typedAbout(kubeconfig, line)

describe('a collector in the cluster', () => {
  it('is asked through a port-forward, wherever it was installed', async () => {
    api.apply(collectorPod('monitoring'))
    const { exitCode, out, err } = await asked('targets')
    expect({ exitCode, err }).toEqual({
      exitCode: 0,
      err: 'note: asked the collector monitoring/mesh-telemetry-0 in the cluster of the context "here", through a port-forward\n',
    })
    expect(out).toBe((await typed(`targets --server ${collector.url}`)).out)
    expect(JSON.parse((await asked('edges -o json')).out)).toEqual(edges)
    expect((await asked('edges -o prometheus')).out).toBe('a 1\n')
    expect(JSON.parse((await asked('doctor -o json')).out)).toMatchObject({ by: 'collector' })
  })

  it('is found in its usual namespace, or in the one that is said, by who may not look everywhere', async () => {
    api.apply(collectorPod())
    api.fault = (_, path) => (path === '/api/v1/pods' ? 403 : undefined)
    expect((await asked('edges')).exitCode).toBe(0)
    api.objects.splice(0, Infinity, collectorPod('monitoring'))
    expect(await asked('edges')).toMatchObject({ exitCode: 3, err: expect.stringContaining('no collector is installed in it') })
    expect((await asked('edges --collector-namespace monitoring')).exitCode).toBe(0)
    expect(await asked('edges --collector-namespace ../x')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('name of a namespace'),
    })
  })

  it('is one of several: which, and how to ask another', async () => {
    const waits = { phase: 'Running', containerStatuses: [{ name: 'collector', state: { waiting: { reason: 'CrashLoopBackOff' } } }] }
    api.apply(collectorPod('a-first-name', waits), collectorPod('monitoring'))
    const { err } = await asked('edges')
    expect(err).toContain('note: collectors run in a-first-name, too; --collector-namespace says which one is asked\n')
    expect(err).toContain('asked the collector monitoring/mesh-telemetry-0')
  })

  it('may want its token', async () => {
    const closed = await serve({ '/api/v1/targets': targets }, 'sesame')
    ports['mesh-telemetry/mesh-telemetry-0:19464'] = portOf(closed.server)
    api.apply(collectorPod())
    expect(await asked('targets')).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('--token-file') })
    closed.server.close()
  })
})

describe('a collector in the cluster that listens with TLS', () => {
  it('is asked by HTTPS, whatever name its certificate is for, and shown the token only then', async () => {
    const shown: (string | undefined)[] = []
    const secure = createSecureServer({ cert: certificate, key }, ({ url = '', headers }, response) => {
      shown.push(headers.authorization)
      response.end(url === '/healthz' ? '{"status":"ok"}' : JSON.stringify(targets))
    }).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    ports['mesh-telemetry/mesh-telemetry-0:19464'] = (secure.address() as AddressInfo).port
    api.apply(collectorPod())
    writeFileSync(join(room, 'token'), 'sesame')
    const { exitCode, err, out } = await asked(`targets -o json --token-file ${join(room, 'token')}`)
    secure.close()
    expect({ exitCode, err }).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('asked the collector mesh-telemetry/mesh-telemetry-0'),
    })
    expect(JSON.parse(out)).toEqual(targets)
    expect(shown).toEqual([undefined, 'Bearer sesame'])
  })
})

describe('where the command line names a cluster', () => {
  it('what is to be typed names it too, whoever said it', async () => {
    const flags = `--kubeconfig ${kubeconfig} --context here`
    const remediesOf = async (command: string) => {
      const { out } = await typed(`${command} -o json ${flags}`)
      return [...new Set(Array.from(out.matchAll(/"remedy": (".*")/g), ([, text = '']) => JSON.parse(text) as string))]
    }
    const looked = [...(await remediesOf('targets')), ...(await remediesOf('doctor'))]
    api.apply(collectorPod())
    const collected = await remediesOf('targets')
    expect(looked).toContain(`kubectl ${flags} apply -k deploy/overlays/upstream (deploy/README.md says which overlay fits)`)
    expect(collected).toContain(`kubectl ${flags} logs bookthief-1 -n bookthief -c envoy`)
    expect(collected).toContain(`mesh-telemetry metrics enable ${flags} --namespace bookstore`)
    for (const remedy of [...looked, ...collected])
      expect(remedy.match(/kubectl|mesh-telemetry metrics/g)?.length).toBe(remedy.match(/--kubeconfig \S+ --context here/g)?.length)
    expect((await typed(`targets ${flags}`)).out).toContain(`  kubectl ${flags} logs bookthief-1 -n bookthief -c envoy\n`)
  })

  it('so does what is said of an error', async () => {
    const flags = `--kubeconfig ${kubeconfig} --context here`
    expect((await typed(`edges ${flags}`)).err).toContain(`kubectl ${flags} apply -k `)
    api.fault = () => 403
    expect((await typed(`namespace list ${flags}`)).err).toMatch(/ {2}kubectl --kubeconfig \S+ --context here create clusterrole /)
  })
})

describe('a cluster whose collector cannot be asked', () => {
  it('is looked at once: who would be scraped, and why others would not', async () => {
    const { exitCode, out, err } = await asked('targets')
    expect({ exitCode, err }).toEqual({
      exitCode: 0,
      err: 'note: asked the cluster of the context "here" itself, once, with your rights, and nothing was scraped: no collector is installed in it\n',
    })
    await expect(out).toMatchFileSnapshot(golden('targets-looked'))
    const read = JSON.parse((await asked('targets -o json')).out)
    expect(read).toMatchObject({
      targets: [{ pod: 'bookbuyer-0', state: 'waiting', workload: null }, {}, {}, {}],
      rule: expect.stringContaining('names bookbuyer'),
    })
    expect(read).not.toHaveProperty('scrape')
  })

  it('says so when nobody would be scraped', async () => {
    api.objects.splice(0, Infinity, namespace('bookbuyer'))
    expect((await asked('targets')).out).toMatch(/^No target would be scraped\. The rule: there is no ConfigMap /)
  })

  it('has no edges: exit code 3 and what to type', async () => {
    const { exitCode, out, err } = await asked('edges')
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' })
    expect(err).toMatch(/no collector is installed in it \(collector_missing\)\n {2}kubectl apply -k /)
  })

  it('is examined with one page per namespace', async () => {
    ports['bookstore/bookstore-v1-0:15010'] = closedPort
    const { exitCode, out } = await asked('doctor')
    expect(exitCode).toBe(1)
    await expect(out).toMatchFileSnapshot(golden('doctor-looked'))
  })

  it('lacks nothing but a collector', async () => {
    api.objects.splice(0, Infinity, ...bookstore.filter(({ metadata }) => metadata.name !== 'bookstore-v2-0'))
    const { exitCode, out } = await asked('doctor')
    expect(exitCode).toBe(1)
    await expect(out).toMatchFileSnapshot(golden('doctor-no-collector'))
  })

  it('has a collector that does not answer: which pod, and its state', async () => {
    ports['mesh-telemetry/mesh-telemetry-0:19464'] = closedPort
    api.apply(
      collectorPod('mesh-telemetry', {
        phase: 'Running',
        containerStatuses: [{ name: 'collector', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      }),
    )
    const { out, err } = await asked('doctor -o json')
    expect(err).toContain('its collector mesh-telemetry/mesh-telemetry-0 does not answer, the pod is CrashLoopBackOff\n')
    const found = JSON.parse(out).checks.find(({ name }: { name: string }) => name === 'collector')
    expect(found).toMatchObject({ state: 'broken', remedy: 'kubectl describe pod mesh-telemetry-0 -n mesh-telemetry' })
  })

  it('may have one that works, where the right to look or to forward is missing', async () => {
    api.apply(collectorPod())
    ports = {}
    const { exitCode, out, err } = await asked('doctor -o json')
    expect(err).toContain(
      'the API server opens no port-forward to its collector mesh-telemetry/mesh-telemetry-0: Unexpected server response: 500\n',
    )
    const states = Object.fromEntries(JSON.parse(out).checks.map(({ name, state }: { name: string; state: string }) => [name, state]))
    expect(states).toMatchObject({ collector: 'unknown', pods: 'broken', port: 'unknown', families: 'unknown' })
    expect(exitCode).toBe(1)
    api.fault = (_, path) => (path.startsWith('/api/v1/namespaces/mesh-telemetry') || path === '/api/v1/pods' ? 403 : undefined)
    expect(await asked('targets')).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('may not be looked up: The right to list pods in namespace mesh-telemetry is missing'),
    })
  })

  it('is examined by who may not read pods, too: the right first, and the rest is not known', async () => {
    api.fault = (_, path) => (path === '/api/v1/namespaces' || path.endsWith('/pods') ? 403 : undefined)
    const { exitCode, out } = await asked('doctor')
    expect(exitCode).toBe(1)
    expect(out.match(/^broken|^ok|^off/gm)).toEqual(['broken'])
    expect(out).toMatch(
      /^FIRST BROKEN LINK: What the cluster says.*\n.*\nThe right to list namespaces and pods in all namespaces is missing: /,
    )
    expect(out).toContain('create clusterrole mesh-telemetry-namespaces-pods')
    api.fault = (_, path) => (path.endsWith('/meshconfigs') ? 403 : undefined)
    expect((await asked('doctor')).out).toContain('You may read all of it but meshconfigs in osm-system (whether WASM statistics are on).')
  })

  it('has sidecars that do not run, which need not be asked', async () => {
    const containerStatuses = [{ name: 'envoy', state: { waiting: { reason: 'CrashLoopBackOff' } } }]
    api.apply({
      ...pod('bookstore-v1-0', 'bookstore', scraped),
      status: { phase: 'Running', podIP: '10.0.0.7', containerStatuses },
    })
    ports['bookstore/bookstore-v1-1:15010'] = portOf(sidecar)
    const { checks } = JSON.parse((await asked('doctor -o json')).out)
    expect(checks.find(({ name }: { name: string }) => name === 'port')).toMatchObject({
      found: '1 of 3 sidecars does not answer.',
      faults: [
        {
          what: 'bookstore/bookstore-v1-0: The sidecar does not run: CrashLoopBackOff. (connection_refused)',
          remedy: expect.stringContaining('logs bookstore-v1-0 -n bookstore -c envoy --previous'),
        },
      ],
    })
  })

  it('says which statistics are off, and which queries stay empty for it', async () => {
    api.apply(meshConfig(false))
    const found = JSON.parse((await asked('doctor -o json')).out).checks.find(({ name }: { name: string }) => name === 'workloads')
    expect(found).toMatchObject({ state: 'off', remedy: expect.stringContaining('kubectl patch meshconfig osm-mesh-config -n osm-system') })
    expect(found.faults[0].what).toContain('osm_request_total')
  })

  it('tells a page of somebody else from a sidecar that is silent', async () => {
    sidecar
      .removeAllListeners('request')
      .on('request', (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('up 1\n'))
    const { checks } = JSON.parse((await asked('doctor -o json')).out)
    const states = Object.fromEntries(checks.map(({ name, state }: { name: string; state: string }) => [name, state]))
    expect(states).toMatchObject({ port: 'ok', families: 'broken' })
  })

  it('is not reached: exit code 3', async () => {
    await api.stop()
    expect(await asked('targets')).toMatchObject({ exitCode: 3, err: expect.stringContaining('kubernetes_unreachable') })
    api.http.listen(0)
  })
})
