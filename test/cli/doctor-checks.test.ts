import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examine } from '../../src/cli/doctor/checks.ts'
import type { CollectorFacts, Facts } from '../../src/cli/doctor/facts.ts'
import { unreadOf } from '../../src/cli/doctor/unread.ts'
import { discoverProblems } from '../../src/discover/problems.ts'
import { kubernetesProblems } from '../../src/discover/kubernetes/problems.ts'
import { namespaceReasons, podReasons } from '../../src/discover/reasons.ts'
import { collector, complaint, facts, verdict } from './doctored-facts.ts'

describe('every link has its say', () => {
  const words = (table: object) => fc.constantFrom(...Object.keys(table))
  const sidecar = fc.record({
    namespace: fc.constantFrom('shop', 'bank'),
    pod: fc.string(),
    page: fc.constantFrom('good', 'bad', 'silent', 'waiting', 'unasked'),
    series: fc.nat(),
    problem: fc.constant(complaint('status_5xx')),
  })
  const dropped = fc.oneof(
    fc.record({ namespace: fc.string(), pod: fc.constant(null), reason: words(namespaceReasons), remedy: fc.constant('Mend it.') }),
    fc.record({ namespace: fc.string(), pod: fc.string(), reason: words(podReasons), remedy: fc.constant('Mend it.') }),
  )
  const page = fc.record(
    {
      series: fc.oneof(fc.record({ count: fc.nat(), atLeast: fc.boolean() }), fc.constant({ problem: complaint('server_unreachable') })),
      fetchedAgoMs: fc.nat(),
    },
    { requiredKeys: ['series'] },
  )
  const anyCollector = fc.record({
    ready: fc.boolean(),
    edges: fc.record({ outbound: fc.nat(3), moving: fc.nat(3), workload: fc.nat(3), coveredMs: fc.nat() }),
    pages: fc.record({ '/metrics/osm': page, '/metrics/edges': page }),
  })
  const lack = fc.record({
    lack: fc.constantFrom('none', 'silent', 'hidden'),
    title: fc.string(),
    what: fc.string(),
    remedy: fc.constant('Mend it.'),
  })
  const anyFacts = fc.record(
    {
      discovered: fc.boolean(),
      rule: fc.string(),
      namespaces: fc.array(fc.constantFrom('shop', 'bank')),
      controlPlane: fc.array(
        fc.record({
          namespace: fc.constantFrom('osm-system', 'kube-system'),
          pod: fc.string(),
          app: fc.constantFrom('osm-controller', 'osm-injector'),
          state: fc.constantFrom('Running', 'Pending', 'CrashLoopBackOff', 'Unknown'),
        }),
      ),
      controlPlaneFaults: fc.array(
        fc.record({ namespace: fc.constant('osm-system'), pod: fc.string(), problem: fc.constant(complaint('connection_refused')) }),
      ),
      unread: fc.record({
        kinds: fc.array(fc.constant({ resource: 'daemonsets', title: 'daemonsets in kube-system', leavesOpen: 'something' })),
        namespaces: fc.subarray(['shop', 'bank']),
      }),
      wasmStats: fc.boolean(),
      requestStats: fc.boolean(),
      complaints: fc.array(words({ ...discoverProblems, ...kubernetesProblems }).map(complaint)),
      dropped: fc.array(dropped),
      sidecars: fc.array(sidecar),
      collector: fc.oneof(
        anyCollector.map((change): Facts['collector'] => ({ ...collector, ...change }) as CollectorFacts),
        lack as fc.Arbitrary<Facts['collector']>,
      ),
    },
    {
      requiredKeys: [
        'discovered',
        'rule',
        'namespaces',
        'controlPlane',
        'controlPlaneFaults',
        'unread',
        'complaints',
        'dropped',
        'sidecars',
        'collector',
      ],
    },
  ) as fc.Arbitrary<Facts>

  it('whatever the facts are, in the same order; and what is broken comes with something to type', () => {
    const names = examine(facts).map(({ name }) => name)
    fc.assert(
      fc.property(anyFacts, (some) => {
        const verdicts = examine(some)
        expect(verdicts.map(({ name }) => name)).toEqual(names)
        for (const { state, found, faults } of verdicts) {
          expect(found).not.toBe('')
          if (state === 'broken' || state === 'off') expect(faults[0]?.remedy).toBeTruthy()
        }
      }),
    )
  })

  it('every problem of an input breaks a link, or makes one unknown', () => {
    for (const code of Object.keys({ ...discoverProblems, ...kubernetesProblems }))
      expect(
        examine({ ...facts, complaints: [complaint(code)] })
          .flatMap(({ faults }) => faults)
          .map(({ what }) => what),
      ).toEqual([`Something is wrong. (${code})`])
  })

  it('every reason why a pod is left out is a fault, unless the pod is gone', () => {
    for (const reason of Object.keys(podReasons)) {
      const found = verdict('pods', { dropped: [{ namespace: 'shop', pod: 'till', reason, remedy: 'Mend it.' }] })
      const expected =
        { ended: 'ok', address_taken: 'ok', not_running: 'unknown', no_ip: 'unknown', host_network: 'ok' }[reason] ?? 'broken'
      expect([reason, found?.state]).toEqual([reason, expected])
    }
  })
})

