import type { AddressInfo, Server } from 'node:net'
import { Problem, type ProblemKind } from './problem.ts'

const portsTried = 20

export interface Address {
  readonly host: string
  readonly port: number
}

/** A server of fastify's, as far as it listens. */
interface Listener {
  listen(address: Address): Promise<unknown>
  readonly server: Pick<Server, 'address'>
}

interface ListenOptions {
  /** Takes the next free port when the first is taken. */
  readonly portFallback: boolean
  readonly problems: { readonly port_taken: ProblemKind; readonly listen_failed: ProblemKind }
}

/**
 * Listens.
 *
 * @returns the port that it became
 * @throws {Problem} of the given kinds
 */
export async function listenAt(listener: Listener, { host, port }: Address, { portFallback, problems }: ListenOptions): Promise<number> {
  const last = portFallback && port !== 0 ? Math.min(port + portsTried, 65_535) : port
  for (let candidate = port; ; candidate++) {
    try {
      await listener.listen({ host, port: candidate })
      return (listener.server.address() as AddressInfo).port
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const taken = code === 'EADDRINUSE'
      if (taken && candidate < last) continue
      const where = `${host}:${port}`
      const others = last > port ? `, and so are the next ${last - port} ports` : ''
      if (taken) throw new Problem(problems.port_taken, `${where} is taken${others}.`, { cause: error })
      throw new Problem(problems.listen_failed, `Cannot listen on ${where}: ${message}`, { cause: error })
    }
  }
}

const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** The address to open on this machine. */
export function urlOf({ host, port }: Address, scheme: 'http' | 'https'): string {
  const name = everywhere[host] ?? host
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`
}
