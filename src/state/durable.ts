import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Committed } from '../model/cell.ts'
import type { Outbox } from '../model/outbox.ts'
import type { Layout, Restored } from '../model/record.ts'
import { explain, Problem } from '../runtime/problem.ts'
import type { EventKind, Telemetry } from '../telemetry/events.ts'
import { Backlog, type BacklogContext } from './backlog.ts'
import { Debt } from './debt.ts'
import type { FiledChunk } from './outbox-tables.ts'
import { stateProblems } from './problems.ts'
import { roomForChunks } from './room.ts'
import type { Changes, State } from './state.ts'
import { StateThread, ThreadError } from './state-thread.ts'
import { stateEvents, stateMetrics } from './telemetry.ts'

const fileName = 'mesh-telemetry.db'
/** How soon writing is tried again after it failed: all that is owed by then is handed over each time. */
const retryAfterMs = 5_000

interface Context extends BacklogContext {
  readonly telemetry: Telemetry
}

/**
 * State in a folder, durable: what a commit holds survives the end of this process at any moment. A file that cannot be read is moved aside. While the disk
 * cannot be written, at the start or later, commits stay in memory and are made up for as soon as it can.
 *
 * @throws {Problem} `state_in_use` when another process has it
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
  /** It has the file open; absent while that cannot be had. */
  #thread: StateThread | undefined
  /** What is in the file comes from this process, or was taken over by it. */
  #isOurs = false
  #debt = new Debt()
  readonly #backlog: Backlog
  /** What could not be written yet. */
  #unpaid: Committed | undefined
  #retryMs = Number.NEGATIVE_INFINITY
  #isSafe = true
  /** When what is new for destinations is written again, after the disk was too full for it. */
  #chunksRetryMs = Number.NEGATIVE_INFINITY
  #areChunksFiled = true

  constructor(folder: string, context: Context) {
    this.#folder = folder
    this.#context = context
    this.#file = join(folder, fileName)
    this.#backlog = new Backlog(context, (id) => this.#chunkBody(id))
  }

  get outbox(): Outbox {
    return this.#backlog
  }

  async open(): Promise<void> {
    try {
      await this.#openFile()
    } catch (error) {
      if (isInUse(error))
        throw new Problem(stateProblems.state_in_use, `Another process has the state in ${this.#folder}.`, { cause: error })
      this.#tellUnsafe(error)
    }
  }

  async load(): Promise<Restored | undefined> {
    const { outbox, takers, telemetry } = this.#context
    const roomBytes = await this.#measureRoom()
    if (takers.length > 0 && roomBytes < outbox.limit)
      telemetry.emit(stateEvents.smallDisk, { limit: outbox.limit, bytes: Math.floor(roomBytes) })
    try {
      const restored = (await this.#thread?.ask({ ask: 'load' })) as Restored | undefined
      this.#loadBacklog(await this.#filed())
      this.#debt = new Debt(restored)
      this.#isOurs = this.#thread !== undefined
      return restored
    } catch (error) {
      await this.#moveBroken(error).catch((again: unknown) => this.#tellUnsafe(again))
      return undefined
    }
  }

  async commit(changes: Changes): Promise<void> {
    this.#debt.owe(changes)
    if (changes.chunks.length > 0) await this.#measureRoom()
    this.#backlog.add(changes.chunks)
    this.#unpaid = changes.committed
    if (this.#context.clock.monotonicMs() >= this.#retryMs) await this.#pay(changes.committed)
    this.#backlog.arrive()
  }

  async close(): Promise<void> {
    if (this.#unpaid) await this.#pay(this.#unpaid)
    else await this.#payDeliveries().catch((error: unknown) => this.#tellUnsafe(error))
    await this.#endThread()
  }

  async #pay(committed: Committed): Promise<void> {
    const { clock, telemetry } = this.#context
    const beganMs = clock.monotonicMs()
    try {
      await this.#openFile()
      if (!this.#isOurs) await this.#makeOurs()
      await this.#writeOwed(committed)
    } catch (error) {
      await this.#dropDeadThread()
      this.#tellUnsafe(error)
      return
    }
    this.#unpaid = undefined
    this.#tellSafe()
    telemetry.metrics.observe(stateMetrics.commitDuration, (clock.monotonicMs() - beganMs) / 1_000)
  }

  /** Where there is not room for all, the sums come first: what is new for destinations waits in memory, and then what waits in the file makes room. */
  async #writeOwed(committed: Committed): Promise<void> {
    const { clock, telemetry } = this.#context
    if (clock.monotonicMs() >= this.#chunksRetryMs) {
      try {
        await this.#write(committed, { withChunks: true })
        this.#areChunksFiled = true
        return
      } catch (error) {
        if (!isFull(error)) throw error
        this.#chunksRetryMs = clock.monotonicMs() + retryAfterMs
      }
    }
    try {
      await this.#write(committed, { withChunks: false })
    } catch (error) {
      if (!isFull(error) || !this.#backlog.giveWay()) throw error
      await this.#write(committed, { withChunks: false })
    }
    if (!this.#backlog.isUnfiled) return
    if (this.#areChunksFiled) telemetry.emit(stateEvents.inMemory, { folder: this.#folder })
    this.#areChunksFiled = false
  }

  async #write(committed: Committed, what: { readonly withChunks: boolean }): Promise<void> {
    const chunks = this.#backlog.owed(what)
    for (const outbox of chunks?.parts ?? []) await this.#thread?.ask({ ask: 'write', writing: { outbox } })
    for (const writing of this.#debt.parts(committed)) await this.#thread?.ask({ ask: 'write', writing })
    const dropped = await this.#thread?.ask({ ask: 'commit' })
    this.#debt.paid(committed, dropped as readonly Layout['id'][])
    chunks?.paid()
  }

  /** What the outbox may take of the disk; of one that does not say, all that is configured. */
  async #measureRoom(): Promise<number> {
    const roomBytes = await roomForChunks(this.#file).catch(() => Infinity)
    this.#backlog.roomBytes = roomBytes
    return roomBytes
  }

  /** What arrived since the last commit is not sent again by the next process. */
  async #payDeliveries(): Promise<void> {
    const chunks = this.#backlog.owed({ withChunks: true })
    if (!chunks || !this.#thread) return
    for (const outbox of chunks.parts) await this.#thread.ask({ ask: 'write', writing: { outbox } })
    await this.#thread.ask({ ask: 'commit' })
    chunks.paid()
  }

  async #filed(): Promise<readonly FiledChunk[]> {
    return ((await this.#thread?.ask({ ask: 'filed' })) ?? []) as readonly FiledChunk[]
  }

  #loadBacklog(filed: readonly FiledChunk[]): void {
    this.#backlog.load(filed)
    const known = new Set(this.#context.takers.map(({ name }) => name))
    const destinations = new Set(filed.flatMap(({ takers }) => takers.filter((taker) => !known.has(taker))))
    if (destinations.size > 0) this.#context.telemetry.emit(stateEvents.strangers, { destinations: [...destinations] })
  }

  /** One that the disk garbled never comes back; whatever else goes wrong may pass. */
  async #chunkBody(id: number): Promise<Uint8Array | undefined> {
    if (!this.#thread) throw new Error('the state cannot be read now')
    try {
      return (await this.#thread.ask({ ask: 'chunkBody', id })) as Uint8Array | undefined
    } catch (error) {
      if (isGarbled(error)) return undefined
      throw error
    }
  }

  /** Opens the file unless it is open; one that is broken is moved aside. */
  async #openFile(): Promise<void> {
    if (this.#thread) return
    try {
      await this.#startThread()
    } catch (error) {
      if (!isBroken(error)) throw error
      await this.#moveBroken(error)
    }
  }

  /** The file could only be opened after counting had begun: what an earlier process left in it is superseded by what was shown since. */
  async #makeOurs(): Promise<void> {
    if (!(await this.#thread?.ask({ ask: 'isEmpty' }))) await this.#moveAside(stateEvents.superseded, {}, await this.#filed())
    this.#isOurs = true
  }

  /** Puts the file out of the way and begins another one. The sidekick of SQLite that holds the latest commits goes first: no other file must have it. */
  async #moveAside(event: EventKind, fields: Readonly<Record<string, string>>, left?: readonly FiledChunk[]): Promise<void> {
    await this.#endThread()
    this.#backlog.fileLost(left)
    const aside = `${this.#file}.${new Date(this.#context.clock.wallMs()).toISOString().replaceAll(':', '-')}`
    for (const ending of ['-wal', '-shm', '']) await rename(this.#file + ending, aside + ending).catch(unlessMissing)
    this.#context.telemetry.emit(event, { ...fields, file: aside })
    await this.#startThread()
    this.#isOurs = true
  }

  async #moveBroken(error: unknown): Promise<void> {
    await this.#moveAside(stateEvents.movedAside, { code: stateProblems.state_broken.code, reason: reason(error) })
  }

  async #startThread(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const thread = new StateThread(this.#file)
    try {
      await thread.ask({ ask: 'open' })
    } catch (error) {
      await thread.end()
      throw error
    }
    this.#thread = thread
  }

  /** A thread that ended by itself may or may not have written what it was told last. */
  async #dropDeadThread(): Promise<void> {
    if (!this.#thread?.hasEnded) return
    await this.#endThread()
    this.#debt.doubt()
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    await thread?.end()
  }

  #tellUnsafe(error: unknown): void {
    const { clock, telemetry } = this.#context
    this.#retryMs = clock.monotonicMs() + retryAfterMs
    telemetry.metrics.set(stateMetrics.unsafe, 1)
    const { code, remedy } = stateProblems.state_unusable
    if (this.#isSafe) telemetry.emit(stateEvents.unsafe, { folder: this.#folder, reason: reason(error), code, remedy })
    this.#isSafe = false
  }

  #tellSafe(): void {
    const { telemetry } = this.#context
    telemetry.metrics.set(stateMetrics.unsafe, 0)
    if (!this.#isSafe) telemetry.emit(stateEvents.safe, { folder: this.#folder })
    this.#isSafe = true
  }
}

/** SQLite's result codes; the extended ones hold them in their lower byte. Source: sqlite.org/rescode.html. */
const primaryCode = (error: unknown): number => (error instanceof ThreadError ? error.code & 0xff : -1)
const isInUse = (error: unknown): boolean => [5, 6].includes(primaryCode(error))
/** Corrupt, no database at all, or not ours to read. */
const isBroken = (error: unknown): boolean => [0, 1, 11, 26].includes(primaryCode(error))
const isFull = (error: unknown): boolean => primaryCode(error) === 13
const isGarbled = (error: unknown): boolean => primaryCode(error) === 11

const reason = (error: unknown): string => (isInUse(error) ? 'another process has it' : (explain(error).split('\n')[0] ?? ''))

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
