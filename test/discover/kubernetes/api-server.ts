import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from '../folder.ts'

interface Written {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown }
  readonly [key: string]: unknown
}

interface Watcher {
  readonly path: string
  readonly answer: ServerResponse
  readonly matches: (object: Written) => boolean
}

interface Change {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: Written
}

/**
 * An API server over real sockets that speaks lists and watches as documented (kubernetes.io, "API concepts"): pages, bookmarks, 410 in both forms, RBAC's
 * refusals. What it is told to do wrong, real ones do too.
 */
export class ApiServer implements AsyncDisposable {
  readonly #server = createServer((request, answer) => void this.#answer(request, answer))
  readonly #folder: Awaited<ReturnType<typeof temporaryFolder>>
  readonly #objects = new Map<string, Written>()
  readonly #watchers = new Set<Watcher>()
  readonly #kinds = new Map<string, string>()
  #changes: Change[] = []
  #version = 100
  /** Below it nothing is known any more. */
  #oldest = 0
  /** What was asked, as `GET /api/v1/pods` or `WATCH /api/v1/pods`. */
  readonly asked: string[] = []
  /** Answers a request instead of the objects: `[status, message]`. */
  refuse: (verb: 'list' | 'watch' | 'get', path: string) => readonly [number, string] | undefined = () => undefined
  /** Who is let in; absent: everybody. */
  token: string | undefined
  /** Objects per page at most, whatever is asked for. */
  pageSize = Infinity
  /** Runs before a page is answered, its number counted from 0. */
  beforePage: (page: number) => Promise<void> | void = () => {}
  /** A watch from a version that is too old is refused at once (true) or in its stream. */
  refusesOldWatches = false
  /** Takes requests and answers nothing. */
  isFrozen = false

  private constructor(folder: Awaited<ReturnType<typeof temporaryFolder>>) {
    this.#folder = folder
    for (const [path, kind] of [
      ['/api/v1', 'namespaces Namespace, pods Pod, configmaps ConfigMap'],
      ['/apis/apps/v1', 'daemonsets DaemonSet'],
    ] as const)
      for (const words of kind.split(', ')) this.know(path, words)
  }

  static async start(): Promise<ApiServer> {
    const api = new ApiServer(await temporaryFolder())
    await api.#listen(0)
    return api
  }

