import {
  type Dashboard,
  filled,
  panelQuestions,
  type Question,
  shipped,
  type Variable,
  variableQuestion,
} from '../../dashboards/grafana.ts'
import type { PrometheusServer } from '../prometheus/server.ts'

const rangeSeconds = 40

/** Grafana's own words, and the settings that ask nobody; short, since all began just now. */
const macros = { __rate_interval: '5s', __range: `${rangeSeconds}s`, before: '10s', kinds: 'service|egress|internal' }

/** What a reader chooses; the variable itself must offer it. Everything is asked with this, and with all of everything. */
const chosen: Readonly<Record<string, string>> = {
  calling_namespace: 'bookbuyer',
  called_namespace: 'bookstore',
  namespace: 'bookstore',
  service: 'bookstore-v1',
  source_namespace: 'bookbuyer',
  source_workload: 'bookbuyer',
  source_service: 'bookbuyer',
  destination_namespace: 'bookstore',
  destination_service: 'bookstore-v1',
  destination_port: '14001',
  job: 'mesh-telemetry',
}

const files = 'targets come from files'
const noNodes = 'scrape.cadvisor is off'

/** Questions that rightly have no answer here, and why. */
const rightlyEmpty: Readonly<Record<string, string>> = {
  'collector.json, Kubernetes API, Lists that are followed, A': files,
  'collector.json, Kubernetes API, Last heard of Kubernetes, A': files,
  'collector.json, Nodes (CPU and memory of pods), Time to read a node, A': noNodes,
  'collector.json, Nodes (CPU and memory of pods), Time to read a node, B': noNodes,
}

/** What one round of asking fills in for a variable, from what it offers. */
type Choosing = (variable: Variable, offered: readonly string[]) => string

const rounds: Readonly<Record<string, Choosing>> = {
  all: ({ allValue = '' }) => allValue,
  chosen: ({ name }, offered) => chosen[name] ?? offered[0] ?? '',
}

/** Asks every question of every panel and variable, each as Grafana does; all must be answered, and with numbers that can be. */
export async function askEverything(server: PrometheusServer, log: (line: string) => void) {
  const wrong: string[] = []
  const figures: Record<string, number> = {}
  for (const [file, dashboard] of Object.entries(shipped)) {
    figures[`queries of ${file}`] = panelQuestions(file, dashboard).length
    for (const [round, choosing] of Object.entries(rounds)) {
      const found = await ask(server, { file, dashboard, choosing })
      wrong.push(...found.wrong.map((fault) => `${fault} (${round})`))
      for (const line of found.empty) log(`${line} (${round})`)
    }
  }
  return { wrong, figures }
}

interface Asking {
  readonly file: string
  readonly dashboard: Dashboard
  readonly choosing: Choosing
}

async function ask(server: PrometheusServer, { file, dashboard, choosing }: Asking) {
  const wrong: string[] = []
  const empty: string[] = []
  const filling: Record<string, string> = { ...macros }
  for (const variable of dashboard.templating.list) {
    const question = variableQuestion(file, variable)
    if (!question) continue
    const offered = await offeredBy(server, { ...question, expr: filled(question.expr, filling) })
    const value = choosing(variable, offered)
    if (value !== variable.allValue && !offered.includes(value)) wrong.push(`${question.asker}: offers ${offered.join(', ')}, not ${value}`)
    if (offered.length === 0) wrong.push(`${question.asker}: offers nothing`)
    filling[variable.name] = value
  }
  for (const question of panelQuestions(file, dashboard)) {
    const { values, refused } = await answerTo(server, { ...question, expr: filled(question.expr, filling) })
    if (values.length === 0) empty.push(`${question.asker}: nothing, ${rightlyEmpty[question.asker] ?? 'which is wrong'}`)
    const fault = refused ?? faultOf(question, values)
    if (fault !== undefined) wrong.push(`${question.asker}: ${fault}`)
  }
  return { wrong, empty }
}

function faultOf(question: Question, values: readonly number[]): string | undefined {
  const reason = rightlyEmpty[question.asker]
  if (values.length === 0) return reason === undefined ? 'no answer' : undefined
  if (reason !== undefined) return `has an answer, although ${reason}`
  if (values.some((value) => !Number.isFinite(value))) return 'what is answered is no number'
  if (question.unit === 'percentunit' && values.some((value) => value < 0 || value > 1)) return 'a share is not between 0 and 1'
  return undefined
}

/** What a variable lists. */
async function offeredBy(server: PrometheusServer, { expr, form, cut }: Question): Promise<string[]> {
  if (typeof form === 'object') return server.labelValues(form.valuesOf, expr)
  const found = await server.query(expr)
  // Grafana cuts the value out of the series as it is printed.
  const printed = found.map(
    ({ labels }) =>
      `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value}"`)
        .join(',')}}`,
  )
  return printed.map((text) => cut?.exec(text)?.[1]).filter((value) => value !== undefined)
}

type Sample = readonly [atSeconds: number, value: string]

/** All values of an answer; or what Prometheus says of an expression that it does not take. */
async function answerTo(
  server: PrometheusServer,
  { expr, form }: Question,
): Promise<{ readonly values: readonly number[]; readonly refused?: string }> {
  const now = Date.now() / 1e3
  const moment = { query: expr, time: String(now) }
  const span = { query: expr, start: String(now - rangeSeconds), end: String(now), step: '1' }
  const path =
    form === 'instant' ? `query?${new URLSearchParams(moment).toString()}` : `query_range?${new URLSearchParams(span).toString()}`
  const { error, data } = JSON.parse(await server.text(`/api/v1/${path}`)) as {
    readonly error?: string
    readonly data?: {
      readonly result: readonly { readonly value?: readonly [number, string]; readonly values?: readonly [number, string][] }[]
    }
  }
  if (error !== undefined) return { values: [], refused: error }
  const samples = (data?.result ?? []).flatMap(({ value, values = [] }): readonly Sample[] => (value ? [value] : values))
  return { values: samples.map(([, value]) => Number(value)) }
}
