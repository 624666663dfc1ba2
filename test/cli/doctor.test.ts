import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/cli/doctor/verdict.ts'
import type { DestinationFigures, StatusAnswer } from '../../src/model/figures.ts'
import { ailing, type Answers, answersOf, discovering, dropping, healthy, inputTrouble, trouble } from './doctored-collector.ts'
import { serve } from './hand-made-collector.ts'
import { typed } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/doctor-${name}.golden`

async function examined(answers: Answers, words = '', world: Parameters<typeof typed>[1] = {}) {
  const { url, server } = await serve(answersOf(answers))
  const seen = await typed(`doctor --server ${url} ${words}`, world)
  server.close()
  return { ...seen, out: seen.out.replaceAll(new URL(url).port, 'PORT') }
}

const stateOf = (out: string, name: string) =>
  (JSON.parse(out) as { checks: { name: string; state: string }[] }).checks.find((check) => check.name === name)?.state

const nowMs = healthy.status.committedMs ?? 0
const files: DestinationFigures = {
  name: 'files',
  lagSeconds: null,
  queued: { chunks: 0, count: 0, bytes: 0, limitBytes: 2 ** 30 },
  sent: 4_200,
  sentMs: nowMs - 12_000,
  dropped: {},
  error: null,
}
const waiting = { lagSeconds: 1_260, queued: { chunks: 21, count: 20_160, bytes: 90_000, limitBytes: 2 ** 30 } }
const refusing: DestinationFigures = {
  ...files,
  ...waiting,
  name: 'azure',
  sent: 0,
  sentMs: null,
  dropped: { too_old: 960 },
  error: { ...trouble('azure_forbidden', 'Give it the role Monitoring Metrics Publisher on the rule.'), atMs: nowMs - 30_000 },
}
const sendingTo = (...destinations: DestinationFigures[]): Answers => ({ ...healthy, status: { ...healthy.status, destinations } })

describe('destinations', () => {
  const said = async (...destinations: DestinationFigures[]) => {
    const { checks } = JSON.parse((await examined(sendingTo(...destinations), '-o json')).out) as { checks: (Verdict & { name: string })[] }
    return checks.find(({ name }) => name === 'destinations')
  }

  it('are no link where nothing is sent', async () => {
    expect(await said()).toBeUndefined()
  })

  it('are well where what is sent arrives, and what was lost is told', async () => {
    expect(await said({ ...files, dropped: { no_room: 7 } })).toMatchObject({
      state: 'ok',
      found: 'files: 4200 arrived, the last 12s ago; nothing waits.',
      faults: [{ what: 'files: lost since the collector started: 7 no_room.' }],
    })
  })

  it('are not known to be well while much waits, or nothing was to be sent', async () => {
    expect(await said({ ...files, ...waiting })).toMatchObject({
      state: 'unknown',
      found: 'files: 4200 arrived, the last 12s ago; 20160 wait, the oldest for 21m.',
      faults: [{ what: expect.stringContaining('takes less than is made') }],
    })
    expect(await said({ ...files, ...waiting, lagSeconds: 90 })).toMatchObject({ state: 'ok' })
    expect(await said({ ...files, sent: 0, sentMs: null })).toMatchObject({ state: 'unknown', found: 'Nothing was to be sent yet.' })
  })
})

const receiving = (change: Partial<NonNullable<StatusAnswer['traces']>> = {}): StatusAnswer['traces'] => ({
  url: 'http://0.0.0.0:9411',
  paths: ['/api/v2/spans'],
  spansPerSecond: 0,
  received: 0,
  accepted: 0,
  sampledOut: 0,
  refused: {},
  refusedRequests: {},
  ...change,
})
type MeshTracing = NonNullable<StatusAnswer['discovery']['meshConfig']>['tracing']
const ours: MeshTracing = { enabled: true, address: 'mesh-telemetry.mesh-telemetry', port: 9411, endpoint: '/api/v2/spans' }
const tracing = (mesh: MeshTracing | null, traces = receiving()): Answers => ({
  ...healthy,
  status: {
    ...healthy.status,
    traces,
    discovery: { ...healthy.status.discovery, meshConfig: mesh && { tracing: mesh, wasmStats: true } },
  },
})
const off: MeshTracing = { enabled: false, address: null, port: null, endpoint: null }

describe('spans', () => {
  const said = async (answers: Answers) => {
    const seen = await examined(answers, '-o json')
    const { checks } = JSON.parse(seen.out) as { checks: Verdict[] }
    return { exitCode: seen.exitCode, ...checks.find(({ name }) => name === 'tracing') }
  }
  const patch =
    `kubectl patch meshconfig osm-mesh-config -n osm-system --type merge -p '{"spec":{"observability":{"tracing":` +
    `{"enable":true,"address":"mesh-telemetry.mesh-telemetry.svc.cluster.local","port":9411,"endpoint":"/api/v2/spans"}}}}'`

  it('are no link where none are taken', async () => {
    expect((await said(healthy)).name).toBeUndefined()
  })

  it('are off, and no fault, where the mesh sends none or sends them elsewhere: what changes that is told', async () => {
    expect(await said(tracing(off))).toMatchObject({
      exitCode: 0,
      state: 'off',
      found: 'The MeshConfig has tracing off.',
      faults: [{ remedy: patch }],
    })
    expect(await said(tracing({ ...ours, address: 'jaeger.osm-system.svc.cluster.local' }))).toMatchObject({
      exitCode: 0,
      state: 'off',
      found:
        'The MeshConfig has sidecars send their spans to jaeger.osm-system.svc.cluster.local:9411, not to mesh-telemetry.mesh-telemetry.svc.cluster.local:9411.',
      faults: [{ remedy: expect.stringContaining(patch) }],
    })
    expect(await said(tracing({ ...ours, port: 9412 }))).toMatchObject({ state: 'off', found: expect.stringContaining(':9412') })
  })

  it('are not known of where the MeshConfig is not, or nobody calls anybody', async () => {
    expect(await said(tracing(null))).toMatchObject({ exitCode: 0, state: 'unknown', faults: [{ remedy: expect.stringContaining(patch) }] })
    const still = { ...tracing(ours), edges: { ...healthy.edges, edges: [] } }
    expect(await said(still)).toMatchObject({ state: 'unknown' })
  })

  it('are well where they come, from wherever, and what was refused is told', async () => {
    const came = receiving({ received: 1_203, accepted: 1_200, refused: { bad_id: 3 } })
    for (const mesh of [ours, null, { ...ours, address: '10.0.0.7' }])
      expect(await said(tracing(mesh, came))).toMatchObject({
        exitCode: 0,
        state: 'ok',
        found: '1200 spans taken since the collector started.',
        faults: [{ what: 'Refused, which is lost: 3 bad_id.' }],
      })
    const none = receiving({ received: 3, refused: { not_json: 3 } })
    expect(await said(tracing(ours, none))).toMatchObject({ exitCode: 1, state: 'broken', found: '3 spans came, and none could be taken.' })
    const unread = receiving({ refusedRequests: { 415: 2, 429: 7 } })
    expect(await said(tracing(ours, unread))).toMatchObject({
      exitCode: 1,
      state: 'broken',
      found: 'Requests came, and none was taken.',
      faults: [{ what: 'Requests that were not taken, with all their spans: 2 with 415, 7 with 429.' }],
    })
  })

  it.each(['mesh-telemetry.mesh-telemetry.svc', 'Mesh-Telemetry.mesh-telemetry.svc.cluster.local.'])('%s is here', async (address) => {
    expect(await said(tracing({ ...ours, address, port: null }))).toMatchObject({ state: 'broken' })
  })

  it('are changed where FSM has its configuration', async () => {
    const controlPlane = [{ namespace: 'fsm-system', pod: 'fsm-controller-1', app: 'fsm-controller', state: 'Running' }]
    const { status } = tracing(off)
    const { faults } = await said({ ...healthy, status: { ...status, discovery: { ...status.discovery, controlPlane } } })
    expect(faults?.[0]?.remedy).toContain('meshconfig fsm-mesh-config -n fsm-system')
  })
})

