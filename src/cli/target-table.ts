import { longestRefusedMs } from '../discover/kubernetes/pauses.ts'
import { kubernetesProblems } from '../discover/kubernetes/problems.ts'
import type { TargetsAnswer } from '../model/figures.ts'
import { placeText } from '../runtime/problem.ts'
import { durationText } from '../runtime/units.ts'
import { absent, ageText, bytesText } from './figure-text.ts'
import { type Column, tableLines } from './table.ts'
import { type Look, printable } from './terminal.ts'

type Target = TargetsAnswer['targets'][number]
type Dropped = TargetsAnswer['dropped'][number]
type InputProblem = TargetsAnswer['problems'][number]

const stateColour = { waiting: 'dim', up: 'green', failing: 'red', stale: 'red' } as const

const whoAndWhere: readonly Column<Target>[] = [
  { head: 'NAMESPACE', text: ({ namespace }) => namespace ?? absent, atLeast: 9 },
  { head: 'POD', text: ({ pod, id }) => pod ?? id, atLeast: 12 },
  { head: 'ADDRESS', text: ({ url }) => hostOf(url), atLeast: 12 },
]

const columnsAt = (nowMs: number): readonly Column<Target>[] => [
  {
    head: 'STATE',
    text: ({ state, terminating }) => (terminating ? 'leaving' : state),
    paint: ({ state }, palette) => palette[stateColour[state]],
  },
  ...whoAndWhere,
  { head: 'PAGE', align: 'right', text: ({ lastPageMs }) => (lastPageMs === null ? absent : ageText(nowMs - lastPageMs)) },
  { head: 'TOOK', align: 'right', text: ({ durationMs }) => (durationMs === null ? absent : `${Math.round(durationMs)}ms`) },
  { head: 'BYTES', align: 'right', text: ({ bytes }) => (bytes === null ? absent : bytesText(bytes)) },
  { head: 'SERIES', align: 'right', text: ({ series }) => (series === null ? absent : String(series)) },
]

/** Targets as a table, and below it what is wrong with those that fail or are read more seldom than others. */
export function targetTable({ targets, scrape }: TargetsAnswer, { nowMs, ...look }: Look & { readonly nowMs: number }): string[] {
  if (targets.length === 0) return []
  const faults = targets.flatMap((target) =>
    [target.error, target.notice].flatMap((what) =>
      what ? [`${titleOf(target)}: ${what.message} (${what.code})`, `  ${what.remedy}`] : [],
    ),
  )
  const again = targets.some(({ error }) => error)
    ? [`Who fails is asked again every ${durationText(scrape.intervalMs * scrape.everyNth)}.`]
    : []
  return [...tableLines(columnsAt(nowMs), targets, look), ...(faults.length > 0 ? ['', ...faults.map(printable), ...again] : [])]
}

/** Pods of several namespaces may have the same name. */
const titleOf = ({ namespace, pod, id }: Target) => (pod === null ? id : [namespace ?? [], pod].flat().join('/'))

/** Who would be scraped, as one look at a cluster finds them. */
export function candidateTable(targets: readonly Target[], look: Look): string[] {
  return targets.length === 0 ? [] : [look.palette.bold('WOULD BE SCRAPED'), ...tableLines(whoAndWhere, targets, look)]
}

/** That targets are read more seldom than configured, why, and what to do. */
export function paceLines({ problem }: TargetsAnswer['scrape'], { palette }: Look): string[] {
  return problem
    ? [palette.bold('READ MORE SELDOM'), printable(`${problem.message} (${problem.code})`), `  ${printable(problem.remedy)}`]
    : []
}

/** What is wrong with what discovery reads: where, what, and what to do. */
export function problemLines(problems: readonly InputProblem[], { palette }: Look): string[] {
  if (problems.length === 0) return []
  return [palette.bold('PROBLEMS'), ...problems.flatMap((problem) => [inputProblemText(problem), `  ${printable(problem.remedy)}`])]
}

/** How soon a collector uses a right that was granted: until then its lack is still told. */
export function askedAgainLines(problems: readonly InputProblem[]): string[] {
  const isRefused = problems.some(({ code }) => code === kubernetesProblems.kubernetes_forbidden.code)
  return isRefused
    ? [`The API server is asked again within ${durationText(longestRefusedMs)}; until then this is told, mended or not.`]
    : []
}

/** `manifests/config.yaml:26: The ConfigMap … (configmap_malformed)` */
export function inputProblemText({ code, message, file, line }: InputProblem): string {
  const place = placeText({ ...(file !== null && { file }), ...(line !== null && { line }) })
  return printable(`${place && `${place}: `}${message} (${code})`)
}

/** Who is not scraped and for which reason, each with what to type. */
export function droppedLines(dropped: readonly Dropped[], { palette }: Look): string[] {
  if (dropped.length === 0) return []
  const entry = ({ namespace, pod, reason, remedy }: Dropped) => [
    printable(`${pod === null ? namespace : `${namespace}/${pod}`}: ${reason}`),
    `  ${printable(remedy)}`,
  ]
  return [palette.bold('NOT SCRAPED'), ...dropped.flatMap(entry)]
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
