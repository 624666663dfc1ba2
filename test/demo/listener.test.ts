import { createServer } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { dialects } from '../../src/model/dialect.ts'
import { wantedOfSidecar } from '../../src/model/wanted.ts'
import { beginningOf, bookstore, families, podOf, read, samples } from './bookstore.ts'

/** Addresses that no other test has, nor the same test of somebody else on this machine. */
const block = 80 + (process.pid % 50) * 3

it('answers whole pages and, asked with the filter of production, only what is wanted', async () => {
  const mesh = await bookstore()
  await mesh.advance(20_000)
  const { takes, filter } = wantedOfSidecar(dialects.osm.name, { requestStats: true })
  const { url } = podOf(mesh, 'bookbuyer')
  const whole = await read(url)
  const filtered = await read(url, filter)
  const name = (family: string) => family.split(' ')[0] ?? ''
  expect(families(filtered).map(name)).toEqual(families(whole).map(name).filter(takes))
  expect(filtered.length).toBeLessThan(whole.length * 0.6)
})

it('matches a filter anywhere in raw names, and nowhere else', async () => {
  const mesh = await bookstore()
  await mesh.advance(5_000)
  const { url } = podOf(mesh, 'bookbuyer')
  expect(families(await read(url, '^server\\.live$'))).toEqual(['envoy_server_live gauge'])
  expect(families(await read(url, 'bookstore-v1\\|14001.upstream_rq_2xx'))).toEqual(['envoy_cluster_upstream_rq_xx counter'])
  expect(await read(url, 'envoy_cluster_upstream_rq')).toBe('')
  expect(await read(url, 'upstream_rq_xx')).toBe('')
})

it.each(['(', '(?=live)', '(a)\\1', '%zz'])('refuses the filter %s', async (filter) => {
  const mesh = await bookstore()
  const { url } = podOf(mesh, 'bookbuyer')
  const encoded = filter === '%zz' ? filter : encodeURIComponent(filter)
  expect((await fetch(`${url}?filter=${encoded}`)).status).toBe(400)
})

it('answers chunked, and nothing but its one path', async () => {
  const mesh = await bookstore()
  const { url } = podOf(mesh, 'bookbuyer')
  const { origin } = new URL(url)
  const { headers } = await fetch(url)
  expect(headers.get('content-type')).toBe('text/plain; charset=UTF-8')
  expect(headers.get('transfer-encoding')).toBe('chunked')
  for (const path of ['/', '/stats', '/stats/prometheus/', '/stats/prometheus/x', '/metrics'])
    expect((await fetch(origin + path)).status).toBe(404)
})

it('counts the scrapes of itself', async () => {
  const mesh = await bookstore()
  const { url } = podOf(mesh, 'bookbuyer')
  await read(url)
  const [requests, answers] = ['envoy_cluster_upstream_rq_total{', 'envoy_cluster_upstream_rq{envoy_response_code="200",']
  const page = samples(await read(url))
  expect(page.get(`${requests}envoy_cluster_name="envoy-metrics-cluster"}`)).toBe(2)
  expect(page.get(`${answers}envoy_cluster_name="envoy-metrics-cluster"}`)).toBe(1)
})

it('gives every pod the port 15010 on an address of its own, in the next block where one is taken', async () => {
  const [first, second] = [`127.${block}.0`, `127.${block + 1}.0`]
  const taken = createServer().listen(15010, `${first}.1`)
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const mesh = await bookstore({ hosts: [first, second] })
  const hosts = mesh.pods().map(({ url }) => new URL(url ?? '').host)
  expect(hosts.slice(0, 3)).toEqual([`${second}.1:15010`, `${first}.2:15010`, `${first}.3:15010`])
  expect(hosts.at(-1)).toBe(`${first}.11:9091`)
})

it('falls back to ports where there are no further loopback addresses', async () => {
  const mesh = await bookstore({ hosts: ['240.0.0'] }) // reserved: no machine has these addresses
  const hosts = mesh.pods().map(({ url }) => new URL(url ?? ''))
  expect(new Set(hosts.map(({ hostname }) => hostname))).toEqual(new Set(['127.0.0.1']))
  expect(new Set(hosts.map(({ port }) => port)).size).toBe(hosts.length)
  expect(await read(podOf(mesh, 'bookstore-v2').url)).toContain('envoy_server_live{} 1')
})

it('closes at once, also under a connection in use, and leaves nothing listening', async () => {
  const mesh = await bookstore({ hosts: [`127.${block + 2}.0`] }) // where no other test listens instead
  const urls = mesh.pods().map(({ url }) => new URL(url ?? ''))
  const [first = new URL('http://127.0.0.1')] = urls
  const busy = connect(Number(first.port), first.hostname)
  busy.on('error', () => {})
  busy.write('GET /stats/prometheus HTTP/1.1\r\nhost: x\r\n\r\nGET /half')
  await once(busy, 'data')
  await mesh.close() // of itself a half request would end after minutes
  await mesh.close()
  for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed')
})

it('drops its connections as its process restarts, and answers again', async () => {
  const mesh = await bookstore()
  const { url } = podOf(mesh, 'bookbuyer')
  const { hostname, port } = new URL(url)
  const kept = connect(Number(port), hostname)
  kept.on('error', () => {}) // how the end looks is the platform's choice
  kept.write('GET /half')
  await once(kept, 'connect')
  const ended = once(kept, 'close')
  await mesh.advance(beginningOf(mesh, 'restart') + 2_600)
  await ended
  expect(await read(url)).toContain('envoy_server_uptime{} 0')
})

it('moves by itself when it is given time', async () => {
  const mesh = await bookstore({ tickMs: 1 })
  await expect.poll(() => mesh.truth().length).toBeGreaterThan(4)
})
