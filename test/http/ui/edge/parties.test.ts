import { describe, expect, test } from 'vitest'
import { isBetween, partiesOf, podsOf } from '../../../../src/http/ui/edge/parties.ts'
import type { EdgeFigures, TargetsAnswer } from '../../../../src/model/figures.ts'

const edge = (kind: EdgeFigures['kind'], labels: Record<string, string>): EdgeFigures => ({
  kind,
  labels,
  live: true,
  requests: null,
  latencySeconds: null,
  connections: null,
  bytes: null,
})

const bookstore = { destination_namespace: 'bookstore', destination_service: 'bookstore', destination_port: '14001' }
const call = (workload: string) =>
  edge('outbound', { source_namespace: 'buyers', source_service: 'bookbuyer', source_workload: workload, ...bookstore })
const served = (workload: string) => edge('inbound', { ...bookstore, destination_workload: workload })
const wasm = (from: string, to: string) =>
  edge('workload', {
    source_namespace: 'buyers',
    source_workload: from,
    destination_namespace: 'bookstore',
    destination_workload: to,
  })

const ends = { source: 'buyers/bookbuyer', destination: 'bookstore/bookstore:14001' }

type Target = TargetsAnswer['targets'][number]

const pod = (name: string, labels: Record<string, string>, more: Partial<Target> = {}): Target => ({
  id: name,
  url: `http://${name}:15010/stats/prometheus`,
  kind: 'sidecar',
  dialect: 'osm',
  namespace: labels.source_namespace ?? null,
  pod: name,
  workload: labels.source_workload_name ?? null,
  labels,
  state: 'up',
  terminating: false,
  lastPageMs: 1_000,
  durationMs: 1,
  bytes: 1,
  series: 1,
  asked: 'filtered',
  failures: 0,
  error: null,
  notice: null,
  ...more,
})

const pods = (targets: readonly Target[], edges: readonly EdgeFigures[]) =>
  podsOf(targets, partiesOf(edges, ends)).map(({ side, target }) => `${side} ${target.pod}`)

describe('the parties of an edge', () => {
  test('an edge is between its caller and the port that it calls', () => {
    const isIt = isBetween(ends)
    expect(isIt(call('bookbuyer-v1'))).toBe(true)
    expect(isIt(edge('outbound', { ...call('bookbuyer-v1').labels, destination_port: '14002' }))).toBe(false)
    expect(isIt(edge('outbound', { ...call('bookbuyer-v1').labels, source_namespace: 'thieves' }))).toBe(false)
  })

  test('of other callers only what the called side counts is taken', () => {
    const other = edge('outbound', { ...call('thief').labels, source_service: 'bookthief' })
    const edges = [call('bookbuyer-v1'), call('bookbuyer-v2'), other, served('bookstore-v1')]
    const parties = partiesOf([...edges, wasm('bookbuyer-v2', 'bookstore-v1'), wasm('thief', 'bookstore-v1')], ends)
    expect(parties.callers.map(({ labels }) => labels.source_workload)).toEqual(['bookbuyer-v1', 'bookbuyer-v2'])
    expect(parties.inbound.map(({ labels }) => labels.destination_workload)).toEqual(['bookstore-v1'])
    expect(parties.workloads.map(({ labels }) => labels.source_workload)).toEqual(['bookbuyer-v2'])
  })

  test('pods stand on the side of their workload, and those of its other workloads do not', () => {
    const targets = [
      pod('buyer-1', { source_namespace: 'buyers', source_service: 'bookbuyer', source_workload_name: 'bookbuyer-v1' }),
      pod('buyer-elsewhere', { source_namespace: 'thieves', source_service: 'bookbuyer', source_workload_name: 'bookbuyer-v1' }),
      pod('store-1', { source_namespace: 'bookstore', source_service: 'bookstore-v1', source_workload_name: 'bookstore-v1' }),
      pod('warehouse', { source_namespace: 'bookstore', source_service: 'bookwarehouse', source_workload_name: 'bookwarehouse' }),
      pod('controller', { source_namespace: 'bookstore', source_workload_name: 'bookstore-v1' }, { kind: 'control-plane' }),
    ]
    expect(pods(targets, [call('bookbuyer-v1'), served('bookstore-v1')])).toEqual(['calls buyer-1', 'called store-1'])
  })

  test('where the called side counts nothing yet, its pods are those of the service', () => {
    const targets = [pod('store-1', { source_namespace: 'bookstore', source_service: 'bookstore', source_workload_name: 'any' })]
    expect(pods(targets, [call('bookbuyer-v1')])).toEqual(['called store-1'])
  })

  test('a pod that calls its own service stands on both sides', () => {
    const own = edge('outbound', {
      source_namespace: 'bookstore',
      source_service: 'bookstore',
      source_workload: 'bookstore',
      ...bookstore,
    })
    const targets = [pod('store-1', { source_namespace: 'bookstore', source_service: 'bookstore', source_workload_name: 'bookstore' })]
    const both = podsOf(targets, partiesOf([own], { source: 'bookstore/bookstore', destination: ends.destination }))
    expect(both.map(({ side }) => side)).toEqual(['calls', 'called'])
  })
})
