import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { Problem } from '../../runtime/problem.ts'
import type { LocalPort } from './cluster-api.ts'
import { kubernetesProblems } from './problems.ts'

/**
 * Listens on loopback.
 *
 * @returns the port that it became
 * @throws {Problem} `local_port_unusable`
 */
export async function listenOnLoopback(server: Server, { port, orAnyFree }: LocalPort): Promise<number> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const taken = code === 'EADDRINUSE'
    if (taken && orAnyFree) return listenOnLoopback(server, { port: 0, orAnyFree: false })
    const what = taken
      ? `Another process listens on port ${port} of this machine.`
      : `Port ${port} of this machine cannot be used: ${message}`
    throw new Problem(kubernetesProblems.local_port_unusable, what, { cause: error })
  }
}
