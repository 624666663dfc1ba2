import { describe, expect, it } from 'vitest'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { podOf, targetOf } from './pods.ts'

const labelsOf = (target: ReturnType<typeof targetOf>) => createRelabeller({ wasmNames: 'restored' }).labels(target)

describe('the labels that a pod has on its series', () => {
  it.each([
    ['a Deployment', 'ReplicaSet/bookstore-v1-5c8f7d9c6d', 'Deployment', 'bookstore-v1'],
    ['a Deployment with dots in its name', 'ReplicaSet/my.sql-v8-66d5', 'Deployment', 'my.sql-v8'],
    ['a ReplicaSet of its own, without a generated ending', 'ReplicaSet/standalone', 'Deployment', 'standalone'],
    ['a ReplicaSet whose name ends in a dash', 'ReplicaSet/odd-', 'Deployment', 'odd-'],
    ['a StatefulSet', 'StatefulSet/mysql-db', 'StatefulSet', 'mysql-db'],
    ['a DaemonSet', 'DaemonSet/node-agent-x', 'DaemonSet', 'node-agent-x'],
    ['a Job, with its whole name', 'Job/backup-28371', 'Job', 'backup-28371'],
  ])('name %s', (...[, owner, kind, name]) => {
    const { kubernetesPods, smiMetrics } = labelsOf(targetOf(podOf('shop/some-pod', { owner, app: 'till' })))
    const own = { instance: '10.0.0.1:15010', source_namespace: 'shop', source_pod_name: 'some-pod', source_service: 'till' }
    expect(kubernetesPods).toEqual({ ...own, source_workload_kind: kind, source_workload_name: name })
    expect(smiMetrics).toEqual({ instance: '10.0.0.1:15010' })
  })

  it.each([[undefined], ['']])('say nothing of a workload or service that a bare pod does not have (app: %j)', (app) => {
    const bare = podOf('shop/lonely', app === undefined ? {} : { app })
    expect(labelsOf(targetOf(bare)).kubernetesPods).toEqual({
      instance: '10.0.0.1:15010',
      source_namespace: 'shop',
      source_pod_name: 'lonely',
    })
  })

  it.each([
    ['10.0.0.1:80', '10.0.0.1:80'],
    ['[fd00:10::1]:15010', '[fd00:10::1]:15010'],
    ['[fd00:10::1]:80', '[fd00:10::1]:80'],
  ])('write the address %s as Prometheus does', (address, instance) =>
    expect(labelsOf(targetOf(podOf('shop/a'), { address })).kubernetesPods.instance).toBe(instance),
  )

  it('are for a plain endpoint what its file gives', () => {
    const labels = { instance: 'till-1', env: 'test', job: 'tills' }
    expect(labelsOf(targetOf(undefined, { labels }))).toEqual({ kubernetesPods: labels, smiMetrics: { instance: 'till-1' } })
    expect(labelsOf(targetOf(undefined, { labels: { env: 'test' } })).kubernetesPods).toEqual({ instance: '10.0.0.1:15010', env: 'test' })
  })
})

it('labels that differ in half a character only are the same: no page can tell them apart', () => {
  const labels = (half: string) => labelsOf(targetOf(undefined, { labels: { source_namespace: `shop${half}` } })).kubernetesPods
  expect(labels('\uD800')).toEqual(labels('\uDC00'))
  expect(labels('\uD800').source_namespace).toBe('shop\uFFFD')
  const podLabels = labelsOf(targetOf(podOf('shop\uD800/x', { app: '\uDFFF' }))).kubernetesPods
  expect(podLabels).toMatchObject({ source_namespace: 'shop\uFFFD', source_service: '\uFFFD' })
})