describe('a chain that holds', () => {
  it('is said to', async () => {
    const { exitCode, out, err } = await examined(healthy)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    await expect(out).toMatchFileSnapshot(golden('healthy'))
  })

  it('has colours on a terminal only', async () => {
    expect((await examined(healthy)).out).not.toContain('\u001B')
    expect((await examined(healthy, '', { terminal: { columns: 100 } })).out).toContain('\u001B[32mok')
  })

  it('is a stable object for programs', async () => {
    await expect((await examined(healthy, '-o json')).out).toMatchFileSnapshot(golden('healthy-json'))
  })
})

describe('a link that is broken', () => {
  const notEnabled = {
    namespace: 'bookstore',
    pod: 'bookstore-v2-0',
    reason: 'not_enabled',
    remedy: 'mesh-telemetry metrics enable --namespace bookstore',
  }
  const pending = { ...notEnabled, reason: 'not_running', remedy: 'kubectl describe pod bookstore-v2-0 -n bookstore' }
  const unnamed = {
    namespace: 'bookthief',
    pod: null,
    reason: 'namespace_not_named',
    remedy: 'Add "bookthief" to monitor_namespaces of the ConfigMap.',
  }
  const unknown = { namespace: 'bokstore', pod: null, reason: 'namespace_unknown', remedy: 'kubectl create namespace bokstore' }
  const refused = { state: 'stale', error: trouble('connection_refused', 'kubectl logs bookbuyer-1 -n bookbuyer -c envoy') } as const
  const foreign = {
    state: 'failing',
    error: trouble('unknown_dialect', 'mesh-telemetry scrape http://10.0.0.1:15010/stats/prometheus'),
  } as const

  const cases: readonly (readonly [name: string, answers: Answers])[] = [
    ['objects', discovering({ problems: [inputTrouble('kubernetes_forbidden', 'Add to a ClusterRole: …')] })],
    ['configmap', discovering({ problems: [inputTrouble('configmap_malformed', 'Mend the line.')] })],
    [
      'namespaces',
      { ...dropping(unknown, unnamed), ...discovering({ namespaces: ['bokstore', 'bookbuyer'] }, dropping(unknown, unnamed)) },
    ],
    ['pods', dropping(notEnabled, pending, { ...notEnabled, pod: 'done', reason: 'ended' })],
    ['port', ailing(refused)],
    ['families', ailing(foreign)],
    ['collector', { ...healthy, status: { ...healthy.status, ready: false, reason: 'Not every target was asked yet.' } }],
    ['edges', { ...healthy, edges: { ...healthy.edges, edges: [] } }],
    ['tracing', tracing(ours)],
    ['metrics-osm', { ...healthy, pages: { ...healthy.pages, '/metrics/osm': undefined } }],
    ['metrics-edges', { ...healthy, pages: { ...healthy.pages, '/metrics/edges': undefined } }],
    ['destinations', sendingTo(files, refusing)],
  ]

  it.each(cases)('%s is shown first, the rest of the chain below, and the exit code is 1', async (name, answers) => {
    const { exitCode, out, err } = await examined(answers)
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' })
    await expect(out).toMatchFileSnapshot(golden(`broken-${name}`))
    expect(JSON.parse((await examined(answers, '-o json')).out)).toMatchObject({ healthy: false, firstBroken: name })
  })

  it('is the control plane that a collector cannot read, although its pods run', async () => {
    const [controller] = healthy.targets.targets.filter(({ kind }) => kind === 'control-plane')
    const stale = { ...controller, state: 'stale', error: trouble('connection_refused', 'kubectl logs osm-controller-1') }
    const targets = [...healthy.targets.targets.filter(({ kind }) => kind !== 'control-plane'), stale] as Answers['targets']['targets']
    const { exitCode, out } = await examined({ ...healthy, targets: { ...healthy.targets, targets } }, '-o json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ firstBroken: 'control-plane' })
    expect(out).toContain('kubectl logs osm-controller-1')
  })

  it('does not hide another one', async () => {
    const answers = { ...ailing(refused), targets: { ...ailing(refused).targets, dropped: [notEnabled] } }
    const { out } = await examined(answers, '-o json')
    expect(JSON.parse(out)).toMatchObject({ firstBroken: 'pods' })
    expect([stateOf(out, 'port'), stateOf(out, 'families')]).toEqual(['broken', 'ok'])
  })

  it('is shown with names that cannot move the cursor, and with the first of many faults', async () => {
    const many = Array.from({ length: 9 }, (_, i) => ({ ...notEnabled, pod: `\u001B[2J${i}` }))
    const { out } = await examined(dropping(...many))
    expect(out).not.toContain('\u001B')
    expect(out).toContain('9 of 11 pods cannot be scraped.')
    expect(out).toContain('and 4 more, with -o json\n')
    expect(out.match(/not_enabled/g)).toHaveLength(5)
  })
})

describe('what is no fault', () => {
  it('WASM statistics that are off: which queries stay empty', async () => {
    const { meshConfig } = healthy.status.discovery
    const without = { ...healthy, edges: { ...healthy.edges, edges: healthy.edges.edges.slice(0, 1) } }
    const answers = discovering({ meshConfig: meshConfig && { ...meshConfig, wasmStats: false } }, without)
    const { exitCode, out } = await examined(answers)
    expect(exitCode).toBe(0)
    await expect(out).toMatchFileSnapshot(golden('wasm-off'))
    const { out: unsaid } = await examined(discovering({ meshConfig: null }, without))
    expect(unsaid).toContain('osm_request_total')
  })

  it('a page that nobody fetches is told with the lines that Prometheus needs, unless the other one is fetched', async () => {
    const { exitCode, out } = await examined({ ...healthy, fetched: { '/metrics/osm': 7_200 } })
    expect(exitCode).toBe(0)
    await expect(out).toMatchFileSnapshot(golden('nobody-fetches'))
    expect((await examined({ ...healthy, fetched: { '/metrics/osm': 30 } })).out).toContain(
      'nobody has fetched it since the collector started, only /metrics/osm.',
    )
  })

  it('a page that is too large for a look is counted in part', async () => {
    const { out } = await examined({ ...healthy, pages: { ...healthy.pages, '/metrics/osm': 'mesh_requests_total 7\n'.repeat(1_000_000) } })
    expect(out).toMatch(/At least [67]\d{5} series, last fetched 12s ago\./)
  })

  it('silence on the wires, pods that start, a pod on its way out', async () => {
    const still = healthy.edges.edges.map((edge) => ({
      ...edge,
      requests: edge.requests && { ...edge.requests, inWindow: 0 },
      connections: edge.connections && { ...edge.connections, opened: 0 },
      bytes: edge.bytes && { ...edge.bytes, sentPerSecond: 0, receivedPerSecond: 0 },
    }))
    const quiet = await examined({ ...healthy, edges: { ...healthy.edges, edges: still } }, '-o json')
    expect([quiet.exitCode, stateOf(quiet.out, 'edges')]).toEqual([0, 'unknown'])
    const starting = dropping({ namespace: 'bookstore', pod: 'bookstore-v2-0', reason: 'not_running', remedy: 'kubectl describe pod' })
    const young = await examined(starting, '-o json')
    expect([young.exitCode, stateOf(young.out, 'pods')]).toEqual([0, 'unknown'])
    const leaving = await examined(ailing({ terminating: true, state: 'stale', error: trouble('connection_refused', '') }), '-o json')
    expect([leaving.exitCode, stateOf(leaving.out, 'port')]).toEqual([0, 'ok'])
  })

  it('a collector that has read nothing yet knows of no namespace: that is not their fault', async () => {
    const young: Answers = {
      ...discovering({
        namespaces: [],
        rule: 'Discovery has not finished its first round.',
        problems: [inputTrouble('kubernetes_unreachable', 'kubectl cluster-info')],
      }),
      targets: { ...healthy.targets, targets: [] },
    }
    const { out, exitCode } = await examined({ ...young, status: { ...young.status, ready: false } }, '-o json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ firstBroken: 'objects' })
    expect(['configmap', 'namespaces', 'pods', 'port'].map((name) => stateOf(out, name))).toEqual(Array(4).fill('unknown'))
  })
})

describe('nobody to ask', () => {
  it('is exit code 3, a mistake on the command line 2', async () => {
    expect(await typed('doctor --server http://127.0.0.1:1')).toMatchObject({ exitCode: 3, out: '' })
    expect(await typed('doctor -o prometheus')).toMatchObject({ exitCode: 2, out: '' })
  })
})
