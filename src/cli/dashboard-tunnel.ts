import { setTimeout as pauseFor } from 'node:timers/promises'
import type { Forwarding } from '../discover/kubernetes/cluster-api.ts'
import type { Context } from './context.ts'
import { remark } from './remarks.ts'

const lookMs = 1_000

/** Waits until it is time to end, and says so when the port-forward does not work any more: in the browser it only looks like silence. */
export async function keepOpen(tunnel: Pick<Forwarding, 'refused'>, context: Context): Promise<void> {
  const { signal } = context
  remark(context, 'note', 'the port-forward is open until Ctrl-C')
  let told: string | undefined
  while (!signal.aborted) {
    const refused = tunnel.refused()
    if (refused !== undefined && refused !== told)
      remark(context, 'error', `the port-forward does not work any more: ${refused}\n  If the pod is gone, type the command again.`)
    told = refused
    await pauseFor(lookMs, undefined, { signal }).catch(() => {})
  }
}
