import type { PrometheusServer } from '../prometheus/server.ts'
import { type Dashboard, dashboards, type Variable } from './dashboards.ts'

type Filling = Readonly<Record<string, string>>

const filled = (text: string, filling: Filling): string => text.replace(/\$(\w+)/g, (name, key: string) => filling[key] ?? name)

/** What Grafana makes of "All": every value, as a regular expression. */
const joined = (values: readonly string[]): string => values.map((value) => value.replace(/[.+*?^$()|[\]{}\\]/g, '\\\\$&')).join('|')

interface Choice {
  readonly filling: Filling
  /** Which variable offers nothing to choose. */
  readonly missing?: string
}

/** Every choice that a dashboard's variables offer. */
async function* choices(server: PrometheusServer, [variable, ...rest]: readonly Variable[], filling: Filling = {}): AsyncGenerator<Choice> {
  if (!variable) {
    yield { filling }
    return
  }
  const { name, label, series, all } = variable
  const values = await server.labelValues(label, series && filled(series, filling))
  if (values.length === 0) yield { filling, missing: `$${name} has no value where ${JSON.stringify(filling)}` }
  for (const value of all && values.length > 0 ? [joined(values)] : values) yield* choices(server, rest, { ...filling, [name]: value })
}

/** Asks everything that OSM's dashboards ask, for every choice of their variables, as of one moment. */
export async function askDashboards(server: PrometheusServer, atMs: number) {
  const wrong: string[] = []
  const empty = new Set<string>()
  const figures: Record<string, number> = {}
  for (const dashboard of dashboards) {
    const { asked, problems, meant } = await ask(server, dashboard, atMs)
    figures[`answered queries of ${dashboard.name}`] = asked
    wrong.push(...problems)
    for (const why of meant) empty.add(`${dashboard.name}: ${why}`)
  }
  return { wrong, empty: [...empty], figures }
}

async function ask(server: PrometheusServer, { name, variables, panels }: Dashboard, atMs: number) {
  const problems: string[] = []
  const meant: string[] = []
  let asked = 0
  for await (const choice of choices(server, variables)) {
    asked++
    if (choice.missing !== undefined) problems.push(`${name}: ${choice.missing}`)
    const queries = panels.flatMap((panel) => panel.expressions.map((expression) => ({ panel, query: filled(expression, choice.filling) })))
    for (const { panel, query } of choice.missing === undefined ? queries : []) {
      asked++
      const found = await server.query(query, atMs)
      if (found.some(({ value }) => Number.isNaN(value)) && !mayBeNaN(query)) problems.push(`${name}, ${panel.title}: no number: ${query}`)
      if (found.length === 0 && panel.emptyWhere) meant.push(`${panel.title} is empty: ${panel.emptyWhere}`)
      else if (found.length === 0) problems.push(`${name}, ${panel.title}: empty: ${query}`)
    }
  }
  return { asked, problems, meant }
}

/** A quantile of nothing is no number: nothing was asked within the minute. */
const mayBeNaN = (query: string): boolean => query.startsWith('histogram_quantile')
