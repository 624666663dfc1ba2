import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../support/api-server.ts'
import { configMap, namespace, pod, scraped } from './meshed-cluster.ts'
import { MetricsCluster } from './metrics-cluster.ts'
import { typed } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/metrics-${name}.golden`
const list = 'osm-metric-collection-configuration'

const cluster = new MetricsCluster()
const { metrics } = cluster
const annotationsOf = (kind: KubeObject['kind'], name: string) => cluster.server.object(kind, name)?.metadata.annotations
const monitored = () => cluster.server.object('ConfigMap', 'container-azm-ms-osmconfig')?.data?.[list]

describe('metrics enable', () => {
  it('annotates the namespace and its pods with a sidecar, and says what osm says', async () => {
    const { exitCode, out, err } = await metrics('enable --namespace bookbuyer')
    expect({ exitCode, out, err }).toEqual({ exitCode: 0, out: 'Metrics successfully enabled in namespace [bookbuyer]\n', err: '' })
    expect(annotationsOf('Namespace', 'bookbuyer')).toEqual({
      'openservicemesh.io/sidecar-injection': 'enabled',
      'openservicemesh.io/metrics': 'enabled',
    })
    expect(annotationsOf('Pod', 'bookbuyer-0')).toEqual(scraped)
    expect(annotationsOf('Pod', 'outside')).toEqual({})
  })

  it('writes nothing the second time, and says so', async () => {
    await metrics('enable --namespace bookbuyer,bookstore')
    const before = cluster.server.writes.length
    expect(await metrics('enable --namespace bookbuyer,bookstore')).toEqual({
      exitCode: 0,
      out: 'Metrics successfully enabled in namespace [bookbuyer]\nMetrics successfully enabled in namespace [bookstore]\n',
      err: 'note: namespace [bookbuyer]: nothing had to be changed\nnote: namespace [bookstore]: nothing had to be changed\n',
    })
    expect(cluster.server.writes).toHaveLength(before)
    expect(before).toBe(2 + 6)
  })

  it('leaves another word for "enabled" as it is, and mends one that the mesh does not know', async () => {
    cluster.server.apply(namespace('bookbuyer', undefined, { 'openservicemesh.io/metrics': 'Yes' }))
    cluster.server.apply(namespace('bookstore', undefined, { 'openservicemesh.io/metrics': 'on' }))
    await metrics('enable --namespace bookbuyer,bookstore')
    expect(annotationsOf('Namespace', 'bookbuyer')).toEqual({ 'openservicemesh.io/metrics': 'Yes' })
    expect(annotationsOf('Namespace', 'bookstore')).toEqual({ 'openservicemesh.io/metrics': 'enabled' })
  })

  it("knows FSM's words by the namespace's label", async () => {
    expect(await metrics('enable --namespace pipes')).toMatchObject({
      exitCode: 0,
      out: 'Metrics successfully enabled in namespace [pipes]\n',
    })
    expect(annotationsOf('Namespace', 'pipes')).toEqual({ 'flomesh.io/metrics': 'enabled' })
    expect(annotationsOf('Pod', 'pipe-0')).toEqual(scraped)
  })

  it('takes namespaces in lists and one by one, each once', async () => {
    const { out } = await typed([
      'metrics',
      'enable',
      '--namespace',
      'bookbuyer, bookstore',
      '--namespace',
      'pipes,bookbuyer',
      '--kubeconfig',
      cluster.kubeconfig,
    ])
    expect(out.match(/\[\w+\]/g)).toEqual(['[bookbuyer]', '[bookstore]', '[pipes]'])
  })

  it('says all that is wrong, in whichever namespace, and does what can be done', async () => {
    const { exitCode, out, err } = await metrics(
      'enable --namespace bookthief,nowhere,kube-system,nameless --namespace orphaned,bookbuyer,pipes --mesh-name osm',
    )
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: 'Metrics successfully enabled in namespace [bookbuyer]\n' })
    await expect(err).toMatchFileSnapshot(golden('refused'))
    expect(cluster.server.writes).toEqual(['PATCH /api/v1/namespaces/bookbuyer', 'PATCH /api/v1/namespaces/bookbuyer/pods/bookbuyer-0'])
  })

  it.each([
    ['bokbuyer', 'Did you mean bookbuyer? mesh-telemetry metrics enable --namespace bookbuyer'],
    ['book-buyer', 'Did you mean bookbuyer? mesh-telemetry metrics enable --namespace bookbuyer'],
  ])('asks what was meant by %s', async (name, remedy) => {
    const { exitCode, err } = await metrics(`enable --namespace ${name}`)
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining(`(kubernetes_not_found)\n  ${remedy}\n`) })
    expect(cluster.server.writes).toEqual([])
  })

  it('tells nobody of another name who may not list them', async () => {
    cluster.server.fault = (_, path) => (path === '/api/v1/namespaces' ? 403 : undefined)
    const { exitCode, err } = await metrics('enable --namespace bokbuyer')
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: expect.stringContaining('"bokbuyer" not found (kubernetes_not_found)') })
    expect(err).not.toContain('Did you mean')
  })

  it('shows what would change in a dry run, which the server checks', async () => {
    cluster.server.apply(
      configMap('[osm_metric_collection_configuration.settings]\n  # ours\n  monitor_namespaces = ["bookbuyer"] # so far\n'),
    )
    const { exitCode, out, err } = await metrics('enable --namespace bookstore --configmap --dry-run')
    expect(exitCode).toBe(0)
    await expect(out + err).toMatchFileSnapshot(golden('dry-run'))
    expect(cluster.server.writes).toEqual([])
    expect(cluster.server.asked.filter((line) => line.startsWith('PATCH')).every((line) => line.endsWith('?dryRun=All'))).toBe(true)
  })

  it('is fine without a pod that went away meanwhile', async () => {
    cluster.server.fault = (method, path) => (method === 'PATCH' && path.endsWith('/bookstore-v1-0') ? 404 : undefined)
    expect(await metrics('enable --namespace bookstore')).toMatchObject({
      exitCode: 0,
      out: 'Metrics successfully enabled in namespace [bookstore]\n',
    })
  })

  it('leaves a pod alone that was made anew under the name of one that went: the injector has seen to it', async () => {
    const own = { 'example.com/team': 'books' }
    cluster.server.meanwhile = {
      path: '/api/v1/namespaces/bookbuyer/pods',
      happens: () =>
        cluster.server.apply({
          ...pod('bookbuyer-0', 'bookbuyer', own),
          metadata: { ...pod('bookbuyer-0', 'bookbuyer', own).metadata, uid: 'another' },
        }),
    }
    expect(await metrics('enable --namespace bookbuyer')).toMatchObject({
      exitCode: 0,
      out: 'Metrics successfully enabled in namespace [bookbuyer]\n',
      err: '',
    })
    expect(annotationsOf('Pod', 'bookbuyer-0')).toEqual(own)
  })

  it('says it when a pod is not written for another reason', async () => {
    cluster.server.fault = (method, path) => (method === 'PATCH' && path.endsWith('/bookbuyer-0') ? 422 : undefined)
    expect(await metrics('enable --namespace bookbuyer')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('(kubernetes_refused)'),
    })
  })

  it('goes on with other pods and namespaces where some cannot be written', async () => {
    cluster.server.fault = (method, path) => (method === 'PATCH' && path.includes('/bookstore/pods/bookstore-v') ? 409 : undefined)
    const { exitCode, out, err } = await metrics('enable --namespace bookstore,bookbuyer')
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: 'Metrics successfully enabled in namespace [bookbuyer]\n' })
    expect(err.match(/\(kubernetes_conflict\)/g)).toHaveLength(3)
    expect(err).toContain('error: namespace [bookstore]: 1 more pod could not be written\n')
    expect(annotationsOf('Pod', 'bookstore-own')).toMatchObject(scraped)
  })
})

describe('metrics disable', () => {
  it('takes back what was enabled, and puts back what an application had itself', async () => {
    const before = structuredClone(cluster.server.objects.map(({ metadata: { name, annotations } }) => ({ name, annotations })))
    const enabled = await metrics('enable --namespace bookstore')
    expect(enabled.err).toBe(
      'note: namespace [bookstore], bookstore-own: prometheus.io/scrape="true", prometheus.io/port="8080" was there; "metrics disable" puts it back\n',
    )
    expect(annotationsOf('Pod', 'bookstore-own')).toMatchObject({ ...scraped, 'example.com/team': 'books' })
    expect(await metrics('disable --namespace bookstore')).toEqual({
      exitCode: 0,
      out: 'Metrics successfully disabled in namespace [bookstore]\n',
      err: '',
    })
    expect(cluster.server.objects.map(({ metadata: { name, annotations } }) => ({ name, annotations }))).toEqual(before)
  })

  it("leaves an application's own annotations, and says so", async () => {
    const own = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9100' }
    cluster.server.apply(...['a', 'b', 'c', 'd', 'e'].map((name) => pod(name, 'bookbuyer', own)), pod('bookbuyer-0', 'bookbuyer', scraped))
    const { exitCode, err } = await metrics('disable --namespace bookbuyer')
    expect({ exitCode, err }).toEqual({
      exitCode: 0,
      err: 'note: namespace [bookbuyer], a, b, c and 2 more pods: prometheus.io/scrape="true", prometheus.io/port="9100" is the application\'s own and stays\n',
    })
    expect(annotationsOf('Pod', 'a')).toEqual(own)
    expect(annotationsOf('Pod', 'bookbuyer-0')).toEqual({})
  })

  it('also in a namespace that every mesh ignores by now', async () => {
    cluster.server.apply(pod('thief-0', 'bookthief', scraped))
    expect(await metrics('disable --namespace bookthief')).toMatchObject({ exitCode: 0, err: '' })
    expect(annotationsOf('Pod', 'thief-0')).toEqual({})
  })
})

describe('the ConfigMap', () => {
  const written = '# ours\n[osm_metric_collection_configuration.settings]\n  monitor_namespaces = ["pipes"] # so far\n'

  it('is made where there is none, with a word about those that it leaves out', async () => {
    cluster.server.apply(namespace('pipes', { 'flomesh.io/monitored-by': 'fsm' }, { 'flomesh.io/metrics': 'enabled' }))
    const { exitCode, out, err } = await metrics('enable --namespace bookbuyer,bookstore --configmap')
    expect(exitCode).toBe(0)
    expect(out).toContain(
      'Namespaces [bookbuyer, bookstore] successfully written into ConfigMap [kube-system/container-azm-ms-osmconfig]\n',
    )
    expect(err).toContain('pipes is no longer. Add it: mesh-telemetry metrics enable --namespace pipes --configmap\n')
    expect(cluster.server.object('ConfigMap', 'container-azm-ms-osmconfig')?.data).toMatchObject({
      'schema-version': 'v1',
      'config-version': 'ver1',
    })
    expect(monitored()).toContain('    monitor_namespaces = ["bookbuyer", "bookstore"]\n')
  })

  it('says the same of several that it leaves out', async () => {
    for (const name of ['pipes', 'wires'])
      cluster.server.apply(namespace(name, { 'flomesh.io/monitored-by': 'fsm' }, { 'flomesh.io/metrics': 'enabled' }))
    const { err } = await metrics('enable --namespace bookbuyer --configmap')
    expect(err).toContain('pipes, wires are no longer. Add them: mesh-telemetry metrics enable --namespace pipes,wires --configmap\n')
  })

  it('keeps its text and comments', async () => {
    cluster.server.apply(configMap(written))
    expect((await metrics('enable --namespace bookbuyer --configmap')).exitCode).toBe(0)
    expect(monitored()).toBe(written.replace('["pipes"]', '["pipes", "bookbuyer"]'))
    expect(await metrics('enable --namespace bookbuyer --configmap')).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('note: ConfigMap [kube-system/container-azm-ms-osmconfig]: nothing had to be changed\n'),
    })
    expect((await metrics('disable --namespace bookbuyer --configmap')).out).toContain(
      'Namespace [bookbuyer] successfully taken out of ConfigMap [kube-system/container-azm-ms-osmconfig]\n',
    )
    expect(monitored()).toBe(written)
  })

  it('may have another name', async () => {
    cluster.server.apply(configMap(written, 'mesh', 'collector'))
    expect((await metrics('disable --namespace pipes --configmap mesh/collector')).exitCode).toBe(0)
    expect(cluster.server.object('ConfigMap', 'collector')?.data?.[list]).toContain('monitor_namespaces = [] # so far')
  })

  it('that is new under another name counts only where the collector is told of it', async () => {
    const annotated = namespace('pipes', { 'flomesh.io/monitored-by': 'fsm' }, { 'flomesh.io/metrics': 'enabled' })
    cluster.server.apply(annotated)
    const { err } = await metrics('enable --namespace bookbuyer --configmap mesh/collector')
    expect(err).toBe(
      'note: ConfigMap [mesh/collector] is new; where discover.configMap of a collector names it, what it does not name is not scraped there, enabled or not: pipes is no longer. Add it: mesh-telemetry metrics enable --namespace pipes --configmap mesh/collector\n',
    )
  })

  it('loses the names of namespaces that are gone or have left the mesh, although nothing can be switched there', async () => {
    cluster.server.apply(configMap(written.replace('"pipes"', '"gone", "pipes", "kube-system", "bookbuyer"')))
    expect(await metrics('disable --namespace gone,kube-system,bookbuyer --configmap')).toEqual({
      exitCode: 0,
      out:
        'Metrics successfully disabled in namespace [bookbuyer]\n' +
        'Namespaces [gone, kube-system, bookbuyer] successfully taken out of ConfigMap [kube-system/container-azm-ms-osmconfig]\n',
      err:
        'note: namespace [gone]: there is none, so that nothing was to be switched; its name goes from the ConfigMap\n' +
        'note: namespace [kube-system]: it belongs to no mesh, so that nothing was to be switched; its name goes from the ConfigMap\n' +
        'note: namespace [bookbuyer]: nothing had to be changed\n',
    })
    expect(monitored()).toBe(written)
  })

  it('does not make up for a name that it does not hold either', async () => {
    cluster.server.apply(configMap(written))
    for (const line of ['disable --namespace gone --configmap', 'disable --namespace kube-system --configmap', 'disable --namespace gone'])
      expect(await metrics(line)).toMatchObject({ exitCode: 1, out: '', err: expect.stringMatching(/^error: /) })
    expect(await metrics('enable --namespace gone --configmap')).toMatchObject({ exitCode: 1, out: '' })
    expect(monitored()).toBe(written)
  })

  it('is not made to take a name out', async () => {
    expect(await metrics('disable --namespace bookbuyer --configmap')).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('nothing had to be changed'),
    })
    expect(monitored()).toBeUndefined()
  })

  it('is written once more when somebody else was quicker', async () => {
    cluster.server.apply(configMap(written))
    const path = '/api/v1/namespaces/kube-system/configmaps/container-azm-ms-osmconfig'
    cluster.server.meanwhile = { path, happens: () => cluster.server.apply(configMap(written.replace('so far', 'for now'))) }
    expect((await metrics('enable --namespace bookbuyer --configmap')).exitCode).toBe(0)
    expect(monitored()).toBe(written.replace('["pipes"] # so far', '["pipes", "bookbuyer"] # for now'))
  })

  it('is left alone when it is in conflict twice, or made in the same moment', async () => {
    cluster.server.apply(configMap(written))
    cluster.server.fault = (method, path) => (method === 'PATCH' && path.includes('configmaps') ? 409 : undefined)
    expect(await metrics('enable --namespace bookbuyer --configmap')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('kubernetes_conflict'),
    })
    expect(cluster.server.asked.filter((line) => line.startsWith('PATCH') && line.includes('configmaps'))).toHaveLength(2)
  })

  it.each([
    [
      'that is wrong already',
      '[osm_metric_collection_configuration.settings]\nmonitor_namespace = []',
      '"monitor_namespace" is not known here',
    ],
    ['that is no TOML', 'monitor_namespaces = [', 'line 1, column'],
    ['in a way that is not edited', 'osm_metric_collection_configuration.settings.monitor_namespaces = [ "\\u0061" ]', 'not edited here'],
  ])('%s is not touched', async (_, text, message) => {
    cluster.server.apply(configMap(text))
    const { exitCode, err } = await metrics('enable --namespace bookbuyer --configmap')
    expect({ exitCode, monitored: monitored() }).toEqual({ exitCode: 1, monitored: text })
    expect(err).toContain(message)
    expect(err).toContain('Write it by hand: kubectl edit configmap container-azm-ms-osmconfig -n kube-system\n')
  })

  it('that says something else is spoken of where it was not asked for, unless it may not be read', async () => {
    cluster.server.apply(configMap(written))
    expect((await metrics('enable --namespace bookbuyer,pipes')).err).toContain(
      'note: ConfigMap [kube-system/container-azm-ms-osmconfig] does not name bookbuyer: mesh-telemetry metrics enable --namespace bookbuyer --configmap\n',
    )
    expect((await metrics('disable --namespace bookbuyer,pipes')).err).toContain(
      'still names pipes: mesh-telemetry metrics disable --namespace pipes --configmap\n',
    )
    cluster.server.fault = (_, path) => (path.includes('configmaps') ? 403 : undefined)
    expect(await metrics('enable --namespace bookbuyer')).toMatchObject({ exitCode: 0, err: '' })
  })
})
