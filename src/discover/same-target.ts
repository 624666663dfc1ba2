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
    return before && JSON.stringify(before) === JSON.stringify(target) ? before : target
  })
  return { targets: same, known: new Map(same.map((target) => [target.id, target])) }
}
