import type { Chunk } from '../../../src/model/chunk.ts'
import type { Row } from '../../../src/model/row.ts'
import type { Sheet } from '../../../src/model/sheet.ts'
import { type RowsOptions, rowsOptions } from '../../../src/forward/rows/options.ts'
import { Rows } from '../../../src/forward/rows/rows.ts'
import { Mesh } from '../../support/mesh.ts'

/** A row as a table has it. */
export interface TableRow extends Row {
  readonly origin: string
}

/** The resource ID of the cluster in all tests. */
export const clusterId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop'

/** Pages in, rows out: a mesh whose rows are kept, also beyond the collector that wrote them. */
export class RowTable {
  mesh: Mesh
  rows: Rows
  #fidelity: RowsOptions['fidelity']
  readonly chunks: Chunk[] = []
  readonly #notes = new Map<string, string>()
  #sheets: readonly Sheet[] = []
  /** How many chunks these are of. */
  #read = 0
  readonly #rowsRead: TableRow[] = []

  /** @param mesh one whose pages another table takes too */
  constructor(fidelity: RowsOptions['fidelity'] = 'full', mesh = new Mesh({ edgeLimit: 10_000 })) {
    this.#fidelity = fidelity
    this.mesh = mesh
    this.rows = this.#rows()
  }

  /** What a collector does every half second. */
  commit({ sheets, born, left, castOut, committed } = this.mesh.checkpoint()): this {
    const { chunks, notes } = this.rows.turnover({ sheets, born, left, castOut, wallMs: committed.wallMs })
    this.#take(chunks)
    for (const [name, text] of notes) {
      if (text === undefined) this.#notes.delete(name)
      else this.#notes.set(name, text)
    }
    this.#sheets = sheets
    return this
  }

  /** What it does every minute. */
  round(): this {
    this.#take(this.rows.round(this.#sheets))
    return this
  }

  gone(id: string): this {
    this.mesh.gone(id)
    this.rows.forget(id)
    return this
  }

  /** Another collector goes on from what this one committed. */
  restart(fidelity = this.#fidelity): this {
    this.#fidelity = fidelity
    return this.commit().goOnWith(this.mesh.restarted())
  }

  /** The same, where the mesh knows of the other collector already. */
  goOnWith(mesh: Mesh): this {
    this.mesh = mesh
    this.rows = this.#rows()
    this.rows.recall(this.#notes, (id) => mesh.past(id))
    return this
  }

  /** What is written down for the next collector is another text. */
  garble(note: string, text: string): this {
    this.#notes.set(note, text)
    return this
  }

  get sheets(): readonly Sheet[] {
    return this.#sheets
  }

  /** All that the next collector would go on from. */
  get noted(): string {
    return [...this.#notes].flat().join('')
  }

  get text(): string {
    return this.chunks.map(({ body }) => Buffer.from(body).toString()).join('')
  }

  get table(): readonly TableRow[] {
    for (const { body } of this.chunks.slice(this.#read)) this.#rowsRead.push(...rowsIn(Buffer.from(body).toString()))
    this.#read = this.chunks.length
    return [...this.#rowsRead]
  }

  /** One series: its values from the oldest to the newest row. */
  vals(name: string, tags: Row['tags']): number[] {
    return this.table
      .filter((row) => row.name === name && Object.entries(tags).every(([key, value]) => row.tags[key] === value))
      .sort((a, b) => a.timeGeneratedMs - b.timeGeneratedMs)
      .map(({ val }) => val)
  }

  #rows(): Rows {
    const { clock, telemetry } = this.mesh
    return new Rows(rowsOptions.parse({ clusterId, fidelity: this.#fidelity }), { clock, telemetry, areTaken: true })
  }

  #take(work: Iterable<Chunk | undefined>): void {
    for (const chunk of work) if (chunk) this.chunks.push(chunk)
  }
}

export const rowsIn = (text: string): TableRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { TimeGenerated, Computer, Origin, Name, Val, Tags } = JSON.parse(line) as Record<string, string>
      return {
        timeGeneratedMs: Date.parse(TimeGenerated ?? ''),
        computer: Computer ?? '',
        origin: Origin ?? '',
        name: Name ?? '',
        val: Number(Val),
        tags: JSON.parse(Tags ?? '') as Row['tags'],
      }
    })
