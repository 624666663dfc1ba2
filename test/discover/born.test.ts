import { describe, expect, it } from 'vitest'
import type { Pod } from '../../src/discover/objects.ts'
import { Cluster, controlPlanePod, named, pod, scrapeAnnotations } from './cluster.ts'

/** Which targets are taken for born under our eyes, after each look in turn. */
class Watch {
  readonly #cluster = new Cluster()
  #names = ['bookstore']
  #found = this.#cluster.look({})

  names(...names: string[]): this {
    this.#names = names
    return this
  }

  look(pods: readonly Pod[], { complete = true } = {}): this {
    this.#found = this.#cluster.look({ pods, complete, configMaps: [named(...this.#names)] })
    return this
  }

  get born(): string[] {
    return this.#found.targets.map(({ id, bornWatched }) => `${id} ${bornWatched ? 'born' : 'baseline'}`)
  }

  get paused(): string[] {
    return [...this.#found.paused]
  }

  get targets() {
    return this.#found.targets
  }
}

const a = pod({ name: 'a', uid: 'a' })
const b = pod({ name: 'b', uid: 'b', ip: '10.0.0.2' })
const onPort = (port: string): Partial<Pod> => ({ annotations: { ...scrapeAnnotations, 'prometheus.io/port': port } })
const notEnabled: Partial<Pod> = { annotations: {} }

describe('born under our eyes', () => {
  it('is who appears after the first look, not who was there', () => {
    expect(new Watch().look([a]).look([a, b]).born).toEqual(['a:15010 baseline', 'b:15010 born'])
  })

  it('is who was seen before it ran', () => {
    const pending = { ...a, phase: 'Pending' }
    expect(new Watch().look([pending]).look([pending]).look([a]).born).toEqual(['a:15010 born'])
  })

  it('is who appears in a namespace that was empty at its first look', () => {
    expect(new Watch().look([]).look([a]).born).toEqual(['a:15010 born'])
  })

  it('counts from the first look at that namespace, not at the cluster', () => {
    const elsewhere = pod({ name: 'c', uid: 'c', namespace: 'bookthief' })
    const watch = new Watch().look([a]).names('bookstore', 'bookthief').look([a, elsewhere])
    expect(watch.born).toEqual(['a:15010 baseline', 'c:15010 baseline'])
  })

  it('stays as it was decided', () => {
    const watch = new Watch()
      .look([a])
      .look([a, b])
      .look([a, { ...b, terminating: true }])
    expect(watch.born).toEqual(['a:15010 baseline', 'b:15010 born'])
  })

  it('is not decided again when metrics are enabled late: what matters is when the pod began', () => {
    const watch = new Watch().look([{ ...a, ...notEnabled }]).look([
      { ...a, ...notEnabled },
      { ...b, ...notEnabled },
    ])
    expect(watch.look([a, b]).born).toEqual(['a:15010 baseline', 'b:15010 born'])
  })

  it('is not a second port of a pod', () => {
    expect(
      new Watch()
        .look([])
        .look([a])
        .look([{ ...a, ...onPort('15011') }]).born,
    ).toEqual(['a:15011 baseline'])
    expect(
      new Watch()
        .look([])
        .look([a])
        .look([{ ...a, ...onPort('15011') }])
        .look([a]).born,
      'and the first one is what it was',
    ).toEqual(['a:15010 born'])
  })

  it('is nobody of a namespace that was taken off the list and returns', () => {
    const watch = new Watch().look([]).look([a]).names().look([a]).names('bookstore').look([a])
    expect(watch.born).toEqual(['a:15010 baseline'])
  })

  it('is not who is missing for a moment when its namespace returns', () => {
    const watch = new Watch().look([a, b]).names().look([a, b]).names('bookstore').look([b])
    expect(watch.look([a, b]).born).toEqual(['a:15010 baseline', 'b:15010 baseline'])
  })

  it('is not who was gone when its namespace left the list', () => {
    const watch = new Watch().look([a, b]).look([b]).names().look([]).names('bookstore').look([b])
    expect(watch.look([a, b]).born).toEqual(['a:15010 baseline', 'b:15010 baseline'])
  })

  it('is again who appears after its namespace has returned', () => {
    const watch = new Watch().look([a]).names().look([a]).names('bookstore').look([a])
    expect(watch.look([a, b]).born).toEqual(['a:15010 baseline', 'b:15010 born'])
  })

  it('is not who was gone and came back', () => {
    expect(new Watch().look([]).look([a]).look([]).look([a]).born).toEqual(['a:15010 baseline'])
  })

  it('is not who a file held back at the first look', () => {
    const watch = new Watch().look([], { complete: false }).look([a]).look([a, b])
    expect(watch.born).toEqual(['a:15010 baseline', 'b:15010 born'])
  })

  it('holds for the control plane from when it is first seen', () => {
    const controllers = ['1', '2'].map((uid) => controlPlanePod('osm-controller', { name: `c${uid}`, uid }))
    expect(new Watch().look(controllers.slice(0, 1)).look(controllers).born).toEqual(['1:9091 baseline', '2:9091 born'])
  })
})

describe('a target', () => {
  it('stays the same object until something of it changes', () => {
    const watch = new Watch().look([a, b])
    const before = watch.targets
    const after = watch.look([structuredClone(a), { ...b, containerIds: { envoy: 'containerd://new' } }]).targets
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(after[1]).toMatchObject({ id: 'b:15010', process: 'containerd://new' })
  })

  it('is paused while its pod exists and is not scraped', () => {
    const watch = new Watch().look([a, b])
    expect(watch.paused).toEqual([])
    expect(watch.look([{ ...a, ...notEnabled }, b]).paused).toEqual(['a:15010'])
    expect(
      watch.look([
        { ...a, ...notEnabled, phase: 'Failed' },
        { ...b, ...onPort('15011') },
      ]).paused,
    ).toEqual(['a:15010', 'b:15010'])
    expect(watch.look([a]).paused, 'scraped again, and gone').toEqual([])
  })

  it('is not paused but forgotten when its namespace is named no more', () => {
    expect(new Watch().look([a]).names().look([a]).paused).toEqual([])
  })
})

it('reads a pod that leaves only as long as no other one has its address', () => {
  const leaving = { ...a, terminating: true }
  expect(new Watch().look([a]).look([leaving]).paused).toEqual([])
  const watch = new Watch().look([a]).look([leaving, { ...b, ip: a.ip ?? '' }])
  expect(watch.born).toEqual(['b:15010 born'])
  expect(watch.paused).toEqual(['a:15010'])
})
