import type { Target } from '../model/target.ts'
import type { Count, Restart } from './count.ts'
import type { Plan } from './plan.ts'
import { type ReadAt, Uptime, type UptimeRecord } from './uptime.ts'

/** A page as it comes to be looked at. */
interface Looked extends ReadAt {
  readonly plan: Plan
  readonly values: Float64Array
}

const uptimeOf = ({ plan: { uptime }, values }: Looked): number | undefined => (uptime === undefined ? undefined : values[uptime])
const epochOf = ({ plan: { epoch }, values }: Looked): number => (epoch === undefined ? Number.NaN : (values[epoch] as number))

/** A life as JSON: numbers that are none are `null`. */
export interface LifeRecord {
  readonly born: boolean
  readonly bornGroups: readonly string[]
  readonly answered: readonly string[]
  readonly process?: string
  readonly told: 'nobody' | 'page' | 'counters'
  readonly fallen: readonly string[]
  readonly uptime: UptimeRecord
  readonly epoch: number | null
}

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
  #uptime = new Uptime()
  #epoch = Number.NaN

  constructor({ bornWatched, process }: Pick<Target, 'bornWatched' | 'process'>) {
    this.#born = bornWatched
    this.#process = process
  }

  static from(record: LifeRecord): ProcessLife {
    const { process } = record
    const life = new ProcessLife({ bornWatched: record.born, ...(process !== undefined && { process }) })
    for (const group of record.bornGroups) life.#bornGroups.add(group)
    for (const asked of record.answered) life.#answered.add(asked)
    for (const group of record.fallen) life.#fallen.add(group)
    life.#told = record.told
    life.#uptime = Uptime.from(record.uptime)
    life.#epoch = record.epoch ?? Number.NaN
    return life
  }

  record(): LifeRecord {
    return {
      born: this.#born,
      bornGroups: [...this.#bornGroups],
      answered: [...this.#answered],
      ...(this.#process !== undefined && { process: this.#process }),
      told: this.#told,
      fallen: [...this.#fallen],
      uptime: this.#uptime.record(),
      epoch: this.#epoch,
    }
  }

  /**
   * The life of another pod that has the address by now, where pages told of a restart that discovery never spoke of: it may have been the other pod's
   * process that answered already. `undefined` where nobody told of one.
   */
  heir(): ProcessLife | undefined {
    if (this.#told !== 'page') return undefined
    const { process: _ofTheOther, ...record } = this.record()
    return ProcessLife.from({ ...record, told: 'nobody' })
  }

  /** Whether a series of this group that was never seen before counts from zero. */
  countsFromZero(group: string, asked: string): boolean {
    return this.#born || this.#bornGroups.has(group) || this.#answered.has(asked)
  }

  /** Whether a page says by itself that another process printed it than the last one. */
  isOfAnother(page: Looked): boolean {
    const epoch = epochOf(page)
    return this.#uptime.says(uptimeOf(page), page) === 'anew' || (epoch !== this.#epoch && epoch >= 0 && this.#epoch >= 0)
  }

  /** Looks at a page before it is counted: is it of another process than the last one? `isNews` unless its counters had told already. */
  restartedBefore({ process }: Target, page: Looked): (Restart & { readonly isNews: boolean }) | undefined {
    const byPage = this.isOfAnother(page)
    const uptimeSays = this.#uptime.says(uptimeOf(page), page)
    this.#take(page)
    const isOther = process !== undefined && this.#process !== undefined && process !== this.#process
    // The id can be ahead of the process: then it waits until the page stops saying otherwise.
    const byDiscovery = isOther && (byPage || this.#told === 'page' || uptimeSays !== 'goes on')
    if (!isOther || byDiscovery) this.#process = process ?? this.#process
    if (!byPage && !byDiscovery) return undefined
    const wasTold = this.#told === 'page'
    const restart = { except: new Set(byPage ? [] : this.#fallen), isNews: byPage || this.#told === 'nobody' }
    // Both at once: discovery may only now have brought the id of a restart before, and is still to bring this one's. A hot restart has no new id.
    if (byDiscovery && !(byPage && wasTold)) this.#told = 'nobody'
    else if (uptimeSays === 'anew') this.#told = 'page'
    this.#fallen.clear()
    if (wasTold && !byPage) return undefined
    this.#born = true
    this.#answered.clear()
    return restart
  }

  #take(page: Looked): void {
    this.#uptime.take(uptimeOf(page), page)
    const epoch = epochOf(page)
    if (epoch >= 0) this.#epoch = epoch
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
