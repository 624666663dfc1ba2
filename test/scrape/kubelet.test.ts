import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/runtime/problem.ts'
import { scrapeOptions } from '../../src/scrape/options.ts'
import { scrapeProblems } from '../../src/scrape/problems.ts'
import { kubelet, nodeAt, podOn, reading } from './support/nodes.ts'

describe('a node', () => {
  it('is read over one connection, with the token of the service account', async () => {
    const at = await kubelet()
    const { sync, until, pages, health, telemetry } = reading(at)
    sync([nodeAt(at.port)])
    await until(() => pages.length >= 3)
    expect(pages[0]).toEqual({ node: 'n1', text: 'a page of it\n' })
    expect(health.get('n1')).toEqual({ state: 'up', failures: 0, samples: 2 })
    expect(at.connections).toBe(1)
    expect(new Set(at.heard.map(({ path, authorization }) => `${path} ${authorization}`))).toEqual(
      new Set(['/metrics/cadvisor Bearer first-token']),
    )
    const metrics = await telemetry.metrics.registry.metrics()
    expect(metrics).toMatch(/^meshtelemetry_node_reads_total\{outcome="good"\} ([3-9]|\d{2,})$/m)
  })

  it('is read only where somebody is scraped, and not any more when it leaves', async () => {
    const at = await kubelet()
    const { sync, until, pages, health } = reading(at)
    const [one, other] = [nodeAt(at.port), nodeAt(at.port, { name: 'n2' })]
    sync([one, other])
    await until(() => pages.length >= 2)
    expect([...health.keys()]).toEqual(['n1'])
    sync([one, other], [podOn('n2')])
    expect([...health.keys()]).toEqual(['n2'])
    await until(() => pages.some(({ node }) => node === 'n2'))
    sync([one, other], [podOn(undefined)])
    await until(() => pages.at(-1)?.node === 'n1')
    sync([], [podOn(undefined)])
    const read = pages.length
    expect(health.size).toBe(0)
    sync([other], [podOn('n2')])
    await until(() => pages.length >= read + 5)
    expect(new Set(pages.slice(read).map(({ node }) => node))).toEqual(new Set(['n2']))
  })

  it('is asked at its new address when it has another one', async () => {
    const [before, now] = [await kubelet(), await kubelet()]
    const { sync, until } = reading(before)
    sync([nodeAt(before.port)])
    await until(() => before.heard.length > 0)
    sync([nodeAt(now.port)])
    await until(() => now.heard.length > 1) // what was on its way to the old one has come
    const asked = before.heard.length
    await until(() => now.heard.length > 5)
    expect(before.heard.length).toBe(asked)
  })

  it('without an address, or with one that is nobody’s, is not asked', async () => {
    const at = await kubelet()
    const { sync, trouble } = reading(at, { allowLoopback: false })
    sync([{ name: 'n1', kubeletPort: at.port }, nodeAt(at.port, { name: 'n2' })], [podOn('n1'), podOn('n2')])
    expect(await trouble()).toMatchObject({ code: 'kubelet_no_address', remedy: expect.stringContaining('kubectl get node n1') })
    expect(await trouble('n2')).toMatchObject({ code: 'kubelet_no_address', message: expect.stringContaining('loopback') })
    expect(at.connections).toBe(0)
  })
})

