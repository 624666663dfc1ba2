import { describe, expect, it } from 'vitest'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { shapeOf } from '../support/exposition.ts'
import { podOf, targetOf } from './pods.ts'

const relabeller = () => createRelabeller({ wasmNames: 'restored' })
const bookbuyer = targetOf(podOf('shop/bookbuyer-1', { owner: 'ReplicaSet/bookbuyer', app: 'bookbuyer' }))
const lonely = targetOf(podOf('shop/lonely'))
const { shape } = shapeOf('envoy_server_live{} 1\nenvoy_cluster_upstream_cx_active{envoy_cluster_name="osm-controller"} 1')

describe('what relabelling says', () => {
  it('is one object for all targets whose pages look alike', () => {
    const mesh = relabeller()
    expect(mesh.names(lonely, shape)).toBe(mesh.names(bookbuyer, shape))
    expect(mesh.labels(bookbuyer)).toBe(mesh.labels(bookbuyer))
  })

  it('is another for another mesh with other words', () => {
    const mesh = relabeller()
    const page = shapeOf('sidecar_server_live 1').shape
    expect(mesh.names({ ...lonely, dialect: 'osm-edge' }, page).series).toMatchObject([
      { name: 'envoy_server_live', job: 'kubernetes-pods' },
    ])
    expect(mesh.names(lonely, page).series).toEqual([undefined])
  })

  it('follows a pod whose facts change', () => {
    const mesh = relabeller()
    mesh.names(lonely, shape)
    mesh.labels(lonely)
    expect(mesh.labels({ ...lonely, pod: podOf('shop/lonely', { app: 'till' }) }).kubernetesPods.source_service).toBe('till')
    mesh.forget(lonely.id)
    mesh.forget('nobody')
    expect(mesh.labels(lonely).kubernetesPods.source_service).toBeUndefined()
  })

  it('names the place that a cluster stands for, and what restarts together', () => {
    const page =
      'envoy_server_live{} 1\nenvoy_cluster_upstream_rq{envoy_cluster_name="db/mysql-0.x|80"} 1\nenvoy_cluster_x_80_upstream_rq{envoy_cluster_name="db/a"} 1'
    const { series } = relabeller().names(lonely, shapeOf(page).shape)
    expect(series.map((entry) => entry?.group)).toEqual(['process', 'db/mysql-0.x|80', 'db/a.x|80'])
    expect(series[2]?.cluster).toEqual({ kind: 'service', local: false, namespace: 'db', service: 'a.x', port: '80' })
  })

  it('makes one class of what Pipy tells as several, and lets each of them count', () => {
    const classes = ['2', '5', '2.04', '2.01'].map(
      (text) => `sidecar_cluster_upstream_rq_xx{sidecar_cluster_name="a/b|80",sidecar_response_code_class="${text}"} 1`,
    )
    const { series } = relabeller().names({ ...lonely, dialect: 'fsm' }, shapeOf(classes.join('\n')).shape)
    expect(series.map((entry) => [entry?.labels.envoy_response_code_class, entry?.job, entry?.plus, entry?.codeIsClass])).toEqual([
      ['2', 'kubernetes-pods', [2, 3], true],
      ['5', 'kubernetes-pods', undefined, true],
      ['2', undefined, undefined, true],
      ['2', undefined, undefined, true],
    ])
  })

  it('has the words of FSM under those of OSM', () => {
    const names = relabeller().names(
      { ...lonely, dialect: 'fsm' },
      shapeOf('fsm_proxy_connect_count 1\nfsm_request_duration_ms_sum{source_name="a"} 1').shape,
    )
    expect(names.series.map((entry) => entry?.name)).toEqual(['osm_proxy_connect_count', 'osm_request_duration_ms_sum'])
  })

  it('takes each series once, as Prometheus does: the first', () => {
    const peers = ['source', 'destination'].map((side) => `${side}_namespace_n_${side}_kind_k_${side}_name_n_${side}_pod_p`).join('_')
    const page = [
      `envoy_response_code_200_${peers}_osm_request_total{} 1`,
      `response_code_200_${peers}_osm_request_total{} 2`,
      'envoy_server_live 1',
      'envoy_server_live{} 0',
    ]
    expect(
      relabeller()
        .names(lonely, shapeOf(page.join('\n')).shape)
        .series.map((entry) => entry?.name),
    ).toEqual(['osm_request_total', undefined, 'envoy_server_live', undefined])
  })
})
