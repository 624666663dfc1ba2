import type { Target } from '../model/target.ts'
import { Problem } from '../runtime/problem.ts'
import type { Feed, Past } from './feed.ts'
import { Memory } from './memory.ts'
import type { AggregateOptions } from './options.ts'
import { aggregateProblems } from './problems.ts'

/** How long a target is left out that had no room beside the others, until it is tried once more. */
const crowdedMs = 60_000

interface Outcast extends Pick<Feed, 'life'> {
  readonly problem: Problem
  /** When it is tried again, monotonic; never for one that is out until its process is another. */
  readonly untilMs: number
  /** Its container then, or the first that discovery knew of after. */
  process: Target['process']
  /** Whether it began anew since. */
  isAnew: boolean
}

/**
 * Targets that are not counted because they name too much. Always a whole target: if a part of its series were left out, or a part of what is remembered
 * of it, the rest would count wrong. Nothing is kept of them that grows.
 */
export class Outcasts {
  readonly #outcasts = new Map<Target['id'], Outcast>()

  /** What is left of a target that was counted before. */
  pastOf(id: Target['id']): Past | undefined {
    const outcast = this.#outcasts.get(id)
    return outcast && { memory: new Memory(), life: outcast.life }
  }

  /**
   * A page came of the target. It is let in again when its time is over, or its process began anew: where that is for life, its page is not believed alone,
   * since it could say so each time, but discovery must have brought another container.
   *
   * @throws {Problem} why it is not counted
   */
  refuse({ id, process }: Target, { isAnew, nowMs }: { readonly isAnew: boolean; readonly nowMs: number }): void {
    const outcast = this.#outcasts.get(id)
    if (!outcast) return
    outcast.isAnew ||= isAnew
    outcast.process ??= process
    const isOther = process !== undefined && outcast.process !== undefined && process !== outcast.process
    const isOver = outcast.isAnew && (isOther || outcast.untilMs < Infinity)
    if (!isOver && nowMs < outcast.untilMs) throw outcast.problem
    this.#outcasts.delete(id)
  }

  /** It has named too many series that are gone by now: they cannot be remembered any longer, so what it says cannot be counted any more. */
  cast({ target, life }: Pick<Feed, 'target' | 'life'>, message: string): Problem {
    const problem = new Problem(aggregateProblems.too_many_names, message)
    this.#outcasts.set(target.id, { life, problem, untilMs: Infinity, process: target.process, isAnew: false })
    return problem
  }

  /** There is no room for its edges now; it goes on where it was when there is. */
  crowdOut({ target, life, route }: Feed, { limit, nowMs }: { readonly limit: number; readonly nowMs: number }): void {
    const message = `Its page names ${route.edges.length} edges; together with those of targets that name fewer, more than ${limit}.`
    const problem = new Problem(aggregateProblems.too_many_edges, message)
    this.#outcasts.set(target.id, { life, problem, untilMs: nowMs + crowdedMs, process: target.process, isAnew: false })
  }

  rename(from: Target['id'], to: Target['id']): void {
    const outcast = this.#outcasts.get(from)
    if (outcast) this.#outcasts.set(to, outcast)
  }

  forget(id: Target['id']): void {
    this.#outcasts.delete(id)
  }
}

/** Whose memory must go after the page of `feed` was taken in, and why: its own, or the largest of all. */
export function overfull(
  feed: Feed,
  feeds: Iterable<Feed>,
  { rememberedLimit, totalRememberedLimit }: AggregateOptions,
): { readonly whose: Feed; readonly why: string } | undefined {
  if (feed.memory.size > rememberedLimit)
    return { whose: feed, why: `It has named more than ${rememberedLimit} series that are gone by now.` }
  if (feed.memory.size === 0) return undefined
  let total = 0
  let whose = feed
  for (const other of feeds) {
    total += other.memory.size
    if (other.memory.size > whose.memory.size) whose = other
  }
  if (total <= totalRememberedLimit) return undefined
  return { whose, why: `All targets have named more than ${totalRememberedLimit} series that are gone by now, this one most of them.` }
}

/** Who has to go so that no more edges are named than the limit: those that name most. */
export function crowdedOut(feeds: readonly Feed[], limit: number): readonly Feed[] {
  const named = new Set<number>()
  return feeds
    .toSorted((a, b) => a.route.edges.length - b.route.edges.length)
    .filter(({ route: { edges } }) => {
      const more = [...edges].filter((id) => !named.has(id))
      const fits = named.size + more.length <= limit
      if (fits) for (const id of more) named.add(id)
      return !fits
    })
}
