import type { Target } from '../model/target.ts'
import type { Count } from './count.ts'
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
  #noticed = false
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

  /** Looks at a page before it is counted: is it of another process than the last one? */
  restartedBefore({ process }: Target, { uptime, epoch }: Plan, values: Float64Array): boolean {
    const uptimeNow = uptime === undefined ? Number.NaN : (values[uptime] as number)
    const epochNow = epoch === undefined ? Number.NaN : (values[epoch] as number)
    const byPage = uptimeNow < this.#uptime || (epochNow !== this.#epoch && epochNow >= 0 && this.#epoch >= 0)
    const byDiscovery = process !== undefined && this.#process !== undefined && process !== this.#process
    const restarted = byPage || (byDiscovery && !this.#noticed)
    if (byDiscovery) this.#noticed = false
    else if (byPage) this.#noticed = true
    if (uptimeNow >= 0) this.#uptime = uptimeNow
    if (epochNow >= 0) this.#epoch = epochNow
    this.#process = process ?? this.#process
    if (restarted) this.#begin()
    return restarted
  }

  /** Takes in what counting a page found out. */
  counted({ restarted, allRestarted }: Count, plan: Plan, asked: string): void {
    for (const g of restarted) this.#bornGroups.add(plan.groups[g] as string)
    if (allRestarted) this.#noticed = true // the counters told, before discovery did
    this.#answered.add(asked)
  }

  #begin(): void {
    this.#born = true
    this.#answered.clear()
  }
}
