import { expect, test } from 'vitest'
import type { EdgeFigures } from '../../../../src/model/figures.ts'
import { byWeight, mostEdges, strongest, widthOf } from '../../../../src/http/ui/map/drawn.ts'
import { graphOf } from '../../../../src/http/ui/map/graph.ts'
import { highlightOf } from '../../../../src/http/ui/map/highlight.ts'
import { connections, pair, requests } from './pairs.ts'

const over5Minutes = 300_000

test('callers and called ones are nodes, in the order of their names, whatever the order of the answer', () => {
  const pairs = [pair('shop/cart', 'shop/store:80'), pair('front/web', 'shop/cart:80')]
  const { nodes, edges } = graphOf(pairs, over5Minutes)
  expect(nodes.map(({ name, isCaller }) => [name, isCaller])).toEqual([
    ['front/web', true],
    ['shop/cart', true],
    ['shop/store', false],
  ])
  expect(edges.map(({ source, destination, called }) => [source, destination, called])).toEqual([
    ['front/web', 'shop/cart', 'shop/cart:80'],
    ['shop/cart', 'shop/store', 'shop/store:80'],
  ])
  expect(graphOf(pairs.toReversed(), over5Minutes)).toEqual({ nodes, edges })
})

test('a service that is called at two ports is one node with two lines', () => {
  const { nodes, edges } = graphOf([pair('a/a', 'b/b:80'), pair('a/a', 'b/b:9090')], over5Minutes)
  expect(nodes).toHaveLength(2)
  expect(new Set(edges.map(({ key }) => key)).size).toBe(2)
})

test('a service and a workload of one name have a line each', () => {
  const { edges } = graphOf([pair('a/a', 'b/b:80'), pair('a/a', 'b/b:80')], over5Minutes)
  expect(new Set(edges.map(({ key }) => key)).size).toBe(2)
})

test.each([
  ['no errors', requests({ inWindow: 100, errorRatio: 0 }), 'fine'],
  ['some errors', requests({ inWindow: 100, errorRatio: 0.049 }), 'some'],
  ['many errors', requests({ inWindow: 100, errorRatio: 0.05 }), 'failing'],
  ['requests before, none in the window', requests({ inWindow: 0, errorRatio: null }), 'idle'],
])('%s', (_, figures, health) => {
  expect(graphOf([{ ...pair('a/a', 'b/b:80'), ...figures }], over5Minutes).edges[0]?.health).toBe(health)
})

test('connections without requests are judged by those that failed', () => {
  const tcp = { ...pair('a/a', 'db/db:3306'), ...connections({ opened: 30, failed: 3 }) }
  const { nodes, edges } = graphOf([tcp], over5Minutes)
  expect(edges[0]).toMatchObject({ carries: 'connections', perSecond: 0.1, errorShare: 0.1, health: 'failing' })
  expect(nodes.find(({ name }) => name === 'db/db')).toMatchObject({ errorShare: 0.1, health: 'failing', carries: 'connections' })
})

test('connections that only stay open are not idle', () => {
  const open = { ...pair('a/a', 'db/db:3306'), ...connections({ opened: 0, active: 2 }) }
  expect(graphOf([open], over5Minutes).edges[0]).toMatchObject({ health: 'fine', errorShare: null })
})

test('a node fails by the requests of all who call it, not by its connections', () => {
  const pairs: EdgeFigures[] = [
    { ...pair('a/a', 'c/c:80'), ...requests({ inWindow: 90, errorRatio: 0 }) },
    { ...pair('b/b', 'c/c:80'), ...requests({ inWindow: 10, errorRatio: 1 }) },
    { ...pair('b/b', 'c/c:81'), ...connections({ opened: 1_000, failed: 1_000 }) },
  ]
  expect(graphOf(pairs, over5Minutes).nodes.find(({ name }) => name === 'c/c')).toMatchObject({ errorShare: 0.1, health: 'failing' })
})

