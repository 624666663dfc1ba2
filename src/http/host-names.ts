import { isIP } from 'node:net'
import { refusal } from '../model/address.ts'
import { legible } from '../runtime/legible.ts'
import { sendError } from './answers.ts'
import type { App } from './app.ts'
import type { HttpOptions } from './options.ts'

/**
 * The names that requests may use for this server, beside any address and `localhost`; `undefined` when they may use every name.
 *
 * Where loopback is all that keeps strangers out, a web page that its reader's browser has open could make its own name point to 127.0.0.1 and read the
 * answers as its own (DNS rebinding). Its name then stands in the header `Host`. Addresses cannot be rebound, and `localhost` belongs to nobody.
 */
export function namesOf({ listen: { host }, hosts, bearerTokenFile }: HttpOptions): ReadonlySet<string> | undefined {
  if (hosts) return new Set([...hosts, host.toLowerCase()])
  const isLoopback = host.toLowerCase() === 'localhost' || refusal(host, { allowLoopback: false }) === 'loopback'
  return isLoopback && bearerTokenFile === undefined ? new Set() : undefined
}

/** Answers 421 to requests that use another name. */
export function answerTo(app: App, names: ReadonlySet<string>): void {
  app.addHook('onRequest', async (request, reply) => {
    const name = nameIn(request.headers.host)
    if (name === 'localhost' || names.has(name) || isIP(name) !== 0) return undefined
    const message = `This collector does not answer to the name ${legible(name)}: ask for its address or localhost, or add the name to http.hosts.`
    return sendError(reply, 421, { code: 'unknown_host', message })
  })
}

/** `host:port` without the port, and as names are compared. A request without a name comes from no browser: it asks for the address. */
function nameIn(host: string | undefined): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host ?? '127.0.0.1') ?? []
  return (bracketed ?? plain ?? '').toLowerCase().replace(/\.$/, '')
}
