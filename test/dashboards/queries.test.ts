import { describe, expect, it } from 'vitest'
import { kpis } from '../../src/aggregate/kpis.ts'
import { filled, panelQuestions, type Question, shipped, variableQuestion } from './grafana.ts'
import { readingOf } from './promql.ts'
import { servedOfCollector, servedOfMesh, servedOfProcess } from './served.ts'

const served = new Map([...servedOfMesh, ...servedOfCollector, ...servedOfProcess])
const edgeMetrics = new Set(kpis.filter(({ of }) => of === 'cluster').map(({ name }) => name))

/** Any choice will do: what is asked is the same. */
const macros = { __rate_interval: '1m', __range: '30m', before: '1h', kinds: 'service' }

const withoutPart = (metric: string) => metric.replace(/_(?:bucket|sum|count)$/, '')
const isEdgeMetric = (metric: string) => edgeMetrics.has(metric) || edgeMetrics.has(withoutPart(metric))
const read = ({ expr }: Question) => readingOf(filled(expr, macros))

const ofPanels = Object.entries(shipped).flatMap(([file, dashboard]) => panelQuestions(file, dashboard))
const ofVariables = Object.entries(shipped).flatMap(([file, { templating }]) =>
  templating.list.map((variable) => variableQuestion(file, variable)).filter((question) => question !== undefined),
)
const all = [...ofPanels, ...ofVariables]

describe('what the dashboards ask', () => {
  it('is asked by panels and variables of each', () => {
    for (const file of Object.keys(shipped)) {
      expect(ofPanels.filter(({ asker }) => asker.startsWith(file)).length).toBeGreaterThan(10)
      expect(ofVariables.filter(({ asker }) => asker.startsWith(file)).length).toBeGreaterThan(1)
    }
    expect(new Set(all.map(({ asker }) => asker)).size).toBe(all.length)
  })

  it.each(all)('$asker: can be read, and names only what is served', (question) => {
    const { errors, selectors, groupedBy, made } = read(question)
    expect(errors).toEqual([])
    expect(selectors).not.toEqual([])
    for (const { metric, matchers } of selectors) {
      const labels = served.get(metric)
      expect(labels, `${metric} is served`).toBeDefined()
      expect(Object.keys(matchers).filter((label) => !labels?.has(label))).toEqual([])
    }
    const known = new Set([...selectors.flatMap(({ metric }) => [...(served.get(metric) ?? [])]), ...made])
    expect(groupedBy.filter((label) => !known.has(label))).toEqual([])
  })

  it('says of which direction: inbound and outbound count the same request twice', () => {
    const undirected = ofPanels.filter((question) =>
      read(question).selectors.some(
        ({ metric, matchers }) => isEdgeMetric(metric) && !/^="(?:in|out)bound"$/.test(matchers.direction ?? ''),
      ),
    )
    expect(undirected).toEqual([])
  })

  it('keeps to the chosen collectors where other programs have metrics of the same name', () => {
    const unchosen = ofPanels.filter((question) =>
      read(question).selectors.some(({ metric, matchers }) => servedOfProcess.has(metric) && matchers.job !== '=~"$job"'),
    )
    expect(unchosen).toEqual([])
  })

  it('leaves spans to Grafana: rates are over what it deems right, or over the shown time', () => {
    const spans = all.flatMap(({ expr }) => [...expr.matchAll(/\[(?<span>[^\]]+)\]/g)].map(({ groups }) => groups?.span))
    expect(new Set(spans)).toEqual(new Set(['$__rate_interval', '$__range']))
  })

  it('names no variable that the dashboard lacks', () => {
    for (const [file, { templating }] of Object.entries(shipped)) {
      const known = new Set(['__rate_interval', '__range', ...templating.list.map(({ name }) => name)])
      const asked = all.filter(({ asker }) => asker.startsWith(`${file},`)).flatMap(({ expr }) => [...expr.matchAll(/\$\{?([a-z_]\w*)/g)])
      expect(asked.map(([, name = '']) => name).filter((name) => !known.has(name))).toEqual([])
    }
  })

  it('leaves out only what is named here', () => {
    const shown = new Set(all.flatMap((question) => read(question).selectors.map(({ metric }) => withoutPart(metric))))
    const ours = [...servedOfMesh.keys(), ...servedOfCollector.keys()].map(withoutPart)
    expect([...new Set(ours)].filter((metric) => !shown.has(metric))).toEqual([])
  })

  it('leaves out only the labels that are named here', () => {
    const named = new Set(
      all.flatMap((question) => [
        ...read(question).groupedBy,
        ...read(question).selectors.flatMap(({ matchers }) => Object.keys(matchers)),
      ]),
    )
    const labels = new Set([...servedOfMesh.values(), ...servedOfCollector.values()].flatMap((each) => [...each]))
    // Kinds say nothing that the workload's name does not; the called workload of an inbound edge is that of its service.
    expect([...labels].filter((label) => !named.has(label)).sort()).toEqual(['destination_workload_kind', 'source_workload_kind'])
  })
})
