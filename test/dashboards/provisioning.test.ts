import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type DeployedObject, kustomizationOf, objectsOf, onlyOne, type Service } from '../support/deployment.ts'

const root = join(import.meta.dirname, '../..')
const yaml = <T>(file: string): T => parse(readFileSync(join(root, file), 'utf8')) as T
const dashboards = readdirSync(join(root, 'dashboards')).filter((name) => name.endsWith('.json'))

interface Job {
  readonly job_name: string
  readonly scrape_interval: string
  readonly honor_labels?: boolean
  readonly honor_timestamps?: boolean
  readonly track_timestamps_staleness?: boolean
  readonly metrics_path?: string
  readonly static_configs: readonly { readonly targets: readonly string[] }[]
}

const prometheus = yaml<{ rule_files: readonly string[]; scrape_configs: readonly Job[] }>('dashboards/provisioning/prometheus.yaml')
const service = onlyOne<Service>('Service', objectsOf('base'))

describe("Prometheus' jobs", () => {
  it('fetch the three pages, each with the labels that it has', () => {
    const jobs = prometheus.scrape_configs.map(({ metrics_path: path = '/metrics', honor_labels: honored = false }) => [path, honored])
    expect(jobs).toEqual([
      ['/metrics/edges', true],
      ['/metrics', false],
      ['/metrics/osm', true],
    ])
  })

  it('end series that carry times, which only /metrics/osm has', () => {
    const ended = prometheus.scrape_configs.filter((job) => job.track_timestamps_staleness)
    expect(ended.map(({ metrics_path: path }) => path)).toEqual(['/metrics/osm'])
  })

  it('find the collector where deploy/ puts it', () => {
    const { name, namespace } = service.metadata
    const address = `${name}.${namespace}.svc:${service.spec.ports[0]?.port}`
    const targets = prometheus.scrape_configs.flatMap((job) => job.static_configs.flatMap((config) => config.targets))
    expect(targets).toEqual([address, address, address])
  })

  it('come with the alerts', () => {
    const files = prometheus.rule_files.flatMap((pattern) => globSync(join('dashboards/provisioning', pattern), { cwd: root }))
    expect(files.map((path) => path.replaceAll('\\', '/'))).toEqual(['dashboards/alerts/mesh-telemetry.yaml'])
  })
})

describe("the Prometheus Operator's objects", () => {
  interface Endpoint {
    readonly port: string
    readonly path: string
    readonly interval: string
    readonly honorLabels?: boolean
    readonly trackTimestampsStaleness?: boolean
    readonly relabelings?: readonly object[]
  }
  interface ServiceMonitor extends DeployedObject {
    readonly spec: { readonly selector: { readonly matchLabels: Record<string, string> }; readonly endpoints: readonly Endpoint[] }
  }
  const { spec } = onlyOne<ServiceMonitor>('ServiceMonitor', objectsOf('components/service-monitor'))

  it('are the same jobs', () => {
    const asJobs = spec.endpoints.map(({ path, interval, honorLabels = false, trackTimestampsStaleness = false }) => [
      path,
      interval,
      honorLabels,
      trackTimestampsStaleness,
    ])
    expect(asJobs).toEqual(
      prometheus.scrape_configs.map((job) => [
        job.metrics_path ?? '/metrics',
        job.scrape_interval,
        job.honor_labels ?? false,
        job.track_timestamps_staleness ?? false,
      ]),
    )
  })

  it('tell the pages of one port apart, which else would share one `up`', () => {
    const told = spec.endpoints.filter(({ relabelings = [] }) =>
      relabelings.some((each) => isDeepStrictEqual(each, { sourceLabels: ['__metrics_path__'], targetLabel: 'metrics_path' })),
    )
    expect(told).toEqual(spec.endpoints)
  })

  it('find the Service and its port', () => {
    expect(spec.endpoints.every(({ port }) => service.spec.ports.some(({ name }) => name === port))).toBe(true)
    const [{ pairs }] = kustomizationOf('base').labels as [{ pairs: Record<string, string> }]
    expect(pairs).toMatchObject(spec.selector.matchLabels)
  })
})

