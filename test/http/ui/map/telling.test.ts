import { expect, test } from 'vitest'
import { formatOf } from '../../../../src/http/ui/format.ts'
import { graphOf } from '../../../../src/http/ui/map/graph.ts'
import { edgeAddress, nodeAddress } from '../../../../src/http/ui/map/leads.ts'
import { edgeText, nodeText, shortened } from '../../../../src/http/ui/map/telling.ts'
import { words } from '../../../../src/http/ui/map/words.ts'
import { viewOf } from '../../../../src/http/ui/view.ts'
import { connections, pair, requests } from './pairs.ts'

const telling = { text: words.en, format: formatOf('en') }
const only = (figures: object) => graphOf([{ ...pair('a/web', 'b/store:80'), ...figures }], 300_000)
const textOf = (figures: object) => only(figures).edges.map((edge) => edgeText(edge, telling))[0]

test.each([
  [requests({ inWindow: 3_000, errorRatio: 0 }), 'a/web → b/store:80: 10/s'],
  [requests({ inWindow: 3_000, errorRatio: 0.125 }), 'a/web → b/store:80: 10/s · 12.5% errors'],
  [requests({ inWindow: 0, errorRatio: null }), 'a/web → b/store:80: idle'],
  [connections({ opened: 600, failed: 6 }), 'a/web → b/store:80: 2/s attempts · 1% failed'],
  [
    { ...connections({ active: 2 }), bytes: { sentPerSecond: 100, receivedPerSecond: 50, sentTotal: 1, receivedTotal: 1 } },
    'a/web → b/store:80: 150 B/s',
  ],
])('a call is told in one line', (figures, text) => {
  expect(textOf(figures)).toBe(text)
})

test('a node is told by those around it and by the errors of the calls to it', () => {
  const graph = graphOf(
    [{ ...pair('a/web', 'b/store:80'), ...requests({ inWindow: 10, errorRatio: 0.5 }) }, pair('b/store', 'c/db:1')],
    300_000,
  )
  expect(graph.nodes.map((node) => nodeText(node, graph, telling))).toEqual([
    'a/web: calls 1',
    'b/store: calls 1 · called by 1 · 50% errors',
    'c/db: called by 1',
  ])
})

test('characters that turn or hide text are written as their numbers', () => {
  const [edge] = graphOf([pair('a/we\u202Eb', 'b/store:80')], 300_000).edges
  expect(edge && edgeText(edge, telling)).toContain('a/we\\u{202E}b → b/store:80')
})

test('long names keep their beginning and their end; wide letters take the room of two', () => {
  expect(shortened('bookwarehouse')).toBe('bookwarehouse')
  expect(shortened('recommendation-engine-v2')).toBe('recommen…ngine-v2')
  expect(shortened('服务服务服务服务服务服务')).toBe('服务服务…服务服务')
})

test('a call leads to itself, a node to its calls and those of others to it; filters stay', () => {
  const view = viewOf('#/map/all?window=15m&namespace=b&search=x')
  const graph = only(requests({ inWindow: 1, errorRatio: 0 }))
  expect(graph.edges.map((edge) => viewOf(edgeAddress(view, edge)))).toMatchObject([
    { tab: 'requests', path: ['a/web', 'b/store:80'], filters: { window: '15m', namespace: 'b' } },
  ])
  const [web, store] = graph.nodes.map((node) => viewOf(nodeAddress(view, node)))
  expect(web).toMatchObject({ tab: 'requests', path: ['a/web'], filters: { window: '15m' } })
  expect(store).toMatchObject({ tab: 'requests', path: ['b/store'] })
  expect([web?.filters.search, store?.filters.search, store?.filters.service]).toEqual([undefined, undefined, undefined])
})

test('where there are no requests, connections are what is led to', () => {
  const view = viewOf('#/map')
  const { nodes, edges } = only(connections({ opened: 1 }))
  const tabs = [...edges.map((edge) => edgeAddress(view, edge)), ...nodes.map((node) => nodeAddress(view, node))].map(
    (to) => viewOf(to).tab,
  )
  expect(tabs).toEqual(['connections', 'connections', 'connections'])
})
