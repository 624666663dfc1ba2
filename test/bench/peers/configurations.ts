import { stringify } from 'smol-toml'
import { familiesKept, kept } from '../../real/prometheus/rules.ts'
import { addressOf, path, port } from '../pages.ts'
import type { Scenario } from '../readers.ts'

const release = 'v1.2'
const numbers = ({ targets }: Scenario) => Array.from({ length: targets }, (_, n) => n)

/** What Prometheus, its agent, vmagent and the OpenTelemetry Collector all understand: OSM's job for pods, with its keep list, and targets that have their labels already. */
export function scrapeConfiguration(scenario: Scenario) {
  const every = `${scenario.intervalSeconds}s`
  const job = {
    job_name: 'kubernetes-pods',
    metrics_path: path,
    static_configs: numbers(scenario).map((n) => ({ targets: [`${addressOf(n)}:${port}`], labels: labelsOf(n) })),
    metric_relabel_configs: [kept(release)],
  }
  return { global: { scrape_interval: every, scrape_timeout: every }, scrape_configs: [job] }
}

/** What OSM's rules would have made of a pod. */
function labelsOf(n: number) {
  const workload = `store-${n % 50}`
  return {
    source_namespace: 'bench',
    source_pod_name: `${workload}-7d4cdc5f9b-${n}`,
    source_service: workload,
    source_workload_kind: 'Deployment',
    source_workload_name: workload,
  }
}

/** The OpenTelemetry Collector: the same job, and what comes of it thrown away. */
export const otelConfiguration = (scenario: Scenario) => ({
  receivers: { prometheus: { config: scrapeConfiguration(scenario) } },
  exporters: { nop: {} },
  service: {
    telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    pipelines: { metrics: { receivers: ['prometheus'], exporters: ['nop'] } },
  },
})

/** Telegraf, as Azure's agent asks it to read (Docker-Provider conf/telegraf-prom-side-car.conf), with the same families kept. */
export function telegrafConfiguration(scenario: Scenario): string {
  const globs = familiesKept(release).map((expression) => expression.replace('^', '').replace('.*', '*'))
  const reading = {
    urls: numbers(scenario).map((n) => `http://${addressOf(n)}:${port}${path}`),
    metric_version: 2,
    url_tag: 'scrapeUrl',
    timeout: '15s',
    fieldinclude: globs,
  }
  const agent = {
    interval: `${scenario.intervalSeconds}s`,
    round_interval: false,
    metric_batch_size: 1_000,
    metric_buffer_limit: 200_000,
    flush_interval: '15s',
    omit_hostname: true,
  }
  return stringify({ agent, outputs: { discard: [{}] }, inputs: { prometheus: [reading] } })
}
