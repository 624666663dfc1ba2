import type { Chunk } from '../model/chunk.ts'
import type { DropReason, Outbox, OutboxListener, Queued, Taker, WaitingChunk } from '../model/outbox.ts'
import type { Clock } from '../runtime/clock.ts'
import { BacklogQueue } from './backlog-queue.ts'
import type { OutboxOptions } from './options.ts'
import type { FiledChunk, OutboxWriting } from './outbox-tables.ts'
import { pack, type PackedChunk, unpacked } from './packing.ts'

/** What may wait in memory, compressed: where there is no file, or while it cannot be written. */
export const memoryBytes = 64 * 2 ** 20

export interface BacklogContext {
  readonly clock: Clock
  readonly outbox: OutboxOptions
  /** Who gets what. What waits for anybody else stays until it is too old: they may be back with the next configuration. */
  readonly takers: readonly Taker[]
}

/** Bodies that are in a file. `undefined`: it is not there, or can never be read again. */
export type Fetch = (id: number) => Promise<Uint8Array | undefined>

interface Entry extends Omit<FiledChunk, 'takers'> {
  /** Who has not got it. */
  readonly takers: Set<Taker['name']>
  /** Compressed; absent once it is in the file. */
  body?: Uint8Array
  /** The file has it, or may have. */
  isHanded?: true
}

/** What a file lacks of the backlog; `parts` are small enough to be handed over one by one. */
export interface OwedChunks {
  readonly parts: readonly OutboxWriting[]
  /** All of it is in the file. */
  paid(): void
}

/** What waits for destinations: an index in memory; the bodies stand in a file, where there is one, or wait here until they do. */
export class Backlog implements Outbox {
  readonly #context: BacklogContext
  readonly #fetch: Fetch
  readonly #listeners = new Map<Taker['name'], OutboxListener>()
  readonly #queues = new Map<Taker['name'], BacklogQueue<Entry>>()
  /** The oldest first. */
  readonly #entries = new Map<Entry['id'], Entry>()
  /** Those whose bodies are here: the file lacks them. */
  readonly #unfiled = new Map<Entry['id'], Entry>()
  /** Who is done with what; the file does not know yet. */
  #done: NonNullable<OutboxWriting['done']>[number][] = []
  /** Not committed yet: nobody may have them. */
  #coming: Entry[] = []
  #bytes = 0
  #unfiledBytes = 0
  #roomBytes = Infinity
  /** What went for the sums' sake is still in the file. */
  #isGivingWay = false
  #nextId = 1

  constructor(context: BacklogContext, fetch: Fetch = async () => undefined) {
    this.#context = context
    this.#fetch = fetch
  }

