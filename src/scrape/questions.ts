import type { Target } from '../model/target.ts'
import { type Wanted, wantedOfControlPlane, wantedOfSidecar } from '../model/wanted.ts'
import type { ScrapeOptions } from './options.ts'

/** What is asked of targets of one kind and dialect. */
export interface Question {
  readonly wanted: Wanted
  /** Present where the filter may be tried: what goes into the query, and the sample that tells whether it was taken. */
  readonly filter?: { readonly query: string; readonly live: Buffer }
}

/** One question for all targets of a kind and dialect: the same object each time. */
export class Questions {
  readonly #options: Pick<ScrapeOptions, 'filter' | 'requestStats'>
  readonly #known = new Map<string, Question>()

  constructor(options: Pick<ScrapeOptions, 'filter' | 'requestStats'>) {
    this.#options = options
  }

  of({ kind, dialect }: Pick<Target, 'kind' | 'dialect'>): Question {
    const key = `${kind} ${dialect}`
    const known = this.#known.get(key)
    if (known) return known
    const requestStats = this.#options.requestStats === 'auto'
    const wanted = kind === 'sidecar' ? wantedOfSidecar(dialect, { requestStats }) : wantedOfControlPlane(dialect)
    const question = this.#options.filter === 'auto' ? withFilter(wanted) : { wanted }
    this.#known.set(key, question)
    return question
  }
}

function withFilter(wanted: Wanted): Question {
  const { filter, live } = wanted
  if (filter === undefined || live === undefined) return { wanted }
  return { wanted, filter: { query: `filter=${encodeURIComponent(filter)}`, live: Buffer.from(live) } }
}

/** The path of the whole page, with whatever query the target's URL has. */
export const wholePath = ({ pathname, search }: URL): string => `${pathname}${search}`

/** The same with the filter behind; absent where the URL brings a filter of its own. */
export function filteredPath(url: URL, query: string): string | undefined {
  return url.searchParams.has('filter') ? undefined : `${wholePath(url)}${url.search ? '&' : '?'}${query}`
}
