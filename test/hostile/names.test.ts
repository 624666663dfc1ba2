import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EdgesAnswer } from '../../src/model/figures.ts'
import { expectGoodPage } from '../contracts/pulled-page.ts'
import { type Asked, page } from '../scrape/support/wire.ts'
import { hostileNames as names } from './hostile-names.ts'
import { type Endpoint, endpoint, Scripts, until, Watched } from './neighbours.ts'

/** Names that try to be something else, wherever names appear: of the target (its labels) and on its page (its cluster). */

const half = '\uD800'

const escaped = (text: string) => text.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`))

let values: ReadonlyMap<string, number>
/** One request more with every page, so that each edge has figures. */
const answer =
  (name: string, asked: Map<string, number>) =>
  ({ socket }: Asked) => {
    asked.set(name, (asked.get(name) ?? 0) + 1)
    const cluster = `envoy_cluster_name="${escaped(`shop/${names[name]}|80`)}"`
    const lines = [
      '# TYPE envoy_server_live gauge',
      'envoy_server_live{} 1',
      '# TYPE envoy_cluster_upstream_rq counter',
      `envoy_cluster_upstream_rq{envoy_response_code="200",${cluster}} ${asked.get(name)}`,
      '# TYPE envoy_cluster_upstream_rq_total counter',
      `envoy_cluster_upstream_rq_total{${cluster}} ${asked.get(name)}`,
    ]
    socket.write(page(`${lines.join('\n')}\n`))
  }

let scripts: Scripts
let watched: Watched

beforeAll(async () => {
  const asked = new Map<string, number>()
  values = asked
  scripts = new Scripts(
    new Map([
      ...Object.keys(names).map((name) => [name, answer(name, asked)] as const),
      ...['half', 'other-half'].map((name) => [name, answer('emoji', asked)] as const),
      ['gone', ({ socket }: Asked) => void socket.end(`HTTP/1.1 200 OK\r\nContent-Type: ${'\u009B'}2J\u202E\r\n\r\n`, 'latin1')] as const,
    ]),
  )
  const host = await scripts.listen()
  const named = (path: string, name: string): Endpoint => endpoint(host, name, { __metrics_path__: `/${path}`, source_service: name })
  const endpoints = [
    ...Object.entries(names).map(([path, name]) => named(path, name)),
    named('half', `h${half}`),
    named('other-half', 'h\uDC00'),
    named('gone', names.escapes as string),
  ]
  watched = await Watched.start(endpoints, { isPatient: true, scrape: { interval: '150ms', allowLoopback: true } })
  await until(() => Object.keys(names).every((name) => (values.get(name) ?? 0) >= 4), 'all were read some times')
  await until(async () => (await edgeNames()).size >= Object.keys(names).length, 'every edge is shown')
  const counted = async () => (await watched.text('/metrics/edges')).match(/^mesh_requests_total\{/gm)?.length ?? 0
  await until(async () => (await counted()) > Object.keys(names).length, 'every edge is counted, that of the halves too')
})

afterAll(async () => {
  await watched.stop()
  scripts.close()
})

const edges = async () => (await watched.json('/api/v1/edges')) as EdgesAnswer
const edgeNames = async () => new Set((await edges()).edges.map(({ labels }) => labels.destination_service))

/** The page as it is served, held to the contract of all pages. */
async function families(path: '/metrics/osm' | '/metrics/edges') {
  const text = await watched.text(path)
  return expectGoodPage({
    path,
    contentType: '',
    async *render() {
      yield text
    },
  })
}

describe('a hostile name', () => {
  it.each(Object.entries(names))('%s comes back as it went in, as an edge of /metrics/edges', async (_, name) => {
    const requests = (await families('/metrics/edges')).find((family) => family.name === 'mesh_requests_total')?.series ?? []
    const found = requests.filter(({ labels }) => labels.source_namespace === name)
    expect(found.map(({ labels }) => [labels.source_workload, labels.source_service])).toEqual([[name, name]])
    expect(requests.map(({ labels }) => labels.source_namespace)).not.toContain('forged')
  })

  it.each(Object.entries(names))('%s comes back as it went in, on /metrics/osm', async (_, name) => {
    const series = (await families('/metrics/osm')).find((family) => family.name === 'envoy_cluster_upstream_rq_total')?.series ?? []
    const found = series.filter(({ labels }) => labels.source_namespace === name)
    expect(found.map(({ labels }) => labels.envoy_cluster_name)).toEqual([`shop/${name}|80`])
  })

  it.each(Object.entries(names))('%s comes back as it went in, as JSON', async (_, name) => {
    const sources = (await edges()).edges.filter(({ labels }) => labels.source_namespace === name)
    expect(sources).toHaveLength(1)
    expect(watched.targets().targets.filter(({ labels, state }) => state === 'up' && labels.source_namespace === name)).toHaveLength(1)
  })

  it('that is half a character is one and the same series wherever it appears, because no page can tell halves apart', async () => {
    const requests = (await families('/metrics/edges')).find((family) => family.name === 'mesh_requests_total')?.series ?? []
    expect(requests.filter(({ labels }) => labels.source_namespace?.startsWith('h'))).toHaveLength(1)
    await families('/metrics/osm')
  })

  it('stays within its line of the log, which is one object', () => {
    const lines = watched.log.filter((line) => line.includes('target_failing'))
    expect(lines).toHaveLength(1)
    for (const line of watched.log) {
      expect(line.endsWith('\n') && line.indexOf('\n') === line.length - 1).toBe(true)
      expect(JSON.parse(line)).toHaveProperty('event')
      expect(line.trimEnd()).not.toMatch(/[\p{C}\u2028\u2029]/u)
    }
  })
})
