import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { Ledger } from './ledger.ts'
import { podNames, type PodName, pods, ports } from './mesh.ts'
import { callerHeader, type Traffic } from './traffic.ts'

/**
 * The made-up applications behind the sidecars: `/ok` 200, `/missing` 404, `/fail` 503, `/slow?ms=N` 200 after N ms, `/reset` drops the connection,
 * `/buy` asks the warehouse through the application's own sidecar and passes its answer on.
 */
export class Applications {
  readonly #servers: readonly Server[]

  private constructor(servers: readonly Server[]) {
    this.#servers = servers
  }

  static async start(ledger: Ledger, traffic: Traffic): Promise<Applications> {
    const servers = podNames.map((name) => createServer((request, response) => void answer({ name, ledger, traffic, request, response })))
    for (const [i, server] of servers.entries())
      await once(server.listen(ports.application, pods[podNames[i] ?? 'bookbuyer'].ip), 'listening')
    return new Applications(servers)
  }

  close(): void {
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}

interface Exchange {
  readonly name: PodName
  readonly ledger: Ledger
  readonly traffic: Traffic
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function answer({ name, ledger, traffic, request, response }: Exchange): Promise<void> {
  const startedMs = performance.now()
  const from = String(request.headers[callerHeader])
  const gave = (code: number) => ledger.gave({ from, to: name, code, ms: performance.now() - startedMs })
  const url = new URL(request.url ?? '/', 'http://application')
  if (url.pathname === '/reset') {
    gave(503) // what the sidecar makes of it
    request.socket.destroy()
    return
  }
  const code = await decide(url, () => traffic.send({ from: name, to: 'bookwarehouse', path: '/ok' }))
  // Whoever asked may have given up by now: then its sidecar broke this exchange off and counted no answer.
  if (response.destroyed) return
  gave(code)
  response.writeHead(code, { 'content-type': 'text/plain' }).end(`${name} ${code}\n`)
}

async function decide(url: URL, buy: () => Promise<number>): Promise<number> {
  switch (url.pathname) {
    case '/missing':
      return 404
    case '/fail':
      return 503
    case '/buy':
      return (await buy()) || 502
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get('ms'))))
      return 200
    default:
      return 200
  }
}
