import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/model/span.ts'
import { type TraceSummary, traceAnswer, tracesAnswer } from '../../src/model/trace-figures.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { Traces } from '../../src/snapshot/traces.ts'
import { serve } from './hand-made-collector.ts'
import { typed } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/${name}.golden`

const began = Date.UTC(2026, 0, 1)

function span(
  trace: string,
  id: number,
  change: Partial<Span> & { readonly of: string; readonly at: number; readonly took?: number },
): Span {
  const { of, at, took, ...rest } = change
  return {
    traceId: trace,
    id: id.toString(16).padStart(16, '0'),
    timestamp: (began + at) * 1e3,
    ...(took !== undefined && { duration: took * 1e3 }),
    localEndpoint: { serviceName: of },
    ...rest,
  }
}

const first = 'ae0c8e563564cf20'
const parent = (id: number) => ({ parentId: id.toString(16).padStart(16, '0') })
const ok = { tags: { 'http.status_code': '200' } }
const failed = { tags: { 'http.status_code': '503', error: 'true' } }

/** What a collector keeps: two hops with a failure, one with names that a terminal would obey, one deep one. */
function traces(settled = true): Traces {
  const clock = new FakeClock(began)
  const kept = new Traces(clock, { spansPerTrace: 20 })
  const spans = [
    span(first, 1, { of: 'bookbuyer.bookbuyer', kind: 'CLIENT', name: 'bookstore:14001', at: 0, took: 36.639, ...ok }),
    span(first, 1, { of: 'bookstore-v2.bookstore', kind: 'SERVER', name: 'bookstore:14001', at: 0.4, took: 35.5, ...ok }),
    span(first, 2, {
      of: 'bookstore-v2.bookstore',
      kind: 'CLIENT',
      name: 'bookwarehouse:14001',
      at: 12,
      took: 5.471,
      ...parent(1),
      ...failed,
    }),
    span(first, 2, {
      of: 'bookwarehouse.bookwarehouse',
      kind: 'SERVER',
      name: 'bookwarehouse:14001',
      at: 13,
      took: 1.4,
      ...parent(1),
      ...failed,
    }),
    span(first, 3, { of: 'bookstore-v2.bookstore', kind: 'CLIENT', name: 'mysql', at: 30, ...parent(1) }),
    span('00000000000000ab', 1, {
      of: 'evil\u001B[2J.\u202Ename',
      name: 'a-host-with-a-very-long-name.example.com:14001',
      at: 1_000,
      took: 1_500,
    }),
    ...Array.from({ length: 25 }, (_, i) =>
      span('00000000000000cd', i + 1, { of: 'deep.deep', at: 2_000 + i, took: 25 - i, ...(i > 0 && parent(i)) }),
    ),
  ]
  kept.add(spans.map((one) => ({ span: one, text: JSON.stringify(one) })))
  if (settled) clock.advance(6_000)
  return kept
}

function collector(kept = traces()) {
  const one = (id: string) => kept.trace(id)
  const all = (filter: object = {}) => kept.traces({ limit: 200, ...filter })
  return serve({
    '/api/v1/traces': all(),
    '/api/v1/traces?service=bookstore-v2&error=true&minDuration=10ms&since=5m': all({ service: 'bookstore-v2' }),
    [`/api/v1/traces/${first}`]: one(first),
    '/api/v1/traces/00000000000000ab': one('ab'),
    '/api/v1/traces/00000000000000cd': one('cd'),
  })
}

async function asked(line: string, world: Parameters<typeof typed>[1] = {}, kept = traces()) {
  const { url, server } = await collector(kept)
  const seen = await typed(`${line} --server ${url}`, world)
  server.close()
  return seen
}

describe('spans', () => {
  it('shows the last traces, the newest first, in 80 columns and harmless', async () => {
    const { exitCode, out, err } = await asked('spans', { env: { COLUMNS: '80' } })
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '3 traces of 3 that are kept. +: more spans may come.\n' })
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    await expect(out).toMatchFileSnapshot(golden('spans-80'))
  })

  it('asks for those that are wanted', async () => {
    const { out, err } = await asked('spans --service bookstore-v2 --errors --min-duration 10ms --since 5m -o json')
    expect(tracesAnswer.parse(JSON.parse(out)).traces.map(({ traceId }) => traceId)).toEqual([first])
    expect(err).toBe('')
  })

  it('says so when no span came', async () => {
    const { exitCode, out, err } = await asked('spans', {}, new Traces(new FakeClock()))
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '' })
    expect(err).toBe(
      "No span came yet: the collector needs traces.listen, and MeshConfig's tracing must point there; docs/tracing.md says how.\n",
    )
  })

  it.each([
    ['spans-trace', 'spans ae0c', {}],
    ['spans-trace-80', 'spans AE0C', { env: { COLUMNS: '80' } }],
    ['spans-trace-terminal', `spans ${first}`, { terminal: { columns: 120 } }],
    ['spans-trace-hostile', 'spans ab', { terminal: { columns: 120 }, env: { NO_COLOR: '1' } }],
    ['spans-trace-deep', 'spans 00cd', { env: { COLUMNS: '100' } }],
  ])('shows one as a tree: %s', async (name, line, world) => {
    const { exitCode, out, err } = await asked(line, world)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(stripVTControlCharacters(out)).not.toContain('\u202E')
    await expect(out.replaceAll('\u001B', '<esc>')).toMatchFileSnapshot(golden(name))
  })

  it('hands one on as JSON', async () => {
    const { out } = await asked(`spans ${first} -o json`)
    expect(traceAnswer.parse(JSON.parse(out)).tree).toHaveLength(5)
  })

  it.each([
    ['spans abc', 1, 'the collector keeps 3 traces, and none of them begins with "abc" (trace_not_kept)'],
    ['spans 0', 1, 'the collector keeps 3 traces, and 3 of them begin with "0" (trace_not_kept)'],
    [
      'spans ab --errors',
      2,
      'ab names one trace, and another option chooses among all of them: which is to be shown? (options_contradict)',
    ],
    ['spans --min-duration long', 2, 'It is a duration such as 100ms or 2s.'],
  ])('%s: says what is wrong', async (line, exitCode, message) => {
    const seen = await asked(line)
    expect({ exitCode: seen.exitCode, out: seen.out }).toEqual({ exitCode, out: '' })
    expect(seen.err).toContain(message)
  })

  it('follows: each trace once, when it is whole', async () => {
    const summary = (traceId: string, settled: boolean): TraceSummary => ({ ...newest, traceId, settled })
    const [newest] = traces().traces({ limit: 1 }).traces as [TraceSummary]
    const looks = [
      [summary('a', false)],
      [summary('b', false), summary('a', true)],
      [summary('b', true), summary('a', false)],
      [summary('b', true), summary('a', true)],
    ]
    const clock = new FakeClock()
    const stop = new AbortController()
    let asks = 0
    const server = createServer((_request, response) => {
      const last = looks.length - 1
      response.end(JSON.stringify({ atMs: 0, kept: 2, traces: looks[Math.min(asks++, last)] }))
      if (asks > looks.length) stop.abort()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const ticking = setInterval(() => clock.advance(1_000), 5)
    const { port } = server.address() as AddressInfo
    const { out } = await typed(`spans --follow -o json --server http://127.0.0.1:${port}`, { clock, signal: stop.signal })
    clearInterval(ticking)
    server.close()
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as TraceSummary).traceId),
    ).toEqual(['a', 'b'])
  })
})
