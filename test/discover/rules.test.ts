import { describe, expect, it } from 'vitest'
import type { Pod } from '../../src/discover/objects.ts'
import { Cluster, controlPlanePod, named, namespace, pod, scrapeAnnotations } from './cluster.ts'

/** Looks at one pod of a namespace that is named and in the mesh. */
function outcome(change: Partial<Pod>, { of = namespace('bookstore'), allowLoopback = false, orphan = false } = {}) {
  const { controller, ...alone } = pod(change)
  const one = orphan || !controller ? alone : { ...alone, controller }
  const { targets, dropped } = new Cluster({ allowLoopback }).look({ namespaces: [of], pods: [one], configMaps: [named('bookstore')] })
  return {
    url: targets[0]?.url.href,
    reason: dropped[0]?.reason,
    remedy: dropped[0]?.remedy ?? '',
    number: targets.length + dropped.length,
  }
}

const annotated = (change: Record<string, string>): Partial<Pod> => ({ annotations: { ...scrapeAnnotations, ...change } })
const { ip: _, ...withoutIp } = pod()
const without = (...keys: string[]): Partial<Pod> => ({
  annotations: Object.fromEntries(Object.entries(scrapeAnnotations).filter(([key]) => !keys.includes(key))),
})

describe('a pod of a named namespace is scraped', () => {
  it.each<[string, Partial<Pod>, string]>([
    ['when it is meshed, enabled and running', {}, 'http://10.0.0.1:15010/stats/prometheus'],
    ['while it is being deleted', { terminating: true }, 'http://10.0.0.1:15010/stats/prometheus'],
    ['at the port that its annotation says', annotated({ 'prometheus.io/port': '15011' }), 'http://10.0.0.1:15011/stats/prometheus'],
    ['at the path that its annotation says', annotated({ 'prometheus.io/path': '/a/b-c_d.e~f' }), 'http://10.0.0.1:15010/a/b-c_d.e~f'],
    [
      "at the sidecar's port and path without them",
      without('prometheus.io/port', 'prometheus.io/path'),
      'http://10.0.0.1:15010/stats/prometheus',
    ],
    ['at an IPv6 address', { ip: 'fd00::17' }, 'http://[fd00::17]:15010/stats/prometheus'],
    ['with the network of its node, if it has a sidecar all the same', { hostNetwork: true }, 'http://10.0.0.1:15010/stats/prometheus'],
  ])('%s', (_, change, url) => {
    expect(outcome(change)).toMatchObject({ url, reason: undefined, number: 1 })
  })
})