test('who never called, or is gone and did not call in the window, is left out', () => {
  const never = { ...pair('a/a', 'b/b:80'), ...requests({ inWindow: 0, total: 0, errorRatio: null }) }
  const gone = { ...pair('c/c', 'b/b:80'), ...requests({ inWindow: 0, errorRatio: null }), live: false }
  const justGone = { ...pair('d/d', 'b/b:80'), ...requests({ inWindow: 1, errorRatio: 0 }), live: false }
  expect(graphOf([never, gone, justGone], over5Minutes).edges.map(({ source }) => source)).toEqual(['d/d'])
})

test('of many calls those are drawn that fail, and the busiest', () => {
  const pairs = Array.from({ length: 500 }, (_, i) => ({
    ...pair(`a/caller-${i}`, 'b/b:80'),
    ...requests({ inWindow: i + 1, errorRatio: i === 7 ? 0.5 : 0 }),
  }))
  const drawn = strongest(graphOf(pairs, over5Minutes))
  expect(drawn).toHaveLength(mostEdges)
  expect(drawn[0]?.source).toBe('a/caller-7')
  expect(drawn.map(({ source }) => source)).toContain('a/caller-499')
  expect(drawn.map(({ source }) => source)).not.toContain('a/caller-8')
})

test('all calls that fail are drawn, however many they are', () => {
  const failing = Array.from({ length: 300 }, (_, i) => ({ ...pair(`a/${i}`, 'b/b:80'), ...requests({ inWindow: 10, errorRatio: 1 }) }))
  const fine = Array.from({ length: 50 }, (_, i) => pair(`c/${i}`, 'b/b:80'))
  expect(strongest(graphOf([...failing, ...fine], over5Minutes))).toHaveLength(300)
})

test('idle calls are worth less than connections, and these less than requests', () => {
  const pairs = [
    { ...pair('a/idle', 'b/b:80'), ...requests({ inWindow: 0, errorRatio: null }) },
    { ...pair('a/tcp', 'b/b:81'), ...connections({ opened: 1e6 }) },
    { ...pair('a/http', 'b/b:82'), ...requests({ inWindow: 1, errorRatio: 0 }) },
  ]
  expect(byWeight(graphOf(pairs, over5Minutes).edges).map(({ source }) => source)).toEqual(['a/http', 'a/tcp', 'a/idle'])
})

test('lines grow by the logarithm of their rate, up to a bound', () => {
  const widths = [0, 1, 10, 100, 1e9].map((perSecond) => widthOf({ perSecond, carries: 'requests' }))
  expect(widths).toEqual(widths.toSorted((a, b) => a - b))
  expect(new Set(widths).size).toBe(5)
  expect(widths.at(-1)).toBe(7)
})

test('a node stands out with its calls and those at their other ends', () => {
  const graph = graphOf([pair('a/a', 'b/b:80'), pair('b/b', 'c/c:80'), pair('x/x', 'y/y:80')], over5Minutes)
  const highlight = highlightOf(graph, { node: 'b/b' }, 'x')
  expect([...(highlight?.nodes ?? [])].sort()).toEqual(['a/a', 'b/b', 'c/c'])
  expect(highlight).toMatchObject({ middle: 'b/b', edges: [{ source: 'a/a' }, { source: 'b/b' }] })
})

test('without a pointer what the search finds stands out, and nothing without a search', () => {
  const graph = graphOf([pair('a/a', 'b/b:80'), pair('x/x', 'y/y:80')], over5Minutes)
  expect([...(highlightOf(graph, undefined, 'X/')?.nodes ?? [])]).toEqual(['x/x', 'y/y'])
  expect(highlightOf(graph, undefined, 'nobody')?.nodes.size).toBe(0)
  expect(highlightOf(graph, undefined, ' ')).toBeUndefined()
})

test('what is pointed at may go: then nothing stands out', () => {
  const graph = graphOf([pair('a/a', 'b/b:80')], over5Minutes)
  expect(highlightOf(graph, { node: 'gone/gone' }, undefined)).toBeUndefined()
  expect(highlightOf(graph, { edge: 'gone' }, undefined)).toBeUndefined()
  expect(highlightOf(graph, { edge: graph.edges[0]?.key ?? '' }, undefined)?.edges).toEqual(graph.edges)
})
