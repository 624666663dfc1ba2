import { describe, expect, it } from 'vitest'
import { Watchlist } from '../../src/aggregate/watchlist.ts'
import type { Discovered } from '../../src/model/discovered.ts'
import type { Target } from '../../src/model/target.ts'

const pod = (uid: string, port = 15010): Target => ({
  id: `${uid}:${port}`,
  url: new URL(`http://10.0.0.1:${port}/stats/prometheus`),
  kind: 'sidecar',
  dialect: 'osm',
  pod: { namespace: 'shop', name: uid, uid },
  labels: {},
  bornWatched: true,
  terminating: false,
})
const round = (targets: readonly Target[], change: Partial<Discovered> = {}): Discovered => ({
  targets,
  dropped: [],
  pods: [],
  paused: new Set(),
  rule: '',
  namespaces: ['shop'],
  problems: [],
  notes: new Map(),
  ...change,
})
const nobody = { stale: [], gone: [], renamed: [], succeeded: [] }

describe('a target that is not named any more', () => {
  const watching = () => {
    const list = new Watchlist()
    list.update(round([pod('a')]), 0)
    return list
  }

  it('is kept for a minute, since a source can miss a pod for a moment', () => {
    const list = watching()
    expect(list.update(round([]), 1_000)).toEqual({ ...nobody, stale: ['a:15010'] })
    expect(list.has('a:15010')).toBe(false)
    expect(list.expire(61_000)).toEqual([])
    expect(list.expire(61_001)).toEqual(['a:15010'])
    expect(list.expire(99_999)).toEqual([])
  })

  it('is watched as before when it comes back in time', () => {
    const list = watching()
    list.update(round([]), 1_000)
    expect(list.update(round([pod('a')]), 2_000)).toEqual(nobody)
    expect(list.has('a:15010')).toBe(true)
    expect(list.expire(1e9)).toEqual([])
  })

  it('is kept as long as its pod exists in a named namespace', () => {
    const list = watching()
    expect(list.update(round([], { paused: new Set(['a:15010']) }), 1_000)).toEqual({ ...nobody, stale: ['a:15010'] })
    expect(list.expire(1e9)).toEqual([])
  })

  it('is forgotten at once when its namespace was taken off the list', () => {
    expect(watching().update(round([], { namespaces: [] }), 1_000)).toEqual({ ...nobody, gone: ['a:15010'] })
  })

  it('goes on under its new id when the port of the pod changed', () => {
    const list = watching()
    expect(list.update(round([pod('a', 15011)], { paused: new Set(['a:15010']) }), 1_000)).toEqual({
      ...nobody,
      renamed: [['a:15010', 'a:15011']],
    })
    expect([list.has('a:15010'), list.has('a:15011')]).toEqual([false, true])
  })
})

it('keeps the targets of the run before until discovery has said nothing of them for a minute', () => {
  const list = new Watchlist()
  list.restore(['a:15010', 'b:15010', '10.0.0.9:80/metrics'])
  expect(list.update(round([pod('a')]), 0).stale).toEqual(['b:15010', '10.0.0.9:80/metrics'])
  expect(list.expire(60_001)).toEqual(['b:15010', '10.0.0.9:80/metrics'])
})

it('does not count the time in which the process stood still against who was missing just then', () => {
  const list = new Watchlist()
  list.update(round([pod('a')]), 0)
  list.update(round([]), 1_000)
  list.stoodStill(600_000)
  expect(list.expire(661_000)).toEqual([])
  expect(list.expire(661_001)).toEqual(['a:15010'])
})

it('forgets a target of the run before whose namespace left the list meanwhile', () => {
  const list = new Watchlist()
  list.restore(['a:15010', 'b:15010'])
  const pods = [
    { namespace: 'shop', name: 'a', uid: 'a' },
    { namespace: 'other', name: 'b', uid: 'b' },
  ]
  expect(list.update(round([], { pods, paused: new Set(['a:15010']) }), 0)).toEqual({ ...nobody, stale: ['a:15010'], gone: ['b:15010'] })
})

it('says whose address a new pod has, as soon as the one before is gone', () => {
  const list = new Watchlist()
  const pods = (...uids: string[]) => uids.map((uid) => ({ namespace: 'shop', name: uid, uid }))
  list.update(round([pod('a')], { pods: pods('a') }), 0)
  expect(list.update(round([pod('b')], { pods: pods('b') }), 1_000)).toEqual({
    ...nobody,
    stale: ['a:15010'],
    succeeded: [['a:15010', 'b:15010']],
  })
  expect(list.update(round([pod('b'), pod('c')], { pods: pods('b', 'c') }), 2_000).succeeded).toEqual([['a:15010', 'c:15010']])
})
