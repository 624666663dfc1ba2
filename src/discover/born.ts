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

interface Life {
  /** It began under our eyes. */
  readonly watched: boolean
  /** Each target that it ever was, with what was decided for it: that stays. Empty once it is gone. */
  readonly targets: ReadonlyMap<Target['id'], boolean>
}

interface Watch {
  /** The scope's first complete round is over: who shows up from now on appeared under our eyes. */
  readonly synced: boolean
  readonly lives: ReadonlyMap<string, Life>
}

/** What the order of events has told so far, by scope. */
export type Watches = ReadonlyMap<string, Watch>

/** How many departed pods are remembered per scope, so that one that only seemed gone is not taken for newborn. The oldest go first. */
const departedLimit = 10_000

/**
 * Follows who began under our eyes: it appeared after its scope's first round, or was seen pending before it ran. Whoever ran already at the first
 * round did not; neither did one that was gone and came back, nor a second port of the same pod. A scope that is watched no more is forgotten, so
 * that its return is a first round again. The order of events decides, no clock does.
 *
 * @param round `scopes` are all that are watched now, also those without pods; `complete` is false while a source may still hold back pods that exist
 */
export function follow(before: Watches, round: { scopes: Iterable<string>; sightings: readonly Sighting[]; complete: boolean }): Watches {
  const seen = Map.groupBy(round.sightings, ({ scope }) => scope)
  return new Map(
    [...new Set(round.scopes)].map((scope) => {
      const watch = before.get(scope) ?? { synced: false, lives: new Map() }
      return [scope, { synced: watch.synced || round.complete, lives: livesAfter(watch, seen.get(scope) ?? []) }]
    }),
  )
}

/** What was decided for a target when it was first found: whether its first page shows only what happened under our eyes. */
export function bornWatched(watches: Watches, { scope, uid, target }: Sighting): boolean {
  return (target !== undefined && watches.get(scope)?.lives.get(uid)?.targets.get(target)) ?? false
}

/** The targets that were found before, of pods that still exist, and are not among those scraped now. */
export function pausedTargets(watches: Watches, scraped: ReadonlySet<Target['id']>): ReadonlySet<Target['id']> {
  const lives = [...watches.values()].flatMap((watch) => [...watch.lives.values()])
  return new Set(lives.flatMap(({ targets }) => [...targets.keys()]).filter((id) => !scraped.has(id)))
}

function livesAfter({ synced, lives }: Watch, sightings: readonly Sighting[]): ReadonlyMap<string, Life> {
  const present = sightings.map((sighting) => [sighting.uid, lifeAfter(lives.get(sighting.uid), sighting, synced)] as const)
  const here = new Set(sightings.map(({ uid }) => uid))
  const departed = [...lives.keys()].filter((uid) => !here.has(uid)).map((uid) => [uid, { watched: false, targets: new Map() }] as const)
  return new Map([...departed.slice(-departedLimit), ...present])
}

function lifeAfter(life: Life | undefined, { pending, target }: Sighting, synced: boolean): Life {
  const { watched, targets } = life ?? { watched: synced || pending, targets: new Map<Target['id'], boolean>() }
  const known = target === undefined || targets.has(target)
  return { watched, targets: known ? targets : new Map([...targets, [target, watched && targets.size === 0]]) }
}
