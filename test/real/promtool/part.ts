import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CollectorProcess } from '../collector-process.ts'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { installPrometheus } from '../prometheus/install.ts'

/** Prometheus' own reader and style check on the pages that the demo's collector serves. */
export const promtoolPart: RealPart = { name: 'promtool', deadlineMs: 120_000, run }

/** Names that are not ours to choose: those of every Node program, and on `/metrics/osm` OSM's, which are Envoy's. */
const pages = [
  { path: '/metrics', foreign: /^(nodejs|process)_/ },
  { path: '/metrics/edges' },
  { path: '/metrics/osm', foreign: /^(envoy|osm)_/ },
]

/** What promtool ends with when it could read everything and only dislikes names. Source: prometheus cmd/promtool/main.go, lintErrExitCode. */
const disliked = 3

async function run({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  const installed = await installPrometheus(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  const promtool = installed.path.includes('/') ? join(dirname(installed.path), 'promtool') : 'promtool'
  const collector = await CollectorProcess.demo({ scratch })
  try {
    await collector.until('/readyz', 15_000)
    await pause(5_000) // until the demo's edges have figures of every kind
    const wrong: string[] = []
    const figures: Record<string, number> = {}
    for (const { path, foreign } of pages) {
      const text = await collector.text(path)
      const { code, said } = await check(promtool, text)
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
      log(`${path}: ${series} series, promtool ends with ${code}`)
      figures[`series on ${path}`] = series
      if (series === 0) wrong.push(`${path} is empty`)
      const ours = code === disliked ? said.filter((line) => !foreign?.test(line)) : said
      if (code !== 0 && ours.length > 0) wrong.push(`${path}: ${ours.join('; ')}`)
    }
    return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
  } finally {
    await collector.stop()
  }
}

async function check(promtool: string, page: string): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  const child = spawn(promtool, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  child.stdin.end(page)
  const [code] = (await once(child, 'close')) as [number]
  return { code, said: lines.join('').trim().split('\n') }
}
