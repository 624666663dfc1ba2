/** Who calls whom, by name: all that a layout depends on. */
export interface Link {
  readonly key: string
  readonly source: string
  readonly destination: string
}

/** Chains of calls that are longer make a map too wide to be read. */
const mostColumns = 8

/**
 * The column of each node, callers before those they call.
 *
 * By the longest chain of calls that leads there, so that calls go to the right. Where chains grow too long, as in a mesh in which everybody calls everybody, by
 * the shortest: then calls also stay in a column or go back.
 *
 * @param names in the order in which nodes are taken where nothing else decides
 */
export function columnsOf(names: readonly string[], links: readonly Link[]): ReadonlyMap<string, number> {
  const called = neighbours(names, links)
  const columns = longest(names, called)
  return Math.max(0, ...columns.values()) < mostColumns ? columns : shortest(names, called)
}

type Called = ReadonlyMap<string, ReadonlySet<string>>

function neighbours(names: readonly string[], links: readonly Link[]): Called {
  const called = new Map(names.map((name) => [name, new Set<string>()]))
  for (const { source, destination } of links) if (source !== destination) called.get(source)?.add(destination)
  return called
}

/** Those whom nobody calls first: chains begin there. */
function entriesFirst(names: readonly string[], called: Called): readonly string[] {
  const isCalled = calledOf(called)
  const [inner, entries] = [names.filter((name) => isCalled.has(name)), names.filter((name) => !isCalled.has(name))]
  // In a ring, who calls the most is the likeliest to begin.
  return [...entries, ...inner.toSorted((a, b) => (called.get(b)?.size ?? 0) - (called.get(a)?.size ?? 0))]
}

/** Calls that lead back into their own chain do not count. */
function longest(names: readonly string[], called: Called): ReadonlyMap<string, number> {
  const order: string[] = []
  const seen = new Map<string, 'open' | 'done'>()
  const back = new Set<string>()
  const visit = (name: string): void => {
    seen.set(name, 'open')
    for (const end of called.get(name) ?? []) {
      if (seen.get(end) === 'open') back.add(`${name}\n${end}`)
      else if (!seen.has(end)) visit(end)
    }
    seen.set(name, 'done')
    order.push(name)
  }
  for (const name of entriesFirst(names, called)) if (!seen.has(name)) visit(name)
  const columns = new Map(names.map((name) => [name, 0]))
  for (const name of order.toReversed()) {
    const next = (columns.get(name) ?? 0) + 1
    for (const end of called.get(name) ?? []) if (!back.has(`${name}\n${end}`)) columns.set(end, Math.max(columns.get(end) ?? 0, next))
  }
  return columns
}

function shortest(names: readonly string[], called: Called): ReadonlyMap<string, number> {
  const isCalled = calledOf(called)
  const columns = new Map(names.filter((name) => !isCalled.has(name)).map((name) => [name, 0]))
  const reach = (waiting: string[]): void => {
    for (const name of waiting) {
      const fresh = [...(called.get(name) ?? [])].filter((end) => !columns.has(end))
      for (const end of fresh) columns.set(end, (columns.get(name) ?? 0) + 1)
      waiting.push(...fresh) // which the loop comes to
    }
  }
  reach([...columns.keys()])
  for (const start of entriesFirst(names, called)) {
    if (columns.has(start)) continue
    columns.set(start, 0)
    reach([start])
  }
  return columns
}

const calledOf = (called: Called): ReadonlySet<string> => new Set([...called.values()].flatMap((ends) => [...ends]))
