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

it('of a pod is kept which containers have ended; those that prepare it do so when all is well', () => {
  const ended = (name: string, exitCode: number, reason?: string) => ({ name, ready: false, state: { terminated: { exitCode, reason } } })
  const read = (status: object) => podForm.parse({ metadata: { name: 'a' }, status }).waiting
  expect(read({ containerStatuses: [ended('osm-controller', 1, 'Error')] })).toEqual({ 'osm-controller': 'Error' })
  expect(read({ containerStatuses: [ended('envoy', 137)] })).toEqual({ envoy: 'exit code 137' })
  expect(read({ initContainerStatuses: [ended('osm-init', 0, 'Completed')] })).toBeUndefined()
  expect(read({ initContainerStatuses: [ended('osm-init', 1, 'Error')] })).toEqual({ 'osm-init': 'Error' })
})

it('of a pod is kept which containers run and are not ready, and whether they ran before', () => {
  const running = { running: { startedAt: '2026-01-01T00:00:00Z' } }
  const read = (container: object) =>
    podForm.parse({ metadata: { name: 'a' }, status: { containerStatuses: [{ name: 'c', state: running, ...container }] } }).unready
  expect(read({ ready: true })).toBeUndefined()
  expect(read({ ready: false, lastState: {} })).toEqual({ c: 'Starting' })
  expect(read({ ready: false, lastState: { terminated: { exitCode: 1, reason: 'Error' } } })).toEqual({ c: 'NotReady' })
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
    controlPlanePod('osm-bootstrap', { name: 'again', unready: { 'osm-bootstrap': 'NotReady' } }),
    controlPlanePod('osm-controller', { name: 'going', terminating: true }),
    pod(),
  )
  const place = { namespace: 'osm-system' }
  expect(controlPlane).toEqual([
    { ...place, pod: 'again', app: 'osm-bootstrap', state: 'NotReady' },
    { ...place, pod: 'osm-controller-1', app: 'osm-controller', state: 'Running' },
    { ...place, pod: 'osm-injector-1', app: 'osm-injector', state: 'CrashLoopBackOff' },
  ])
  expect(look(pod())).not.toHaveProperty('controlPlane')
})
