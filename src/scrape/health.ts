import type { Notice } from '../model/pace.ts'
import type { TargetHealth } from '../model/page.ts'
import type { Target } from '../model/target.ts'
import { placeText, type Problem } from '../runtime/problem.ts'
import { shellWord } from '../runtime/shell.ts'
import type { Asked } from './filter.ts'

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
  const { code, remedy } = problem.kind
  const place = placeText(problem.place)
  const error = { code, message: place ? `${problem.message} (at ${place})` : problem.message, remedy: addressed(remedy, target) }
  return { ...before, state: failures >= staleAfter ? 'stale' : 'failing', durationMs, failures, error }
}

/** The same with another notice, or with none. */
export function noticed({ notice: _before, ...health }: TargetHealth, notice: Notice | undefined, target: Target): TargetHealth {
  return notice ? { ...health, notice: { ...notice, remedy: addressed(notice.remedy, target) } } : health
}

/** A remedy with the names of this very target, ready to type. */
export function addressed(remedy: string, { url, pod }: Target): string {
  const words = {
    url: `${url.origin}${url.pathname}`,
    host: url.hostname,
    port: url.port || (url.protocol === 'https:' ? '443' : '80'),
    pod: pod?.name,
    namespace: pod?.namespace,
  }
  return Object.entries(words).reduce(
    (text, [word, value]) => (value === undefined ? text : text.replaceAll(`<${word}>`, () => shellWord(value))),
    remedy,
  )
}