describe('a pod of a named namespace is not scraped, for one reason', () => {
  it.each<[string, Partial<Pod>, string, string]>([
    [
      'it was made before its namespace joined the mesh',
      { labels: {} },
      'no_sidecar',
      'kubectl rollout restart deployment/bookstore-v1 -n bookstore',
    ],
    ['metrics are not enabled', without('prometheus.io/scrape'), 'not_enabled', 'mesh-telemetry metrics enable --namespace bookstore'],
    [
      'True, which Envoy takes and Prometheus does not',
      annotated({ 'prometheus.io/scrape': 'True' }),
      'scrape_not_exactly_true',
      'kubectl annotate pod bookstore-v1-5c8f7d9c6d-x2x4z -n bookstore --overwrite prometheus.io/scrape=true',
    ],
    ['metrics are off', annotated({ 'prometheus.io/scrape': 'false' }), 'scrape_not_exactly_true', 'not "false"'],
    [
      'it has no such port',
      annotated({ 'prometheus.io/port': '70000' }),
      'bad_port',
      '--overwrite prometheus.io/port=15010, or all pods of the namespace at once: mesh-telemetry metrics enable --namespace bookstore',
    ],
    ['its port is no number', annotated({ 'prometheus.io/port': '80@169.254.169.254' }), 'bad_port', '"80@169.254.169.254"'],
    [
      'its path leads elsewhere',
      annotated({ 'prometheus.io/path': '/../quitquitquit' }),
      'bad_path',
      '--overwrite prometheus.io/path=/stats/prometheus',
    ],
    ['it does not run yet', { ...withoutIp, phase: 'Pending' }, 'not_running', 'kubectl describe pod'],
    ['its node is lost', { phase: 'Unknown' }, 'not_running', 'Unknown'],
    ['it ended well', { phase: 'Succeeded' }, 'ended', 'kubectl delete pod'],
    ['it ended badly', { phase: 'Failed' }, 'ended', 'kubectl delete pod'],
    ['it has no address', { ip: '' }, 'no_ip', 'kubectl describe pod'],
    ['it claims an address of the cloud', { ip: '169.254.169.254' }, 'address_refused', '169.254.169.254'],
    ['it claims to be us', { ip: '127.0.0.1' }, 'address_refused', 'scrape.allowLoopback'],
    ['its address is none', { ip: 'evil.example' }, 'address_refused', 'kubectl get pod'],
    [
      'it uses the network of its node',
      { hostNetwork: true, labels: {} },
      'host_network',
      'kubectl edit deployment/bookstore-v1 -n bookstore',
    ],
  ])('%s', (_, change, reason, remedy) => {
    const found = outcome(change)
    expect(found).toMatchObject({ url: undefined, reason, number: 1 })
    expect(found.remedy).toContain(remedy)
  })

  it('is told first what a person mends first', () => {
    const everything = { ...withoutIp, phase: 'Pending', labels: {}, annotations: {} }
    expect(outcome(everything).reason).toBe('no_sidecar')
    expect(outcome({ ...everything, labels: pod().labels }).reason).toBe('not_enabled')
    expect(
      outcome({ ...everything, labels: pod().labels, ...annotated({ 'prometheus.io/port': 'x', 'prometheus.io/path': 'x' }) }).reason,
    ).toBe('bad_port')
    expect(outcome({ ...everything, labels: pod().labels, ...annotated({ 'prometheus.io/path': 'x' }) }).reason).toBe('bad_path')
    expect(outcome({ ...everything, phase: 'Succeeded' }).reason, 'a pod that ended is past mending').toBe('ended')
  })

  it('asks loopback only when that is allowed', () => {
    expect(outcome({ ip: '127.0.0.9' }, { allowLoopback: true }).url).toBe('http://127.0.0.9:15010/stats/prometheus')
    expect(outcome({ ip: '169.254.169.254' }, { allowLoopback: true }).reason).toBe('address_refused')
  })

  it.each(['labels', 'annotations'] as const)('keeps out of a namespace whose %s say ignore', (place) => {
    const of = namespace('bookstore', { [place]: { ...namespace('bookstore')[place], 'openservicemesh.io/ignore': 'true' } })
    const { reason, remedy } = outcome({}, { of })
    expect({ reason, remedy }).toEqual({
      reason: 'namespace_ignored',
      remedy: expect.stringContaining('kubectl label namespace bookstore openservicemesh.io/ignore-'),
    })
  })
})

describe('a pod without a sidecar gets one', () => {
  const bare = { labels: {} }
  it.each<[string, Partial<Pod>, Parameters<typeof outcome>[1], string]>([
    [
      'once its namespace is in the mesh',
      bare,
      { of: namespace('bookstore', { labels: {} }) },
      'osm namespace add bookstore, then kubectl rollout restart',
    ],
    [
      'once its namespace lets sidecars in',
      bare,
      { of: namespace('bookstore', { annotations: { 'openservicemesh.io/sidecar-injection': 'disabled' } }) },
      'kubectl annotate namespace bookstore --overwrite openservicemesh.io/sidecar-injection=enabled',
    ],
    [
      'once its template lets them in',
      { ...bare, annotations: { 'openservicemesh.io/sidecar-injection': 'No' } },
      {},
      'kubectl edit deployment/bookstore-v1',
    ],
    [
      'once somebody made it anew without its own word',
      { ...bare, name: 'alone', annotations: { 'openservicemesh.io/sidecar-injection': 'disabled' } },
      { orphan: true },
      'kubectl annotate pod alone -n bookstore openservicemesh.io/sidecar-injection- && kubectl get pod alone -n bookstore -o yaml | kubectl replace --force -f -',
    ],
    [
      'when its stateful set restarts',
      { ...bare, controller: { kind: 'StatefulSet', name: 'mysql' } },
      {},
      'kubectl rollout restart statefulset/mysql -n bookstore',
    ],
    ['when its job makes it anew', { ...bare, controller: { kind: 'Job', name: 'load-1' } }, {}, 'kubectl delete pod'],
    [
      'when somebody makes it anew',
      { ...bare, name: 'alone' },
      { orphan: true },
      'kubectl get pod alone -n bookstore -o yaml | kubectl replace --force -f -',
    ],
  ])('%s', (_, change, circumstances, remedy) => {
    expect(outcome(change, circumstances).remedy).toContain(remedy)
  })

  it("and leaves its node's network, by being made anew where nobody else makes it", () => {
    expect(outcome({ ...bare, hostNetwork: true, controller: { kind: 'Job', name: 'load-1' } }).remedy).toBe(
      "Pods with hostNetwork: true never get a sidecar. Take hostNetwork out of the spec: a Job is not changed but made anew, from its manifest or the CronJob's, once the old one is gone: kubectl delete job/load-1 -n bookstore",
    )
    expect(outcome({ ...bare, name: 'alone', hostNetwork: true }, { orphan: true }).remedy).toContain(
      `kubectl get pod alone -n bookstore -o yaml | sed '/^  hostNetwork: true$/d; /^ *hostPort: /d' | kubectl replace --force -f -`,
    )
  })

  it('is told when its sidecar is of another mesh', () => {
    const cluster = new Cluster({ mesh: { dialect: 'fsm' } })
    const { dropped } = cluster.look({ namespaces: [namespace('bookstore')], pods: [pod()], configMaps: [named('bookstore')] })
    expect(dropped[0]?.remedy).toContain('discover.mesh.dialect')
  })

  it('can be pasted into a shell, whatever a file calls it', () => {
    expect(outcome({ name: `x; echo 'oh'`, labels: {}, controller: { kind: 'Job', name: 'j' } }).remedy).toContain(
      String.raw`'x; echo '\''oh'\''' -n`,
    )
  })
})

