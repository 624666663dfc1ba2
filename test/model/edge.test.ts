import { describe, expect, it } from 'vitest'
import { clusterOf } from '../../src/model/cluster.ts'
import { edgeLabels, workloadLabels } from '../../src/model/edge.ts'

const bookbuyer = { namespace: 'shop', service: 'bookbuyer', workload: 'bookbuyer', workloadKind: 'Deployment' }
const caller = { source_namespace: 'shop', source_service: 'bookbuyer', source_workload: 'bookbuyer', source_workload_kind: 'Deployment' }

describe('who called whom', () => {
  it('names both ends of a call that went out', () =>
    expect(edgeLabels(bookbuyer, clusterOf('store/bookstore|14001'))).toEqual({
      direction: 'outbound',
      ...caller,
      destination_namespace: 'store',
      destination_service: 'bookstore',
      destination_port: '14001',
      destination_kind: 'service',
    }))

  it('has no caller for what came in, but the workload that was called', () =>
    expect(edgeLabels(bookbuyer, clusterOf('shop/bookbuyer|14001|local'))).toEqual({
      direction: 'inbound',
      destination_namespace: 'shop',
      destination_service: 'bookbuyer',
      destination_port: '14001',
      destination_kind: 'service',
      destination_workload: 'bookbuyer',
      destination_workload_kind: 'Deployment',
    }))

  it.each([
    ['httpbin_org_80', { destination_service: 'httpbin_org', destination_port: '80', destination_kind: 'egress' }],
    ['5432', { destination_port: '5432', destination_kind: 'egress' }],
    ['osm-controller', { destination_service: 'osm-controller', destination_kind: 'internal' }],
  ])('marks what is not of the mesh: %s', (cluster, destination) =>
    expect(edgeLabels(bookbuyer, clusterOf(cluster))).toEqual({ direction: 'outbound', ...caller, ...destination }),
  )

  it('leaves out what a bare pod without the label app does not have', () =>
    expect(edgeLabels({ namespace: 'shop', service: '' }, clusterOf('osm-controller'))).toEqual({
      direction: 'outbound',
      source_namespace: 'shop',
      destination_service: 'osm-controller',
      destination_kind: 'internal',
    }))

  it('sums the pods of both workloads, and keeps unknown as a word', () => {
    const peers = { source_namespace: 'shop', source_kind: 'Deployment', source_name: 'bookbuyer', source_pod: 'bookbuyer-1' }
    expect(workloadLabels({ ...peers, destination_namespace: 'unknown', destination_pod: 'unknown', response_code: '404' })).toEqual({
      source_namespace: 'shop',
      source_workload: 'bookbuyer',
      source_workload_kind: 'Deployment',
      destination_namespace: 'unknown',
    })
  })
})