  /** Serves one more kind of objects: a CustomResourceDefinition was applied. */
  know(prefix: string, words: string): void {
    const [plural = '', kind = ''] = words.split(' ')
    this.#kinds.set(`${prefix} ${plural}`, kind)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** A kubeconfig that leads here; the token is in a file of its own. */
  async kubeconfig(token = 'good'): Promise<string> {
    const path = join(this.#folder.path, 'kubeconfig')
    await this.writeToken(token)
    const provider = { name: 'tokenFile', config: { tokenFile: join(this.#folder.path, 'token') } } // as a pod has it
    const user = { name: 'u', user: { 'auth-provider': provider } }
    const cluster = { name: 'c', cluster: { server: this.url, 'insecure-skip-tls-verify': true } }
    const context = { name: 'x', context: { cluster: 'c', user: 'u' } }
    await writeFile(path, JSON.stringify({ clusters: [cluster], users: [user], contexts: [context], 'current-context': 'x' }))
    return path
  }

  writeToken(token: string): Promise<void> {
    return writeFile(join(this.#folder.path, 'token'), token)
  }

  /** Creates or changes an object. */
  put(object: Omit<Written, 'metadata'> & { readonly metadata: Written['metadata'] }): void {
    const key = keyOf(object as Written)
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED'
    this.#change(type, object as Written)
    this.#objects.set(key, this.#changes.at(-1)?.object as Written)
  }

  remove(kind: string, name: string, namespace?: string): void {
    const key = [kind, namespace ?? '', name].join('/')
    const object = this.#objects.get(key)
    this.#objects.delete(key)
    if (object) this.#change('DELETED', object)
  }

  /** Tells every watch that nothing happened up to now. */
  bookmark(): void {
    this.#version += 1
    for (const { answer } of this.#watchers) send(answer, 'BOOKMARK', { metadata: { resourceVersion: String(this.#version) } })
  }

  /** How many watches are open; on one path where it is named. */
  watches(path?: string): number {
    return [...this.#watchers].filter((watcher) => path === undefined || watcher.path === path).length
  }

  /** The connection breaks in the middle of a watch. */
  cutWatches(): void {
    for (const { answer } of this.#allWatchers()) answer.destroy()
  }

  /** The server ends watches in good order, as it does every few minutes. */
  endWatches(): void {
    for (const { answer } of this.#allWatchers()) answer.end()
  }

  /** Forgets what happened up to now: whoever goes on from an older version must list anew. */
  compact(): void {
    this.#version += 1
    this.#oldest = this.#version
    this.#changes = []
  }

  /** Goes away; `comeBack` listens at the same port. */
  async stop(): Promise<() => Promise<void>> {
    const { port } = this.#server.address() as AddressInfo
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
    return () => this.#listen(port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop()
    await this.#folder[Symbol.asyncDispose]()
  }

  /** They watch no more. */
  #allWatchers(): readonly Watcher[] {
    const all = [...this.#watchers]
    this.#watchers.clear()
    return all
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  #change(type: Change['type'], object: Written): void {
    this.#version += 1
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } }
    this.#changes.push({ version: this.#version, type, object: stamped })
    for (const { answer, matches } of this.#watchers) if (matches(stamped)) send(answer, type, stamped)
  }

  async #answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://localhost')
    const isWatch = query.get('watch') === 'true'
    this.asked.push(`${isWatch ? 'WATCH' : request.method} ${path}`)
    if (this.isFrozen) return
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) return refusal(answer, 401, 'Unauthorized')
    const place = this.#placeOf(path)
    if (!place) return refusal(answer, 404, 'the server could not find the requested resource')
    const refused = this.refuse(isWatch ? 'watch' : place.name === undefined ? 'list' : 'get', path)
    if (refused) return refusal(answer, ...refused)
    const only = /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1]
    const matches = ({ kind, metadata }: Written) =>
      kind === place.kind &&
      (place.namespace === undefined || metadata.namespace === place.namespace) &&
      (only ?? place.name ?? metadata.name) === metadata.name
    if (isWatch) return this.#watch({ path, answer, matches }, Number(query.get('resourceVersion')))
    const found = [...this.#objects.values()].filter(matches)
    if (place.name !== undefined) return found[0] ? json(answer, 200, found[0]) : refusal(answer, 404, `"${place.name}" not found`)
    await this.#list(found, query, answer)
  }

  async #list(found: readonly Written[], query: URLSearchParams, answer: ServerResponse): Promise<void> {
    const [version = this.#version, from = 0] = (query.get('continue') ?? '').split(':').filter(Boolean).map(Number)
    const size = Math.min(this.pageSize, Number(query.get('limit')))
    await this.beforePage(Math.floor(from / size))
    if (version < this.#oldest) return refusal(answer, 410, 'The provided continue parameter is too old')
    const rest = found.length > from + size ? { continue: `${version}:${from + size}` } : {}
    // Items of a list leave out kind and apiVersion.
    const items = found.slice(from, from + size).map((object) => ({ ...object, kind: undefined }))
    json(answer, 200, { metadata: { resourceVersion: String(version), ...rest }, items })
  }

  #watch(watcher: Watcher, from: number): void {
    const { answer, matches } = watcher
    if (from < this.#oldest && this.refusesOldWatches) return refusal(answer, 410, 'too old resource version')
    answer.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    if (from < this.#oldest) {
      send(answer, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' })
      return void answer.end()
    }
    this.#watchers.add(watcher)
    answer.once('close', () => this.#watchers.delete(watcher))
    for (const { version, type, object } of this.#changes) if (version > from && matches(object)) send(answer, type, object)
  }

  #placeOf(path: string): { readonly kind: string; readonly namespace?: string; readonly name?: string } | undefined {
    const { prefix, rest = '' } = /^(?<prefix>\/api\/v1|\/apis\/[^/]+\/[^/]+)\/(?<rest>.+)$/.exec(path)?.groups ?? {}
    const parts = rest.split('/')
    const [namespace, plural, name] = parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(1) : [undefined, ...parts]
    const kind = this.#kinds.get(`${prefix} ${plural}`)
    return kind === undefined ? undefined : { kind, ...(namespace && { namespace }), ...(name && { name }) }
  }
}

const keyOf = ({ kind, metadata: { name, namespace = '' } }: Written) => [kind, namespace, name].join('/')

const send = (answer: ServerResponse, type: string, object: unknown) => void answer.write(`${JSON.stringify({ type, object })}\n`)

function json(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function refusal(answer: ServerResponse, code: number, message: string): void {
  json(answer, code, { kind: 'Status', status: 'Failure', code, message })
}
