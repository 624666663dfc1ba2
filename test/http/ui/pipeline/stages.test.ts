import { expect, test } from 'vitest'
import type { StatusAnswer } from '../../../../src/model/figures.ts'
import {
  backlogOf,
  commitState,
  deliverState,
  type Destination,
  discoverState,
  goodsOf,
  receiveState,
  scrapeState,
} from '../../../../src/http/ui/pipeline/stages.ts'

const problem = { code: 'some', message: 'It is wrong.', remedy: 'Mend it.' }
const watch = { resource: 'pods', namespace: null, lastHeardMs: 0, problem: null }

const calm: StatusAnswer = {
  version: '1.2.3',
  startedMs: 0,
  ready: true,
  reason: null,
  committedMs: 100_000,
  discovery: {
    rule: 'the ConfigMap names shop',
    namespaces: ['shop'],
    meshName: 'osm',
    meshConfig: null,
    controlPlane: [],
    problems: [],
    watches: [{ ...watch, state: 'following' }],
  },
  scrape: { intervalMs: 10_000, everyNth: 1, problem: null },
  containers: null,
  traces: null,
  destinations: [],
  targets: { up: 4 },
  dropped: {},
  edges: 3,
  cells: 90,
  links: { jaeger: null },
}

const destination = (given: Partial<Destination>): Destination => ({
  name: 'files',
  lagSeconds: null,
  queued: { chunks: 0, count: 0, bytes: 0, limitBytes: 1_000 },
  sent: 0,
  sentMs: null,
  dropped: {},
  error: null,
  ...given,
})

const wordOf = ({ word }: { readonly word: string }) => word

test('a calm collector is fine at every stage that is on', () => {
  expect([discoverState(calm), scrapeState(calm), commitState(calm, 101_000), deliverState([destination({})])].map(wordOf)).toEqual([
    'fine',
    'fine',
    'fine',
    'fine',
  ])
  expect([receiveState(calm), deliverState([])].map(wordOf)).toEqual(['off', 'off'])
})

test('discovery tells of inputs that are wrong and of watches that hear nothing, not of what a server does not know', () => {
  const { discovery } = calm
  const withWatches = (...states: readonly StatusAnswer['discovery']['watches'][number]['state'][]) =>
    discoverState({ ...calm, discovery: { ...discovery, watches: states.map((state) => ({ ...watch, state })) } })
  expect(withWatches('following', 'refused', 'retrying')).toMatchObject({ word: 'problems', count: 2 })
  expect(withWatches('following', 'absent')).toMatchObject({ word: 'fine' })
  expect(withWatches('following', 'starting')).toMatchObject({ word: 'starting' })
  const wrong = { ...problem, file: 'a.yaml', line: 3 }
  expect(discoverState({ ...calm, discovery: { ...discovery, problems: [wrong] } })).toMatchObject({ word: 'problems', count: 1 })
  expect(discoverState({ ...calm, discovery: { ...discovery, namespaces: [] } })).toMatchObject({ word: 'nobody' })
})

test('discovery whose namespaces have no pods, or do not exist, is to be looked at', () => {
  const toBeLookedAt = { mood: 'warn', word: 'look' }
  expect(discoverState({ ...calm, targets: {} })).toMatchObject(toBeLookedAt)
  expect(discoverState({ ...calm, targets: {}, dropped: { namespace_not_named: 2 } })).toMatchObject(toBeLookedAt)
  expect(discoverState({ ...calm, dropped: { namespace_unknown: 1 } })).toMatchObject(toBeLookedAt)
  expect(discoverState({ ...calm, targets: {}, dropped: { no_sidecar: 1 } })).toMatchObject({ word: 'fine' })
})

test('scraping: who fails weighs more than who is read seldom', () => {
  const seldom = { ...calm.scrape, everyNth: 3 }
  expect(scrapeState({ ...calm, scrape: seldom, targets: { up: 1, failing: 1, stale: 2 } })).toMatchObject({ word: 'failing', count: 3 })
  expect(scrapeState({ ...calm, scrape: seldom })).toMatchObject({ word: 'seldom', count: 3 })
  expect(scrapeState({ ...calm, targets: { waiting: 2 } })).toMatchObject({ word: 'starting' })
  expect(scrapeState({ ...calm, targets: {} })).toMatchObject({ word: 'noTargets' })
  expect(scrapeState({ ...calm, targets: {}, discovery: { ...calm.discovery, namespaces: [] } })).toMatchObject({ word: 'nobody' })
})

test('a commit is late when the turns of targets that answer have passed without one', () => {
  expect(commitState(calm, 130_000).word).toBe('fine')
  expect(commitState(calm, 130_001).word).toBe('late')
  expect(commitState({ ...calm, targets: { stale: 4 } }, 900_000).word).toBe('fine')
  expect(commitState({ ...calm, committedMs: null }, 900_000).word).toBe('starting')
})

test('delivering: how many destinations fail', () => {
  const failing = destination({ name: 'azure', error: { ...problem, atMs: 5 } })
  expect(deliverState([destination({}), failing])).toMatchObject({ mood: 'bad', word: 'failing', count: 1 })
})

test('receiving: refused spans and refused requests are both told', () => {
  const traces = {
    url: 'http://127.0.0.1:9411',
    paths: ['/api/v2/spans'],
    spansPerSecond: 2,
    received: 9,
    accepted: 9,
    sampledOut: 0,
    refused: {},
    refusedRequests: {},
  }
  expect(receiveState({ ...calm, traces }).word).toBe('fine')
  expect(receiveState({ ...calm, traces: { ...traces, url: null } }).word).toBe('starting')
  expect(receiveState({ ...calm, traces: { ...traces, refused: { not_json: 1 } } }).word).toBe('refusing')
  expect(receiveState({ ...calm, traces: { ...traces, refusedRequests: { '413': 1 } } }).word).toBe('refusing')
})

test('tracing backends take spans, all others rows', () => {
  expect(['files', 'azure', 'zipkin', 'otlp', 'jaeger'].map((name) => goodsOf(destination({ name })))).toEqual([
    'rows',
    'rows',
    'spans',
    'spans',
    'spans',
  ])
})

test('what waits and what was lost is summed over destinations and reasons', () => {
  const queued = { chunks: 1, count: 7, bytes: 70, limitBytes: 1_000 }
  expect(
    backlogOf([
      destination({ queued, dropped: { no_room: 2, too_old: 3 } }),
      destination({ name: 'azure', queued, dropped: { no_room: 1 } }),
    ]),
  ).toEqual({ waiting: 14, bytes: 140, lost: 6 })
})
