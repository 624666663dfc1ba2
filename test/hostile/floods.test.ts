import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseOptions } from '../../src/parse/options.ts'
import type { Asked } from '../scrape/support/wire.ts'
import { endpoint, Neighbour, Scripts, sidecarPage, until, Watched } from './neighbours.ts'

/** Targets that send more than any sidecar has, as fast as they are read: whole pages are refused, and the good target beside them goes on. */

const intervalMs = 1_000
const good = sidecarPage('shop/cart|80', 5)
const series = (count: number, name: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `envoy_cluster_upstream_rq_total{envoy_cluster_name="${name(index)}"} 1\n`).join('')

let told = 0
/** Other names with every page, so many that looking at them takes long. */
const otherNames = () => {
  const lines = Array.from(
    { length: 60_000 },
    () => `envoy_cluster_upstream_rq{envoy_response_code="${told++}",envoy_cluster_name="x"} 1\n`,
  )
  return Buffer.from(`${good}# TYPE envoy_cluster_upstream_rq counter\n${lines.join('')}`)
}

const pages: Readonly<Record<string, readonly [page: Buffer, becomes: string]>> = {
  'a-million-series': [Buffer.from(good + series(1_000_000, String)), 'too_many_series'],
  'a-line-of-10-MB': [Buffer.from(`${good}osm_x{a="${'x'.repeat(10_000_000)}"} 1\n`), 'line_too_long'],
  'a-line-of-quotes': [Buffer.from(`${good}envoy_cluster_upstream_rq_total{${'a="",'.repeat(200_000)}`), 'malformed_page'],
  'labels-of-64-kB': [Buffer.from(good + series(20, (index) => `${index}${'x'.repeat(65_536)}`)), 'up'],
  'a-thousand-labels': [
    Buffer.from(`${good}envoy_cluster_upstream_rq_total{${Array.from({ length: 1_000 }, (_, i) => `l${i}="x",`).join('')}} 1\n`),
    'up',
  ],
}

let neighbour: Neighbour
let scripts: Scripts
let watched: Watched

beforeAll(async () => {
  neighbour = new Neighbour()
  const answers = (bodyNow: () => Buffer) => (asked: Asked) => {
    const body = bodyNow()
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`
    asked.socket.write(head)
    asked.socket.write(body)
  }
  const usual = Object.entries(pages).map(([name, [body]]) => [name, answers(() => body)] as const)
  scripts = new Scripts(new Map([...usual, ['other-names', answers(otherNames)]]))
  const host = await scripts.listen()
  const hostile = [...Object.keys(pages), 'other-names'].map((name) => endpoint(host, name, { __metrics_path__: `/${name}` }))
  watched = await Watched.start([...hostile, await neighbour.endpoint()], {
    isPatient: true,
    scrape: { interval: `${intervalMs}ms`, bodyLimit: '64MiB', allowLoopback: true },
  })
  await until(() => neighbour.askedMs.length >= 3, 'the neighbour was read some times')
})

afterAll(async () => {
  await watched.stop()
  neighbour.close()
  scripts.close()
})

it.each(Object.entries(pages).map(([name, [, becomes]]) => [name, becomes] as const))('%s: %s', async (name, becomes) => {
  const word = () => {
    const found = watched.targets().targets.find(({ url }) => url.endsWith(`/${name}`))
    return found?.error?.code ?? found?.state
  }
  await until(() => word() === becomes, `it is ${becomes}`).catch(() => {}) // whatever it is instead is told below
  expect(word()).toBe(becomes)
})

it('refuses a page of too many series whole, says how many it may hold, and counts it', async () => {
  const refused = watched.targets().targets.find(({ url }) => url.endsWith('/a-million-series'))
  expect(refused?.error?.message).toMatch(`The page holds more than ${parseOptions.parse({}).seriesLimit} wanted series.`)
  expect(refused?.error?.remedy).toContain('parse.seriesLimit')
  expect(await watched.text('/metrics/osm')).not.toContain('source_namespace="a-million-series"')
  expect(await watched.text('/metrics')).toMatch(/meshtelemetry_scrapes_total\{outcome="too_many_series"\} [1-9]/)
})

it('reads a target more seldom whose page holds everyone else up, and says so', async () => {
  const found = () => watched.targets().targets.find(({ url }) => url.endsWith('/other-names'))
  await until(() => found()?.state === 'up' && found()?.notice !== null, 'its page was taken, and took long').catch(() => {})
  expect(found()).toMatchObject({ state: 'up', notice: { code: 'costly_page', remedy: expect.stringContaining('parse.seriesLimit') } })
  const skipped = async () => /meshtelemetry_scrapes_skipped_total\{reason="costly_page"\} (\d+)/.exec(await watched.text('/metrics'))?.[1]
  await until(async () => Number(await skipped()) > 0, 'a turn was left out')
})

it('leaves the good target its pages and its sums', async () => {
  expect(neighbour.longestPauseMs).toBeLessThan(3 * intervalMs * watched.stretch)
  neighbour.isCounting = false
  const edge = /^mesh_requests_total\{.*source_namespace="neighbour".*\} (\d+)$/m
  const counted = async () => Number(edge.exec(await watched.text('/metrics/edges'))?.[1])
  await until(async () => (await counted()) === neighbour.counted, 'the neighbour is counted exactly')
  expect(neighbour.counted).toBeGreaterThan(0)
})
