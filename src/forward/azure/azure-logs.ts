import type { TokenCredential } from '@azure/identity'
import type { LogsIngestionClient } from '@azure/monitor-ingestion'
import type { Chunk } from '../../model/chunk.ts'
import type { Telemetry } from '../../telemetry/events.ts'
import { DeliveryProblem, type Destination } from '../destination.ts'
import { ingestionClient } from './client.ts'
import { credentialOf } from './credential.ts'
import type { AzureOptions } from './options.ts'
import { azureProblems } from './problems.ts'
import { azureEvents } from './telemetry.ts'
import { noToken, verdictOn } from './verdict.ts'

export interface AzureParts {
  readonly telemetry: Telemetry
  /** Where relative paths of the options start from. */
  readonly fileAt: (path: string) => string
  /** Who the collector is, where it is not for the options to say. */
  readonly credential?: TokenCredential
  /** Authorities to trust instead of those that Node knows, PEM. */
  readonly ca?: string
}

type Request = 'rows' | 'probe'

/** What the service takes at once, and what the client library would silently make two requests of. */
const requestLimitBytes = 1_000_000

/**
 * Rows to a custom table of Log Analytics through a data collection rule: one request per chunk. The client library repeats nothing itself, since the outbox
 * and its courier do, over restarts too.
 */
export class AzureLogs implements Destination {
  readonly name = 'azure'
  readonly kind = 'rows'
  readonly #options: AzureOptions
  readonly #parts: AzureParts
  readonly #closing = new AbortController()
  #credential: Promise<TokenCredential> | undefined
  readonly #clients = new Map<Request, LogsIngestionClient>()

  constructor(options: AzureOptions, parts: AzureParts) {
    this.#options = options
    this.#parts = parts
  }

  /** One request without rows: token, rule, stream and role are as they must be, or it throws what is wrong. */
  async probe(signal: AbortSignal): Promise<void> {
    const { endpoint, ruleId, stream } = this.#options
    await this.#post('probe', [{}], signal)
    this.#parts.telemetry.emit(azureEvents.ready, { endpoint, ruleId, stream })
  }

  /** @throws {DeliveryProblem} one of `azureProblems`; what the signal says once it is aborted */
  async send(chunk: Chunk, signal: AbortSignal): Promise<void> {
    // As a JSON array every line keeps its bytes, and its end becomes a comma or bracket.
    if (chunk.body.length >= requestLimitBytes) {
      throw new DeliveryProblem(azureProblems.azure_too_large, `The rows have ${chunk.body.length} bytes.`, { isTooLarge: true })
    }
    try {
      await this.#post('rows', rowsOf(chunk), signal)
    } catch (error) {
      // Where even no rows are refused it is not these rows that are at fault, and giving them up would be wrong.
      if (error instanceof DeliveryProblem && error.kind === azureProblems.azure_rows_refused) await this.#post('probe', [{}], signal)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
  }

  async #post(request: Request, rows: Record<string, unknown>[], outerSignal: AbortSignal): Promise<void> {
    const { ruleId, stream, timeout: timeoutMs } = this.#options
    const ended = AbortSignal.any([outerSignal, this.#closing.signal])
    const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)])
    try {
      const sent = this.#client(request).then((client) => client.upload(ruleId, stream, rows, { abortSignal: signal }))
      // Credentials do not all listen to a signal: who waits for a token that never comes is freed here.
      await Promise.race([sent, whenAborted(signal)])
    } catch (error) {
      ended.throwIfAborted()
      if (signal.aborted) throw new DeliveryProblem(azureProblems.azure_timeout, `No answer within ${timeoutMs / 1e3} seconds.`)
      const problem = verdictOn(error, { isProbe: request === 'probe' })
      if (problem.kind === azureProblems.azure_token_refused) this.#forget()
      throw problem
    }
  }

  async #client(request: Request): Promise<LogsIngestionClient> {
    const { endpoint, cloud } = this.#options
    const { ca, credential: given } = this.#parts
    const credential = given ?? (await (this.#credential ??= this.#become()))
    const client = this.#clients.get(request) ?? (await ingestionClient({ endpoint, cloud, credential, ca, isProbe: request === 'probe' }))
    this.#clients.set(request, client)
    return client
  }

  #become(): Promise<TokenCredential> {
    const { clientSecretFile } = this.#options
    const file = clientSecretFile === undefined ? {} : { clientSecretFile: this.#parts.fileAt(clientSecretFile) }
    return credentialOf({ ...this.#options, ...file }).catch((error: unknown) => {
      this.#credential = undefined
      throw noToken(error)
    })
  }

  /** Tokens are kept until shortly before their end, whatever the service says of them. */
  #forget(): void {
    this.#credential = undefined
    this.#clients.clear()
  }
}

function rowsOf({ body }: Chunk): Record<string, unknown>[] {
  const lines = Buffer.from(body.buffer, body.byteOffset, body.length).toString().trimEnd()
  return JSON.parse(`[${lines.replaceAll('\n', ',')}]`) as Record<string, unknown>[]
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    if (signal.aborted) reject(signal.reason as Error)
  })
}
