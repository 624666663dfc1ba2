import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cell } from '../model/cell.ts'
import type { CellRecord, Layout, Restored, TargetRecord } from '../model/record.ts'
import type { Clock } from '../runtime/clock.ts'
import { explain, Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { stateProblems } from './problems.ts'
import type { Changes, State } from './state.ts'
import type { Writing } from './store.ts'
import { StateThread, ThreadError } from './state-thread.ts'
import { stateEvents, stateMetrics } from './telemetry.ts'

const fileName = 'mesh-telemetry.db'

interface Context {
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/**
 * State in a folder, durable: what a commit holds survives the end of this process at any moment. A file that cannot be read is moved aside. While the disk
 * cannot be written, commits stay in memory and are made up for later.
 *
 * @throws {Problem} `state_in_use` when another process has it, `state_unusable` when the folder cannot be had
 */
export async function openState(folder: string, context: Context): Promise<State> {
  const state = new DurableState(folder, context)
  await state.open()
  return state
}

class DurableState implements State {
  readonly isDurable = true
  readonly #folder: string
  readonly #context: Context
  readonly #file: string
  #thread: StateThread
  /** What a commit owes to the file beside its own: all of what failed before. */
  readonly #owed = { targets: new Map<string, TargetRecord>(), released: new Set<string>(), texts: new Map<string, string>() }
  readonly #layouts = new Set<Layout['id']>()
  #cells = 0
  #hidden = -1
  #isSafe = true

  constructor(folder: string, context: Context) {
    this.#folder = folder
    this.#context = context
    this.#file = join(folder, fileName)
    this.#thread = new StateThread(this.#file)
  }

  async open(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      await this.#thread.ask({ ask: 'open' })
    } catch (error) {
      if (isInUse(error))
        throw new Problem(stateProblems.state_in_use, `Another process has the state in ${this.#folder}.`, { cause: error })
      if (!isBroken(error)) {
        await this.#thread.end()
        throw new Problem(stateProblems.state_unusable, `The state in ${this.#folder} cannot be used: ${reason(error)}.`, { cause: error })
      }
      await this.#beginAnew(error)
    }
  }

  async load(): Promise<Restored | undefined> {
    try {
      return (await this.#thread.ask({ ask: 'load' })) as Restored | undefined
    } catch (error) {
      await this.#beginAnew(error)
      return undefined
    }
  }

  async commit(changes: Changes): Promise<void> {
    this.#owe(changes)
    const { clock, telemetry } = this.#context
    const beganMs = clock.monotonicMs()
    try {
      const dropped = await this.#thread.ask({ ask: 'commit', writing: this.#writing(changes) })
      this.#paid(changes, dropped as readonly Layout['id'][])
    } catch (error) {
      this.#tellSafe(false, error)
      return
    }
    this.#tellSafe(true)
    telemetry.metrics.observe(stateMetrics.commitDuration, (clock.monotonicMs() - beganMs) / 1_000)
  }

  async close(): Promise<void> {
    await this.#thread.end()
  }

  #owe({ targets, released, watches, names, committed: { hidden } }: Changes): void {
    for (const id of released) {
      this.#owed.targets.delete(id)
      this.#owed.released.add(id)
    }
    for (const record of targets) {
      this.#owed.targets.set(record.id, record)
      this.#owed.released.delete(record.id)
    }
    if (watches !== undefined) this.#owed.texts.set('watches', watches)
    if (names !== undefined) this.#owed.texts.set('names', names)
    if (hidden.size !== this.#hidden) this.#owed.texts.set('hidden', JSON.stringify([...hidden]))
  }

  #writing({ committed: { sums, cells, movedMs, monotonicMs, wallMs } }: Changes): Writing {
    const targets = [...this.#owed.targets.values()]
    const layouts = new Map(targets.filter(({ layout }) => !this.#layouts.has(layout.id)).map(({ layout }) => [layout.id, layout]))
    return {
      sums,
      movedWallMs: Float64Array.from(sums, (_, index) =>
        Math.round(wallMs - monotonicMs + (movedMs[(cells[index] as Cell).edge.id] as number)),
      ),
      newCells: cells.slice(this.#cells, sums.length).map(recordOf),
      firstNewCell: this.#cells,
      layouts: [...layouts.values()],
      targets: targets.map(({ layout, ...rest }) => ({ ...rest, layout: layout.id })),
      released: [...this.#owed.released],
      texts: Object.fromEntries(this.#owed.texts),
    }
  }

  #paid({ committed: { sums, hidden } }: Changes, dropped: readonly Layout['id'][]): void {
    for (const { layout } of this.#owed.targets.values()) this.#layouts.add(layout.id)
    for (const id of dropped) this.#layouts.delete(id)
    this.#owed.targets.clear()
    this.#owed.released.clear()
    this.#owed.texts.clear()
    this.#cells = sums.length
    this.#hidden = hidden.size
  }

  async #beginAnew(error: unknown): Promise<void> {
    await this.#thread.end()
    const aside = `${this.#file}.${new Date(this.#context.clock.wallMs()).toISOString().replaceAll(':', '-')}`
    for (const ending of ['', '-wal', '-shm']) await rename(this.#file + ending, aside + ending).catch(() => {})
    this.#context.telemetry.emit(stateEvents.movedAside, { code: stateProblems.state_broken.code, reason: reason(error), file: aside })
    this.#thread = new StateThread(this.#file)
    await this.#thread.ask({ ask: 'open' })
  }

  #tellSafe(isSafe: boolean, error?: unknown): void {
    const { telemetry } = this.#context
    telemetry.metrics.set(stateMetrics.unsafe, isSafe ? 0 : 1)
    if (isSafe === this.#isSafe) return
    this.#isSafe = isSafe
    if (isSafe) telemetry.emit(stateEvents.safe, { folder: this.#folder })
    else telemetry.emit(stateEvents.unsafe, { folder: this.#folder, reason: reason(error) })
  }
}

/** SQLite's result codes; the extended ones hold them in their lower byte. Source: sqlite.org/rescode.html. */
const primaryCode = (error: unknown): number => (error instanceof ThreadError ? error.code & 0xff : -1)
const isInUse = (error: unknown): boolean => [5, 6].includes(primaryCode(error))
/** Corrupt, no database at all, or not ours to read. */
const isBroken = (error: unknown): boolean => [0, 1, 11, 26].includes(primaryCode(error))

const reason = (error: unknown): string => explain(error).split('\n')[0] ?? ''

function recordOf({ kpi, edge, labels, part, le }: Cell): CellRecord {
  return { kpi: kpi.name, edge: edge.labels, labels, ...(part && { part }), ...(le !== undefined && { le: le === Infinity ? null : le }) }
}
