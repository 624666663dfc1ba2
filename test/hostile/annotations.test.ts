import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { page, Wire } from '../scrape/support/wire.ts'
import { sidecarPage, until, Watched } from './neighbours.ts'

/** What a pod's owner can write into annotations: it leads the collector nowhere but to that pod, and nothing else onto the wire. */

const refused = {
  'parent-folder': { path: '/../quitquitquit' },
  'parent-folder-encoded': { path: '/%2e%2E/quitquitquit' },
  'slash-encoded': { path: '/..%2fquitquitquit' },
  'second-host': { path: '//169.254.169.254/latest/meta-data' },
  'whole-url': { path: 'http://169.254.169.254/latest/meta-data' },
  'user-information': { path: '@169.254.169.254/' },
  query: { path: '/stats/prometheus?filter=.*' },
  'query-encoded': { path: '/stats/prometheus%3Ffilter=.*' },
  fragment: { path: '/stats#x' },
  backslash: { path: '/\\169.254.169.254/' },
  'line-break': { path: '/x HTTP/1.1\r\nX-Forged: 1\r\n\r\n' },
  'line-break-encoded': { path: '/x%0d%0aX-Forged:%201' },
  nul: { path: '/x\u0000' },
  'right-to-left': { path: '/\u202Ex' },
  long: { path: `/${'x'.repeat(300)}` },
  'port-and-host': { path: '/stats/prometheus', port: '1@169.254.169.254:80' },
  'port-of-none': { path: '/stats/prometheus', port: '0' },
  'port-in-hexadecimal': { path: '/stats/prometheus', port: '0x50' },
}
/** Lawful as a path, and a program where a shell reads it. */
const program = "/$(reboot);'$&"

const wire = new Wire(({ socket, path }) => {
  if (path.startsWith('/stats/prometheus')) socket.write(page(sidecarPage('shop/cart|80', 5)))
  else socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
})
let watched: Watched

beforeAll(async () => {
  const { port: own } = await wire.listen()
  const pod = (name: string, { path, port = own, ip = '127.0.0.1' }: { path: string; port?: string; ip?: string }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-of-${name}`,
      labels: { app: 'cart', 'osm-proxy-uuid': 'u' },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': port, 'prometheus.io/path': path },
    },
    spec: { containers: [{ name: 'envoy' }] },
    status: { phase: 'Running', podIP: ip },
  })
  const metadata = {
    name: 'shop',
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/metrics': 'enabled' },
  }
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata },
    ...Object.entries(refused).map(([name, change]) => pod(name, change)),
    pod('metadata-address', { path: '/stats/prometheus', ip: '169.254.169.254' }),
    pod('wire-server', { path: '/stats/prometheus', ip: '::ffff:168.63.129.16' }),
    pod('program', { path: program }),
    pod('good', { path: '/stats/prometheus' }),
  ]
  const folder = await mkdtemp(join(tmpdir(), 'hostile-test-'))
  await writeFile(join(folder, 'pods.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  watched = await Watched.over(folder, {
    discover: { source: 'manifests', namespaces: 'annotation', manifests: { path: folder } },
    isPatient: true,
    scrape: { interval: '150ms', allowLoopback: true },
  })
  await until(() => watched.targets().targets.every(({ state }) => state === 'up' || state === 'stale'), 'all were asked')
})

afterAll(async () => {
  await watched.stop()
  wire.close()
})

const outcome = (name: string) => watched.targets().dropped.find(({ pod }) => pod === name)?.reason

it.each(Object.keys(refused))('%s is refused', (name) => expect(outcome(name)).toMatch(/^bad_(?:path|port)$/))

it('addresses that no pod has are refused', () => {
  expect(['metadata-address', 'wire-server'].map(outcome)).toEqual(['address_refused', 'address_refused'])
})

it('what is lawful goes onto the wire as it stands, and nothing beside it', () => {
  const asked = new Set(wire.paths.map((path) => path.split('?')[0]))
  expect(asked).toEqual(new Set(['/stats/prometheus', program]))
  expect(wire.requests.join('\n')).not.toMatch(/X-Forged|169\.254|authorization|cookie/i)
})

it('a remedy that is pasted into a shell runs nothing of it', () => {
  const remedy = watched.targets().targets.find(({ pod }) => pod === 'program')?.error?.remedy
  expect(remedy).toContain(String.raw`/$(reboot);'\''$&'.`)
  expect(remedy).toMatch(/curl -sv 'http:\/\/127\.0\.0\.1:\d+\/\$\(reboot\)/)
})
