import { isDeepStrictEqual } from 'node:util'
import { Aggregator, type Checkpoint } from '../../src/aggregate/aggregator.ts'
import type { AggregateOptions } from '../../src/aggregate/options.ts'
import type { Committed } from '../../src/model/cell.ts'
import type { TargetRecord } from '../../src/model/record.ts'
import type { PastTarget } from '../../src/model/sheet.ts'
import type { Shape } from '../../src/model/series.ts'
import type { PodIdentity, Target } from '../../src/model/target.ts'
import { createRelabeller } from '../../src/relabel/osm.ts'
import type { SnapshotOptions } from '../../src/snapshot/snapshot.ts'
import { Snapshot } from '../../src/snapshot/snapshot.ts'
import { shapeOf } from './exposition.ts'
import { FakeClock } from './fake-clock.ts'
import { testTelemetry } from './telemetry.ts'

export interface Scrape {
  readonly bornWatched?: boolean
  /** The sidecar's container id. */
  readonly process?: string
  readonly asked?: string
  readonly pod?: Partial<PodIdentity>
  /** Whether a workload made the pod. */
  readonly isOwned?: boolean
  readonly terminating?: boolean
}

const snapshotOptions = (memory: number): SnapshotOptions => ({
  history: { window: 3_600_000, memory },
  intervalMs: 10_000,
  version: 'test',
})

/** Pages in, figures out: the language that the counting tests are written in. Time stands still until `advance`. */
export class Mesh {
  readonly clock = new FakeClock()
  readonly telemetry = testTelemetry()
  readonly snapshot: Snapshot
  readonly #relabeller = createRelabeller({ wasmNames: 'restored' })
  readonly #targets = new Map<string, Target>()
  /** As the parser has it: pages that name the same series share one shape, so that most scrapes find their columns again. */
  readonly #shapes = new Map<string, Shape>()
  readonly #aggregator: Aggregator
  /** What is written down of targets by the collectors before and this one. */
  readonly #kept = new Map<string, TargetRecord>()
  readonly #limits: AggregateOptions

  constructor({ edgeLimit = 1000, rememberedLimit = 1000, totalRememberedLimit = 10_000, historyBytes = 2 ** 28 } = {}) {
    this.#limits = { edgeLimit, rememberedLimit, totalRememberedLimit }
    this.snapshot = new Snapshot(snapshotOptions(historyBytes), this)
    this.#aggregator = new Aggregator(this.#limits, this)
  }

  scrape(name: string, page: string, scrape: Scrape = {}): this {
    const target = this.#target(name, scrape)
    const { shape: read, values } = shapeOf(page)
    const key = JSON.stringify(read)
    const shape = this.#shapes.get(key) ?? read
    this.#shapes.set(key, shape)
    const names = this.#relabeller.names(target, shape)
    const targetLabels = this.#relabeller.labels(target)
    this.#aggregator.add({ target, targetLabels, names, values, asked: scrape.asked ?? 'whole', timestampMs: this.clock.wallMs() })
    return this
  }

  silent(name: string): this {
    this.#aggregator.stale(name)
    return this
  }

  gone(name: string): this {
    this.#aggregator.forget(name)
    this.#kept.delete(name)
    return this
  }

  /** The second pod has the address of the first, which is gone. */
  succeeded(before: string, now: string): this {
    this.#aggregator.stale(before)
    this.#aggregator.succeed(before, now)
    return this
  }

  advance(ms: number): this {
    this.clock.advance(ms)
    return this
  }

  /** Somebody fetches what `/metrics/edges` shows. */
  fetchedBy(reader: string): this {
    this.snapshot.fetched(reader)
    return this
  }

  /** Commits and publishes. */
  commit(): this {
    const { committed, sheets } = this.#aggregator.checkpoint()
    for (const _ of this.snapshot.publishing(committed, sheets));
    return this
  }

