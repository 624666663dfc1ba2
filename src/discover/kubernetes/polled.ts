import type { Clock } from '../../runtime/clock.ts'
import { Problem } from '../../runtime/problem.ts'
import type { ClusterApi } from './cluster-api.ts'
import { pause } from './pauses.ts'
import { kubernetesProblems as kinds } from './problems.ts'

const everyMs = 30_000

/**
 * A single object as a list of one, looked at again and again: a right in its namespace allows to get a namespace, never to list or watch it.
 */
export function polled(api: Pick<ClusterApi, 'get'>, clock: Clock): Pick<ClusterApi, 'list' | 'watch'> {
  return {
    async list(path, page, asked) {
      page(await existing(() => api.get(path, asked)), true)
      return ''
    },
    async watch(path, { signal }, { opened }) {
      opened?.()
      await pause(clock, everyMs, signal)
      throw new Problem(kinds.kubernetes_gone, `${path} is looked at anew.`)
    },
  }
}

async function existing(get: () => Promise<unknown>): Promise<readonly unknown[]> {
  try {
    return [await get()]
  } catch (error) {
    if (error instanceof Problem && error.kind.code === kinds.kubernetes_not_found.code) return []
    throw error
  }
}
