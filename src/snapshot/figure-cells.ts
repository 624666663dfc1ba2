import type { Cell } from '../model/cell.ts'
import type { EdgeCells } from './edge-cells.ts'

/** Indexes of cells in the sums. */
export type Indexes = readonly number[]

/** What a figure holds under one name, such as a response code. */
export interface Named {
  readonly name: string
  readonly cells: Indexes
}

/** Which cells each figure is the sum of, for one edge or for several together. Worked out once, and then read again and again. */
export interface FigureCells {
  readonly requests: Indexes
  readonly errors: Indexes
  readonly clientErrors: Indexes
  readonly byCode: readonly Named[]
  readonly failures: readonly Named[]
  /** Upper bounds of the latency's buckets in ascending order, and the cells of each. */
  readonly bounds: readonly number[]
  readonly buckets: readonly Indexes[]
  readonly latencySum: Indexes
  readonly active: Indexes
  readonly opened: Indexes
  readonly connectionFailures: readonly Named[]
  readonly sent: Indexes
  readonly received: Indexes
}

/** @param hidden buckets that not all pods of their edge have */
export function figureCellsOf(edges: readonly EdgeCells[], hidden: ReadonlySet<number>): FigureCells {
  const lists = new Lists()
  let edgesWithBuckets = 0
  for (const { cells } of edges) {
    const before = lists.bucketCells
    for (const cell of cells) if (!hidden.has(cell.index)) lists.take(cell)
    if (lists.bucketCells > before) edgesWithBuckets++
  }
  const { byCode, failures, byBound, connectionFailures, ...figures } = lists.all
  // Buckets add up where all edges that have any have them: one that only some have would count fewer than the one below it.
  const buckets = [...byBound].filter(([, cells]) => cells.length === edgesWithBuckets).sort(([a], [b]) => a - b)
  return {
    ...figures,
    byCode: named(byCode),
    failures: named(failures),
    connectionFailures: named(connectionFailures),
    bounds: buckets.map(([bound]) => bound),
    buckets: buckets.map(([, cells]) => cells),
  }
}

const named = (lists: ReadonlyMap<string, Indexes>): Named[] => [...lists].map(([name, cells]) => ({ name, cells }))

type List = number[]
type ByName = Map<string, List>

/** Sorts cells into the figures that they are part of. */
class Lists {
  bucketCells = 0
  readonly all = {
    requests: [] as List,
    errors: [] as List,
    clientErrors: [] as List,
    byCode: new Map() as ByName,
    failures: new Map() as ByName,
    byBound: new Map<number, List>(),
    latencySum: [] as List,
    active: [] as List,
    opened: [] as List,
    connectionFailures: new Map() as ByName,
    sent: [] as List,
    received: [] as List,
  }

  take(cell: Cell): void {
    const { all } = this
    switch (cell.kpi.name) {
      case 'mesh_requests_total':
      case 'mesh_workload_requests_total':
        this.#request(cell)
        break
      case 'mesh_request_duration_seconds':
      case 'mesh_workload_request_duration_seconds':
        this.#duration(cell)
        break
      case 'mesh_request_failures_total':
        put(all.failures, cell.labels.reason ?? '', cell)
        break
      case 'mesh_connection_failures_total':
        put(all.connectionFailures, cell.labels.reason ?? '', cell)
        break
      case 'mesh_connections_active':
        all.active.push(cell.index)
        break
      case 'mesh_connections_opened_total':
        all.opened.push(cell.index)
        break
      case 'mesh_sent_bytes_total':
        all.sent.push(cell.index)
        break
      case 'mesh_received_bytes_total':
        all.received.push(cell.index)
        break
    }
  }

  #request(cell: Cell): void {
    const { response_code: code = '' } = cell.labels
    this.all.requests.push(cell.index)
    if (code.startsWith('5')) this.all.errors.push(cell.index)
    if (code.startsWith('4')) this.all.clientErrors.push(cell.index)
    put(this.all.byCode, code, cell)
  }

  #duration(cell: Cell): void {
    if (cell.part === 'sum') this.all.latencySum.push(cell.index)
    if (cell.part !== 'bucket') return
    this.bucketCells++
    put(this.all.byBound, cell.le ?? Infinity, cell)
  }
}

function put<Key>(lists: Map<Key, List>, key: Key, { index }: Cell): void {
  const list = lists.get(key)
  if (list) list.push(index)
  else lists.set(key, [index])
}