  /** What was counted for one KPI: each sum as its further labels and its value, zeros left out unless asked for. */
  counts(kpi: string, options: { readonly zeros?: boolean } = {}): string[] {
    const { committed } = this.#aggregator.checkpoint()
    return lines(committed, kpi, options)
  }

  /** What `/metrics/edges` would show now for one KPI. */
  shows(kpi: string): string[] {
    const shown = this.snapshot.shown
    return shown ? lines({ sums: shown.values, hidden: new Set(), cells: shown.cells }, kpi, { zeros: true }) : []
  }

  /** The sheets as destinations get them, and the sums of the same moment. */
  checkpoint(): Checkpoint {
    return this.#aggregator.checkpoint()
  }

  /** What is to be written down of targets since it was asked last. */
  records(): readonly TargetRecord[] {
    return this.#aggregator.checkpoint({ records: true }).targets
  }

  /** Another collector, at the same moment, that goes on from what is written down of targets. */
  restarted(limits: Partial<AggregateOptions> = {}): Mesh {
    const { committed, targets } = this.#aggregator.checkpoint({ records: true })
    const { cells, sums, movedMs, hidden, wallMs, monotonicMs } = committed
    const next = new Mesh({ ...this.#limits, ...limits })
    for (const record of [...this.#kept.values(), ...targets]) next.#kept.set(record.id, record)
    next.clock.advance(monotonicMs)
    next.#aggregator.restore({
      cells: cells.map(({ kpi, edge, labels, part, le }) => ({
        kpi: kpi.name,
        edge: edge.labels,
        labels,
        ...(part && { part }),
        ...(le && { le }),
      })),
      sums,
      movedWallMs: Float64Array.from(cells, ({ edge }) => wallMs - monotonicMs + (movedMs[edge.id] ?? 0)),
      hidden: [...hidden],
      targets: [...next.#kept.values()],
      notes: { discover: new Map(), relabel: new Map(), rows: new Map() },
    })
    return next
  }

  /** What was counted of a target before this collector, until it answers. */
  past(name: string): PastTarget | undefined {
    return this.#aggregator.past(name)
  }

  /** Its port is another now. */
  renamed(from: string, to: string): this {
    this.#aggregator.rename(from, to)
    return this
  }

  /** The target's column as destinations get it: what happened since we watch. */
  totals(name: string, series: string): number | undefined {
    const sheet = this.#aggregator.checkpoint().sheets.find(({ target }) => target.id === name)
    const column = sheet?.names.shape.series.findIndex((entry) => `${entry.name}${entry.labels.envoy_response_code ?? ''}` === series) ?? -1
    return sheet?.totals[column]
  }

  /** As discovery has it: the same object while nothing of it changes. */
  #target(name: string, { bornWatched = true, process, pod = {}, isOwned = true, terminating = false }: Scrape): Target {
    const known = this.#targets.get(name)
    const target: Target = {
      id: name,
      url: new URL(`http://127.0.0.1:15010/${name}`),
      kind: 'sidecar',
      dialect: 'osm',
      pod: {
        namespace: 'bookbuyer',
        name,
        uid: name,
        app: 'bookbuyer',
        ...(isOwned && { controller: { kind: 'ReplicaSet', name: 'bookbuyer-5d7c' } }),
        ...pod,
      },
      labels: {},
      bornWatched,
      ...(process && { process }),
      terminating,
    }
    if (known && isDeepStrictEqual({ ...known, bornWatched }, target)) return known
    this.#targets.set(name, target)
    return target
  }
}

function lines(
  { sums, hidden, cells }: Pick<Committed, 'sums' | 'hidden' | 'cells'>,
  kpi: string,
  { zeros = false }: { readonly zeros?: boolean },
): string[] {
  return cells
    .filter((cell) => cell.kpi.name === kpi && !hidden.has(cell.index) && (zeros || sums[cell.index] !== 0))
    .map(({ part, le, labels, index }) => [part, le, ...Object.values(labels), sums[index]].filter((word) => word !== undefined).join(' '))
}
