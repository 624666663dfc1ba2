import type { Target } from '../model/target.ts'
import type { Count, Restart } from './count.ts'
import type { Plan } from './plan.ts'

/** Envoy's uptime counts turns of the second, so it can be one ahead; and a page is a little older than the moment in which it is counted. */
const uptimeSlackMs = 1_500

const valueOf = (values: Float64Array, column: number | undefined): number =>
  column === undefined ? Number.NaN : (values[column] as number)

/** A life as JSON: numbers that are none are `null`. */
export interface LifeRecord {
  readonly born: boolean
  readonly bornGroups: readonly string[]
  readonly answered: readonly string[]
  readonly process?: string
  readonly told: 'nobody' | 'page' | 'counters'
  readonly fallen: readonly string[]
  readonly uptime: number | null
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
  #uptime = Number.NaN
  #epoch = Number.NaN
  /** When its last page was counted, monotonic. */
  #lastPageMs = Number.NaN

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
    life.#uptime = record.uptime ?? Number.NaN
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
      uptime: this.#uptime,
      epoch: this.#epoch,
    }
  }

  /** Whether a series of this group that was never seen before counts from zero. */
  countsFromZero(group: string, asked: string): boolean {
    return this.#born || this.#bornGroups.has(group) || this.#answered.has(asked)
  }

  /** Whether a page says by itself that another process printed it than the last one. */
  isOfAnother({ uptime, epoch }: Plan, values: Float64Array): boolean {
    const [uptimeNow, epochNow] = [valueOf(values, uptime), valueOf(values, epoch)]
    return uptimeNow < this.#uptime || (epochNow !== this.#epoch && epochNow >= 0 && this.#epoch >= 0)
  }

  /** Looks at a page before it is counted: is it of another process than the last one? `isNews` unless its counters had told already. */
  restartedBefore(
    { process }: Target,
    { plan, values, nowMs }: { plan: Plan; values: Float64Array; nowMs: number },
  ): (Restart & { readonly isNews: boolean }) | undefined {
    const isHot = !(valueOf(values, plan.uptime) < this.#uptime)
    const byPage = this.#pageTells(plan, values)
    const isOther = process !== undefined && this.#process !== undefined && process !== this.#process
    // The id can be ahead of the process: then it waits until the page stops saying otherwise.
    const byDiscovery = isOther && (byPage || this.#told === 'page' || !this.#wasThereBefore(nowMs))
    if (!isOther || byDiscovery) this.#process = process ?? this.#process
    this.#lastPageMs = nowMs
    if (!byPage && !byDiscovery) return undefined
    const wasTold = this.#told === 'page'
    const restart = { except: new Set(byPage ? [] : this.#fallen), isNews: byPage || this.#told === 'nobody' }
    // Both at once: discovery may only now have brought the id of a restart before, and is still to bring this one's. A hot restart has no new id.
    if (byDiscovery && !(byPage && wasTold)) this.#told = 'nobody'
    else if (!isHot) this.#told = 'page'
    this.#fallen.clear()
    if (wasTold && !byPage) return undefined
    this.#born = true
    this.#answered.clear()
    return restart
  }

  #pageTells(plan: Plan, values: Float64Array): boolean {
    const tells = this.isOfAnother(plan, values)
    const [uptimeNow, epochNow] = [valueOf(values, plan.uptime), valueOf(values, plan.epoch)]
    if (uptimeNow >= 0) this.#uptime = uptimeNow
    if (epochNow >= 0) this.#epoch = epochNow
    return tells
  }

  /** By its uptime, which lags behind and never runs ahead by more than rounding, the process ran already when its last page was counted. */
  #wasThereBefore(nowMs: number): boolean {
    return this.#uptime * 1_000 > nowMs - this.#lastPageMs + uptimeSlackMs
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
