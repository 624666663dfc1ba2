import type { Discovered, Hearing } from '../../model/discovered.ts'
import { systemClock } from '../../runtime/clock.ts'
import { discover, type DiscoverSettings, noHistory } from '../discover.ts'
import type { ClusterApi } from './cluster-api.ts'
import { ClusterView } from './cluster-view.ts'

/** What was found, and how each list was read. */
export interface Looked extends Discovered {
  readonly hearings: readonly Hearing[]
}

/**
 * Reads the cluster once, with the rights of whoever asks: what a running collector finds in its first round. What may not be read is among the outcome's
 * problems, each with the right that is missing.
 *
 * @throws {Problem} what keeps a collector from any outcome: `kubernetes_unreachable`, `kubernetes_unauthorized`; `kubernetes_forbidden` where no
 * pods may be read at all
 */
export async function lookOnce(api: ClusterApi, settings: DiscoverSettings, signal?: AbortSignal): Promise<Looked> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<Looked>()
  let isAsked = false
  const look = () => {
    isAsked = false
    view.adapt(undefined)
    const { waiting } = view
    if (!waiting) resolve({ ...discover(view.objects(), settings, noHistory).found, hearings: view.hearings })
    else if (waiting.obstacle) reject(waiting.obstacle)
  }
  const changed = () => {
    if (!isAsked) queueMicrotask(look)
    isAsked = true
  }
  const view = new ClusterView({ api: listedOnly(api), settings, clock: systemClock, random: Math.random, changed, told: () => {} })
  const abort = () => reject(signal?.reason)
  signal?.addEventListener('abort', abort)
  view.start()
  try {
    return await promise
  } finally {
    signal?.removeEventListener('abort', abort)
    await view.close()
  }
}

/** Nothing is watched: what was listed is all there is. */
function listedOnly(api: ClusterApi): Pick<ClusterApi, 'get' | 'list' | 'watch'> {
  return {
    get: (path, asked) => api.get(path, asked),
    list: (path, page, asked) => api.list(path, page, asked),
    watch: (_, { signal }, { opened }) =>
      new Promise((resolve) => {
        opened?.()
        signal?.addEventListener('abort', () => resolve())
      }),
  }
}
