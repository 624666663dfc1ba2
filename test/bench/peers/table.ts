import Table from 'cli-table3'
import type { Trial } from '../trial.ts'
import type { Contender } from './contender.ts'

/** What became of a contender. */
export interface Outcome {
  readonly contender: Contender
  readonly trials: Trial[]
  /** Why it is not run. */
  why?: string | undefined
}

const msPerMegabyte = ({ cpuMs, bytes }: Trial) => cpuMs / (bytes / 1e6)
const msPerPage = ({ cpuMs, pages }: Trial) => cpuMs / pages

const head = [
  '',
  'kB/page',
  'read',
  'CPU ms/MB',
  '× floor',
  '× us',
  'CPU ms/page',
  '× floor filtered',
  '× us filtered',
  'RSS MB',
  'peak MB',
]

/** @param due pages that everybody should have read in a trial */
export function peersTable(outcomes: readonly Outcome[], due: number): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } })
  for (const outcome of outcomes) table.push(rowOf(outcome, { outcomes, due }))
  return table.toString()
}

function rowOf({ contender, trials, why }: Outcome, { outcomes, due }: { readonly outcomes: readonly Outcome[]; readonly due: number }) {
  const { title, filter } = contender
  if (trials.length === 0) return [title, { colSpan: head.length - 1, content: `not run: ${why}` }]
  const reference = (which: Contender['reference'], of: Contender['filter']) =>
    outcomes.find((one) => one.contender.reference === which && one.contender.filter === of)?.trials ?? []
  const times = (which: Contender['reference'], of: Contender['filter'], figure: (trial: Trial) => number) =>
    ratio(median(trials.map((trial, round) => figure(trial) / figureOrNone(reference(which, of)[round], figure))))
  return [
    title,
    median(trials.map(({ bytes, pages }) => bytes / pages / 1e3)).toFixed(0),
    `${((median(trials.map(({ pages }) => pages)) / due) * 100).toFixed(0)} %`,
    spread(trials.map(msPerMegabyte)),
    times('floor', filter, msPerMegabyte),
    times('collector', filter, msPerMegabyte),
    spread(trials.map(msPerPage)),
    times('floor', 'auto', msPerPage),
    times('collector', 'auto', msPerPage),
    median(trials.map(({ rssBytes }) => rssBytes / 1e6)).toFixed(0),
    median(trials.map(({ peakBytes }) => peakBytes / 1e6)).toFixed(0),
  ]
}

const figureOrNone = (trial: Trial | undefined, figure: (trial: Trial) => number) => (trial ? figure(trial) : Number.NaN)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`
}

/** A dash where there is nothing to compare with. */
const ratio = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(1))
