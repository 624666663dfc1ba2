import { type Look, type Palette, printable } from '../terminal.ts'
import type { Fault, State, Verdict } from './verdict.ts'

const colours = { ok: 'green', broken: 'red', unknown: 'yellow', off: 'dim' } as const satisfies Record<State, keyof Palette>
const stateWidth = 8
/** Faults of one link that are printed; all of them are in the JSON. */
const printedFaults = 5

/** The first broken link with what mends it, then the whole chain. */
export function reportText(verdicts: readonly Verdict[], { palette }: Look): string {
  const first = verdicts.find(({ state }) => state === 'broken')
  const head = first
    ? [palette.bold(palette.red(`FIRST BROKEN LINK: ${first.link}`)), printable(first.found), ...faultLines(first.faults, palette)]
    : [palette.bold(summaryOf(verdicts))]
  const chain = verdicts.flatMap((verdict) => {
    const { state, link, found, faults } = verdict
    const more = verdict === first ? [] : faultLines(faults, palette)
    return [
      `${palette[colours[state]](state.padEnd(stateWidth))}${link}`,
      ...[printable(found), ...more].map((line) => `${' '.repeat(stateWidth)}${line}`),
    ]
  })
  return `${[...head, '', palette.bold('THE CHAIN'), ...chain].join('\n')}\n`
}

function summaryOf(verdicts: readonly Verdict[]): string {
  const count = verdicts.filter(({ state }) => state === 'unknown').length
  return count === 0 ? 'NOTHING IS BROKEN' : `NOTHING IS BROKEN, AS FAR AS CAN BE TOLD (unknown: ${count})`
}

function faultLines(faults: readonly Fault[], { dim }: Palette): string[] {
  const rest = faults.length - printedFaults
  return [
    ...faults.slice(0, printedFaults).flatMap(({ what, remedy }) => [printable(what), `  ${printable(remedy)}`]),
    ...(rest > 0 ? [dim(`and ${rest} more, with -o json`)] : []),
  ]
}

/** The same for programs; `doctor --help` describes it. */
export function reportJson(verdicts: readonly Verdict[], by: 'collector' | 'look'): string {
  const first = verdicts.find(({ state }) => state === 'broken')
  const checks = verdicts.map(({ name, link, state, found, faults }) => ({
    name,
    link,
    state,
    found,
    remedy: faults[0]?.remedy ?? null,
    faults,
  }))
  return `${JSON.stringify({ healthy: first === undefined, firstBroken: first?.name ?? null, by, checks }, undefined, 2)}\n`
}
