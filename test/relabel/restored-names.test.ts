import { describe, expect, it } from 'vitest'
import { KnownNames } from '../../src/relabel/known-names.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import { shapeOf } from '../support/exposition.ts'
import { podOf, targetOf } from './pods.ts'

const requests = (source: string, destination: string) =>
  shapeOf(`response_code_200_${side('source', source)}_${side('destination', destination)}_osm_request_total{} 1`).shape

/** `ns Kind name pod` as it stands in a statistic's name. */
function side(word: string, text: string): string {
  const values = text.split(' ')
  return ['namespace', 'kind', 'name', 'pod'].map((label, i) => `${word}_${label}_${values[i] ?? ''}`).join('_')
}

const buyer = podOf('my-shop/book-buyer-7d4c-x', { owner: 'ReplicaSet/book-buyer-7d4c' })
const sql = podOf('big-store/my.sql-66d5-y', { owner: 'ReplicaSet/my.sql-66d5' })
const page = requests('my_shop Deployment book_buyer book_buyer_7d4c_x', 'big_store Deployment my_sql my_sql_66d5_y')

const relabeller = () => createRelabeller({ wasmNames: 'restored' })
type Relabeller = ReturnType<typeof relabeller>
const called = (names: ReturnType<Relabeller['names']>) => {
  const {
    destination_namespace: namespace,
    destination_kind: kind,
    destination_name: name,
    destination_pod: pod,
  } = names.series[0]?.labels ?? {}
  return [namespace, kind, name, pod].join(' ')
}

describe('the names of callers and called', () => {
  it('are those of the pods that are known, or were', () => {
    const mesh = relabeller()
    mesh.know([buyer, sql])
    mesh.know([buyer])
    expect(called(mesh.names(targetOf(buyer), page))).toBe('big-store Deployment my.sql my.sql-66d5-y')
  })

  it('are found as soon as their pod is known, and stay the same object until then and after', () => {
    const mesh = relabeller()
    mesh.know([buyer])
    const before = mesh.names(targetOf(buyer), page)
    expect(called(before)).toBe('big_store Deployment my_sql my_sql_66d5_y')
    mesh.know([buyer, podOf('else/where-1')])
    expect(mesh.names(targetOf(buyer), page)).toBe(before)
    mesh.know([buyer, sql])
    const after = mesh.names(targetOf(buyer), page)
    expect(called(after)).toBe('big-store Deployment my.sql my.sql-66d5-y')
    expect(mesh.names(targetOf(buyer), page)).toBe(after)
  })

  it('keep their underscores where two real names fit', () => {
    const mesh = relabeller()
    mesh.know([buyer, sql, podOf('big-store/my-sql-66d5-y', { owner: 'ReplicaSet/my-sql-66d5' })])
    expect(called(mesh.names(targetOf(buyer), page))).toBe('big-store Deployment my_sql my_sql_66d5_y')
  })

  it('differ by kind: a Deployment and a StatefulSet of one form are two', () => {
    const mesh = relabeller()
    mesh.know([buyer, sql, podOf('big-store/my-sql-0', { owner: 'StatefulSet/my-sql' })])
    expect(called(mesh.names(targetOf(buyer), page))).toBe('big-store Deployment my.sql my.sql-66d5-y')
  })

  it('are taken from the calling pod itself where its statistics can only mean it', () => {
    const [dotted, dashed] = [
      podOf('shop/web.v1-0', { owner: 'StatefulSet/web.v1' }),
      podOf('shop/web-v1-0', { owner: 'StatefulSet/web-v1' }),
    ]
    const shape = requests('shop StatefulSet web_v1 web_v1_0', 'unknown unknown unknown unknown')
    const mesh = relabeller()
    mesh.know([dotted, dashed])
    const caller = (pod: typeof dotted) => mesh.names(targetOf(pod), shape).series[0]?.labels
    expect(caller(dotted)).toMatchObject({ source_name: 'web.v1', source_pod: 'web.v1-0', destination_name: 'unknown' })
    expect(caller(dashed)).toMatchObject({ source_name: 'web-v1', source_pod: 'web-v1-0' })
  })

  it('follow the rule of the statistics: a ReplicaSet of its own stays one', () => {
    const mesh = relabeller()
    mesh.know([podOf('big-store/a-b-x', { owner: 'ReplicaSet/a.b' }), podOf('big-store/c-d', {})])
    expect(called(mesh.names(targetOf(buyer), requests('s Deployment b b', 'big_store ReplicaSet a_b a_b_x')))).toBe(
      'big-store ReplicaSet a.b a-b-x',
    )
    expect(called(mesh.names(targetOf(buyer), requests('s Deployment b b', 'big_store unknown unknown c_d')))).toBe(
      'big-store unknown unknown c-d',
    )
  })

  it('stay underscored where that is asked for', () => {
    const mesh = createRelabeller({ wasmNames: 'underscore' })
    mesh.know([buyer, sql])
    expect(called(mesh.names(targetOf(buyer), page))).toBe('big_store Deployment my_sql my_sql_66d5_y')
  })
})

