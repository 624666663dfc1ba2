import { createHash } from 'node:crypto'
import type { Layout, TargetRecord } from '../model/record.ts'
import type { Target } from '../model/target.ts'
import type { Feed, Past } from './feed.ts'
import { Memory, type MemoryRecord } from './memory.ts'
import type { Plan } from './plan.ts'
import { type LifeRecord, ProcessLife } from './process-life.ts'

interface Rest {
  readonly life: LifeRecord
  readonly memory: MemoryRecord
}

const layouts = new WeakMap<Plan, Layout>()

function layoutOf(plan: Plan): Layout {
  const known = layouts.get(plan)
  if (known) return known
  const { groups, order, starts, keys } = plan
  const text = JSON.stringify(
    groups.map((group, g) => [group, [...order.subarray(starts[g], starts[g + 1])].map((column) => keys[column])]),
  )
  const layout = { id: createHash('sha256').update(text).digest('hex').slice(0, 32), text, length: order.length }
  layouts.set(plan, layout)
  return layout
}

/** Writes a target down: enough to go on counting exactly after this process. */
export function recordOf({ target, plan, last, totals, memory, life }: Feed): TargetRecord {
  const layout = layoutOf(plan)
  const values = new Float64Array(2 * layout.length)
  const { order } = plan
  for (let k = 0; k < layout.length; k++) {
    values[k] = last[order[k] as number] as number
    values[layout.length + k] = totals[order[k] as number] as number
  }
  const rest: Rest = { life: life.record(), memory: memory.record() }
  return { id: target.id, layout, values, rest: JSON.stringify(rest) }
}

/** Reads a target back: its counters are as those of a page that left, whatever its next page will look like. */
export function pastOf({ id, layout, values, rest }: TargetRecord): readonly [Target['id'], Past] {
  const { life, memory } = JSON.parse(rest) as Rest
  const past = { memory: Memory.from(memory), life: ProcessLife.from(life), onPage: new Set<string>() }
  let k = 0
  for (const [group, keys] of JSON.parse(layout.text) as [string, string[]][])
    for (const key of keys) {
      past.memory.put(group, key, { last: values[k] as number, total: values[layout.length + k] as number })
      past.onPage.add(key)
      k++
    }
  return [id, past]
}
