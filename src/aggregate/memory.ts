import type { OffPage } from '../model/sheet.ts'
import type { Counted } from './count.ts'

/** Where a counter stood when it was seen last. */
export interface Remembered {
  readonly last: number
  readonly total: number
}

/** A memory as JSON: numbers that are none are `null`. */
export type MemoryRecord = readonly (readonly [
  group: string,
  series: readonly (readonly [key: string, last: number | null, total: number])[],
])[]

/** What is kept of a target's counters beyond its present page, by group and series: a series that left may come back and goes on. */
export class Memory implements OffPage {
  readonly #groups = new Map<string, Map<string, Remembered>>()
  #size = 0

  static from(record: MemoryRecord): Memory {
    const memory = new Memory()
    for (const [group, series] of record)
      for (const [key, last, total] of series) memory.put(group, key, { last: last ?? Number.NaN, total })
    return memory
  }

  /** The same, to go on with: who has the columns of the page before goes on reading what was off that page. */
  copy(): Memory {
    const copy = new Memory()
    for (const [group, kept] of this.#groups) copy.#groups.set(group, new Map(kept))
    copy.#size = this.#size
    return copy
  }

  /** How many series it holds. */
  get size(): number {
    return this.#size
  }

  record(): MemoryRecord {
    return [...this.#groups].map(([group, kept]) => [group, [...kept].map(([key, { last, total }]) => [key, last, total])])
  }

  total(group: string, key: string): number {
    return this.#groups.get(group)?.get(key)?.total ?? 0
  }

  *totals(): Generator<readonly [key: string, total: number]> {
    for (const kept of this.#groups.values()) for (const [key, { total }] of kept) yield [key, total]
  }

  put(group: string, key: string, remembered: Remembered): void {
    const kept = this.#groups.get(group) ?? new Map<string, Remembered>()
    this.#groups.set(group, kept)
    this.#size -= kept.size
    this.#size += kept.set(key, remembered).size
  }

  /** Remembers every counter of the page that was; the next page takes back what it names. */
  keep({ plan, last, totals }: Counted): void {
    for (const [g, group] of plan.groups.entries()) {
      for (let k = plan.starts[g] as number; k < (plan.starts[g + 1] as number); k++) {
        const column = plan.order[k] as number
        this.put(group, plan.keys[column] as string, { last: last[column] as number, total: totals[column] as number })
      }
    }
  }

  take(group: string, key: string): Remembered | undefined {
    const kept = this.#groups.get(group)
    const remembered = kept?.get(key)
    if (kept?.delete(key)) this.#size--
    if (kept?.size === 0) this.#groups.delete(group)
    return remembered
  }

  /** Whether a series of the group that is not on the page had counted anything. */
  holdsMoved(group: string): boolean {
    return [...(this.#groups.get(group)?.values() ?? [])].some(({ last }) => last > 0)
  }

  /** The group began anew: what its absent series counted before is past. Their totals stay. */
  restart(group: string): void {
    const kept = this.#groups.get(group)
    for (const [key, { total }] of kept ?? []) kept?.set(key, { last: 0, total })
  }

  /** The process began anew: all groups but some. */
  restartAll({ except }: { readonly except: ReadonlySet<string> }): void {
    for (const group of this.#groups.keys()) if (!except.has(group)) this.restart(group)
  }
}
