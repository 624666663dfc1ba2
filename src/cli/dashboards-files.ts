import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const shipped = fileURLToPath(new URL('../../dashboards', import.meta.url))

/** What is shipped for Grafana and Prometheus, and not what it is made of. */
const isProduct = (path: string) => /^(?:[^/]+\.json|kustomization\.yaml|alerts\/[^/]+\.yaml|provisioning\/.+\.yaml)$/.test(path)

/** Where the shipped jobs of Prometheus find the collector: its service, as deploy/ installs it. */
const usualCollector = 'mesh-telemetry.mesh-telemetry.svc:9464'

/** The data source that comes with the dashboards: who names another one has no use for it. */
export const datasourceFile = 'provisioning/grafana/datasources.yaml'

/** A file for the folder that a person named. */
export interface DashboardFile {
  /** Under that folder, with slashes. */
  readonly path: string
  readonly text: string
}

/** As far as it concerns the choice of a data source. */
const boardForm = z.looseObject({ templating: z.looseObject({ list: z.array(z.looseObject({ type: z.string() })) }) })

/** What stands in the files that is not the same everywhere; absent, it stays as it is shipped. */
export interface Surroundings {
  /** The uid of the data source that dashboards ask at first. */
  readonly datasource: string | undefined
  /** `host:port` that Prometheus fetches from. */
  readonly collector: string | undefined
  /** The address that the pages of `docs/runbooks` are under, without a slash at its end. */
  readonly runbooks: string | undefined
}

/** Dashboards, alert rules and provisioning files. */
export async function dashboardFiles({
  datasource,
  collector = usualCollector,
  runbooks,
}: Surroundings): Promise<readonly DashboardFile[]> {
  const entries = await readdir(shipped, { recursive: true })
  const paths = entries.map((path) => path.replaceAll(sep, '/')).filter(isProduct)
  const wanted = paths.filter((path) => datasource === undefined || path !== datasourceFile).toSorted()
  return Promise.all(
    wanted.map(async (path) => {
      const text = await readFile(join(shipped, path), 'utf8')
      if (path.startsWith('alerts/')) return { path, text: runbooks === undefined ? text : withRunbookUrls(text, runbooks) }
      if (!path.endsWith('.json')) return { path, text: text.replaceAll(usualCollector, collector) }
      return { path, text: datasource === undefined ? text : onDatasource(text, datasource) }
    }),
  )
}

/** The rules, each alert with the address of its page beside the path. As text, so that all else stays as it is committed. */
function withRunbookUrls(rules: string, runbooks: string): string {
  const url = runbooks.replaceAll("'", "''")
  return rules.replaceAll(
    /^( +)runbook: docs\/runbooks\/(.+)$/gm,
    (line: string, indent: string, page: string) => `${line}\n${indent}runbook_url: '${url}/${page}'`,
  )
}

/** The dashboard, whose choice of a data source stands on this one. */
function onDatasource(text: string, uid: string): string {
  const board = boardForm.parse(JSON.parse(text))
  const list = board.templating.list.map((variable) =>
    variable.type === 'datasource' ? { ...variable, current: { selected: true, text: uid, value: uid } } : variable,
  )
  return `${JSON.stringify({ ...board, templating: { ...board.templating, list } }, undefined, 2)}\n`
}
