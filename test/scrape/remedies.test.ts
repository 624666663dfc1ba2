import { describe, expect, it } from 'vitest'
import type { Target } from '../../src/model/target.ts'
import { parseProblems } from '../../src/parse/problems.ts'
import { remedyFor, remedyOf } from '../../src/scrape/health.ts'
import { scrapeProblems } from '../../src/scrape/problems.ts'

const sidecar: Target = {
  id: 'u:15010',
  url: new URL('http://10.0.0.1:15010/stats/prometheus'),
  kind: 'sidecar',
  dialect: 'osm',
  pod: { namespace: 'bookstore', name: 'bookstore-v1-0', uid: 'u', app: 'bookstore' },
  labels: {},
  bornWatched: false,
  terminating: false,
}
const at = (url: string): Target => ({ ...sidecar, url: new URL(url) })
const refused = scrapeProblems.connection_refused.remedy

describe('a remedy for a pod', () => {
  // A pod has an address, and no name to be looked up.
  const { name_not_found: _, ...ofPods } = { ...scrapeProblems, ...parseProblems }
  it.each(Object.values(ofPods).map(({ code, remedy }) => [code, remedy]))(
    'of %s can be typed anywhere, not only in its cluster',
    (_, remedy) => {
      const typed = remedyFor(remedy, sidecar)
      expect(typed).not.toMatch(/<\w+>|10\.0\.0\.1/)
      if (typed.includes('127.0.0.1')) expect(typed).toMatch(/: kubectl port-forward pod\/bookstore-v1-0 -n bookstore 15010$/)
    },
  )

  it('names the annotation that leads elsewhere than a sidecar listens, and what sets it right', () => {
    expect(remedyFor(refused, sidecar)).not.toContain('metrics enable')
    expect(remedyFor(refused, at('http://10.0.0.1:15011/stats/prometheus'))).toMatch(
      /^The annotation prometheus\.io\/port of the pod says 15011, and a sidecar listens on 15010\. .*: mesh-telemetry metrics enable --namespace bookstore\. Else: The sidecar/,
    )
    expect(remedyFor(refused, at('http://10.0.0.1:15010/metrics'))).toContain(
      "prometheus.io/path of the pod says /metrics, and a sidecar's page is /stats/prometheus",
    )
  })

  it('says first that the container does not run', () => {
    expect(remedyFor(refused, { ...sidecar, dialect: 'fsm', waiting: 'CrashLoopBackOff' })).toBe(
      'Its container sidecar does not run (CrashLoopBackOff). See why: kubectl describe pod bookstore-v1-0 -n bookstore, kubectl logs bookstore-v1-0 -n bookstore -c sidecar --previous.',
    )
  })

  it.each([
    ['CrashLoopBackOff', ', kubectl logs bookstore-v1-0 -n bookstore -c envoy --previous.'],
    ['Error', ', kubectl logs bookstore-v1-0 -n bookstore -c envoy.'],
    ['ImagePullBackOff', '.'],
  ])('shows the log that there is of a container that is %s', (waiting, log) => {
    expect(remedyFor(refused, { ...sidecar, waiting })).toBe(
      `Its container envoy does not run (${waiting}). See why: kubectl describe pod bookstore-v1-0 -n bookstore${log}`,
    )
  })

  const pod = { namespace: 'osm-system', name: 'osm-controller-1', uid: 'c', app: 'osm-controller' }
  const controller: Target = { ...at('http://10.0.0.1:9091/metrics'), kind: 'control-plane', pod }

  // The other problems of pages cannot be of the control plane's: it has no dialect, and few series.
  const { name_not_found: __, address_refused: ___, ...ofControlPlane } = scrapeProblems
  it.each(Object.values(ofControlPlane).map((kind) => [kind.code, kind] as const))(
    'of the control plane, for %s, speaks of no sidecar and of none of its annotations',
    (_, kind) => expect(remedyOf(kind, controller)).not.toMatch(/sidecar|15010|\/stats\/prometheus|<\w+>/),
  )

  it('of the control plane names its container and its port', () => {
    expect(remedyOf(scrapeProblems.connection_refused, controller)).toBe(
      'osm-controller serves its metrics on port 9091 while it runs: kubectl get pod osm-controller-1 -n osm-system, kubectl logs osm-controller-1 -n osm-system -c osm-controller. Where it listens on another one, the annotation prometheus.io/port of its pod is wrong.',
    )
    expect(remedyOf(scrapeProblems.status_5xx, controller)).toMatch(/kubectl logs osm-controller-1 -n osm-system -c osm-controller\.$/)
  })
})

it('a remedy for an endpoint that is no pod names its address as it is', () => {
  const { pod: _, ...endpoint } = at('http://10.0.0.1:8080/metrics')
  expect(remedyFor(scrapeProblems.not_http.remedy, endpoint)).toMatch(/curl -sv http:\/\/10\.0\.0\.1:8080\/metrics\.$/)
})

it('a page that takes too long: what to look at first, which setting, and what it is now', () => {
  const { remedy } = scrapeProblems.scrape_timeout
  expect(remedyFor(remedy, sidecar)).toMatch(
    /^See first .*kubectl top pod bookstore-v1-0 .*time curl .*scrape\.timeout.*scrape\.interval.*8s and 10s/,
  )
})