  async next(destination: Taker['name']): Promise<WaitingChunk | undefined> {
    for (;;) {
      const entry = this.#queueOf(destination).oldest
      if (!entry) return undefined
      const { id, kind, count, madeMs } = entry
      const compressed = entry.body ?? (await this.#fetch(id))
      const body = compressed && (await unpacked(compressed).catch(() => undefined))
      if (body) return { id, kind, count, madeMs, body }
      this.#lose(entry, 'unreadable')
    }
  }

  delivered(destination: Taker['name'], id: WaitingChunk['id']): boolean {
    const entry = this.#entries.get(id)
    if (!entry?.takers.has(destination)) return false
    this.#takeFrom(entry, destination)
    return true
  }

  dropped(destination: Taker['name'], id: WaitingChunk['id']): boolean {
    return this.delivered(destination, id)
  }

  async replace(destination: Taker['name'], id: WaitingChunk['id'], chunks: readonly Chunk[]): Promise<void> {
    const parts = await Promise.all(chunks.map(pack))
    if (!this.delivered(destination, id)) return
    this.#queueOf(destination).putFirst(parts.map((chunk) => this.#enter(chunk, [destination])))
  }

  queued(destination: Taker['name']): Queued {
    const { oldest, size, count, bytes } = this.#queueOf(destination)
    return { chunks: size, count, bytes, limitBytes: this.#limitBytes, ...(oldest && { oldestMadeMs: oldest.madeMs }) }
  }

  listen(destination: Taker['name'], listener: OutboxListener): void {
    this.#listeners.set(destination, listener)
  }

  /** What the last process left in the file. Called once, first. */
  load(filed: readonly FiledChunk[]): void {
    for (const { takers, ...chunk } of filed) {
      const entry: Entry = { ...chunk, takers: new Set(takers), isHanded: true }
      this.#entries.set(entry.id, entry)
      this.#bytes += entry.bytes
      this.#nextId = Math.max(this.#nextId, entry.id + 1)
      for (const taker of takers) this.#queueOf(taker).put(entry)
    }
  }

  /** Whether the file lacks any body. */
  get isUnfiled(): boolean {
    return this.#unfiled.size > 0
  }

  /** What the disk has room for. What waits already may stay all the same: that room is taken. */
  set roomBytes(bytes: number) {
    this.#roomBytes = bytes
  }

  /** Nobody gets them before `arrive`. What is too much or too old goes. */
  add(chunks: readonly PackedChunk[]): void {
    const limitBytes = this.#limitBytes
    for (const chunk of chunks) {
      const takers = this.#context.takers.filter(({ kind }) => kind === chunk.kind).map(({ name }) => name)
      if (takers.length > 0) this.#coming.push(this.#enter(chunk, takers))
    }
    this.#bound(limitBytes)
  }

  /** What was added is committed: those who wait for it are told. */
  arrive(): void {
    const woken = new Set<Taker['name']>()
    for (const entry of this.#coming.splice(0))
      for (const taker of entry.takers) {
        this.#queueOf(taker).put(entry)
        woken.add(taker)
      }
    for (const taker of woken) this.#listeners.get(taker)?.added()
  }

  /** The sums need the room: the older half of what is in the file goes. @returns false where nothing is there, or what went last is still in the file */
  giveWay(): boolean {
    if (this.#isGivingWay) return false
    let bytes = (this.#bytes - this.#unfiledBytes) / 2
    for (const entry of this.#entries.values()) {
      if (bytes <= 0) break
      if (entry.body) continue
      bytes -= entry.bytes
      this.#lose(entry, 'disk_full')
      this.#isGivingWay = true
    }
    return this.#isGivingWay
  }

  /** @param withChunks whether what is new is to be written: else only what goes, which makes room */
  owed({ withChunks }: { readonly withChunks: boolean }): OwedChunks | undefined {
    const [chunks, done] = [withChunks ? [...this.#unfiled.values()] : [], [...this.#done]] // more may be done until it is paid
    if (chunks.length === 0 && done.length === 0) return undefined
    for (const entry of chunks) entry.isHanded = true
    const parts = chunks.flatMap(({ id, kind, count, madeMs, bytes, body, takers }) =>
      body ? [{ chunks: [{ id, kind, count, madeMs, bytes, body, takers: [...takers] }] }] : [],
    )
    return { parts: [{ done }, ...parts], paid: () => this.#paid(chunks, done.length) }
  }

  /** The file that held bodies is gone, with all that `left` names besides. */
  fileLost(left: readonly FiledChunk[] = []): void {
    for (const { takers, count } of left) for (const taker of takers) this.#listeners.get(taker)?.lost('state_moved_aside', count)
    for (const entry of this.#entries.values()) if (!entry.body) this.#lose(entry, 'state_moved_aside')
    this.#done = []
    this.#isGivingWay = false
  }

  #enter({ kind, count, madeMs, packed: body }: PackedChunk, takers: readonly Taker['name'][]): Entry {
    const entry: Entry = { id: this.#nextId++, kind, count, madeMs, bytes: body.length, body, takers: new Set(takers) }
    this.#entries.set(entry.id, entry)
    this.#unfiled.set(entry.id, entry)
    this.#bytes += entry.bytes
    this.#unfiledBytes += entry.bytes
    return entry
  }

  get #limitBytes(): number {
    return Math.min(this.#context.outbox.limit, Math.max(this.#roomBytes, this.#bytes))
  }

  #bound(limitBytes: number): void {
    const { outbox, clock } = this.#context
    const oldestMs = clock.wallMs() - outbox.keep
    for (const entry of this.#entries.values()) {
      if (entry.madeMs < oldestMs) this.#lose(entry, 'too_old')
      else if (this.#bytes > limitBytes) this.#lose(entry, limitBytes < outbox.limit ? 'disk_full' : 'no_room')
      else break
    }
    for (const entry of this.#unfiled.values()) {
      if (this.#unfiledBytes <= memoryBytes) break
      this.#lose(entry, 'no_room')
    }
  }

  #lose(entry: Entry, reason: DropReason): void {
    for (const taker of entry.takers) {
      this.#takeFrom(entry, taker)
      this.#listeners.get(taker)?.lost(reason, entry.count)
    }
  }

  #takeFrom(entry: Entry, taker: Taker['name']): void {
    this.#queueOf(taker).delete(entry)
    entry.takers.delete(taker)
    if (entry.isHanded) this.#done.push({ taker, id: entry.id })
    if (entry.takers.size > 0 || !this.#entries.delete(entry.id)) return
    this.#bytes -= entry.bytes
    this.#letGo(entry)
  }

  #paid(chunks: readonly Entry[], done: number): void {
    for (const entry of chunks) {
      this.#letGo(entry)
      delete entry.body
    }
    this.#done = this.#done.slice(done)
    this.#isGivingWay = false
  }

  #letGo(entry: Entry): void {
    if (this.#unfiled.delete(entry.id)) this.#unfiledBytes -= entry.bytes
  }

  #queueOf(taker: Taker['name']): BacklogQueue<Entry> {
    const queue = this.#queues.get(taker) ?? new BacklogQueue()
    this.#queues.set(taker, queue)
    return queue
  }
}
