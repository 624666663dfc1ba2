import { type Dialect, dialects } from '../model/dialect.ts'
import type { Labels } from '../model/labels.ts'
import type { MeshSeries, Names } from '../model/mesh-series.ts'
import { seriesKey, type Shape } from '../model/series.ts'
import type { Target } from '../model/target.ts'
import type { KnownNames } from './known-names.ts'
import { type Named, nameSeries } from './naming.ts'
import { isCaller, restore } from './restore.ts'

/** Names with the real ones restored, and what must be looked at to know whether they still hold. */
interface Restored {
  readonly generation: number
  /** What was found for `peers`, to see whether it changed. */
  readonly text: string
  readonly names: Names
}

/** What relabelling makes of one shape, whichever target prints it. */
export class PageNames {
  /** As OSM's own rules leave them. */
  readonly plain: Names
  /** Caller and called of the WASM statistics, each pair once: a pair has a histogram and several codes. */
  readonly #peers: readonly Labels[]
  /** By column: its pair's index, -1 for none. */
  readonly #peersOf: Int32Array
  /** By calling pod, `''` for none. */
  readonly #restored = new Map<string, Restored>()

  constructor(shape: Shape, dialect: Target['dialect']) {
    const named = nameAll(shape, dialects[dialect])
    const indexes = new Map<string, number>()
    const peers: Labels[] = []
    this.#peersOf = Int32Array.from(named, (entry) => {
      if (!entry?.peers) return -1
      const key = JSON.stringify(entry.peers)
      const index = indexes.get(key) ?? peers.push(entry.peers) - 1
      indexes.set(key, index)
      return index
    })
    this.#peers = peers
    this.plain = { shape, series: classesJoined(named.map((entry) => entry?.series)) }
  }

  /** With real names where they are known: the same object until that makes a difference. */
  restored(known: KnownNames, { pod }: Target): Names {
    if (this.#peers.length === 0) return this.plain
    const caller = pod && this.#peers.some((peers) => isCaller(pod, peers)) ? pod : undefined
    const key = caller ? `${caller.namespace}/${caller.name}/${caller.controller?.kind}/${caller.controller?.name}` : ''
    const last = this.#restored.get(key)
    if (last?.generation === known.generation) return last.names
    const found = this.#peers.map((peers) => restore(peers, known, caller && isCaller(caller, peers) ? caller : undefined))
    const text = JSON.stringify(found)
    const names = last?.text === text ? last.names : this.#with(found)
    this.#restored.set(key, { generation: known.generation, text, names })
    return names
  }

  #with(found: readonly Labels[]): Names {
    const series = this.plain.series.map((entry, column) => {
      const real = found[this.#peersOf[column] ?? -1]
      return entry && real ? { ...entry, labels: { ...entry.labels, ...real } } : entry
    })
    return { shape: this.plain.shape, series }
  }
}

/** Names every series; the ones that the page repeats, before or after naming, are left out: as in Prometheus, the first wins. */
function nameAll({ series }: Shape, dialect: Dialect): (Named | undefined)[] {
  const seen = new Set<string>()
  const fresh = (key: string) => seen.size < seen.add(key).size
  return series.map((printed) => {
    const named = fresh(seriesKey(printed)) ? nameSeries(printed, dialect) : undefined
    if (!named?.series.job || named.series.codeIsClass) return named
    return fresh(`${named.series.job} ${seriesKey(named.series)}`) ? named : undefined
  })
}

/** Pipy's `2` and `2.04` are one class: the first stands for all on `/metrics/osm`, the others are added to it there. */
function classesJoined(series: readonly (MeshSeries | undefined)[]): readonly (MeshSeries | undefined)[] {
  const columns = [...series.keys()].filter((column) => series[column]?.codeIsClass && series[column]?.job)
  const joined = [...series]
  for (const [first, ...plus] of Map.groupBy(columns, (column) => seriesKey(series[column] as MeshSeries)).values()) {
    if (first === undefined || plus.length === 0) continue
    joined[first] = { ...(series[first] as MeshSeries), plus }
    for (const column of plus) {
      const { job: _job, ...rest } = series[column] as MeshSeries
      joined[column] = rest
    }
  }
  return joined
}
