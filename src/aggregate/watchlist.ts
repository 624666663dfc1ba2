import type { Discovered } from '../model/discovered.ts'
import type { Target } from '../model/target.ts'

/** How long a target is remembered that discovery does not name any more: a source can miss a pod for a moment. */
const graceMs = 60_000

interface Watched {
  /** Absent for plain endpoints. */
  readonly uid?: string
  /** Absent where only the id is known, of the run before. */
  readonly target?: Target
  /** Since when it is not named, monotonic. */
  readonly missingSinceMs?: number
}

/** What follows for targets that are not scraped any more. */
export interface Leavers {
  /** They say nothing now and may come back. */
  readonly stale: readonly Target['id'][]
  /** They are to be forgotten. */
  readonly gone: readonly Target['id'][]
  /** The same pod is scraped at another port: `[before, now]`. */
  readonly renamed: readonly (readonly [Target['id'], Target['id']])[]
  /** A new pod has the address of one that is gone: `[before, now]`. */
  readonly succeeded: readonly (readonly [Target['id'], Target['id']])[]
}

/** Whose last values are kept: everyone's who is scraped, paused, or not named since less than a minute; nobody's of a namespace that was taken off the list. */
export class Watchlist {
  readonly #watched = new Map<Target['id'], Watched>()

  has(id: Target['id']): boolean {
    return this.#watched.get(id)?.missingSinceMs === undefined && this.#watched.has(id)
  }

  /** Targets of the run before, until discovery says what became of them. */
  restore(ids: Iterable<Target['id']>): void {
    for (const id of ids) this.#watched.set(id, { ...uidIn(id) })
  }

  update({ targets, paused, namespaces, pods }: Discovered, nowMs: number): Leavers {
    const leavers = { stale: [] as string[], gone: [] as string[], renamed: [] as [string, string][] }
    const wanted = new Set(targets.map(({ id }) => id))
    const newIds = new Map(targets.flatMap(({ id, pod }) => (pod && !this.#watched.has(id) ? [[pod.uid, id]] : [])))
    const named = new Set(namespaces)
    const unnamed = new Set(pods.flatMap(({ uid, namespace }) => (named.has(namespace) ? [] : uid)))
    const succeeded = this.#succeeded(targets, pods)
    for (const [id, watched] of this.#watched) {
      if (wanted.has(id)) continue
      const now = watched.uid === undefined ? undefined : newIds.get(watched.uid)
      if (now !== undefined) leavers.renamed.push([id, now])
      else if (!paused.has(id) && isOffTheList(watched, { named, unnamed })) leavers.gone.push(id)
      else {
        leavers.stale.push(id)
        const { missingSinceMs, ...rest } = watched
        if (paused.has(id) === (missingSinceMs !== undefined))
          this.#watched.set(id, paused.has(id) ? rest : { ...rest, missingSinceMs: nowMs })
      }
    }
    for (const id of [...leavers.gone, ...leavers.renamed.map(([before]) => before)]) this.#watched.delete(id)
    for (const target of targets) this.#watched.set(target.id, { target, ...(target.pod && { uid: target.pod.uid }) })
    return { ...leavers, succeeded }
  }

  #succeeded(targets: Discovered['targets'], pods: Discovered['pods']): Leavers['succeeded'] {
    const arrived = targets.filter(({ id, pod }) => pod && !this.#watched.has(id))
    if (arrived.length === 0) return []
    const here = new Set(pods.map(({ uid }) => uid))
    const left = [...this.#watched].filter(([, { uid, target }]) => target && uid !== undefined && !here.has(uid))
    const byAddress = new Map(left.map(([id, { target }]) => [target?.url.host, id]))
    return arrived.flatMap(({ id, url }) => {
      const before = byAddress.get(url.host)
      return before === undefined ? [] : [[before, id] as const]
    })
  }

  /** Discovery named nobody for so long, because nothing ran: who is missing is given that time, too. */
  stoodStill(ms: number): void {
    for (const [id, { missingSinceMs, ...rest }] of this.#watched)
      if (missingSinceMs !== undefined) this.#watched.set(id, { ...rest, missingSinceMs: missingSinceMs + ms })
  }

  /** Forgets who was not named for too long, and says who. */
  expire(nowMs: number): readonly Target['id'][] {
    const gone = [...this.#watched].filter(([, { missingSinceMs = Infinity }]) => nowMs - missingSinceMs > graceMs).map(([id]) => id)
    for (const id of gone) this.#watched.delete(id)
    return gone
  }
}

/** Of a target of the run before only the UID is known: its namespace may have left the list while nothing ran. */
function isOffTheList({ target, uid }: Watched, { named, unnamed }: { named: ReadonlySet<string>; unnamed: ReadonlySet<string> }): boolean {
  if (!target) return uid !== undefined && unnamed.has(uid)
  return target.kind === 'sidecar' && target.pod !== undefined && !named.has(target.pod.namespace)
}

/** A pod's target is its UID and port. */
const uidIn = (id: Target['id']): { readonly uid?: string } => {
  const uid = /^(?<uid>[^/]+):\d+$/.exec(id)?.groups?.uid
  return uid === undefined ? {} : { uid }
}
