import { createServer, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TargetsAnswer } from '../../src/model/figures.ts'
import { certificate, key } from '../scrape/support/certificate.ts'
import { type Asked, page } from '../scrape/support/wire.ts'
import { endpoint, Neighbour, Scripts, sidecarPage, until, Watched } from './neighbours.ts'

/** Hostile targets on real sockets, all at once beside one good target: each has its word, and the good one does not notice. */

const bodyLimitBytes = 2 ** 20
const intervalMs = 500
const edgeLimit = 300
const rememberedLimit = 1_000
const cluster = 'shop/cart|80'
const good = sidecarPage(cluster, 5)
const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'
const status = (line: string, more = '') => `HTTP/1.1 ${line}\r\n${more}Content-Length: 0\r\n\r\n`
const says =
  (text: string) =>
  ({ socket }: Asked) =>
    socket.write(text)
const endsWith =
  (text: string) =>
  ({ socket }: Asked) =>
    socket.end(text)

const bytes =
  (text: string) =>
  ({ socket }: Asked) =>
    socket.write(text, 'latin1')

let poured = 0
/** Writes for ever, as fast as it is read. */
const pours =
  (head: string, block: string) =>
  ({ socket }: Asked) => {
    socket.write(head)
    const more = () => {
      while (!socket.destroyed && socket.write(block)) poured += block.length
      if (!socket.destroyed) socket.once('drain', more)
    }
    more()
  }
const drips =
  (head: string, byte: string) =>
  ({ socket }: Asked) => {
    socket.write(head)
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(byte)), 1_000)
  }

const takenAs = (text: string) => says(page(text))
const withValue = (value: string) => takenAs(sidecarPage(cluster, value))
let jumps = 0
/** A counter that is nothing and nearly the largest number in turn. */
const jumping = ({ socket }: Asked) => void socket.write(page(sidecarPage(cluster, jumps++ % 2 === 0 ? '0' : '1.7e308')))
let churned = 0
/** New names with every page, as if services came and went without end. */
const churns =
  (count: number, labels: (n: number) => string) =>
  ({ socket }: Asked) => {
    const lines = Array.from({ length: count }, () => `envoy_cluster_upstream_rq{${labels(churned++)}} 1\n`)
    socket.write(page(`${good}# TYPE envoy_cluster_upstream_rq counter\n${lines.join('')}`))
  }
const newService = (n: number) => `envoy_response_code="200",envoy_cluster_name="shop/x${n}|80"`
const newCode = (n: number) => `envoy_response_code="${n}",envoy_cluster_name="shop/odd|80"`

