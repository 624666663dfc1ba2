import type { Target } from '../model/target.ts'

interface Known {
  /** The object that others hold. */
  readonly target: Target
  /** Of the last one that said the same: where the next brings it again, nothing was looked at anew. */
  readonly url: URL
}

/** The targets of one round, found again by the next. */
export type KnownTargets = ReadonlyMap<Target['id'], Known>

/** The targets, each as the object that it was when nothing of it changed: what others remember by the object stays good. */
export function unchanged(
  known: KnownTargets,
  targets: readonly Target[],
): { readonly targets: readonly Target[]; readonly known: KnownTargets } {
  const now = targets.map((target): Known => {
    const before = known.get(target.id)
    return { target: before && isSame(before, target) ? before.target : target, url: target.url }
  })
  return { targets: now.map(({ target }) => target), known: new Map(now.map((one) => [one.target.id, one])) }
}

/** Whoever makes a target anew makes its URL anew: where that is the same object, nothing else of the pod was looked at again. */
function isSame({ target: before, url }: Known, target: Target): boolean {
  return before.bornWatched === target.bornWatched && (url === target.url || JSON.stringify(before) === JSON.stringify(target))
}
