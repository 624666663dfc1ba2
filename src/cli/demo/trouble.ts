import { basename } from 'node:path'
import type { TargetsAnswer } from '../../model/figures.ts'
import { inputProblemText } from '../target-table.ts'
import { printable } from '../terminal.ts'

/** What a person did to the demo's files that has not the effect that was meant: one line that says what, one that says what to do. */
export interface Trouble {
  readonly text: string
  readonly remedy: string
}

/** What is wrong with ConfigMap and manifests now, and the namespaces that are named and do not exist. */
export function troublesOf({ problems, dropped }: TargetsAnswer): readonly Trouble[] {
  return [
    ...problems.map(({ file, ...problem }) => ({
      text: inputProblemText({ ...problem, file: file === null ? null : basename(file) }), // the demo has one folder, and shows it
      remedy: printable(problem.remedy),
    })),
    ...dropped
      .filter(({ reason }) => reason === 'namespace_unknown')
      .map(({ namespace, reason, remedy }) => ({
        text: printable(`The namespace ${namespace} is named, and does not exist (${reason})`),
        remedy: printable(remedy),
      })),
  ]
}

/** Why there is nothing in the demo's table. */
export function quietReason({ targets, dropped, rule }: TargetsAnswer): string {
  const sidecars = targets.filter(({ kind }) => kind === 'sidecar')
  if (sidecars.length === 0) {
    const why = dropped.length > 0 ? '; "targets", below, says why not' : ''
    return printable(`no sidecar is scraped: ${rule}${why}`)
  }
  if (sidecars.some(({ state }) => state === 'waiting')) return 'waiting for the first pages'
  const [error] = sidecars.flatMap((target) => target.error ?? [])
  const allFail = sidecars.every(({ state }) => state !== 'up')
  return error && allFail ? printable(`no sidecar answers: ${error.message} (${error.code})`) : 'nobody called anybody yet'
}
