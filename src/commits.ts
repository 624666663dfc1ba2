import { setImmediate as turn } from 'node:timers/promises'
import type { Aggregator } from './aggregate/aggregator.ts'
import { ChunkTally, commitActivities, roundTrail, tellCommit } from './commit-activities.ts'
import type { Rows } from './forward/rows/rows.ts'
import type { Chunk } from './model/chunk.ts'
import type { Target } from './model/target.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import type { SpanPipeline } from './span-pipeline.ts'
import { pack, type PackedChunk } from './state/packing.ts'
import type { Changes, State } from './state/state.ts'
import type { Activity, Tracer } from './telemetry/tracer.ts'

/** Whose work is committed, to where, and who shows it then. */
export interface CommitStages {
  readonly aggregator: Aggregator
  readonly state: State
  readonly snapshot: Snapshot
  /** What is made of sheets for tables; absent where there are none. */
  readonly rows?: Rows
  /** Absent where no spans are received. */
  readonly spans?: SpanPipeline | undefined
  /** Absent where the collector does not trace itself. */
  readonly tracer?: Tracer | undefined
}

type AllNotes = Changes['notes']

const noNotes = (): AllNotes => ({ discover: new Map(), relabel: new Map(), rows: new Map() })
const joined = (before: AllNotes, after: AllNotes): AllNotes => ({
  discover: new Map([...before.discover, ...after.discover]),
  relabel: new Map([...before.relabel, ...after.relabel]),
  rows: new Map([...before.rows, ...after.rows]),
})

/** Everything else that is ready goes first wherever the work yields. */
async function inTurns(work: Iterable<void>): Promise<void> {
  for (const _ of work) await turn()
}

/** The same, of work that yields a chunk now and then. One is packed while the next is made: no more than two are there at full length, however many come. */
async function inPackedTurns(work: Iterable<Chunk | undefined>, take: (chunk: PackedChunk) => void): Promise<void> {
  let packing = Promise.resolve()
  for (const chunk of work) {
    if (chunk) {
      await packing
      packing = pack(chunk).then(take)
    }
    await turn()
  }
  await packing
}

/** What is to be committed, when it is, and what is shown then: sums together with the rows and spans that wait for destinations, in one transaction. */
export class Commits {
  readonly #stages: CommitStages
  readonly #letGo: () => void
  #released: Target['id'][] = []
  #notes = noNotes()
  #chunks: PackedChunk[] = []
  #isInRound = false
  /** The last commit did not hold. */
  #isOwing = false
  /** The commit that runs, or the last one; settled without an error. */
  #running: Promise<void> = Promise.resolve()
  /** The one after it. */
  #queued: Promise<void> | undefined

  /** @param letGo called as each commit begins: whose time is over is released then */
  constructor(stages: CommitStages, letGo: () => void) {
    this.#stages = stages
    this.#letGo = letGo
  }

  /** What the last run committed, before anything is counted. */
  async showRestored(): Promise<void> {
    const { aggregator, snapshot } = this.#stages
    await inTurns(snapshot.restoring(aggregator.checkpoint().committed))
  }

  /** For the next runs of these stages; only a state that outlives the process is told. */
  note(notes: Pick<AllNotes, 'discover' | 'relabel'>): void {
    if (this.#stages.state.isDurable) this.#notes = joined(this.#notes, { ...noNotes(), ...notes })
  }

  /** These are not kept any more. */
  released(ids: readonly Target['id'][]): void {
    this.#released = [...this.#released, ...ids]
  }

  /**
   * Makes the rows that are due once a minute, for the next commits: what was encoded before a commit is of sums that it holds.
   *
   * @returns whether it was made: not while the rows of the last round are not committed
   */
  async round(): Promise<boolean> {
    const { rows, snapshot, tracer } = this.#stages
    if (this.#isInRound || this.#chunks.length > 0) return false
    this.#isInRound = true
    const activity = tracer?.begin(commitActivities.round)
    activity?.leave(roundTrail)
    const tally = new ChunkTally()
    try {
      await inPackedTurns(rows?.round(snapshot.sheets) ?? [], (chunk) => {
        this.#chunks.push(chunk)
        tally.add(chunk)
      })
      activity?.tell(tally.facts)
      activity?.end()
    } catch (error) {
      activity?.fail(error)
      throw error
    } finally {
      this.#isInRound = false
    }
    return true
  }

  /**
   * First committed, then published: nobody sees a sum that a crash could take back. One at a time; it resolves when all that was counted before the
   * call is committed, so what is called while one runs is served by one more after it.
   */
  commit(): Promise<void> {
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined
      const commit = this.#commit()
      this.#running = commit.catch(() => {})
      return commit
    })
    return this.#queued
  }

  async #commit(): Promise<void> {
    const activity = this.#stages.tracer?.begin(commitActivities.commit, this.#chunks.length > 0 ? roundTrail : undefined)
    try {
      const isNews = await this.#commitAll(activity)
      if (isNews) activity?.end()
    } catch (error) {
      activity?.fail(error)
      throw error
    }
  }

  /** @returns whether the activity tells of anything */
  async #commitAll(activity: Activity | undefined): Promise<boolean> {
    const { aggregator, state, snapshot, rows, spans } = this.#stages
    this.#letGo()
    const { committed, targets, ...turnover } = aggregator.checkpoint({ records: state.isDurable })
    const { chunks: made = [], notes: ofRows = new Map() } = rows?.turnover({ ...turnover, wallMs: committed.wallMs }) ?? {}
    const released = this.#released
    const notes = joined(this.#notes, { ...noNotes(), rows: ofRows })
    this.#notes = noNotes()
    const chunks = this.#chunks
    this.#chunks = []
    let isNews = false
    try {
      await inPackedTurns(made, (chunk) => void chunks.push(chunk))
      // Spans only while commits hold: else they wait where what waits is bounded.
      const ofSpans = this.#isOwing ? [] : (spans?.take() ?? [])
      await inPackedTurns(ofSpans, (chunk) => void chunks.push(chunk))
      const contents = { cells: committed.cells.length, pages: turnover.sheets.length, released: released.length, chunks }
      isNews = activity !== undefined && tellCommit(activity, contents)
      await state.commit({ committed, targets, released, notes, chunks })
      this.#isOwing = false
    } catch (error) {
      this.#isOwing = true
      this.#notes = joined(notes, this.#notes)
      this.#chunks = [...chunks, ...this.#chunks]
      throw error
    }
    this.#released = this.#released.slice(released.length)
    await inTurns(snapshot.publishing(committed, turnover.sheets))
    return isNews
  }
}
