import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Pod } from '../../src/discover/objects.ts'
import { dropReasons } from '../../src/discover/reasons.ts'
import { Cluster, named, namespace, pod } from './cluster.ts'

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const texts = (pairs: Record<string, fc.Arbitrary<string | undefined>>) =>
  fc
    .record(pairs)
    .map((found) => Object.fromEntries(Object.entries(found).filter((pair): pair is [string, string] => pair[1] !== undefined)))

const anyPod: fc.Arbitrary<Partial<Pod>> = fc.record({
  namespace: fc.constantFrom('bookstore', 'bookbuyer', 'osm-system', 'elsewhere'),
  name: fc.string({ minLength: 1, maxLength: 4 }),
  phase: fc.constantFrom('Running', 'Running', 'Pending', 'Succeeded', 'Failed', 'Unknown', ''),
  ip: fc.constantFrom('10.0.0.1', 'fd00::1', '127.0.0.1', '0.0.0.0', '169.254.169.254', '::ffff:127.0.0.1', 'x', ''),
  hostNetwork: fc.boolean(),
  terminating: fc.boolean(),
  labels: texts({
    app: optional(fc.constantFrom('osm-controller', 'osm-injector', 'bookstore')),
    'osm-proxy-uuid': optional(fc.constantFrom('u', '')),
  }),
  annotations: texts({
    'prometheus.io/scrape': fc.constantFrom('true', 'true', 'True', 'false', undefined),
    'prometheus.io/port': optional(fc.oneof(fc.constant('15010'), fc.string())),
    'prometheus.io/path': optional(fc.oneof(fc.constant('/metrics'), fc.webPath())),
  }),
})
const pods = fc.array(anyPod, { maxLength: 12 }).map((all) => all.map((change, index) => pod({ ...change, uid: `uid-${index}` })))
const names = fc.subarray(['bookstore', 'bookbuyer', 'osm-system', 'nowhere'])

it('gives every pod of a named namespace exactly one outcome, whatever the pods are like and were before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(pods, names), { minLength: 1, maxLength: 3 }), (looks) => {
      const cluster = new Cluster()
      for (const [all, wanted] of looks) {
        const found = cluster.look({
          pods: all,
          namespaces: [namespace('bookstore'), namespace('bookbuyer')],
          configMaps: [named(...wanted)],
        })
        const targets = found.targets.map((target) => target.pod?.uid)
        const dropped = found.dropped.flatMap(({ uid }) => uid ?? [])
        for (const { uid, namespace: of } of all) {
          const outcomes = [...targets, ...dropped].filter((other) => other === uid).length
          expect(outcomes).toBeLessThanOrEqual(1)
          if (wanted.includes(of)) expect(outcomes).toBe(1)
        }
        expect(found.targets.every(({ kind, pod: of }) => kind === 'control-plane' || wanted.includes(of?.namespace ?? ''))).toBe(true)
        expect(found.dropped.every(({ uid, namespace: of }) => uid === undefined || wanted.includes(of))).toBe(true)
        expect(found.targets.every(({ id }) => !found.paused.has(id))).toBe(true)
        expect(found.dropped.every(({ reason, remedy }) => dropReasons.some(({ code }) => code === reason) && remedy.length > 20)).toBe(
          true,
        )
        expect(found.pods).toHaveLength(all.length)
      }
    }),
    { numRuns: 200 },
  )
})
