import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { objectives } from '../../dashboards/alerts/objectives.ts'
import { overview } from '../../dashboards/alerts/overview.ts'
import { alerts, ruleFiles, runbookOf } from '../../dashboards/alerts/rules.ts'
import { kpis } from '../../src/aggregate/kpis.ts'
import { eventCatalogue, problemCatalogue } from '../../src/catalogue.ts'
import { dropReasons } from '../../src/discover/reasons.ts'
import { readingOf, type Selector } from './promql.ts'
import { servedOfCollector, servedOfMesh } from './served.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const served = new Map([...servedOfMesh, ...servedOfCollector])
const selectors = alerts.flatMap(({ expr }) => readingOf(expr).selectors)

describe('the rule files', () => {
  it.each(Object.entries({ ...ruleFiles, 'docs/runbooks/README.md': overview() }))(
    '%s says what its source says (else: npm run dashboards)',
    (file, text) => {
      expect(read(file)).toBe(text)
    },
  )

  it('hold the same rules for Prometheus and for its operator', () => {
    const [plain, wrapped] = Object.values(ruleFiles).map((text) => parse(text) as { groups?: unknown; spec?: { groups: unknown } })
    expect(plain?.groups).toBeDefined()
    expect(wrapped?.spec?.groups).toEqual(plain?.groups)
  })
})

describe.each(alerts.map((alert) => [`${alert.name} ${alert.severity} ${alert.labels?.seen_by ?? ''}`.trim(), alert] as const))(
  '%s',
  (_, alert) => {
    const { errors, selectors: asked, groupedBy } = readingOf(alert.expr)

    it('can be read, and names only metrics and labels that are served', () => {
      expect(errors).toEqual([])
      expect(asked).not.toEqual([])
      for (const { metric, matchers } of asked) {
        expect([...served.keys()]).toContain(metric)
        expect(Object.keys(matchers).filter((label) => !served.get(metric)?.has(label))).toEqual([])
      }
      const known = new Set(asked.flatMap(({ metric }) => [...(served.get(metric) ?? [])]))
      expect(groupedBy.filter((label) => !known.has(label))).toEqual([])
    })

    it('speaks of labels that its expression keeps', () => {
      const spoken = [...`${alert.summary} ${alert.description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
      const kept = new Set(alert.expr.includes('sum by') ? groupedBy : asked.flatMap(({ metric }) => [...(served.get(metric) ?? [])]))
      expect(spoken.filter((label) => !kept.has(label))).toEqual([])
    })

    it('has a page that says what it means, what to look at and what mends it', () => {
      const page = read(runbookOf(alert))
      expect(page.startsWith(`# ${alert.name}\n\n`)).toBe(true)
      expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(['What to look at first', 'What mends it'])
    })
  },
)

it('each is told apart from all others', () => {
  const names = alerts.map(({ name, severity, labels }) => JSON.stringify([name, severity, labels]))
  expect(new Set(names).size).toBe(names.length)
})

it('the mesh is asked in one direction: inbound and outbound count the same request twice', () => {
  const ofEdges = new Set(kpis.filter(({ of }) => of === 'cluster').map(({ name }) => name))
  const isOfEdges = ({ metric }: Selector) => ofEdges.has(metric) || ofEdges.has(metric.replace(/_(bucket|sum|count)$/, ''))
  expect(selectors.filter(isOfEdges).length).toBeGreaterThan(10)
  expect(selectors.filter((selector) => isOfEdges(selector) && !/^="(in|out)bound"$/.test(selector.matchers.direction ?? ''))).toEqual([])
})

describe('what a label is compared with', () => {
  /** The words between quotes, alternatives one by one. */
  const words = (label: string, metric: string) =>
    selectors
      .filter((selector) => selector.metric === metric && selector.matchers[label])
      .flatMap(({ matchers }) => (/"(.*)"/.exec(matchers[label] ?? '')?.[1] ?? '').split('|'))

  it.each([
    { metric: 'meshtelemetry_scrapes_total', label: 'outcome', known: ['good', ...problemCatalogue.map(({ code }) => code)] },
    { metric: 'meshtelemetry_events_total', label: 'event', known: eventCatalogue.map(({ name }) => name) },
    { metric: 'meshtelemetry_discovery_dropped', label: 'reason', known: dropReasons.map(({ code }) => code) },
  ])('is a $label of $metric', ({ metric, label, known }) => {
    expect(words(label, metric)).not.toEqual([])
    expect(words(label, metric).filter((word) => !known.includes(word))).toEqual([])
  })

  it('is the bound of a bucket that Envoy has, in seconds', () => {
    const page = read('test/fixtures/v1.40.0-plain/bookbuyer-default.prom')
    expect(page).toContain(`le="${objectives.latency.seconds * 1_000}"`)
  })
})

describe('docs/runbooks', () => {
  const pages = readdirSync(join(root, 'docs/runbooks'))

  it('has a page for each alert and for nothing else', () => {
    expect(pages.sort()).toEqual([...new Set(['README.md', ...alerts.map(({ name }) => `${name}.md`)])].sort())
  })

  it('names only alerts, metrics and events that there are', () => {
    const texts = pages.map((page) => read(`docs/runbooks/${page}`)).join('\n')
    const alertNames = new Set(alerts.map(({ name }) => name))
    expect([...texts.matchAll(/\bMesh[A-Z]\w+/g)].map(([name]) => name).filter((name) => !alertNames.has(name))).toEqual([])
    const metricNames = [...texts.matchAll(/\bmesh(?:telemetry)?_\w+/g)].map(([name]) => name)
    expect(metricNames.filter((name) => !served.has(name))).toEqual([])
  })

  it('leads nowhere that does not exist', () => {
    const links = pages.flatMap((page) =>
      [...read(`docs/runbooks/${page}`).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) =>
        join(dirname(join('docs/runbooks', page)), target),
      ),
    )
    expect(links.length).toBeGreaterThan(5)
    expect(links.filter((target) => !existsSync(join(root, target)))).toEqual([])
  })
})
