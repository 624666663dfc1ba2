import type { NoteChanges, Notes } from '../../model/record.ts'
import type { Sheet } from '../../model/sheet.ts'
import type { Target } from '../../model/target.ts'
import type { Clock } from '../../runtime/clock.ts'
import { notedWorkloads, ofRound, ofWorkload } from './compact-notes.ts'
import type { Starts } from './counted.ts'
import type { Entry, Fidelity, PastOf, Turnover } from './fidelity.ts'
import type { PodSeries } from './pod-series.ts'
import { isOwnWorkload, type TargetTags, workloadTags } from './tags.ts'
import { WorkloadRows } from './workload-rows.ts'

/** How many workloads without pods are remembered, and how many series of them all. */
const departedLimit = 1_000
const departedSeriesLimit = 200_000

type Name = string

/**
 * The series of workloads instead of those of their pods, and of these only what a reader cannot know: what moved, and each series now and then. What began is
 * told at the next round, what ended at once.
 */
export class CompactRows implements Fidelity {
  /** Nobody is told before the next round. */
  readonly tellsBeginnings = false
  /** Those without members stand in the order in which they lost the last. */
  readonly #workloads = new Map<Name, WorkloadRows>()
  readonly #names = new Map<Target['id'], Name>()
  readonly #clock: Clock
  readonly #pods: Pick<PodSeries, 'offsetsOf'>
  readonly #noted = new Set<Name>()
  #changes = new Map<string, string | undefined>()

  /** @param pods asked where a pod that nobody owns goes on, whose rows are called as full rows call them */
  constructor(clock: Clock, pods: Pick<PodSeries, 'offsetsOf'>) {
    this.#clock = clock
    this.#pods = pods
  }

  recall(notes: Notes, pastOf: PastOf): void {
    for (const noted of notedWorkloads(notes)) {
      this.#add(noted.name, noted.tags).recall(noted, pastOf)
      for (const id of noted.workload.members) this.#names.set(id, noted.name)
    }
  }

  leaving({ left, starts, shown }: Turnover): Entry[] {
    // Of who is still shown the newest columns say all.
    for (const sheet of left) if (!shown.has(sheet.target.id)) this.#take(sheet, { isShown: false, starts })
    return []
  }

  rename(from: Target['id'], to: Target['id']): void {
    const name = this.#names.get(from)
    if (name === undefined) return
    this.#names.delete(from)
    this.#names.set(to, name)
    this.#workloads.get(name)?.rename(from, to)
    this.#noted.add(name)
  }

  forget(id: Target['id']): void {
    const name = this.#names.get(id)
    const workload = name === undefined ? undefined : this.#workloads.get(name)
    this.#names.delete(id)
    if (name === undefined || !workload) return
    workload.leave(id)
    this.#noted.add(name)
    if (!workload.isEmpty) return
    this.#workloads.delete(name)
    this.#workloads.set(name, workload)
  }

  arriving({ sheets, born, left, starts, wallMs }: Turnover): Entry[] {
    for (const sheet of sheets) this.#take(sheet, { isShown: true, starts })
    const readMs = new Map<Name, number>()
    for (const sheet of [...left, ...born.map(({ sheet: newcomer }) => newcomer)])
      if (sheet.target.kind === 'sidecar') readMs.set(nameOf(sheet), Math.max(sheet.timestampMs, readMs.get(nameOf(sheet)) ?? 0))
    const ended = [...readMs].flatMap(([name, ms]) => this.#end(name, { wallMs, readMs: ms }))
    if (left.length > 0) this.#makeRoom()
    return ended
  }

  /** Each workload at a moment of its own. */
  *round(): Generator<Entry> {
    const notes = new Map<Name, string>()
    for (const [name, workload] of this.#workloads) {
      const wallMs = this.#clock.wallMs()
      const { entries, note } = workload.round(wallMs)
      if (workload.dropAbsent()) this.#noteBoth(name, workload)
      else if (!workload.isEmpty) notes.set(name, note)
      yield* entries
    }
    // Only now are its rows on their way into the next commit.
    for (const [name, text] of notes) if (this.#workloads.has(name)) this.#changes.set(ofRound + name, text)
  }

  notes(): NoteChanges {
    for (const name of this.#noted) {
      const workload = this.#workloads.get(name)
      if (workload) this.#changes.set(ofWorkload + name, workload.note())
    }
    this.#noted.clear()
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }

  #take(sheet: Sheet, { isShown, starts }: { readonly isShown: boolean; readonly starts: Starts }): void {
    const { id, kind } = sheet.target
    if (kind !== 'sidecar') return
    const name = nameOf(sheet)
    if (this.#names.get(id) !== name) {
      this.forget(id)
      this.#names.set(id, name)
      this.#noted.add(name)
    }
    const known = this.#workloads.get(name)
    const goesOnFrom = !known && isOwnWorkload(sheet) ? this.#pods.offsetsOf(sheet) : undefined
    const workload = known ?? this.#add(name, workloadTags(sheet))
    const hasNew = workload.take(sheet, { isShown, starts: starts(id) ?? none, goesOnFrom })
    if (hasNew) this.#noted.add(name)
  }

  /** What began or ended in a workload: the one is written down for a next run, the other is told. */
  #end(name: Name, times: { readonly wallMs: number; readonly readMs: number }): readonly Entry[] {
    const workload = this.#workloads.get(name)
    if (!workload) return []
    const { entries, note } = workload.end(times)
    this.#changes.set(ofRound + name, note)
    return entries
  }

  #noteBoth(name: Name, workload: WorkloadRows): void {
    this.#changes.set(ofWorkload + name, workload.note())
    this.#changes.set(ofRound + name, workload.roundNote(this.#clock.wallMs()))
  }

  #add(name: Name, tags: TargetTags): WorkloadRows {
    const workload = new WorkloadRows(tags)
    this.#workloads.set(name, workload)
    return workload
  }

  #makeRoom(): void {
    const departed = [...this.#workloads].filter(([, { isEmpty }]) => isEmpty)
    let series = departed.reduce((sum, [, { size }]) => sum + size, 0)
    for (const [i, [name, { size }]] of departed.entries()) {
      if (departed.length - i <= departedLimit && series <= departedSeriesLimit) return
      this.#workloads.delete(name)
      for (const begin of [ofWorkload, ofRound]) this.#changes.set(begin + name, undefined)
      series -= size
    }
  }
}

const none = new Map<never, never>()

const names = new WeakMap<Sheet['targetLabels'], Name>()

function nameOf(sheet: Sheet): Name {
  const name = names.get(sheet.targetLabels) ?? JSON.stringify(workloadTags(sheet))
  names.set(sheet.targetLabels, name)
  return name
}
