import type { Target } from '../model/target.ts'
import type { Count, Restart } from './count.ts'
import type { Plan } from './plan.ts'

/**
 * What is known of the process behind a target: when it began anew, and whether a series that appears must have begun under our eyes.
 *
 * Its statistics tell a restart by a fall of the uptime or another hot restart epoch; discovery tells it by another container id, which can come
 * before or after the first page of the new process, or in between. Each restart is counted once.
 */
export class ProcessLife {
  #born: boolean
  readonly #bornGroups = new Set<string>()
  /** The questions that this process has answered: a series that such an answer lacked did not exist then. */
  readonly #answered = new Set<string>()
  #process: string | undefined
  /** Who told of a restart since discovery last brought another container id: the same restart is not counted once more when it does. */
  #told: 'nobody' | 'page' | 'counters' = 'nobody'
  /** Groups that fell on their own since then. */
  readonly #fallen = new Set<string>()
  #uptime = Number.NaN
  #epoch = Number.NaN

  constructor({ bornWatched, process }: Target) {
    this.#born = bornWatched
    this.#process = process
  }

  /** Whether a series of this group that was never seen before counts from zero. */
  countsFromZero(group: string, asked: string): boolean {
    return this.#born || this.#bornGroups.has(group) || this.#answered.has(asked)
  }

  /** Looks at a page before it is counted: is it of another process than the last one? `isNews` unless its counters had told already. */
  restartedBefore({ process }: Target, plan: Plan, values: Float64Array): (Restart & { readonly isNews: boolean }) | undefined {
    const byPage = this.#pageTells(plan, values)
    const byDiscovery = process !== undefined && this.#process !== undefined && process !== this.#process
    this.#process = process ?? this.#process
    if (!byPage && !byDiscovery) return undefined
    const wasTold = this.#told === 'page'
    const restart = { except: new Set(byPage ? [] : this.#fallen), isNews: byPage || this.#told === 'nobody' }
    // Both at once: discovery may only now have brought the id of a restart before, and is still to bring this one's.
    this.#told = byDiscovery && !(byPage && wasTold) ? 'nobody' : 'page'
    this.#fallen.clear()
    if (wasTold && !byPage) return undefined
    this.#born = true
    this.#answered.clear()
    return restart
  }

  #pageTells({ uptime, epoch }: Plan, values: Float64Array): boolean {
    const uptimeNow = uptime === undefined ? Number.NaN : (values[uptime] as number)
    const epochNow = epoch === undefined ? Number.NaN : (values[epoch] as number)
    const tells = uptimeNow < this.#uptime || (epochNow !== this.#epoch && epochNow >= 0 && this.#epoch >= 0)
    if (uptimeNow >= 0) this.#uptime = uptimeNow
    if (epochNow >= 0) this.#epoch = epochNow
    return tells
  }

  /** Takes in what counting a page found out; `restart` is what was known before. */
  counted({ restarted, allRestarted }: Count, restart: Restart | undefined, asked: string): void {
    for (const group of restarted) {
      this.#bornGroups.add(group)
      if (!restart) this.#fallen.add(group)
    }
    if (allRestarted && this.#told === 'nobody') this.#told = 'counters'
    this.#answered.add(asked)
  }
}
