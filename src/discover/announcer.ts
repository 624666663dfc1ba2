import type { Discovered, InputProblem } from '../model/discovered.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { dropReasons } from './reasons.ts'
import { discoverEvents, discoverMetrics } from './telemetry.ts'

/** Passes outcomes on, each once, and tells log and metrics what changed. */
export class Announcer {
  readonly #telemetry: Telemetry
  #last: Discovered | undefined

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry
  }

  /** Calls `changed` unless the outcome is the one before and there is nothing to note. */
  announce(found: Discovered, changed: (found: Discovered) => void): void {
    const last = this.#last
    this.#last = found // also where it says the same: its objects are those that the next round brings again
    if (last && found.notes.size === 0 && isSame(found, last)) return
    this.#tellProblems(found.problems, last?.problems ?? [])
    this.#tellNamespaces(found, last?.namespaces ?? [])
    this.#measure(found)
    changed(found)
  }

  #tellProblems(now: readonly InputProblem[], before: readonly InputProblem[]): void {
    const fields = ({ code, message, file, line }: InputProblem) => ({ code, problem: message, file, line })
    for (const problem of lacking(now, before))
      this.#telemetry.emit(discoverEvents.problemAppeared, { ...fields(problem), remedy: problem.remedy })
    for (const problem of lacking(before, now)) this.#telemetry.emit(discoverEvents.problemResolved, fields(problem))
  }

  #tellNamespaces({ namespaces, rule, targets, dropped }: Discovered, before: readonly string[]): void {
    const added = namespaces.filter((name) => !before.includes(name))
    const removed = before.filter((name) => !namespaces.includes(name))
    if (added.length === 0 && removed.length === 0) return
    this.#telemetry.emit(discoverEvents.namespacesChanged, { rule, added, removed, targets: targets.length, dropped: dropped.length })
  }

  #measure({ targets, dropped, problems }: Discovered): void {
    const { metrics } = this.#telemetry
    for (const kind of ['sidecar', 'control-plane'] as const)
      metrics.set(discoverMetrics.targets, targets.filter((target) => target.kind === kind).length, { kind })
    for (const { code } of dropReasons)
      metrics.set(discoverMetrics.dropped, dropped.filter(({ reason }) => reason === code).length, { reason: code })
    metrics.set(discoverMetrics.problems, problems.length)
  }
}

/** Lists of thousands are mostly made of the objects of the round before: only what is another object is looked into. */
function isSame(a: Discovered, b: Discovered): boolean {
  const few = ({ rule, namespaces, meshName, meshConfig, controlPlane, problems }: Discovered) =>
    JSON.stringify([rule, namespaces, meshName, meshConfig, controlPlane, problems])
  return (
    areSame(a.targets, b.targets) &&
    areSame(a.dropped, b.dropped) &&
    areSame(a.pods, b.pods) &&
    areSame(a.nodes ?? [], b.nodes ?? []) &&
    a.paused.size === b.paused.size &&
    a.paused.isSubsetOf(b.paused) &&
    few(a) === few(b)
  )
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index] || JSON.stringify(one) === JSON.stringify(b[index]))
}

/** Those that the others lack: problems are the same when they say the same. */
function lacking(problems: readonly InputProblem[], others: readonly InputProblem[]): InputProblem[] {
  const known = new Set(others.map((other) => JSON.stringify(other)))
  return problems.filter((problem) => !known.has(JSON.stringify(problem)))
}
