import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificate, key } from '../scrape/support/certificate.ts'

/** How a container stands on cAdvisor's page. */
export interface Row {
  readonly namespace?: string
  readonly pod?: string
  readonly container?: string
  readonly cpu: number
  readonly rss: number
  readonly id?: string
  readonly core?: string
  readonly atMs?: number
}

/** A page in the form in which a kubelet prints cAdvisor's: every sample with its own time, families that nobody wants before, between and after. */
export function cadvisorPage(rows: readonly Row[]): string {
  const line = (
    family: string,
    { namespace = '', pod = '', container = '', id = `/kubepods/${pod}/${container}`, atMs = 1_700_000_000_000 }: Row,
  ) => {
    const labels = `container="${container}",id="${id}",image="registry.example/i:1",name="0a1b${container}",namespace="${namespace}",pod="${pod}"`
    return (value: number, more = '') => `${family}{${labels.replace(',id=', `${more},id=`)}} ${value} ${atMs}`
  }
  const family = (name: string, type: string, lines: readonly string[]) => [
    `# HELP ${name} Told by a node.`,
    `# TYPE ${name} ${type}`,
    ...lines,
  ]
  return [
    ...family('cadvisor_version_info', 'gauge', ['cadvisor_version_info{cadvisorVersion=""} 1']),
    ...family(
      'container_cpu_system_seconds_total',
      'counter',
      rows.map((row) => line('container_cpu_system_seconds_total', row)(1)),
    ),
    ...family(
      'container_cpu_usage_seconds_total',
      'counter',
      rows.map((row) => line('container_cpu_usage_seconds_total', row)(row.cpu, `,cpu="${row.core ?? 'total'}"`)),
    ),
    ...family(
      'container_memory_cache',
      'gauge',
      rows.map((row) => line('container_memory_cache', row)(5)),
    ),
    ...family(
      'container_memory_rss',
      'gauge',
      rows.map((row) => line('container_memory_rss', row)(row.rss)),
    ),
    ...family('container_scrape_error', 'gauge', ['container_scrape_error 0']),
    '',
  ].join('\n')
}

/** One request as it came through TLS. */
export interface Heard {
  readonly path: string
  readonly authorization: string | undefined
}

/**
 * What a kubelet is to whoever reads it: TLS on an address of this machine, a page for those with the right token, 401 and 403 for others. Its service account
 * is a folder with a token and the authority's certificate.
 */
export class FakeKubelet implements AsyncDisposable {
  readonly heard: Heard[] = []
  /** Connections on which TLS was agreed on. */
  connections = 0
  token: string
  page = cadvisorPage([])
  /** Answers instead. */
  answer: RequestListener | undefined
  readonly folder = mkdtempSync(join(tmpdir(), 'kubelet-test-'))
  readonly #server

  private constructor(identity: { readonly cert: string; readonly key: string }, token: string) {
    this.token = token
    this.#server = createServer(identity, (request, response) => this.#serve(request, response))
    this.#server.on('secureConnection', () => this.connections++)
    this.#server.on('tlsClientError', () => {})
  }

  static async start({ host = '127.0.0.1', identity = { cert: certificate, key }, token = 'first-token' } = {}): Promise<FakeKubelet> {
    const kubelet = new FakeKubelet(identity, token)
    kubelet.#server.listen(0, host)
    await once(kubelet.#server, 'listening')
    kubelet.writeToken(token)
    writeFileSync(kubelet.caFile, certificate)
    return kubelet
  }

  get tokenFile(): string {
    return join(this.folder, 'token')
  }

  get caFile(): string {
    return join(this.folder, 'ca.crt')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  writeToken(token: string): void {
    writeFileSync(this.tokenFile, `${token}\n`)
  }

  /** Everything closes, as when the kubelet restarts. */
  hangUp(): void {
    this.#server.closeAllConnections()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
    rmSync(this.folder, { recursive: true })
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers
    this.heard.push({ path: request.url ?? '', authorization })
    if (authorization !== `Bearer ${this.token}`) response.writeHead(401).end('Unauthorized')
    else if (this.answer) this.answer(request, response)
    else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(this.page)
  }
}
