import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { EdgesAnswer, StatusAnswer, TargetsAnswer } from '../../../src/model/figures.ts'
import { configMapOf, configMapText, emptiness, type Known, unnamedOf } from '../../../src/http/ui/emptiness.ts'
import { noFilters } from '../../../src/http/ui/view.ts'

type Target = TargetsAnswer['targets'][number]

const target = (state: Target['state'], kind: Target['kind'] = 'sidecar'): Target => ({
  id: `${kind}-${state}`,
  url: 'http://127.0.0.1:15010/stats/prometheus',
  kind,
  dialect: 'envoy',
  namespace: 'shop',
  pod: 'cart-1',
  workload: 'cart',
  labels: {},
  state,
  terminating: false,
  lastPageMs: null,
  durationMs: null,
  bytes: null,
  series: null,
  asked: null,
  failures: 0,
  error: state === 'stale' ? { code: 'refused', message: 'Nobody listens.', remedy: '' } : null,
  notice: null,
})

const status = (namespaces: readonly string[]) => ({ discovery: { namespaces } }) as unknown as StatusAnswer
const answered = (targets: readonly Target[], dropped: TargetsAnswer['dropped'] = []): TargetsAnswer =>
  ({ targets, dropped }) as unknown as TargetsAnswer
const atMs = Date.parse('2026-01-31T10:00:00.000Z')
const answer = (edges: readonly object[] = [], coveredMs = 300e3) => ({ atMs, windowMs: 300e3, coveredMs, edges }) as unknown as EdgesAnswer
const tcp = { requests: null, connections: {} }
const http = { requests: {}, connections: {} }

const known = (change: Partial<Known> = {}): Known => ({
  status: status(['shop']),
  targets: answered([target('up'), target('stale')]),
  answer: answer(),
  filters: noFilters,
  of: 'requests',
  ...change,
})

describe('a view without rows', () => {
  it('has nobody named, though the control plane is scraped', () => {
    const targets = answered([target('up', 'control-plane')])
    expect(emptiness(known({ status: status([]), targets }))).toEqual({ why: 'nobody-named' })
  })

  it('has namespaces whose pods cannot be scraped: by reason, the most frequent first', () => {
    const dropped = ['no_sidecar', 'not_enabled', 'namespace_not_named', 'not_enabled'].map((reason, i) => ({
      namespace: 'shop',
      pod: `pod-${i}`,
      reason,
      remedy: `mend ${i}`,
    }))
    expect(emptiness(known({ targets: answered([], dropped) }))).toEqual({
      why: 'nobody-scraped',
      reasons: [
        { reason: 'not_enabled', count: 2, remedy: 'mend 1' },
        { reason: 'no_sidecar', count: 1, remedy: 'mend 0' },
      ],
    })
  })

  it('has sidecars that all fail', () => {
    const targets = answered([target('failing'), target('stale'), target('up', 'control-plane')])
    expect(emptiness(known({ targets }))).toEqual({ why: 'all-failing', count: 2, message: 'Nobody listens.' })
  })

  it('has had one scrape', () => {
    expect(emptiness(known({ answer: answer([], 0), filters: { ...noFilters, search: 'x' } }))).toEqual({ why: 'one-scrape' })
  })

  it('is of a time of which nothing is kept', () => {
    const filters = { ...noFilters, until: '2026-01-31T09:30:00.000Z' }
    expect(emptiness(known({ answer: answer([], 0), filters }))).toEqual({ why: 'before-kept', oldestMs: atMs })
    expect(emptiness(known({ answer: answer([tcp], 0), filters }))).toEqual({ why: 'before-kept', oldestMs: atMs })
  })

  it('is of namespaces without pods, or that do not exist', () => {
    const gone = { namespace: 'shop', pod: null, reason: 'namespace_unknown', remedy: 'Create it.' }
    expect(emptiness(known({ targets: answered([]) }))).toEqual({ why: 'no-pods', reasons: [] })
    expect(emptiness(known({ targets: answered([], [gone]) }))).toEqual({
      why: 'no-pods',
      reasons: [{ reason: 'namespace_unknown', count: 1, remedy: 'Create it.' }],
    })
  })

  it('is filtered, though there was traffic', () => {
    const filters = { ...noFilters, namespace: 'shop', service: '', search: 'x' }
    expect(emptiness(known({ answer: answer([tcp, http]), filters }))).toEqual({ why: 'filtered', by: ['search', 'namespace'] })
  })

  it('has only TCP where requests are looked for, whatever is searched in it', () => {
    expect(emptiness(known({ answer: answer([tcp]), filters: { ...noFilters, namespace: 'shop' } }))).toEqual({ why: 'only-tcp' })
    expect(emptiness(known({ answer: answer([tcp]), filters: { ...noFilters, search: 'x' } }))).toEqual({ why: 'only-tcp' })
    expect(emptiness(known({ answer: answer([tcp]), of: 'connections' }))).toEqual({ why: 'no-traffic', count: 2 })
  })

  it('has had no traffic', () => {
    expect(emptiness(known())).toEqual({ why: 'no-traffic', count: 2 })
  })
})

describe('the ConfigMap to apply', () => {
  it.each([
    ['there is no ConfigMap kube-system/container-azm-ms-osmconfig, so the annotation names nobody', 'container-azm-ms-osmconfig'],
    ['the ConfigMap kube-system/mesh.telemetry (config-version ver1) names nobody', 'mesh.telemetry'],
  ])('is the one of the rule: %s', (rule, name) => {
    expect(configMapOf(rule)).toEqual({ namespace: 'kube-system', name })
  })

  it('is none where none counts', () => {
    expect(configMapOf('the annotation openservicemesh.io/metrics names nobody')).toBeUndefined()
  })

  it('names the namespaces', () => {
    const text = configMapText({ namespace: 'kube-system', name: 'telemetry' }, ['shop', 'stock'])
    expect(parse(text)).toMatchObject({
      metadata: { name: 'telemetry', namespace: 'kube-system' },
      data: {
        'schema-version': 'v1',
        'osm-metric-collection-configuration': expect.stringContaining('monitor_namespaces = ["shop", "stock"]'),
      },
    })
  })

  it('has no names that could be something else in a command', () => {
    const dropped = ['shop', 'a; b', '"'].map((namespace) => ({ namespace, pod: null, reason: 'namespace_not_named', remedy: '' }))
    expect(unnamedOf(dropped).map(({ namespace }) => namespace)).toEqual(['shop'])
  })
})