describe('the target', () => {
  const look = (one: Pod, mesh = {}) => new Cluster({ mesh }).look({ pods: [one], configMaps: [named('bookstore')] }).targets[0]

  it('is known by its UID and port, and carries what names are made of', () => {
    expect(look(pod({ uid: '0f3c', node: 'node-1', serviceAccount: 'bookstore', otherIp: 'fd00::1' }))).toEqual({
      id: '0f3c:15010',
      url: new URL('http://10.0.0.1:15010/stats/prometheus'),
      kind: 'sidecar',
      dialect: 'osm',
      pod: {
        namespace: 'bookstore',
        name: 'bookstore-v1-5c8f7d9c6d-x2x4z',
        uid: '0f3c',
        app: 'bookstore',
        controller: { kind: 'ReplicaSet', name: 'bookstore-v1-5c8f7d9c6d' },
        serviceAccount: 'bookstore',
        addresses: ['10.0.0.1', 'fd00::1'],
        hasSidecar: true,
      },
      labels: {},
      node: 'node-1',
      bornWatched: false,
      process: 'containerd://bbb',
      terminating: false,
    })
  })

  it.each([
    ['in the network of its node', pod({ hostNetwork: true })],
    ['without one yet', withoutIp],
  ])('has no address that is its own alone: a pod %s', (_, one) => {
    const [identity] = new Cluster().look({ pods: [one] }).pods
    expect(identity).toMatchObject({ name: 'bookstore-v1-5c8f7d9c6d-x2x4z', hasSidecar: true })
    expect(identity).not.toHaveProperty('addresses')
  })

  it('has none any more when it has ended', () => {
    const [identity] = new Cluster().look({ pods: [pod({ phase: 'Succeeded', labels: {} })] }).pods
    expect(identity).not.toHaveProperty('addresses')
    expect(identity).not.toHaveProperty('hasSidecar')
  })

  it.each([
    ['osm by its envoy', { 'osm-proxy-uuid': 'u' }, ['app', 'envoy'], 'osm'],
    ['osm-edge by its sidecar', { 'osm-proxy-uuid': 'u' }, ['sidecar', 'app'], 'osm-edge'],
    ['fsm by its label', { 'fsm-proxy-uuid': 'u' }, ['app', 'sidecar'], 'fsm'],
    ['osm where no container tells', { 'osm-proxy-uuid': 'u' }, [], 'osm'],
  ])('speaks %s', (_, labels, containers, dialect) => {
    const process = Object.fromEntries(containers.map((name) => [name, `id of ${name}`]))
    expect(look(pod({ labels, containers, containerIds: process }))).toMatchObject({
      dialect,
      ...(containers.length > 0 && { process: `id of ${containers.find((name) => name !== 'app')}` }),
    })
  })

  it('speaks what the options say', () => {
    expect(look(pod({ containers: ['sidecar'], containerIds: { sidecar: 'c' } }), { dialect: 'osm' })).toMatchObject({
      dialect: 'osm',
      process: 'c',
    })
  })
})