describe('a node that does not let us', () => {
  it.each([
    [401, 'kubelet_unauthorized', 'authentication.webhook.enabled'],
    [403, 'kubelet_forbidden', '--resource=nodes/metrics'],
    [404, 'kubelet_unusable', '/api/v1/nodes/n1/proxy/metrics/cadvisor'],
    [500, 'kubelet_unusable', '/api/v1/nodes/n1/proxy/metrics/cadvisor'],
  ])('with %s is %s, and says what to type', async (status, code, remedy) => {
    const at = await kubelet()
    at.answer = (_, response) => response.writeHead(status).end('no')
    const { sync, until, trouble, health, telemetry } = reading(at)
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({
      code,
      remedy: expect.stringContaining(remedy),
      message: expect.stringContaining(String(status)),
    })
    await until(() => health.get('n1')?.state === 'stale')
    expect(await telemetry.metrics.registry.metrics()).toMatch(new RegExp(`^meshtelemetry_node_reads_total\\{outcome="${code}"\\} `, 'm'))
    at.answer = undefined
    const told = () => telemetry.lines.map((line) => JSON.parse(line).event).join(' ')
    await until(() => health.get('n1')?.state === 'up' && told() === 'node_failing node_recovered')
  })

  it('because it is slow is given up at the deadline', async () => {
    const at = await kubelet()
    at.answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).write('# TYPE ')
    const { sync, trouble, pages } = reading(at, { timeout: '500ms' })
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_unreachable', message: 'The deadline passed after 7 bytes of the page.' })
    expect(pages).toEqual([])
  })

  it('because it is away is tried again', async () => {
    const at = await kubelet()
    const { sync, trouble } = reading(at)
    sync([nodeAt(9, { address: '127.0.0.3' })])
    expect(await trouble()).toMatchObject({ code: 'kubelet_unreachable', remedy: expect.stringContaining('port 9:') })
  })

  it('with a page beyond scrape.bodyLimit is read no further', async () => {
    const at = await kubelet()
    at.page = 'x'.repeat(2 * 64 * 1024)
    const { sync, trouble, pages } = reading(at)
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_unusable', message: expect.stringContaining('scrape.bodyLimit') })
    expect(pages).toEqual([])
  })

  it('with a page that cannot be used says why', async () => {
    const at = await kubelet()
    const { sync, trouble, desk } = reading(at)
    desk.judge = () => new Problem(scrapeProblems.scrape_broken, 'It is not what it should be.', { place: { line: 3 } })
    sync([nodeAt(at.port)])
    expect(await trouble()).toMatchObject({ code: 'kubelet_unusable', message: 'It is not what it should be. (at 3)' })
  })
})

describe('through the API server', () => {
  it('a node is asked by its name, over TLS with the authority of the cluster', async () => {
    const server = await kubelet()
    const { sync, until, pages } = reading(server, { cadvisor: { from: 'apiserver', apiServer: `https://127.0.0.1:${server.port}` } })
    sync([{ name: 'n1', kubeletPort: 10_250 }])
    await until(() => pages.length > 0)
    expect(server.heard[0]).toEqual({ path: '/api/v1/nodes/n1/proxy/metrics/cadvisor', authorization: 'Bearer first-token' })
  })

  it('403 names nodes/proxy and its risk', async () => {
    const server = await kubelet()
    server.answer = (_, response) => response.writeHead(403).end()
    const { sync, trouble } = reading(server, { cadvisor: { from: 'apiserver', apiServer: `https://127.0.0.1:${server.port}` } })
    sync([{ name: 'n1', kubeletPort: 10_250 }])
    expect(await trouble()).toMatchObject({
      code: 'node_proxy_forbidden',
      remedy: expect.stringMatching(/run commands in every pod.*nodes\/proxy/),
    })
  })

  it('is never asked over an unproven connection, nor without TLS', () => {
    const against = (cadvisor: object) => scrapeOptions.safeParse({ cadvisor }).error?.issues.map(({ path }) => path.join('.'))
    expect(against({ from: 'apiserver', insecureSkipVerify: true })).toEqual(['cadvisor.insecureSkipVerify'])
    expect(against({ from: 'apiserver', apiServer: 'http://10.0.0.1' })).toEqual(['cadvisor.apiServer'])
  })
})

describe('reading nodes', () => {
  it('is off unless it is asked for', async () => {
    const at = await kubelet()
    expect(scrapeOptions.parse({}).cadvisor.from).toBe('off')
    expect(() => reading(at, { cadvisor: { from: 'off' } })).toThrow('it is off')
  })

  it('ends within its last request, and nothing is heard afterwards', async () => {
    const at = await kubelet()
    at.answer = () => {} // longer than a test may take
    const { sync, until, kubelets, health } = reading(at, { interval: '10m', timeout: '10m' })
    sync([nodeAt(at.port)])
    await until(() => at.heard.length > 0)
    await kubelets.close()
    await kubelets.close()
    expect(health.get('n1')).toEqual({ state: 'waiting', failures: 0 })
    sync([nodeAt(at.port, { name: 'n2' })], [podOn('n2')])
    expect(health.has('n2')).toBe(false)
  })
})
