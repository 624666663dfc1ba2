import { join } from 'node:path'
import type { RealOutcome, RealPart, RealSetting } from '../part.ts'
import { compare } from './comparison.ts'
import { installPrometheus } from './install.ts'
import { osmPageOf } from './osm-page.ts'
import { PageServers } from './page-server.ts'
import { printingPods } from './pods.ts'
import { everything, startWithRules } from './prometheus.ts'
import type { Release } from './rules.ts'
import type { PrometheusSetting } from './server.ts'

/** The same pods and pages through a real Prometheus with OSM's rules and through our stages: the same names, labels and values must come out. */
export const prometheusPart: RealPart = { name: 'prometheus', deadlineMs: 180_000, run }

async function run({ log, scratch, signal }: RealSetting): Promise<RealOutcome> {
  const installed = await installPrometheus(signal)
  if ('why' in installed) return { outcome: 'not run', why: installed.why }
  log(`Prometheus ${installed.version}`)
  const wrong: string[] = []
  const figures: Record<string, number> = {}
  for (const release of ['v1.1', 'v1.2'] as const) {
    const setting = { executable: installed.path, scratch: join(scratch, release), signal }
    const { equal, differences } = await compareAt(release, setting)
    log(`${equal} series are the same with the rules of OSM ${release}, ${differences.length} are not`)
    figures[`series that are the same with the rules of OSM ${release}`] = equal
    wrong.push(...differences.slice(0, 20).map((difference) => `OSM ${release}: ${difference}`))
  }
  return wrong.length === 0 ? { outcome: 'passed', figures } : { outcome: 'failed', why: wrong.join('\n'), figures }
}

async function compareAt(release: Release, setting: PrometheusSetting) {
  await using servers = new PageServers()
  const pods = printingPods(release)
  const addresses = await servers.serve(pods)
  const targets = pods.map((pod, i) => ({ ...pod, address: addresses[i] ?? '' }))
  await using prometheus = await startWithRules(release, targets, setting)
  const theirs = await everything(prometheus, targets.length * 2)
  return compare(release, { theirs, ours: await osmPageOf(targets) })
}
