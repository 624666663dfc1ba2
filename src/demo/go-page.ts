/** A family of metrics as Go's client prints it. */
export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Suffix, labels and value of each sample; a family without any is not printed. */
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly suffix?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

export const one = (value: number): Sample[] => [{ value }]

/** The samples of a histogram; `bounds` are the upper bounds of its buckets, in the unit of the values. */
export function histogram(
  values: readonly number[],
  bounds: readonly number[],
  labels: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  const atMost = (bound: number) => values.filter((value) => value <= bound).length
  return [
    ...bounds.map((bound) => ({ suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: atMost(bound) })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: values.length },
    { suffix: '_sum', labels, value: values.reduce((sum, value) => sum + value, 0) },
    { suffix: '_count', labels, value: values.length },
  ]
}

/** The page of a Go program: its own families and the runtime's by name, each with HELP and TYPE, no braces without labels. */
export function goPage(own: readonly Family[], nowMs: number): string {
  return [...own, ...runtimeFamilies(nowMs)]
    .filter(({ samples }) => samples.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(familyText)
    .join('')
}

/** What every Go program prints and nobody here wants. */
function runtimeFamilies(nowMs: number): Family[] {
  return [
    { name: 'go_goroutines', type: 'gauge', help: 'Goroutines that exist.', samples: one(148) },
    { name: 'go_info', type: 'gauge', help: 'The Go environment.', samples: [{ labels: { version: 'go1.19.8' }, value: 1 }] },
    { name: 'process_cpu_seconds_total', type: 'counter', help: 'CPU time spent, seconds.', samples: one(Math.round(nowMs / 400) / 100) },
    { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Resident memory, bytes.', samples: one(88_453_120) },
  ]
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
    return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
