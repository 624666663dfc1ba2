import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dashboards, fileText } from '../../dashboards/catalogue.ts'
import { folder, type Panel, shipped } from './grafana.ts'

const own = '${datasource}'

it.each(Object.entries(dashboards))('dashboards/%s is what its source makes (else: npm run dashboards)', async (name, dashboard) => {
  expect(await readFile(join(folder, name), 'utf8')).toBe(fileText(dashboard))
})

it('every dashboard has a source', () => {
  expect(Object.keys(shipped).sort()).toEqual(Object.keys(dashboards).sort())
})

it('links from elsewhere stay good', () => {
  expect(Object.fromEntries(Object.entries(shipped).map(([file, { uid, title }]) => [file, `${uid}: ${title}`]))).toEqual({
    'collector.json': 'mesh-telemetry-collector: Collector',
    'connections.json': 'mesh-telemetry-connections: Connections',
    'edge.json': 'mesh-telemetry-edge: Edge',
    'mesh-overview.json': 'mesh-telemetry-overview: Mesh overview',
    'service.json': 'mesh-telemetry-service: Service',
  })
})

describe.each(Object.entries(shipped))('%s', (_file, dashboard) => {
  const { panels, templating } = dashboard
  const asking = panels.filter(({ type }) => type !== 'row')

  it('can be provisioned anywhere: no inputs, no id of its own', () => {
    expect(dashboard).not.toHaveProperty('__inputs')
    expect(dashboard.id ?? null).toBeNull()
    expect(dashboard.description).toBeTruthy()
    expect(dashboard.tags).toEqual(['mesh-telemetry'])
    expect(dashboard.links).toMatchObject([{ keepTime: true, includeVars: true, tags: ['mesh-telemetry'] }])
  })

  it('has numbers that are its own, and places that are nobody else’s', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(panels.every(({ id }) => id > 0)).toBe(true)
    expect(panels.filter(({ gridPos: { x, w } }) => x < 0 || w < 1 || x + w > 24)).toEqual([])
    expect(
      panels.flatMap((a, i) =>
        panels
          .slice(i + 1)
          .filter((b) => overlap(a, b))
          .map((b) => [a.title, b.title]),
      ),
    ).toEqual([])
  })

  it.each(asking)(
    '$title has a unit, a description and the chosen data source',
    ({ description = '', fieldConfig, datasource, targets = [] }) => {
      expect(description.length).toBeGreaterThan(20)
      expect(description).toMatch(/\.$/)
      expect(fieldConfig?.defaults.unit).toBeTruthy()
      expect([datasource?.uid, ...targets.map((target) => target.datasource?.uid)].filter((uid) => uid !== own)).toEqual([])
      expect(targets.length).toBeGreaterThan(0)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
    },
  )

  it('asks for choices anew whenever the time changes', () => {
    const [first, ...rest] = templating.list
    expect(first).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' })
    for (const variable of rest.filter(({ type }) => type === 'query')) {
      expect(variable).toMatchObject({ refresh: 2, datasource: { uid: own } })
      if (variable.includeAll) expect(variable.allValue).toBe('.*')
    }
  })

  it('links only to dashboards that are there', () => {
    const uids = [...JSON.stringify(dashboard).matchAll(/"\/d\/(?<uid>[^?"]+)\?(?<rest>[^"]*)"/g)]
    for (const { groups } of uids) {
      const there = Object.values(shipped).find(({ uid }) => uid === groups?.uid)
      const filledIn = [...(groups?.rest ?? '').matchAll(/var-(\w+)=/g)].map(([, name]) => name)
      expect(there?.templating.list.map(({ name }) => name)).toEqual(expect.arrayContaining(filledIn))
      expect(groups?.rest).toContain('${__url_time_range}')
      const carried = [...(groups?.rest ?? '').matchAll(/\$\{(\w+):queryparam\}/g)].map(([, name]) => name)
      expect(templating.list.map(({ name }) => name)).toEqual(expect.arrayContaining(carried))
    }
  })
})

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
