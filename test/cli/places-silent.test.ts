import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../support/api-server.ts'
import { namespace, pod, scraped } from './meshed-cluster.ts'
import { bookstore, closedPort, collectorPod, meshConfig, PlacedCluster, portOf } from './placed-cluster.ts'

const cluster = new PlacedCluster()
const { asked } = cluster

const golden = (name: string) => `../cases/cli/${name}.golden`

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
    cluster.api.objects.splice(0, Infinity, namespace('bookbuyer'))
    expect((await asked('targets')).out).toMatch(/^No target would be scraped\. The rule: there is no ConfigMap /)
  })

  it('has no edges: exit code 3 and what to type', async () => {
    const { exitCode, out, err } = await asked('edges')
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' })
    expect(err).toMatch(/no collector is installed in it \(collector_missing\)\n {2}kubectl apply -k /)
  })

  it('is examined with one page per namespace', async () => {
    cluster.ports['bookstore/bookstore-v1-0:15010'] = closedPort
    const { exitCode, out } = await asked('doctor')
    expect(exitCode).toBe(1)
    await expect(out).toMatchFileSnapshot(golden('doctor-looked'))
  })

  it('lacks nothing but a collector', async () => {
    cluster.api.objects.splice(0, Infinity, ...bookstore.filter(({ metadata }) => metadata.name !== 'bookstore-v2-0'))
    const { exitCode, out } = await asked('doctor')
    expect(exitCode).toBe(1)
    await expect(out).toMatchFileSnapshot(golden('doctor-no-collector'))
  })

  it('has a collector that does not answer: which pod, and its state', async () => {
    cluster.ports['mesh-telemetry/mesh-telemetry-0:19464'] = closedPort
    cluster.api.apply(
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

  it('has one that made no pod: which StatefulSet tells why', async () => {
    const labels = { 'app.kubernetes.io/name': 'mesh-telemetry' }
    const made = (place: string, replicas: number): KubeObject => ({
      kind: 'StatefulSet',
      metadata: { name: 'mesh-telemetry', namespace: place, labels },
      spec: { replicas },
    })
    cluster.api.apply(made('monitoring', 1))
    expect(await asked('edges')).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(
        /: its collector has no pod: the StatefulSet monitoring\/mesh-telemetry made none \(collector_missing\)\n {2}kubectl describe statefulset mesh-telemetry -n monitoring\n$/,
      ),
    })
    const found = JSON.parse((await asked('doctor -o json')).out).checks.find(({ name }: { name: string }) => name === 'collector')
    expect(found).toMatchObject({ state: 'broken', found: 'It does not answer.' })
    cluster.api.apply(made('monitoring', 0))
    expect((await asked('edges --collector-namespace monitoring')).err).toMatch(
      /has no pod: the StatefulSet monitoring\/mesh-telemetry is to have none .*\n {2}kubectl scale statefulset mesh-telemetry -n monitoring --replicas=1\n$/,
    )
    cluster.api.fault = (_, path) => (path.endsWith('/statefulsets') ? 403 : undefined)
    expect((await asked('edges')).err).toContain('no collector is installed in it (collector_missing)')
  })

  it.each([
    [403, /^It takes a right in the namespace mesh-telemetry: - apiGroups: .* Or ask from within: kubectl exec mesh-telemetry-0 /],
    [
      400,
      /^See whether its node can be reached: kubectl describe pod mesh-telemetry-0 -n mesh-telemetry\. Or ask from within: kubectl exec /,
    ],
  ])('has one to which no port-forward is opened: a right is missing, or not (%d)', async (status, remedy) => {
    cluster.api.apply(collectorPod())
    cluster.ports = {}
    cluster.refusedWith = status
    const { checks } = JSON.parse((await asked('doctor -o json')).out)
    const faultOf = (name: string) => checks.find((check: { name: string }) => check.name === name).faults[0]
    expect(faultOf('collector')).toMatchObject({
      what: expect.stringContaining(`response: ${status}`),
      remedy: expect.stringMatching(remedy),
    })
    expect(faultOf('port').remedy.startsWith('It takes a right')).toBe(status === 403)
  })

  it('does not know who asks: exit code 3, and JSON where it was asked for', async () => {
    const { exitCode, out, err } = await asked('doctor -o json --context stranger')
    expect({ exitCode, err }).toEqual({ exitCode: 3, err: expect.stringContaining('(kubernetes_unauthorized)') })
    const { healthy, firstBroken, checks } = JSON.parse(out)
    expect({ healthy, firstBroken }).toEqual({ healthy: false, firstBroken: 'objects' })
    expect(checks[0]).toMatchObject({ found: 'The cluster cannot be asked, so that nothing of the mesh is known.' })
    expect(checks.slice(1).filter(({ state }: { state: string }) => state === 'broken')).toEqual([])
    expect(await asked('doctor --context stranger')).toMatchObject({ exitCode: 3, out: '' })
  })

  it('may have one that works, where the right to look or to forward is missing', async () => {
    cluster.api.apply(collectorPod())
    cluster.ports = {}
    const { exitCode, out, err } = await asked('doctor -o json')
    expect(err).toContain(
      'the API server opens no port-forward to its collector mesh-telemetry/mesh-telemetry-0: Unexpected server response: 500\n',
    )
    const states = Object.fromEntries(JSON.parse(out).checks.map(({ name, state }: { name: string; state: string }) => [name, state]))
    expect(states).toMatchObject({ collector: 'unknown', pods: 'broken', port: 'unknown', families: 'unknown' })
    expect(exitCode).toBe(1)
    cluster.api.fault = (_, path) => (path.startsWith('/api/v1/namespaces/mesh-telemetry') || path === '/api/v1/pods' ? 403 : undefined)
    expect(await asked('targets')).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('may not be looked up: The right to list pods in namespace mesh-telemetry is missing'),
    })
  })

  it('is examined by who may not read pods, too: the right first, and the rest is not known', async () => {
    cluster.api.fault = (_, path) => (path === '/api/v1/namespaces' || path.endsWith('/pods') ? 403 : undefined)
    const { exitCode, out } = await asked('doctor')
    expect(exitCode).toBe(1)
    expect(out.match(/^broken|^ok|^off/gm)).toEqual(['broken'])
    expect(out).toMatch(
      /^FIRST BROKEN LINK: What the cluster says.*\n.*\nThe right to list namespaces and pods in all namespaces is missing: /,
    )
    expect(out).toContain('create clusterrole mesh-telemetry-namespaces-pods')
    cluster.api.fault = (_, path) => (path.endsWith('/meshconfigs') ? 403 : undefined)
    expect((await asked('doctor')).out).toContain('You may read all of it but meshconfigs in osm-system (whether WASM statistics are on).')
  })

  it('has sidecars that do not run, which need not be asked', async () => {
    const containerStatuses = [{ name: 'envoy', state: { waiting: { reason: 'CrashLoopBackOff' } } }]
    cluster.api.apply({
      ...pod('bookstore-v1-0', 'bookstore', scraped),
      status: { phase: 'Running', podIP: '10.0.0.7', containerStatuses },
    })
    cluster.ports['bookstore/bookstore-v1-1:15010'] = portOf(cluster.sidecar)
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
    cluster.api.apply(meshConfig(false))
    const found = JSON.parse((await asked('doctor -o json')).out).checks.find(({ name }: { name: string }) => name === 'workloads')
    expect(found).toMatchObject({ state: 'off', remedy: expect.stringContaining('kubectl patch meshconfig osm-mesh-config -n osm-system') })
    expect(found.faults[0].what).toContain('osm_request_total')
  })

  it('tells a page of somebody else from a sidecar that is silent', async () => {
    cluster.sidecar
      .removeAllListeners('request')
      .on('request', (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('up 1\n'))
    const { checks } = JSON.parse((await asked('doctor -o json')).out)
    const states = Object.fromEntries(checks.map(({ name, state }: { name: string; state: string }) => [name, state]))
    expect(states).toMatchObject({ port: 'ok', families: 'broken' })
  })

  it('is not reached: exit code 3', async () => {
    await cluster.api.stop()
    expect(await asked('targets')).toMatchObject({ exitCode: 3, err: expect.stringContaining('kubernetes_unreachable') })
    cluster.api.http.listen(0)
  })
})
