import { expect, it } from 'vitest'
import { podForm } from '../../src/discover/objects.ts'
import { Cluster, controlPlanePod, named, namespace, pod } from './cluster.ts'

const waits = (reason: string) => ({ state: { waiting: { reason, message: 'back-off 5m0s' } } })

it('of a pod is kept which containers do not run and why, those that prepare it included', () => {
  const read = (status: object) => podForm.parse({ metadata: { name: 'a' }, status }).waiting
  const runs = { name: 'bookstore', containerID: 'containerd://a', state: { running: { startedAt: '2026-01-01T00:00:00Z' } } }
  expect(read({ containerStatuses: [runs, { name: 'envoy', ...waits('CrashLoopBackOff') }] })).toEqual({ envoy: 'CrashLoopBackOff' })
  expect(read({ initContainerStatuses: [{ name: 'osm-init', ...waits('ImagePullBackOff') }] })).toEqual({ 'osm-init': 'ImagePullBackOff' })
  expect(read({ containerStatuses: [runs] })).toBeUndefined()
})

const look = (...pods: ReturnType<typeof pod>[]) =>
  new Cluster().look({ namespaces: [namespace('bookstore')], configMaps: [named('bookstore')], pods })

it('a target knows that its sidecar does not run; what else does not run in its pod is nothing to scraping', () => {
  expect(look(pod({ waiting: { envoy: 'CrashLoopBackOff' } })).targets).toMatchObject([{ waiting: 'CrashLoopBackOff' }])
  expect(look(pod({ waiting: { bookstore: 'CrashLoopBackOff' } })).targets[0]).not.toHaveProperty('waiting')
})

it('a pod that does not run yet says what it waits for', () => {
  const { dropped } = look(pod({ phase: 'Pending', waiting: { 'osm-init': 'ImagePullBackOff' } }))
  expect(dropped[0]?.remedy).toMatch(/^The pod is Pending \(osm-init: ImagePullBackOff\); /)
})

it('the control plane is told pod by pod, but those that ended or go', () => {
  const { controlPlane } = look(
    controlPlanePod('osm-controller'),
    controlPlanePod('osm-injector', { waiting: { 'osm-injector': 'CrashLoopBackOff' }, annotations: {} }),
    controlPlanePod('osm-bootstrap', { phase: 'Failed' }),
    controlPlanePod('osm-controller', { name: 'going', terminating: true }),
    pod(),
  )
  const place = { namespace: 'osm-system' }
  expect(controlPlane).toEqual([
    { ...place, pod: 'osm-controller-1', app: 'osm-controller', state: 'Running' },
    { ...place, pod: 'osm-injector-1', app: 'osm-injector', state: 'CrashLoopBackOff' },
  ])
  expect(look(pod())).not.toHaveProperty('controlPlane')
})
