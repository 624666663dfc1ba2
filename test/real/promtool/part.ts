import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installPrometheus } from '../prometheus/install.ts'
import { alertsFire, alertsSeeTheDemo, configIsTaken } from './alerting.ts'
import { changedEdgesAreListed } from './changed-edges.ts'
import { promtool } from './promtool.ts'

/** Prometheus' own reader and style check on the pages that the demo's collector serves, on the shipped rules and jobs, and on a query whose answer depends on what was. */
export const promtoolPart: RealPart = { name: 'promtool', run }

/** Names that are not ours to choose: those of every Node program, and on `/metrics/osm` OSM's, which are Envoy's. */
const pages = [
  { path: '/metrics', foreign: /^(nodejs|process)_/ },
  { path: '/metrics/edges' },
  { path: '/metrics/osm', foreign: /^(envoy|osm)_/ },
]

/** What promtool ends with when it could read everything and only dislikes names. Source: prometheus cmd/promtool/main.go, lintErrExitCode. */
const disliked = 3

async function run(setting: RealSetting): Promise<RealOutcome> {
  const { log, scratch, signal } = setting
  const installed = await installPrometheus(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  const { path: executable, version } = installed
  const tool = executable.includes('/') ? join(dirname(executable), 'promtool') : 'promtool'
  log(`Prometheus ${version}`)
  const collector = await CollectorProcess.demo({ scratch })
  try {
    await collector.until('/readyz', 15_000)
    await pause(5_000) // until the demo's edges have figures of every kind
    const { wrong, figures } = await pagesAreRead(tool, collector, log)
    wrong.push(...(await configIsTaken(tool, version, scratch)))
    wrong.push(...(await alertsSeeTheDemo(collector, { ...setting, executable, version })))
    wrong.push(...(await alertsFire(tool, setting)))
    wrong.push(...(await changedEdgesAreListed(tool, scratch)))
    return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
  } finally {
    await collector.stop()
  }
}

async function pagesAreRead(tool: string, collector: CollectorProcess, log: RealSetting['log']) {
  const wrong: string[] = []
  const figures: Record<string, number> = {}
  for (const { path, foreign } of pages) {
    const input = await collector.text(path)
    const { code, said } = await promtool(tool, ['check', 'metrics'], { input })
    const series = input.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
    log(`${path}: ${series} series, promtool ends with ${code}`)
    figures[`series on ${path}`] = series
    if (series === 0) wrong.push(`${path} is empty`)
    const ours = code === disliked ? said.filter((line) => !foreign?.test(line)) : said
    if (code !== 0 && ours.length > 0) wrong.push(`${path}: ${ours.join('; ')}`)
  }
  return { wrong, figures }
}
