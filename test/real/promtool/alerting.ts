import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import { alerts } from '../../../dashboards/alerts/rules.ts'
import { readingOf } from '../../dashboards/promql.ts'
import type { CollectorProcess } from '../collector-process.ts'
import type { RealSetting } from '../part.ts'
import { PrometheusServer } from '../prometheus/server.ts'
import { collectorAlertCases } from './collector-alert-cases.ts'
import { promtool } from './promtool.ts'
import { ruleTests, untested } from './rule-tests.ts'
import { sendingAlertCases } from './sending-alert-cases.ts'
import { serviceAlertCases } from './service-alert-cases.ts'

const dashboards = join(import.meta.dirname, '../../../dashboards')
const rules = join(dashboards, 'alerts/mesh-telemetry.yaml')
const cases = [...serviceAlertCases, ...collectorAlertCases, ...sendingAlertCases]

interface Config {
  rule_files: string[]
  readonly scrape_configs: { scrape_interval: string; track_timestamps_staleness?: boolean; static_configs: { targets: string[] }[] }[]
}

/** The shipped rules as promtool sees them: they are rules, and each alert fires when it should and is silent when not. */
export async function alertsFire(executable: string, { scratch, log }: Pick<RealSetting, 'scratch' | 'log'>): Promise<string[]> {
  const tests = join(scratch, 'alerts.test.yaml')
  await writeFile(tests, ruleTests(rules, cases))
  const wrong = untested(cases)
  for (const words of [
    ['check', 'rules', rules],
    ['test', 'rules', tests],
  ]) {
    const { code, said } = await promtool(executable, words)
    log(`promtool ${words.slice(0, 2).join(' ')} ends with ${code}`)
    if (code !== 0) wrong.push(said.join('\n'))
  }
  log(`${alerts.length} alerts in ${cases.length} cases`)
  return wrong
}

/** `check config` on the shipped file. A Prometheus that cannot end series with times refuses its one line about them, as the file says. */
export async function configIsTaken(executable: string, version: string, scratch: string): Promise<readonly string[]> {
  const folder = join(scratch, 'dashboards')
  await mkdir(join(folder, 'provisioning'), { recursive: true })
  await cp(join(dashboards, 'alerts'), join(folder, 'alerts'), { recursive: true })
  const file = join(folder, 'provisioning/prometheus.yaml')
  await writeFile(file, stringify(await shippedConfig(version)))
  const { code, said } = await promtool(executable, ['check', 'config', file])
  return code === 0 && said.some((line) => line.includes(`${alerts.length} rules found`)) ? [] : said
}

async function shippedConfig(version: string): Promise<Config> {
  const config = parse(await readFile(join(dashboards, 'provisioning/prometheus.yaml'), 'utf8')) as Config
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major === 2 && minor < 48) for (const job of config.scrape_configs) delete job.track_timestamps_staleness
  return config
}

/** Series that the demo rightly lacks. */
const lacking = [
  { metric: 'meshtelemetry_discovery_watches', why: 'the demo has no Kubernetes API server' },
  { metric: 'meshtelemetry_scrapes_skipped_total', why: 'no turn was left out yet' },
  { metric: 'meshtelemetry_scrapes_total', why: 'no page was too large' },
  { metric: 'meshtelemetry_node_reads_total', why: 'it has no nodes' },
  { metric: 'meshtelemetry_destination_failures_total', why: 'no try to send has failed' },
  { metric: 'meshtelemetry_destination_dropped_rows_total', why: 'nothing of its rows is lost' },
]

/** The shipped jobs and rules in a real Prometheus over the demo: every rule is evaluated, and what it asks for is there. */
export async function alertsSeeTheDemo(
  collector: CollectorProcess,
  setting: { readonly executable: string; readonly version: string } & RealSetting,
): Promise<string[]> {
  const { executable, version, scratch, signal, log } = setting
  const config = await shippedConfig(version)
  config.rule_files = [rules]
  for (const job of config.scrape_configs) {
    job.scrape_interval = '1s'
    job.static_configs = [{ targets: [new URL(collector.url).host] }]
  }
  const global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '2s' }
  await using prometheus = await PrometheusServer.start({ global, ...config }, { executable, scratch: join(scratch, 'server'), signal })
  const jobs = config.scrape_configs.length
  await prometheus.until(`/api/v1/query?query=${encodeURIComponent('count(count_over_time(up[1m]) >= 5 and up == 1)')}`, (text) =>
    text.includes(`"${jobs}"]`),
  )
  await pause(4_000) // two evaluations more
  return [...(await unhealthy(prometheus, log)), ...(await blind(prometheus))]
}

interface Rule {
  readonly name: string
  readonly health: string
  readonly lastError?: string
  readonly state: string
}

async function unhealthy(prometheus: PrometheusServer, log: RealSetting['log']): Promise<string[]> {
  const { data } = JSON.parse(await prometheus.text('/api/v1/rules')) as { data: { groups: { rules: Rule[] }[] } }
  const loaded = data.groups.flatMap((group) => group.rules)
  const roused = loaded.filter(({ state }) => state !== 'inactive').map(({ name, state }) => `${name} ${state}`)
  log(`${loaded.length} rules are evaluated; of the demo's trouble they say: ${roused.join(', ') || 'nothing yet'}`)
  if (loaded.length !== alerts.length) return [`${loaded.length} of ${alerts.length} rules were loaded`]
  return loaded.filter(({ health }) => health !== 'ok').map(({ name, health, lastError }) => `${name} is ${health}: ${lastError}`)
}

/** Selectors that find nothing, but for those that the demo rightly lacks. */
async function blind(prometheus: PrometheusServer): Promise<string[]> {
  const selectors = new Map(
    alerts
      .flatMap(({ expr }) => readingOf(expr).selectors)
      .map(({ metric, matchers }) => {
        const text = Object.entries(matchers).map(([label, matcher]) => label + matcher)
        return [`${metric}{${text.join(',')}}`, metric]
      }),
  )
  const found: string[] = []
  for (const [selector, metric] of selectors) {
    const [count] = await prometheus.query(`count(${selector})`)
    if (!count && !lacking.some((row) => row.metric === metric)) found.push(`nothing is found for ${selector}`)
  }
  return found
}
