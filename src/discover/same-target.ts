import type { Target } from '../model/target.ts'

/** The targets of one round, found again by the next. */
export type KnownTargets = ReadonlyMap<Target['id'], Target>

/** The targets, each as the object that it was when nothing of it changed: what others remember by the object stays good. */
export function unchanged(
  known: KnownTargets,
  targets: readonly Target[],
): { readonly targets: readonly Target[]; readonly known: KnownTargets } {
  const same = targets.map((target) => {
    const before = known.get(target.id)
    return before && isSame(before, target) ? before : target
  })
  return { targets: same, known: new Map(same.map((target) => [target.id, target])) }
}

/** Whoever makes a target anew makes its URL anew: where that is the same object, nothing else of the pod was looked at again. */
function isSame(a: Target, b: Target): boolean {
  return a.bornWatched === b.bornWatched && (a.url === b.url || JSON.stringify(a) === JSON.stringify(b))
}
