/** One sample of `/metrics/edges`. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^(?<name>\w+)\{(?<labels>.*)\} (?<value>\S+)/
const pair = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** Reads the page by itself, not with the program's own parser: that one is on trial here. */
export function samplesOf(page: string): Sample[] {
  return page.split('\n').flatMap((text) => {
    const { name, labels = '', value } = line.exec(text)?.groups ?? {}
    if (name === undefined) return []
    const named = Object.fromEntries([...labels.matchAll(pair)].map(([, label = '', content = '']) => [label, content]))
    return [{ name, labels: named, value: Number(value) }]
  })
}

/** Who called whom in the ledger's words: `bookbuyer→bookstore-v1`, or `→bookstore-v1` as the called one saw it; none for the mesh's own. */
export function edgeOf({ labels }: Sample): string | undefined {
  if (labels.destination_kind !== 'service') return undefined
  return labels.direction === 'inbound' ? `→${labels.destination_workload}` : `${labels.source_workload}→${labels.destination_service}`
}

/** The series of one name as a book, `edge further-label` → value. */
export function book(samples: readonly Sample[], name: string, furtherLabel?: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const sample of samples) {
    const edge = sample.name === name ? edgeOf(sample) : undefined
    if (edge === undefined) continue
    const key = furtherLabel ? `${edge} ${sample.labels[furtherLabel]}` : edge
    found.set(key, (found.get(key) ?? 0) + sample.value)
  }
  return found
}

/** Where two books disagree, one sentence each. What is absent is zero. */
export function differences(what: string, expected: ReadonlyMap<string, number>, seen: ReadonlyMap<string, number>): string[] {
  const keys = [...new Set([...expected.keys(), ...seen.keys()])].sort()
  return keys
    .filter((key) => (expected.get(key) ?? 0) !== (seen.get(key) ?? 0))
    .map((key) => `${what} ${key}: expected ${expected.get(key) ?? 0}, the collector says ${seen.get(key) ?? 0}`)
}
