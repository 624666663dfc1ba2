import type { Sample } from './sample.ts'

interface Rule {
  readonly figure: keyof Sample
  readonly title: string
  /** What a third of the run is reduced to: of memory the lowest, since it swings; of the rest the middle. */
  readonly by: 'lowest' | 'middle'
  /** Growth beside the ten percent that is no growth: of small numbers one more or less says nothing. */
  readonly slack: number
  /** Growth for each pod that left in between: the names of the last 50,000 are remembered, which no run is long enough to reach. */
  readonly slackPerPod?: number
  readonly unit?: number
}

const mega = 1e6

const rules: readonly Rule[] = [
  { figure: 'rss', title: 'RSS MB', by: 'lowest', slack: 8 * mega, slackPerPod: 1_500, unit: mega },
  { figure: 'heap', title: 'heap used MB', by: 'lowest', slack: 2 * mega, slackPerPod: 1_500, unit: mega },
  { figure: 'external', title: 'external MB', by: 'lowest', slack: 2 * mega, unit: mega },
  { figure: 'files', title: 'open files', by: 'middle', slack: 5 },
  { figure: 'sockets', title: 'sockets', by: 'middle', slack: 5 },
  { figure: 'handles', title: 'handles', by: 'middle', slack: 5 },
  { figure: 'timers', title: 'timers', by: 'middle', slack: 15 },
  { figure: 'lagP99Ms', title: 'lag p99 ms', by: 'middle', slack: 10 },
  { figure: 'targets', title: 'targets', by: 'middle', slack: 3 },
  { figure: 'cells', title: 'cells', by: 'middle', slack: 50 },
  { figure: 'edgeSeries', title: 'edge series', by: 'middle', slack: 50 },
  { figure: 'ownSeries', title: 'own series', by: 'middle', slack: 5 },
  { figure: 'state', title: 'state MB', by: 'middle', slack: 0.25 * mega, slackPerPod: 400, unit: mega },
]

export interface Judged {
  readonly title: string
  readonly second: number
  readonly last: number
  /** More than this in the last third is growth. */
  readonly allowed: number
  readonly grows: boolean
}

/** Compares the last third of a run with the second; in the first it finds its size. */
export function judge(samples: readonly Sample[], pods: number): Judged[] {
  const third = Math.floor(samples.length / 3)
  const [before, after] = [samples.slice(third, 2 * third), samples.slice(2 * third)]
  return rules.map(({ figure, title, by, slack, slackPerPod = 0, unit = 1 }) => {
    const reduce = (some: readonly Sample[]) =>
      reduced(
        some.map((sample) => sample[figure]),
        by,
      ) / unit
    const second = reduce(before)
    const last = reduce(after)
    const allowed = Math.max(second * 1.1, second + slack / unit) + (slackPerPod * pods) / unit
    return { title, second, last, allowed, grows: last > allowed }
  })
}

export function reduced(values: readonly number[], by: Rule['by']): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[by === 'lowest' ? 0 : Math.floor(sorted.length / 2)] ?? NaN
}