describe('the control plane', () => {
  it('is scraped beside the named namespaces, and nothing else of its namespace', () => {
    const pods = [
      ...['osm-controller', 'osm-injector', 'osm-bootstrap'].map((app) => controlPlanePod(app)),
      controlPlanePod('osm-prometheus'),
      controlPlanePod('osm-injector', { namespace: 'elsewhere' }),
    ]
    const { targets, dropped, meshName } = new Cluster().look({ pods })
    expect(targets.map(({ pod: found, kind, url, process }) => [found?.name, kind, url.href, process])).toEqual(
      ['osm-bootstrap', 'osm-controller', 'osm-injector'].map((app) => [
        `${app}-1`,
        'control-plane',
        'http://10.0.0.1:9091/metrics',
        `containerd://${app}`,
      ]),
    )
    expect(dropped).toEqual([])
    expect(meshName).toBe('osm')
  })

  it.each([
    ['True', { 'prometheus.io/scrape': 'True' }, 'Running'],
    ['not running', {}, 'Pending'],
    ['a bad port', { 'prometheus.io/port': '0' }, 'Running'],
  ])('is left alone: %s', (_, annotations, phase) => {
    expect(new Cluster().look({ pods: [controlPlanePod('osm-controller', { annotations, phase })] })).toMatchObject({
      targets: [],
      dropped: [],
    })
  })

  it('owes a reason where its namespace is named', () => {
    const pods = [controlPlanePod('osm-controller', { annotations: { 'prometheus.io/scrape': 'no' } }), controlPlanePod('osm-injector')]
    const { targets, dropped } = new Cluster().look({ pods, configMaps: [named('osm-system')] })
    expect([targets.map(({ kind }) => kind), dropped.map(({ reason }) => reason)]).toEqual([['control-plane'], ['scrape_not_exactly_true']])
  })

  it.each([
    ['on AKS', 'kube-system'],
    ['on Arc', 'arc-osm-system'],
    ['wherever it was installed', 'my-mesh'],
  ])('is found %s', (_, home) => {
    const { targets } = new Cluster().look({
      pods: [controlPlanePod('osm-controller', { namespace: home }), controlPlanePod('osm-injector', { namespace: home })],
    })
    expect(targets.map(({ pod: found }) => found?.namespace)).toEqual([home, home])
  })

  it('is taken from where controllers usually are, and says so, when somebody else claims to be one', () => {
    const pods = ['aaa', 'osm-system'].map((home) => controlPlanePod('osm-controller', { namespace: home }))
    const { targets, problems } = new Cluster().look({ pods })
    expect(targets.map(({ pod: found }) => found?.namespace)).toEqual(['osm-system'])
    expect(problems).toMatchObject([
      { code: 'several_meshes', message: 'Controllers run in the namespaces osm-system, aaa; osm-system is taken for the control plane.' },
    ])
    expect(new Cluster({ mesh: { namespace: 'aaa' } }).look({ pods })).toMatchObject({
      problems: [],
      targets: [{ pod: { namespace: 'aaa' } }],
    })
  })

  it.each([
    ['its label', { meshName: 'prod' }, 'prod'],
    ["its chart's label", { meshName: '', 'app.kubernetes.io/name': 'openservicemesh.io', 'app.kubernetes.io/instance': 'prod' }, 'prod'],
    ['the namespaces in it', { meshName: '', 'app.kubernetes.io/instance': 'prod' }, 'osm'],
  ])('is called as %s say', (_, labels, name) => {
    expect(
      new Cluster().look({ pods: [controlPlanePod('osm-controller', { labels })], namespaces: [namespace('bookstore')] }).meshName,
    ).toBe(name)
  })

  it('of fsm is one too', () => {
    const { targets } = new Cluster().look({ pods: [controlPlanePod('fsm-controller', { namespace: 'fsm-system' })] })
    expect(targets).toMatchObject([{ kind: 'control-plane', dialect: 'fsm' }])
    expect(new Cluster({ mesh: { dialect: 'osm' } }).look({ pods: [controlPlanePod('fsm-controller')] }).targets).toEqual([])
  })
})
