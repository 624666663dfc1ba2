import type { Val } from './fidelity.ts'
import { absentColumn, type RowColumn } from './row-columns.ts'
import type { Standing } from './workload.ts'

/** Every series has a row so often, rounds being a minute apart at most: each half hour holds one, and a few rounds may be left out. */
const heartbeatMs = 24 * 60_000

interface Line {
  readonly val: number
  readonly timeMs: number
  readonly isLive: boolean
}

/** Rows of one moment. */
export interface Moment {
  readonly timeMs: number
  readonly rows: Val[]
}

export interface Times {
  readonly wallMs: number
  /** When a pod was read last that showed what ended. */
  readonly readMs: number
}

/** What a workload stood at when rows were made of it last. */
export interface RoundNote {
  readonly timeMs: number
  /** By slot; `null` for series that no pod showed. */
  readonly vals: readonly (number | null)[]
}

/**
 * What was written of a workload last, and what therefore is to be written now: of a series that moved a row, and before it the value that it stood at until
 * then where rows of that were left out, so that the difference of neighbouring rows is what happened between two rounds; of all others a row now and then.
 *
 * What was counted by series of pods that are new stands between two rows of its own: it happened after whatever range begins before it.
 */
export class Written {
  /** By slot. */
  #lines: (Line | undefined)[] = []
  #roundMs = -Infinity
  #lastMs = -Infinity

  /** Goes on where the last run ended. Which rows stood where is not known any more: the first round writes every series, and before it what it stood at last. */
  recall({ timeMs, vals }: RoundNote): void {
    for (const [slot, val] of vals.entries()) if (val !== null) this.#lines[slot] = { val, timeMs: -Infinity, isLive: true }
    this.#roundMs = timeMs
    this.#lastMs = timeMs
  }

  /** Of a series that began since the last round, what it began with: no row tells of that yet. */
  note({ keys, vals, fresh, isBegun, isLive }: Standing, wallMs: number): RoundNote {
    const noted = keys.map((_, slot) => {
      const line = this.#lines[slot]
      if (line?.isLive) return line.val
      return isLive[slot] && isBegun[slot] ? (vals[slot] as number) - (fresh[slot] as number) : null
    })
    return { timeMs: Number.isFinite(this.#roundMs) ? this.#roundMs : wallMs, vals: noted }
  }

  /** When it was written of the series last, if it ever was in this run. */
  lastMs(slot: number): number {
    return this.#lines[slot]?.timeMs ?? -Infinity
  }

  /** The slots of all others are new ones, in the same order. */
  drop(gone: ReadonlySet<number>): void {
    this.#lines = Array.from(this.#lines).filter((_, slot) => !gone.has(slot))
  }

  /** What is due at a round. */
  round(standing: Standing, wallMs: number): Moment[] {
    const moments = this.#moments(standing, { wallMs, readMs: -Infinity }, () => true)
    this.#roundMs = this.#lastMs
    return moments
  }

  /** What is due of series that no pod shows any more: their last rows. */
  end(standing: Standing, times: Times): { readonly moments: Moment[]; readonly slots: ReadonlySet<number> } {
    const slots = new Set<number>()
    for (const slot of standing.keys.keys()) if (!standing.isLive[slot] && this.#isDue(standing, slot)) slots.add(slot)
    return { moments: slots.size > 0 ? this.#moments(standing, times, (slot) => slots.has(slot)) : [], slots }
  }

  #moments(standing: Standing, { wallMs, readMs }: Times, isMeant: (slot: number) => boolean): Moment[] {
    const timeMs = Math.max(wallMs, this.#lastMs + 2) // what began stands a millisecond before
    const endMs = Math.max(this.#roundMs, Math.min(readMs, timeMs))
    const [unmoved, ended, began, now]: [Val[], Val[], Val[], Val[]] = [[], [], [], []]
    for (const [slot, key] of standing.keys.entries()) {
      if (!isMeant(slot) || !this.#isDue(standing, slot, timeMs)) continue
      const column = standing.columns[slot] ?? absentColumn(key)
      const line = this.#lines[slot]
      const val = standing.vals[slot] as number
      const isLive = standing.isLive[slot] === 1
      const start = val - (standing.fresh[slot] as number)
      const hasEnded = !isLive && line?.val === val && start === val
      if (hasEnded && isGap(line, column, endMs)) ended.push([column, val])
      if (line && !hasEnded && val !== line.val && start !== line.val && isGap(line, column, this.#roundMs))
        unmoved.push([column, line.val])
      if (start !== val) began.push([column, start])
      if (!hasEnded) now.push([column, val])
      this.#lines[slot] = { val, timeMs: hasEnded ? Math.max(line.timeMs, endMs) : timeMs, isLive }
    }
    this.#lastMs = timeMs
    return [
      { timeMs: this.#roundMs, rows: unmoved },
      { timeMs: endMs, rows: ended },
      { timeMs: timeMs - 1, rows: began },
      { timeMs, rows: now },
    ].filter(({ rows }) => rows.length > 0)
  }

  #isDue({ columns, vals, isBegun, isLive }: Standing, slot: number, timeMs = -Infinity): boolean {
    const line = this.#lines[slot]
    if (!line) return columns[slot] !== undefined
    if (!isLive[slot] && !line.isLive) return isBegun[slot] === 1 || vals[slot] !== line.val // shown in between, if at all
    return vals[slot] !== line.val || line.isLive !== (isLive[slot] === 1) || timeMs - line.timeMs >= heartbeatMs
  }
}

/** Whether pods showed it, unmoved, after its last row until then. Of a gauge only the last value counts. */
const isGap = ({ timeMs, isLive }: Line, { isGauge }: RowColumn, untilMs: number): boolean => isLive && !isGauge && timeMs < untilMs
