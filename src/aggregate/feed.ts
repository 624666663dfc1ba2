import type { Names, TargetLabels } from '../model/mesh-series.ts'
import type { Target } from '../model/target.ts'
import type { Route } from './cells.ts'
import { type Counted, isFall } from './count.ts'
import type { Memory } from './memory.ts'
import { type Plan, planOf } from './plan.ts'
import type { ProcessLife } from './process-life.ts'

/** One target's page as it comes to be counted. */
export interface Incoming {
  readonly target: Target
  readonly targetLabels: TargetLabels
  readonly names: Names
  /** `values[i]` belongs to `names.shape.series[i]`; only read during the call, may be longer than the shape. */
  readonly values: Float64Array
  /** The question that the page answers; see `Page.asked`. */
  readonly asked: string
  readonly timestampMs: number
}

/** What is kept of a target between pages, whatever they look like. */
export interface Past {
  readonly memory: Memory
  readonly life: ProcessLife
  /** The series of the last page of the run before, where nothing was counted since. */
  readonly onPage?: ReadonlySet<string>
}

/** What is kept of one target: its columns while its page keeps its shape, and what outlives a change of shape. */
export interface Feed extends Counted {
  readonly target: Target
  readonly targetLabels: TargetLabels
  readonly names: Names
  readonly plan: Plan
  readonly route: Route
  /** What the sidecar printed. */
  readonly values: Float64Array
  readonly memory: Memory
  readonly life: ProcessLife
  timestampMs: number
  /** Its gauges count: it answered lately. */
  fresh: boolean
}

/** What a page that looks other than the last one makes of a target. */
interface Reshaped {
  readonly feed: Feed
  /** Counters that came onto the page: their columns, and what was known of each. */
  readonly born: ReadonlyMap<number, number>
}

/**
 * Columns for a target's first page, or for one that names other series or leads elsewhere than the last. Done once per change, so it may take its
 * time. The gauges of `known` must have been withdrawn.
 */
export function reshape(incoming: Incoming, { known, past, route }: { known: Feed | undefined; past: Past; route: Route }): Reshaped {
  const { target, targetLabels, names, values, asked, timestampMs } = incoming
  const plan = planOf(names)
  const { life } = past
  const memory = past.memory.copy()
  if (known) memory.keep(known)
  const width = names.series.length
  const born = new Map<number, number>()
  const stayed = known?.plan.keySet ?? past.onPage
  const feed = { plan, last: new Float64Array(width), totals: new Float64Array(width), memory }
  for (const [g, group] of plan.groups.entries()) {
    const fromZero = life.countsFromZero(group, asked)
    for (let k = plan.starts[g] as number; k < (plan.starts[g + 1] as number); k++) {
      const column = plan.order[k] as number
      const remembered = memory.take(group, plan.keys[column] as string)
      if (!stayed?.has(plan.keys[column] as string)) born.set(column, remembered?.total ?? 0)
      // Known: goes on from where it was. New: from zero if it began under our eyes, else what it shows is the baseline.
      feed.last[column] = remembered ? remembered.last : fromZero ? 0 : Number.NaN
      feed.totals[column] = remembered ? remembered.total : 0
    }
    if (stayed) renew(feed, g, { values, stayed })
  }
  return { feed: { ...feed, target, targetLabels, names, route, values: new Float64Array(width), life, timestampMs, fresh: true }, born }
}

/**
 * A series that comes back with less than it left with began anew while it was away, and with it all of its group that was away. Not the ones that
 * stayed on the page: they were counted meanwhile, and would be counted twice. A group that comes back as a whole and lacks a series that had moved began
 * anew too: Envoy never drops a single one.
 */
function renew(
  { plan, last, memory }: Pick<Feed, 'plan' | 'last' | 'memory'>,
  g: number,
  page: { values: Float64Array; stayed: ReadonlySet<string> },
): void {
  const { order, tells, keys } = plan
  const from = plan.starts[g] as number
  const columns = order.subarray(from, plan.starts[g + 1])
  const wasAway = (column: number) => !page.stayed.has(keys[column] as string)
  const fell = (column: number, k: number) => tells[from + k] === 1 && isFall(page.values[column] as number, last[column] as number)
  const group = plan.groups[g] as string
  const lacksOne = columns.every(wasAway) && memory.holdsMoved(group)
  if (!lacksOne && !columns.some((column, k) => wasAway(column) && fell(column, k))) return
  for (const column of columns) if (wasAway(column)) last[column] = 0
  memory.restart(group)
}
