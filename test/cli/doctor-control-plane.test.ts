import { describe, expect, it } from 'vitest'
import { complaint, facts, verdict } from './doctored-facts.ts'

describe('the link', () => {
  it('of the control plane is broken where it runs and gives no page', () => {
    const silent = { namespace: 'osm-system', pod: 'osm-controller-1', problem: complaint('connection_refused') }
    const faults = [{ what: 'osm-system/osm-controller-1: Something is wrong. (connection_refused)', remedy: 'Mend it.' }]
    expect(verdict('control-plane', { controlPlaneFaults: [silent] })).toMatchObject({
      state: 'broken',
      found: 'It runs, and what it counts cannot be read: osm-controller-1 in osm-system.',
      faults,
    })
    const [running] = facts.controlPlane
    const controlPlane = [
      ...(running ? [running] : []),
      { namespace: 'osm-system', pod: 'i', app: 'osm-injector', state: 'ContainerCreating' },
    ]
    expect(verdict('control-plane', { controlPlane, controlPlaneFaults: [silent] }), 'and not only starting').toMatchObject({
      state: 'broken',
      faults: [{ what: 'osm-system/i is ContainerCreating.' }, ...faults],
    })
    const looped = [{ ...silent, app: 'osm-controller', state: 'CrashLoopBackOff' }]
    expect(verdict('control-plane', { controlPlane: looped, controlPlaneFaults: [silent] })?.faults, 'said once').toHaveLength(1)
  })

  it.each([
    ['CrashLoopBackOff', ', kubectl logs i -n osm-system -c osm-injector --previous'],
    ['NotReady', ', kubectl logs i -n osm-system -c osm-injector --previous'],
    ['Error', ', kubectl logs i -n osm-system -c osm-injector'],
    ['ImagePullBackOff', ''],
  ])('of a control plane that is %s shows the log that there is', (state, log) => {
    expect(verdict('control-plane', { controlPlane: [{ namespace: 'osm-system', pod: 'i', app: 'osm-injector', state }] })).toMatchObject({
      state: 'broken',
      faults: [{ remedy: `kubectl describe pod i -n osm-system${log}` }],
    })
  })

  it('of a control plane whose container was never ready is not known yet', () => {
    const controlPlane = [{ namespace: 'osm-system', pod: 'i', app: 'osm-injector', state: 'Starting' }]
    expect(verdict('control-plane', { controlPlane })).toMatchObject({ state: 'unknown', found: 'Not ready: osm-injector in osm-system.' })
  })

  it.each([
    ['all of it runs', ['Running', 'Running'], 'ok'],
    ['one of two of the same part does', ['Running', 'CrashLoopBackOff'], 'ok'],
    ['none of a part does', ['CrashLoopBackOff', 'CrashLoopBackOff'], 'broken'],
    ['it may yet', ['CrashLoopBackOff', 'ContainerCreating'], 'unknown'],
    ['nobody may see it', [], 'unknown'],
  ])('of the control plane holds or not as far as %s', (_, states, expected) => {
    const controlPlane = states.map((state, i) => ({ namespace: 'kube-system', pod: `osm-injector-${i}`, app: 'osm-injector', state }))
    const found = verdict('control-plane', { controlPlane: [...facts.controlPlane, ...controlPlane].slice(states.length === 0 ? 1 : 0) })
    expect(found?.state).toBe(expected)
    if (expected === 'broken')
      expect(found).toMatchObject({
        found: 'Not running: osm-injector in kube-system.',
        faults: [
          {
            what: 'kube-system/osm-injector-0 is CrashLoopBackOff.',
            remedy:
              'kubectl describe pod osm-injector-0 -n kube-system, kubectl logs osm-injector-0 -n kube-system -c osm-injector --previous',
          },
          {},
        ],
      })
  })
})