describe('what is noted for the next run', () => {
  it('gives it the names back, of those that are there and of those that left', () => {
    const first = relabeller()
    const notes = new Map([...first.know([buyer, sql]), ...first.know([buyer])])
    expect(notes.size, 'each once: leaving changes no name').toBe(2)
    const next = relabeller()
    next.recall(new Map([...notes].map(([key, text]) => [key, text ?? ''])))
    expect(called(next.names(targetOf(buyer), page))).toBe('big-store Deployment my.sql my.sql-66d5-y')
    expect(next.know([buyer, sql]).size, 'they are noted already').toBe(0)
  })

  it('says nothing where it is none of ours', () => {
    const mesh = relabeller()
    mesh.recall(
      new Map([
        ['a', 'no JSON'],
        ['b', '{"name":"x"}'],
      ]),
    )
    expect(called(mesh.names(targetOf(buyer), page))).toBe('big_store Deployment my_sql my_sql_66d5_y')
  })
})

describe('known names', () => {
  const pod = (n: number) => podOf(`shop/pod-${n}`)

  it('forget the pods that left longest ago when there are too many, never one that is there', () => {
    const known = new KnownNames(2)
    known.know([pod(1), pod(2), pod(3), pod(4)])
    known.know([pod(4), pod(3), pod(2)])
    known.know([pod(4)])
    expect([1, 2, 3, 4].map((n) => known.pod('shop', `pod_${n}`))).toEqual([undefined, 'pod-2', 'pod-3', 'pod-4'])
  })

  it('say who became known, and who is forgotten', () => {
    const known = new KnownNames(1)
    const names = (pods: readonly ReturnType<typeof pod>[]) => [...known.know(pods)].map(([key, each]) => (each ? each.name : `not ${key}`))
    expect(names([pod(1), pod(2)])).toEqual(['pod-1', 'pod-2'])
    expect(names([pod(2)])).toEqual([])
    expect(names([])).toEqual(['not shop/pod-1/undefined/undefined'])
    expect(names([pod(1), pod(2)])).toEqual(['pod-1'])
  })

  it('give a pod that comes back its place again', () => {
    const known = new KnownNames(1)
    known.know([pod(1), pod(2)])
    known.know([pod(2)])
    known.know([pod(1), pod(2)])
    known.know([pod(1)])
    known.know([])
    expect(known.pod('shop', 'pod_2')).toBeUndefined()
    expect(known.pod('shop', 'pod_1')).toBe('pod-1')
  })

  it('tell by their generation whether an answer can have changed', () => {
    const known = new KnownNames(10)
    known.know([pod(1)])
    const { generation } = known
    known.know([])
    known.know([podOf('shop/plain'), pod(1)])
    expect(known.generation).toBe(generation)
    known.know([pod(2)])
    expect(known.generation).toBeGreaterThan(generation)
  })
})