describe("Grafana's files", () => {
  it('name the interval of the jobs, of which $__rate_interval is made', () => {
    const { datasources } = yaml<{ datasources: readonly { type: string; jsonData: { timeInterval: string } }[] }>(
      'dashboards/provisioning/grafana/datasources.yaml',
    )
    const intervals = new Set(prometheus.scrape_configs.map((job) => job.scrape_interval))
    expect(datasources.map(({ type, jsonData }) => [type, jsonData.timeInterval])).toEqual(
      [...intervals].map((interval) => ['prometheus', interval]),
    )
  })

  it('turn each dashboard into a ConfigMap of its own that kubectl can apply', () => {
    const { configMapGenerator, generatorOptions } = yaml<{
      configMapGenerator: readonly { name: string; files: readonly string[] }[]
      generatorOptions: object
    }>('dashboards/kustomization.yaml')
    expect(generatorOptions).toMatchObject({ labels: { grafana_dashboard: '1' }, disableNameSuffixHash: true })
    expect(configMapGenerator.flatMap(({ files }) => files).sort()).toEqual(dashboards.sort())
    const named = configMapGenerator.map(({ files }) => `mesh-telemetry-dashboard-${files[0]?.replace('.json', '')}`)
    expect(configMapGenerator.map(({ name }) => name)).toEqual(named)
    // `kubectl apply` keeps a copy in an annotation, and those hold 256 KiB; quotes and ends of lines are escaped in it.
    const tooLarge = dashboards.filter((name) => JSON.stringify(readFileSync(join(root, 'dashboards', name), 'utf8')).length > 256 * 1_024)
    expect(tooLarge).toEqual([])
  })
})

describe('compose.yaml', () => {
  interface Container {
    readonly image: string
    readonly build?: string
    readonly command?: readonly string[]
    readonly ports: readonly string[]
    readonly volumes?: readonly string[]
    readonly environment?: Readonly<Record<string, string>>
    readonly networks?: { readonly default: { readonly aliases: readonly string[] } }
  }
  const { services } = yaml<{ services: Readonly<Record<string, Container>> }>('compose.yaml')
  const all = Object.values(services)
  /** Where a path within a container comes from, below the project. */
  const sourceOf = ({ volumes = [] }: Container, path: string) => {
    const mounts = volumes.map((volume) => volume.split(':') as [string, string])
    const [from, to] = mounts.find(([, inside]) => path === inside || path.startsWith(`${inside}/`)) ?? ['', '']
    return from + path.slice(to.length)
  }

  it('mounts what there is, and lets nobody write to it', () => {
    const volumes = all.flatMap((container) => container.volumes ?? [])
    expect(volumes.length).toBeGreaterThan(3)
    expect(volumes.filter((volume) => !volume.endsWith(':ro') || !existsSync(join(root, volume.split(':')[0] ?? '')))).toEqual([])
  })

  it('opens ports on this machine alone, and says which at its top', () => {
    const ports = all.flatMap((container) => container.ports)
    expect(ports.filter((port) => !/^127\.0\.0\.1:(\d+):\1$/.test(port))).toEqual([])
    const [top = ''] = readFileSync(join(root, 'compose.yaml'), 'utf8').split('\n\n')
    const said = [...top.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port = '']) => port)
    expect(said.sort()).toEqual(ports.map((port) => port.split(':')[1] ?? '').sort())
  })

  it('pins every image to a version, its own to this one', () => {
    const { version } = yaml<{ version: string }>('package.json')
    expect(all.filter(({ image }) => !/:v?\d+\.\d+\.\d+$/.test(image))).toEqual([])
    expect(services.demo).toMatchObject({ build: '.', image: `mesh-telemetry:${version}` })
  })

  it('lets Prometheus find the demo under the name that the shipped jobs have', () => {
    const [target = ''] = prometheus.scrape_configs[0]?.static_configs[0]?.targets ?? []
    const [host, port] = target.split(':')
    expect(services.demo?.networks?.default.aliases).toEqual([host])
    expect(services.demo?.command?.slice(-2)).toEqual(['--listen', `0.0.0.0:${port}`])
    const [file = ''] = services.prometheus?.command?.map((word) => /^--config\.file=(.*)/.exec(word)?.[1]).filter(Boolean) ?? []
    expect(sourceOf(services.prometheus as Container, file)).toBe('./dashboards/provisioning/prometheus.yaml')
  })

  it('has the demo send its spans to the Jaeger beside it, which listens to other containers', () => {
    expect(services.demo?.command).toEqual(expect.arrayContaining(['--spans-to', 'http://jaeger:4318']))
    expect(services.jaeger?.environment).toEqual({ JAEGER_LISTEN_HOST: '0.0.0.0' })
  })

  it('gives Grafana the dashboards where its provider looks, and begins with one of them', () => {
    const grafana = services.grafana as Container
    const { providers } = yaml<{ providers: readonly [{ options: { path: string } }] }>('dashboards/provisioning/grafana/dashboards.yaml')
    expect(sourceOf(grafana, providers[0].options.path)).toBe('./dashboards')
    const home = sourceOf(grafana, grafana.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? '')
    expect(statSync(join(root, home)).isFile()).toBe(true)
  })

  it('has what the data sources name', () => {
    const files = ['dashboards/provisioning/grafana/datasources.yaml', 'compose/grafana-jaeger.yaml']
    const urls = files.flatMap((file) => yaml<{ datasources: readonly { url: string }[] }>(file).datasources.map(({ url }) => new URL(url)))
    expect(urls.filter(({ hostname, port }) => !services[hostname]?.ports.some((open) => open.endsWith(`:${port}`)))).toEqual([])
  })
})
