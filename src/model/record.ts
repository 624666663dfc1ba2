/** What is kept of a target beyond this process, so that counting goes on exactly where it was. */
export interface TargetRecord {
  readonly id: string
  /** The counters of its last page. */
  readonly layout: Layout
  /** By position in the layout: what the page said last, then, from `layout.length` on, what happened since we watch. A copy. */
  readonly values: Float64Array<ArrayBuffer>
  /** What is known of its process and of series that left its page; JSON, understood by the aggregator alone. */
  readonly rest: string
}

/** Which counters stand on a page, group by group; the same object for all targets whose pages look alike. */
export interface Layout {
  /** Equal for equal texts. */
  readonly id: string
  /** JSON: `[[group, [series, …]], …]`. */
  readonly text: string
  /** How many series it names. */
  readonly length: number
}

/** What a cell is: everything but its sum. */
export interface CellRecord {
  readonly kpi: string
  readonly edge: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly part?: 'bucket' | 'sum' | 'count'
  /** A bucket's bound, `null` for the last. */
  readonly le?: number | null
}

/** Everything that a process left behind. */
export interface Restored {
  /** By cell index. */
  readonly cells: readonly CellRecord[]
  readonly sums: Float64Array
  /** Wall time of each cell's edge's last movement, by cell index, milliseconds since the epoch. */
  readonly movedWallMs: Float64Array
  readonly hidden: readonly number[]
  readonly targets: readonly TargetRecord[]
  readonly notes: Readonly<Record<NoteTaker, Notes>>
}

/** Who leaves notes to its next run: discovery of who was seen, relabelling of the pods whose names it knows, rows of where series under a name ended. */
export type NoteTaker = 'discover' | 'relabel' | 'rows'

/** Notes by key, those written longest ago first. Opaque to everyone but who wrote them. */
export type Notes = ReadonlyMap<string, string>

/** Notes that are new or another than before, in order; `undefined` crosses one out. */
export type NoteChanges = ReadonlyMap<string, string | undefined>