describe('a link', () => {
  it('is no fault of the cluster where a person lacks a right, and one where the collector does', () => {
    const forbidden = { complaints: [complaint('kubernetes_forbidden')] }
    const lack = { lack: 'none', title: 'the cluster', what: 'no collector is installed in it', remedy: 'Install one.' } as const
    expect(verdict('objects', forbidden)?.state).toBe('broken')
    expect(verdict('objects', { ...forbidden, collector: lack })?.state).toBe('unknown')
  })

  it('says what a person may not read although it is in order, and what that leaves open', () => {
    const lack = { lack: 'none', title: 'the cluster', what: 'no collector is installed in it', remedy: 'Install one.' } as const
    expect(verdict('objects', { collector: lack })).toMatchObject({ state: 'ok', found: 'You may read all of it.' })
    const missing = { ...complaint('kubernetes_forbidden'), remedy: 'kubectl create role …' }
    const granting = [{ what: 'Something is wrong. (kubernetes_forbidden)', remedy: 'kubectl create role …' }]
    const reads = [
      { resource: 'pods', state: 'refused', problem: complaint('kubernetes_forbidden') },
      { resource: 'pods', namespace: 'shop', state: 'following' },
      { resource: 'pods', namespace: 'bank', state: 'refused' },
      { resource: 'pods', namespace: 'fsm-system', state: 'refused' },
      { resource: 'daemonsets', namespace: 'kube-system', state: 'refused', problem: missing },
    ]
    const unread = unreadOf(reads, ['bank', 'shop'])
    const hidden = "daemonsets in kube-system (whether Azure's agent collects the same)"
    expect(verdict('objects', { collector: lack, unread })).toMatchObject({
      state: 'ok',
      found: `You may read all of it but ${hidden}.`,
      faults: granting,
    })
    const watches = [{ title: 'pods in shop', heard: true }]
    expect(verdict('objects', { collector: { ...collector, watches }, unread })).toMatchObject({
      state: 'ok',
      found: `The collector follows pods in shop. It may not read ${hidden}.`,
      faults: granting,
    })
    const others = { unread, complaints: [complaint('kubernetes_forbidden')] }
    for (const who of [collector, lack])
      expect(verdict('objects', { ...others, collector: who })?.faults, 'beside what is told already').toEqual([
        { what: 'Something is wrong. (kubernetes_forbidden)', remedy: 'Mend it.' },
        ...granting,
      ])
    expect(verdict('pods', { namespaces: ['bank', 'shop'], unread })).toMatchObject({
      state: 'unknown',
      found: '1 pod, each with a sidecar that may be scraped. Those in bank may not be read.',
    })
  })

  it('is not known where nobody may tell whether there is a ConfigMap, but where none counts', () => {
    const unread = unreadOf([{ resource: 'configmaps', namespace: 'kube-system', state: 'refused' }], [])
    const rule = 'nobody may tell whether there is a ConfigMap kube-system/c, so the annotation names shop'
    expect(verdict('configmap', { unread, rule })?.state).toBe('unknown')
    expect(verdict('configmap', { unread, rule: 'the annotation names shop' })?.state).toBe('ok')
    expect(verdict('configmap', { rule: 'the ConfigMap kube-system/c names shop' })?.state).toBe('ok')
  })

  it('does not count pods that can never have a sidecar', () => {
    const dropped = [{ namespace: 'shop', pod: 'node-exporter', reason: 'host_network', remedy: 'Mend it.' }]
    expect(verdict('pods', { dropped })).toMatchObject({
      state: 'ok',
      found:
        "1 pod, each with a sidecar that may be scraped. Not counted, on their node's network and so never with a sidecar: shop/node-exporter.",
    })
    expect(verdict('pods', { dropped, sidecars: [] })?.found).toMatch(/^There is no pod to scrape\. Not counted/)
  })

  it('that holds tells how to have more: namespaces of the mesh that are not named', () => {
    const remedy = 'mesh-telemetry metrics enable --namespace bank --configmap'
    const dropped = [{ namespace: 'bank', pod: null, reason: 'namespace_not_named', remedy }]
    expect(verdict('namespaces', { dropped })).toMatchObject({ state: 'ok', faults: [{ what: 'bank: namespace_not_named', remedy }] })
  })

  it('of WASM statistics is mended in the namespace of the control plane', () => {
    const controlPlane = [{ namespace: 'arc-osm-system', pod: 'osm-controller-1', app: 'osm-controller', state: 'Running' }]
    expect(verdict('workloads', { wasmStats: false, controlPlane })).toMatchObject({
      found: expect.stringContaining('without a restart'),
      faults: [{ remedy: expect.stringContaining('osm-mesh-config -n arc-osm-system ') }],
    })
  })

  it('is not known where another agent follows the same ConfigMap: both may be wanted', () => {
    expect(verdict('configmap', { complaints: [complaint('agent_collects_too')] })).toMatchObject({
      state: 'unknown',
      faults: [{ remedy: 'Mend it.' }],
    })
  })

  it('is whole where endpoints are named outright', () => {
    expect(verdict('namespaces', { namespaces: [] })?.state).toBe('ok')
    expect(verdict('namespaces', { namespaces: [], sidecars: [] })).toMatchObject({
      state: 'broken',
      faults: [{ what: 'No namespace is in a mesh.' }],
    })
  })

  it('names namespaces without pods, and not all of many', () => {
    const many = Array.from({ length: 30 }, (_, i) => `shop-${i}`)
    expect(verdict('pods', { namespaces: ['shop', ...many] })?.found).toMatch(/No pods in shop-0, .*, shop-7 and 22 more\.$/)
  })

  it.each([
    [{ wasmStats: false }, 'off', 'kubectl patch meshconfig'],
    [{ requestStats: false }, 'off', 'Where this says false, they are off'],
    [{ wasmStats: true, requestStats: false }, 'off', 'Look whether the collector leaves them out'],
    [{ requestStats: false, collector: { ...collector, edges: { ...collector.edges, moving: 0 } } }, 'unknown', undefined],
    [{ requestStats: undefined }, 'unknown', undefined],
    [{}, 'ok', undefined],
  ])('says what is known of WASM statistics with %j', (change, state, remedy) => {
    const { requestStats, ...others } = { ...facts, ...change }
    const [found] = examine({ ...others, ...(requestStats !== undefined && { requestStats }) }).filter(({ name }) => name === 'workloads')
    expect(found?.state).toBe(state)
    expect(found?.faults[0]?.remedy.slice(0, remedy?.length)).toBe(remedy)
  })

  it('knows too much to count', () => {
    const pages = { ...collector.pages, '/metrics/osm': { series: { count: 5, atLeast: true }, fetchedAgoMs: 61_000 } }
    expect(verdict('metrics-osm', { collector: { ...collector, pages } })?.found).toBe('At least 5 series, last fetched 61s ago.')
  })
})
