import type { AddressInfo } from 'node:net'
import { Problem } from '../runtime/problem.ts'
import type { App } from './app.ts'
import { httpProblems } from './problems.ts'

const portsTried = 20

export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Listens, on the next free port when the first is taken and `portFallback` asks for that.
 *
 * @returns the port that it became
 */
export async function listenAt(app: App, { host, port }: Address, options: { readonly portFallback: boolean }): Promise<number> {
  const last = options.portFallback && port !== 0 ? Math.min(port + portsTried, 65_535) : port
  for (let candidate = port; ; candidate++) {
    try {
      await app.listen({ host, port: candidate })
      return (app.server.address() as AddressInfo).port
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const taken = code === 'EADDRINUSE'
      if (taken && candidate < last) continue
      const where = `${host}:${port}`
      if (taken)
        throw new Problem(httpProblems.port_taken, `${where} is taken${last > port ? `, and so are the next ${last - port} ports` : ''}.`, {
          cause: error,
        })
      throw new Problem(httpProblems.listen_failed, `Cannot listen on ${where}: ${message}`, { cause: error })
    }
  }
}

const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** The address to open in a browser on this machine. */
export function urlOf({ host, port }: Address, scheme: 'http' | 'https'): string {
  const name = everywhere[host] ?? host
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`
}
