import type { Target } from '../model/target.ts'

/** One pod or endpoint as one round of discovery finds it. */
export interface Sighting {
  /** What is watched as a whole: a named namespace, a control plane, the endpoints of files. */
  readonly scope: string
  readonly uid: string
  /** It has not begun to run. */
  readonly pending: boolean
  /** The target that is scraped of it now. */
  readonly target?: Target['id']
}

/** What was decided for one pod or endpoint; the same object until something is added. */
export interface Life {
  /** It began under our eyes. */
  readonly watched: boolean
  /** Each target that it ever was, with what was decided for it: that stays. Empty once it is gone. */
  readonly targets: ReadonlyMap<Target['id'], boolean>
}

/** What the order of events has told so far. */
export interface Watches {
  /** Scopes whose first complete round is over: who shows up there from now on appeared under our eyes. */
  readonly synced: ReadonlySet<string>
  /** By UID: everyone who was seen, those that departed first, the longest gone first. */
  readonly lives: ReadonlyMap<string, Life>
}

interface Round {
  readonly scopes: Iterable<string>
  readonly sightings: readonly Sighting[]
  readonly complete: (scope: string) => boolean
}

export const nobodySeen: Watches = { synced: new Set(), lives: new Map() }

/** How many departed pods are remembered, whatever their scope, so that one that only seemed gone is not taken for newborn. */
const departedLimit = 20_000

/** Whoever is gone, whether or not it comes back: had it begun under our eyes, it was counted then. */
const departed: Life = { watched: false, targets: new Map() }

/**
 * Follows who began under our eyes: it appeared after its scope's first round, or was seen pending before it ran. Whoever ran already at the first
 * round did not; neither did one that was gone and came back, nor a second port of the same pod. When a scope is watched no more, all of its pods are
 * gone, and its return is a first round again. The order of events decides, no clock does.
 *
 * @param round `scopes` are all that are watched now, also those without pods; `complete` says of a scope whether a source holds back none of its pods
 */
export function follow(before: Watches, round: Round): Watches {
  const here = new Set(round.sightings.map(({ uid }) => uid))
  const gone = [...before.lives.keys()].filter((uid) => !here.has(uid)).slice(-departedLimit)
  const lives = new Map(gone.map((uid) => [uid, departed]))
  for (const sighting of round.sightings)
    lives.set(sighting.uid, lifeAfter(before.lives.get(sighting.uid), sighting, before.synced.has(sighting.scope)))
  return { synced: new Set([...round.scopes].filter((scope) => before.synced.has(scope) || round.complete(scope))), lives }
}

/** What was decided for a target when it was first found: whether its first page shows only what happened under our eyes. */
export function bornWatched({ lives }: Watches, { uid, target }: Sighting): boolean {
  return (target !== undefined && lives.get(uid)?.targets.get(target)) ?? false
}

/** The targets that were found before, of pods that still exist, and are not among those scraped now. */
export function pausedTargets({ lives }: Watches, scraped: ReadonlySet<Target['id']>): ReadonlySet<Target['id']> {
  return new Set([...lives.values()].flatMap(({ targets }) => [...targets.keys()]).filter((id) => !scraped.has(id)))
}

function lifeAfter(life: Life | undefined, { pending, target }: Sighting, synced: boolean): Life {
  const { watched, targets } = life ?? { watched: synced || pending, targets: new Map<Target['id'], boolean>() }
  if (target !== undefined && !targets.has(target))
    return { watched, targets: new Map([...targets, [target, watched && targets.size === 0]]) }
  return life ?? { watched, targets }
}
