import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { certificate, key } from '../../scrape/support/certificate.ts'
import { Ledger } from './ledger.ts'
import { type Answer, judge, type Reaction } from './request.ts'

/** One request as it came through TLS. */
export interface Heard {
  readonly path: string
  readonly authorization: string | undefined
  readonly encoding: string | undefined
  readonly userAgent: string | undefined
  /** As it was sent. */
  readonly bytes: number
  readonly status: number | undefined
}

/**
 * The Logs Ingestion endpoint and the issuer of tokens, as far as they were measured or are documented. What it shows is how the sender behaves, never what
 * Azure does.
 */
export class FakeLogsIngestion implements AsyncDisposable {
  readonly ruleId = 'dcr-0123456789abcdef0123456789abcdef'
  readonly stream = 'Custom-OsmInsightsMetrics_CL'
  readonly ca = certificate
  readonly heard: Heard[] = []
  readonly ledger = new Ledger()
  /** Rows that were stored, and whose sender was not told. */
  unansweredRows = 0
  /** Told of each row that is stored. */
  onRow: (row: unknown) => void = () => {}
  /** What happens to the next requests, in this order; then all is usual. */
  readonly reactions: Reaction[] = []
  /** What happens to every request, as long as it is set. */
  trouble: Reaction | undefined
  /** What identities are given from now on. */
  issued = { lifetimeMs: 3_600_000, hasRole: true }
  /** What tokens were asked for, in turn. */
  readonly audiences: string[] = []
  readonly #tokens = new Map<string, { expiresMs: number; hasRole: boolean }>()
  readonly #server = createServer({ cert: certificate, key }, (request, response) => void this.#serve(request, response))
  readonly #issuer = createPlainServer((request, response) => this.#issue(request, response))

  readonly #ports = new Map<Server, number>()

  static async start(): Promise<FakeLogsIngestion> {
    const service = new FakeLogsIngestion()
    service.#server.on('tlsClientError', () => {})
    await service.appear()
    return service
  }

  /** Listens, after `vanish` where it did before. */
  async appear(): Promise<void> {
    for (const server of [this.#server, this.#issuer]) {
      await listening(server, this.#ports.get(server) ?? 0)
      this.#ports.set(server, (server.address() as AddressInfo).port)
    }
  }

  /** Connections are refused from now on, also by the issuer of tokens; those that are open go. */
  async vanish(): Promise<void> {
    for (const server of [this.#server, this.#issuer]) {
      if (!server.listening) continue
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }

  get endpoint(): string {
    return `https://127.0.0.1:${this.#ports.get(this.#server)}`
  }

  /** The environment in which ManagedIdentityCredential asks here for its tokens, as it does in App Service. */
  get environment(): Readonly<Record<'IDENTITY_ENDPOINT' | 'IDENTITY_HEADER', string>> {
    return { IDENTITY_ENDPOINT: `http://127.0.0.1:${this.#ports.get(this.#issuer)}/msi/token`, IDENTITY_HEADER: 'fake-identity-header' }
  }

  issue(): { readonly token: string; readonly expiresOnTimestamp: number } {
    const token = `token-${randomUUID()}`
    const expiresMs = Date.now() + this.issued.lifetimeMs
    this.#tokens.set(token, { expiresMs, hasRole: this.issued.hasRole })
    return { token, expiresOnTimestamp: expiresMs }
  }

  /** What was issued so far is worth nothing any more. */
  revoke(): void {
    this.#tokens.clear()
  }

  /** What was issued so far is good for writing from now on: the role has arrived. */
  grant(): void {
    for (const identity of this.#tokens.values()) identity.hasRole = true
    this.issued = { ...this.issued, hasRole: true }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.vanish()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined)
    if (!body) return
    const reaction = this.reactions.shift() ?? this.trouble
    const status = await this.#react(reaction, { request, response, body })
    const { authorization, 'content-encoding': encoding, 'user-agent': userAgent } = request.headers
    this.heard.push({ path: request.url ?? '', authorization, encoding, userAgent, bytes: body.length, status })
  }

  /** @returns the status of the answer; `undefined` where there was none */
  async #react(reaction: Reaction | undefined, { request, response, body }: Exchange): Promise<number | undefined> {
    if (reaction && 'answer' in reaction) return reply(response, { ...reaction, status: reaction.answer })
    if (reaction && 'hangs' in reaction) return undefined
    if (reaction && 'slowMs' in reaction) await new Promise((resolve) => setTimeout(resolve, reaction.slowMs).unref())
    if (reaction && 'dropped' in reaction && reaction.dropped === 'before') return hangUp(request)
    const verdict = judge(request, body, { tokens: this.#tokens, ruleId: this.ruleId, streams: [this.stream] })
    if (!('rows' in verdict)) return reply(response, verdict)
    for (const row of verdict.rows) {
      this.ledger.add(row)
      this.onRow(row)
    }
    await turn() // who gave up while the rows were read is noticed
    const isTold = !(reaction && 'dropped' in reaction) && !response.destroyed
    if (!isTold) this.unansweredRows += verdict.rows.length
    return isTold ? reply(response, { status: 204 }) : hangUp(request)
  }

  #issue(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://localhost')
    this.audiences.push(url.searchParams.get('resource') ?? '')
    const { token, expiresOnTimestamp } = this.issue()
    const answer = { access_token: token, expires_on: String(Math.floor(expiresOnTimestamp / 1e3)), token_type: 'Bearer' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...answer, resource: this.audiences.at(-1) }))
  }
}

/** Who listened there a moment ago may find somebody else for a while. */
async function listening(server: Server, port: number): Promise<void> {
  for (;;) {
    server.listen(port, '127.0.0.1')
    const taken = await once(server, 'listening').then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    )
    if (!taken) return
    if (taken.code !== 'EADDRINUSE' || port === 0) throw taken
    await pause(100)
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
}

function reply(response: ServerResponse, { status, code = 'Trouble', message = 'Trouble was asked for.', retryAfter }: Answer): number {
  if (response.destroyed) return status
  const headers = { 'content-type': 'application/json', ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) }
  if (status === 204) response.writeHead(204).end()
  else response.writeHead(status, headers).end(JSON.stringify({ error: { code, message } }))
  return status
}

function hangUp({ socket }: IncomingMessage): undefined {
  socket.destroy()
}
