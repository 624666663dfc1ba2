import { dialects } from '../model/dialect.ts'
import type { Notice } from '../model/pace.ts'
import type { TargetHealth } from '../model/page.ts'
import { defaultEndpoints, type Target } from '../model/target.ts'
import { placeText, type Problem, type ProblemKind } from '../runtime/problem.ts'
import { shellWord } from '../runtime/shell.ts'
import { controlPlaneRemedies } from './control-plane-remedies.ts'
import type { Asked } from './filter.ts'
import { commandsFor } from './stopped.ts'

/** After so many failures in a row what was last read says nothing about now. */
const staleAfter = 2

/** A page that was taken. */
export interface GoodScrape {
  readonly wallMs: number
  readonly durationMs: number
  readonly bytes: number
  readonly series: number
  readonly asked: Asked
}

/** How scraping goes after a good page. */
export const healthy = ({ wallMs, ...page }: GoodScrape): TargetHealth => ({ state: 'up', failures: 0, lastPageMs: wallMs, ...page })

/** How scraping goes after a failed scrape; the facts of the last good page stay. */
export function failing(
  before: TargetHealth,
  target: Target,
  failure: { readonly problem: Problem; readonly durationMs: number },
): TargetHealth {
  const { problem, durationMs } = failure
  const failures = before.failures + 1
  const place = placeText(problem.place)
  const message = place ? `${problem.message} (at ${place})` : problem.message
  const error = { code: problem.kind.code, message, remedy: remedyOf(problem.kind, target) }
  return { ...before, state: failures >= staleAfter ? 'stale' : 'failing', durationMs, failures, error }
}

/** The same with another notice, or with none. */
export function noticed({ notice: _before, ...health }: TargetHealth, notice: Notice | undefined, target: Target): TargetHealth {
  return notice ? { ...health, notice: { ...notice, remedy: addressed(notice.remedy, target) } } : health
}

/** What mends a kind of fault of this very target; see `remedyFor`. */
export function remedyOf({ code, remedy }: ProblemKind, target: Target): string {
  const ofControlPlane = target.kind === 'control-plane' ? controlPlaneRemedies[code] : undefined
  return remedyFor(ofControlPlane ?? remedy, target)
}

/** What mends a fault of this very target: what its pod says of itself stands before what is usual. */
export function remedyFor(remedy: string, target: Target): string {
  const { waiting, url, pod, kind } = target
  if (waiting !== undefined) {
    const commands = commandsFor(waiting, '<pod> -n <namespace>', '<container>')
    return addressed(`Its container <container> does not run (${waiting}). See why: ${commands}.`, target)
  }
  if (!pod || kind === 'control-plane') return addressed(remedy, target)
  const { port, path } = defaultEndpoints.sidecar
  const others = [
    ...(portOf(url) === port ? [] : [`prometheus.io/port of the pod says ${portOf(url)}, and a sidecar listens on ${port}`]),
    ...(url.pathname === path ? [] : [`prometheus.io/path of the pod says ${url.pathname}, and a sidecar's page is ${path}`]),
  ]
  if (others.length === 0) return addressed(remedy, target)
  const enable = 'mesh-telemetry metrics enable --namespace <namespace>'
  return addressed(`The annotation ${others.join('; ')}. Where nobody means that, this sets it right: ${enable}. Else: ${remedy}`, target)
}

/** A remedy with the names of this very target, ready to type: a pod's own address leads nowhere but in its cluster. */
function addressed(remedy: string, target: Target): string {
  const { url, pod, kind, dialect } = target
  const port = portOf(url)
  const words = {
    url: pod ? `http://127.0.0.1:${port}${url.pathname}` : `${url.origin}${url.pathname}`,
    host: url.hostname,
    port,
    pod: pod?.name,
    namespace: pod?.namespace,
    container: kind === 'control-plane' ? pod?.app : dialects[dialect].containers[0],
  }
  const way =
    pod && remedy.includes('<url>')
      ? ' That address leads to the pod while this runs: kubectl port-forward pod/<pod> -n <namespace> <port>'
      : ''
  return Object.entries(words).reduce(
    (text, [word, value]) => (value === undefined ? text : text.replaceAll(`<${word}>`, () => shellWord(value))),
    remedy + way,
  )
}

const portOf = ({ port, protocol }: URL) => port || (protocol === 'https:' ? '443' : '80')