/** By the first word of the path: what the target does, and the code of its problem, `up` where its page is taken. */
const rows: Readonly<Record<string, readonly [does: (asked: Asked) => void, becomes: string]>> = {
  'endless-body': [pours(`${ok}\r\n`, `${'x'.repeat(65_535)}\n`), 'page_too_large'],
  'endless-chunk': [pours(`${ok}Transfer-Encoding: chunked\r\n\r\nffffff\r\n`, 'x'.repeat(65_536)), 'page_too_large'],
  'endless-head': [pours('HTTP/1.1 200 OK\r\n', 'A: b\r\n'.repeat(1_000)), 'head_too_large'],
  'endless-trailers': [pours(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'A: b\r\n'.repeat(1_000)), 'head_too_large'],
  'flood-of-1xx': [pours('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)), 'head_too_large'],
  'one-byte-per-second': [drips(`${ok}\r\n`, 'x'), 'scrape_timeout'],
  'one-byte-of-head-per-second': [drips('', 'H'), 'scrape_timeout'],
  'only-100-continue': [says('HTTP/1.1 100 Continue\r\n\r\n'), 'scrape_timeout'],
  silence: [() => {}, 'scrape_timeout'],
  'one-long-line': [says(page(`osm_x{a="${'x'.repeat(bodyLimitBytes - 2_000)}`)), 'malformed_page'],
  'html-page': [says(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>`), 'wrong_content_type'],
  'type-with-escapes': [bytes(`HTTP/1.1 200 OK\r\nContent-Type: \x9b2J${'x'.repeat(9_000)}\r\n\r\n`), 'wrong_content_type'],
  'unasked-gzip': [says(`${ok}Content-Encoding: gzip\r\n\r\n\x1f\x8b`), 'encoded_page'],
  'redirect-to-metadata': [says(status('302 Found', 'Location: http://169.254.169.254/latest/meta-data/\r\n')), 'redirected'],
  'permanent-redirect': [says(status('308 Permanent Redirect', 'Location: //other/\r\n')), 'redirected'],
  'bad-request': [says(status('400 Bad Request')), 'status_4xx'],
  unauthorized: [says(status('401 Unauthorized', 'WWW-Authenticate: Basic\r\n')), 'status_4xx'],
  'too-many-requests': [says(status('429 Too Many Requests', 'Retry-After: 1000000\r\n')), 'status_4xx'],
  'server-error': [says(status('500 Internal Server Error')), 'status_5xx'],
  'partial-content': [says(status('206 Partial Content')), 'unexpected_status'],
  'no-content': [says('HTTP/1.1 204 No Content\r\n\r\n'), 'unexpected_status'],
  'switching-protocols': [says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'), 'unexpected_status'],
  'two-answers': [says(page(good) + page(good)), 'bad_framing'],
  'length-too-short': [says(page(good).replace(/(Content-Length: )\d+/, '$110')), 'bad_framing'],
  'length-too-long-and-closed': [endsWith(page(good).replace(/(Content-Length: )\d+/, '$110000')), 'cut_short'],
  'length-too-long-and-open': [says(page(good).replace(/(Content-Length: )\d+/, '$110000')), 'scrape_timeout'],
  'length-beyond-the-limit': [says(page(good).replace(/(Content-Length: )\d+/, '$199999999')), 'page_too_large'],
  'length-and-chunks': [says(`${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), 'bad_framing'],
  'closed-at-once': [({ socket }) => socket.end(), 'no_answer'],
  'closed-in-the-head': [endsWith('HTTP/1.1 200 OK\r\nConte'), 'cut_short'],
  'closed-within-a-number': [endsWith(`${ok}\r\n${good.trimEnd()}`), 'cut_short'],
  reset: [({ socket }) => socket.resetAndDestroy(), 'connection_reset'],
  'another-protocol': [says('SSH-2.0-OpenSSH_9.2\r\n'), 'not_http'],
  'empty-page': [takenAs(''), 'empty_page'],
  'someone-elses-page': [takenAs('# TYPE go_goroutines gauge\ngo_goroutines 7\n'), 'unknown_dialect'],
  'binary-garbage': [bytes(`${ok}Content-Length: 4\r\n\r\n\0\xff\xfe\x01`), 'malformed_page'],
  'not-utf-8': [bytes(page(good).replace('cart', 'c\xffrt')), 'malformed_page'],
  'number-that-is-none': [withValue('0x10'), 'malformed_page'],
  'number-that-overflows': [withValue('1e999'), 'malformed_page'],
  'label-twice': [takenAs(good.replace('{envoy_cluster_name', '{a="1",a="2",envoy_cluster_name')), 'malformed_page'],
  'the-names-label': [takenAs(good.replace('{envoy_cluster_name', '{__name__="mesh_requests_total",envoy_cluster_name')), 'malformed_page'],
  'duplicate-series': [takenAs(good + good.replace(' 5', ' 9')), 'up'],
  'nan-counter': [withValue('NaN'), 'up'],
  'infinite-counter': [withValue('+Inf'), 'up'],
  'negative-counter': [withValue('-7'), 'up'],
  'huge-counter': [withValue('1e300'), 'up'],
  'huge-jumps': [jumping, 'up'],
  'timestamps-of-the-future': [takenAs(good.replaceAll(/ (\d+)$/gm, ' $1 4102444800000')), 'up'],
  'labels-named-like-properties': [
    takenAs(good.replaceAll('{envoy_cluster', '{constructor="a",__proto__="b",toString="c",envoy_cluster')),
    'up',
  ],
  'services-without-end': [churns(100, newService), 'up'],
  'codes-without-end': [churns(400, newCode), 'too_many_names'],
  'more-services-than-edges': [churns(edgeLimit + 1, newService), 'too_many_edges'],
}

let neighbour: Neighbour
let scripts: Scripts
let tls: Server
let plain: Server
let watched: Watched
let arrayBuffersBefore = 0
/** What was served when all was counted. */
let edges = ''
let osm = ''
let own = ''
/** By name, as far as targets are known. */
let said: ReadonlyMap<string, TargetsAnswer['targets'][number]>
const sayNow = () => new Map(watched.targets().targets.map((target) => [target.labels.source_namespace ?? nameIn(target.url), target]))
/** What becomes of a target: its last problem, else its state. On a busy machine now and then its time is over before its word. */
function becomes(name: string): string | undefined {
  const target = sayNow().get(name)
  return target?.error?.code ?? target?.state
}

beforeAll(async () => {
  neighbour = new Neighbour()
  scripts = new Scripts(new Map(Object.entries(rows).map(([name, [does]]) => [name, does])))
  plain = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  tls = createTlsServer({ cert: certificate, key }).on('tlsClientError', () => {})
  const [host, tlsHost, nobody] = [await scripts.listen(), await portOf(tls), await portOf(createServer(), { close: true })]
  const hostile = Object.keys(rows).map((name) => endpoint(host, name, { __metrics_path__: `/${name}` }))
  const others = [
    endpoint(nobody, 'refused'),
    endpoint(tlsHost, 'tls-on-a-plain-port'),
    endpoint(await portOf(plain), 'plain-on-a-tls-port', { __scheme__: 'https' }),
    endpoint('no-such-host.invalid', 'no-such-name'),
  ]
  arrayBuffersBefore = process.memoryUsage().arrayBuffers
  watched = await Watched.start([...hostile, ...others, await neighbour.endpoint()], {
    scrape: { interval: `${intervalMs}ms`, bodyLimit: '1MiB', allowLoopback: true },
    aggregate: { edgeLimit, rememberedLimit },
  })
  await until(() => neighbour.askedMs.length >= 6, 'the neighbour was read often')
  const words = new Set(Object.values(rows).map(([, word]) => (word === 'up' ? 'good' : word)))
  const isTold = async () => {
    own = await watched.text('/metrics')
    const counted = [...own.matchAll(/^meshtelemetry_scrapes_total\{outcome="(\w+)"\} [1-9]/gm)].map(([, outcome]) => outcome)
    const isFull = /"edges_forgotten"\} [1-9]/.test(own) && /^meshtelemetry_skipped_values_total [1-9]/m.test(own)
    return isFull && churned > 1_500 && words.isSubsetOf(new Set(counted))
  }
  await until(isTold, 'every hostile target has had its word, and was read some times')
  neighbour.isCounting = false
  await until(async () => counted(await watched.text('/metrics/edges'), 'neighbour') === neighbour.counted, 'the neighbour is counted')
  const isShown = async () => {
    said = sayNow()
    ;[edges, osm, own] = [await watched.text('/metrics/edges'), await watched.text('/metrics/osm'), await watched.text('/metrics')]
    const areShown = ['neighbour', 'labels-named-like-properties'].every(
      (name) => said.get(name)?.state === 'up' && osm.includes(`source_namespace="${name}"`),
    )
    return areShown && said.get('type-with-escapes')?.error?.code === 'wrong_content_type'
  }
  await until(isShown, 'those are shown that are looked at below')
})

afterAll(async () => {
  await watched.stop()
  for (const server of [neighbour, scripts, tls, plain]) server.close()
})

/** Targets that never had a page have no labels yet: they are known by their path. */
const nameIn = (url: string) => new URL(url).pathname.slice(1)

async function portOf(server: Server, { close = false } = {}): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  if (close) await new Promise((resolve) => server.close(resolve))
  return host
}

function counted(text: string, source: string): number | undefined {
  const found = new RegExp(`^mesh_requests_total\\{.*source_namespace="${source}".*\\} (?<value>\\S+)$`, 'm').exec(text)
  return found ? Number(found.groups?.value) : undefined
}

describe('a hostile target', () => {
  it.each(Object.entries(rows).map(([name, [, expected]]) => [name, expected] as const))('%s: %s', async (name, expected) => {
    await until(() => becomes(name) === expected, `it is ${expected}`).catch(() => {}) // whatever it is instead is told below
    expect(becomes(name)).toBe(expected)
  })

  it('that is not there, or speaks TLS where plain HTTP is meant and the other way round, has its word too', async () => {
    const codes = () => watched.targets().targets.flatMap(({ error, url }) => (rows[nameIn(url)] ? [] : (error?.code ?? [])))
    await expect.poll(() => codes().toSorted()).toEqual(['connection_refused', 'name_not_found', 'no_answer', 'tls_failed'])
  })

  it('is counted by its word', () => {
    const outcomes = [...own.matchAll(/^meshtelemetry_scrapes_total\{outcome="(\w+)"\} (\d+)$/gm)].map(([, outcome]) => outcome)
    expect(outcomes).toEqual(
      expect.arrayContaining(['good', ...new Set(Object.values(rows).map(([, word]) => word))].filter((word) => word !== 'up')),
    )
    expect(outcomes).not.toContain('scrape_broken')
  })

  it('has labels of any name, which stay what they are', () => {
    const line = osm.split('\n').find((text) => /^envoy_cluster_upstream_rq_total\{.*"labels-named-like-properties"/.test(text))
    expect(line).toMatch(
      /^envoy_cluster_upstream_rq_total\{__proto__="b",constructor="a",envoy_cluster_name="shop\/cart\|80",toString="c",instance=/,
    )
  })

  it('says nothing that a terminal or a log would obey', () => {
    const message = said.get('type-with-escapes')?.error?.message ?? ''
    expect(message).toMatch(/^The answer is "\\u\{9b\}2Jx+…", not text\/plain\.$/)
    expect(message.length).toBeLessThan(100)
    for (const line of watched.log) expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

describe('its neighbour', () => {
  it('is read on time', () => {
    expect(neighbour.longestPauseMs, 'far less than those take together that never answer').toBeLessThan(5 * intervalMs * watched.stretch)
  })

  it('is counted exactly', () => {
    expect(neighbour.counted).toBeGreaterThan(0)
    expect(counted(edges, 'neighbour')).toBe(neighbour.counted)
  })

  it('is shown as it says', () => {
    expect(osm).toMatch(/^envoy_cluster_upstream_rq_total\{.*source_namespace="neighbour".*\} (\d+) \d+$/m)
    expect(said.get('neighbour')?.state).toBe('up')
  })
})

describe('what hostile targets leave behind', () => {
  it('is finite: values that say nothing are left out, and repeated series count once', () => {
    const values = [...edges.matchAll(/^mesh_\w+\{.*\} (\S+)$/gm)].map(([, value]) => Number(value))
    expect(values.length).toBeGreaterThan(20)
    expect(values.every((value) => value >= 0 && value < Infinity)).toBe(true)
    for (const name of ['nan-counter', 'infinite-counter', 'negative-counter', 'duplicate-series', 'huge-counter', 'huge-jumps'])
      expect([name, counted(edges, name) ?? 0]).toEqual([name, 0])
    expect(/^meshtelemetry_skipped_values_total (\d+)/m.exec(own)?.[1]).toMatch(/^[1-9]/)
  })

  it('is bounded: bodies, heads and edges', async () => {
    const requests = Number(/"page_too_large"\} (\d+)/.exec(own)?.[1]) + Number(/"head_too_large"\} (\d+)/.exec(own)?.[1])
    // What lies in the buffers of the sockets when reading stops was written too.
    expect(poured / requests, 'nothing is read far beyond the limit').toBeLessThan(8 * bodyLimitBytes)
    expect(process.memoryUsage().arrayBuffers - arrayBuffersBefore).toBeLessThan(150 * 2 ** 20)
    expect(churned).toBeGreaterThan(1_500)
    const { edges: shown } = (await watched.json('/api/v1/status')) as { edges: number }
    expect(shown, 'the limit, and the few that are not worth numbering the others anew').toBeLessThanOrEqual(edgeLimit * 1.05)
    expect(/"edges_forgotten"\} (\d+)/.exec(own)?.[1]).toMatch(/^[1-9]/)
  })
})
