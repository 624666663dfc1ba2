import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** An object as the Kubernetes API has it, as far as tests need it. */
export interface KubeObject {
  kind: 'Namespace' | 'Pod' | 'Deployment' | 'ConfigMap' | 'MeshConfig' | 'Service' | 'StatefulSet'
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    resourceVersion?: string
    uid?: string
  }
  data?: Record<string, string>
  [more: string]: unknown
}

/** What a request was answered with instead of the truth. */
export type Fault = (method: string, path: string) => number | undefined

const kinds: Readonly<Record<string, KubeObject['kind']>> = {
  namespaces: 'Namespace',
  pods: 'Pod',
  deployments: 'Deployment',
  configmaps: 'ConfigMap',
  meshconfigs: 'MeshConfig',
  services: 'Service',
  statefulsets: 'StatefulSet',
}
const token = 'sesame'

/** Just enough of a Kubernetes API server for commands: reads, lists in pages, merge patches, creation, refusals. */
export class ApiServer {
  readonly objects: KubeObject[] = []
  /** Writes that were kept, as `PATCH /api/v1/namespaces/shop`. */
  readonly writes: string[] = []
  /** Everything that was asked, in order, with its query. */
  readonly asked: string[] = []
  fault: Fault = () => undefined
  /** Runs once after the next read of this path: somebody else is quicker. */
  meanwhile: { readonly path: string; readonly happens: () => void } | undefined
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #revision = 100

  static async start(...objects: KubeObject[]): Promise<ApiServer> {
    const server = new ApiServer()
    server.apply(...objects)
    server.#server.listen(0, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  get url(): string {
    const address = this.#server.address()
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
  }

  /** The HTTP server, for what is not HTTP: tunnels to pods. */
  get http() {
    return this.#server
  }

  /** Makes objects, or replaces those of the same name, each under the UID that it has or that it says. */
  apply(...objects: KubeObject[]): void {
    for (const object of objects) {
      const { namespace, name } = object.metadata
      const at = this.objects.findIndex(
        (one) => one.kind === object.kind && one.metadata.name === name && one.metadata.namespace === namespace,
      )
      const uid = object.metadata.uid ?? this.objects[at]?.metadata.uid ?? `uid-${this.#revision}`
      const stamped = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#revision++) } }
      if (at < 0) this.objects.push(stamped)
      else this.objects[at] = stamped
    }
  }

  object(kind: KubeObject['kind'], name: string): KubeObject | undefined {
    return this.objects.find((one) => one.kind === kind && one.metadata.name === name)
  }

  /** Writes a kubeconfig with two contexts: `here`, the current one, and `stranger`, whom the server does not know. */
  writeKubeconfig(file: string): string {
    const user = (name: string, secret: string) => ({ name, user: { token: secret } })
    const context = (name: string) => ({ name, context: { cluster: 'here', user: name } })
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      clusters: [{ name: 'here', cluster: { server: this.url, 'insecure-skip-tls-verify': true } }],
      contexts: [context('here'), context('stranger')],
      users: [user('here', token), user('stranger', 'guess')],
    }
    writeFileSync(file, JSON.stringify(config))
    return file
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', this.url)
    const method = request.method ?? ''
    this.asked.push(`${method} ${decodeURIComponent(request.url ?? '')}`)
    const body = await text(request)
    const refused = request.headers.authorization === `Bearer ${token}` ? this.fault(method, path) : 401
    const [status, answer] =
      refused === undefined ? this.#serve({ method, path, query, body }) : [refused, failure(refused, `${method} ${path} is refused`)]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    if (this.meanwhile?.path === path && method === 'GET') {
      const { happens } = this.meanwhile
      this.meanwhile = undefined
      happens()
    }
  }

  #serve({ method, path, query, body }: Asked): readonly [number, unknown] {
    const [, namespace, plural = '', name] =
      /^\/apis?\/(?:apps\/|config\.openservicemesh\.io\/)?v1(?:alpha2)?(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?$/.exec(
        path,
      ) ?? []
    const kind = kinds[plural]
    const there = this.objects.filter((one) => one.kind === kind && (namespace === undefined || one.metadata.namespace === namespace))
    const dryRun = query.get('dryRun') === 'All'
    if (kind === undefined) return [404, failure(404, `no ${path}`)]
    if (method === 'POST') return this.#create({ kind, namespace, there, dryRun, body })
    if (name === undefined) return [200, page(there.filter(selectedBy(query.get('labelSelector') ?? '')), query)]
    const object = there.find((one) => one.metadata.name === name)
    if (!object) return [404, failure(404, `${plural} "${name}" not found`)]
    return method === 'GET' ? [200, object] : this.#patch(object, { method, path, query, body })
  }

  #create({ kind, namespace, there, dryRun, body }: Creation): readonly [number, unknown] {
    const made = { ...(JSON.parse(body) as KubeObject), kind }
    if (there.some(({ metadata }) => metadata.name === made.metadata.name))
      return [409, failure(409, `${made.metadata.name} already exists`)]
    if (!dryRun) {
      this.apply(made)
      this.writes.push(`POST ${kind} ${namespace}/${made.metadata.name}`)
    }
    return [201, made]
  }

  #patch(object: KubeObject, { method, path, query, body }: Asked): readonly [number, unknown] {
    const patch = JSON.parse(body) as KubeObject
    const expected = patch.metadata?.resourceVersion
    if (expected !== undefined && expected !== object.metadata.resourceVersion) return [409, failure(409, 'the object has been modified')]
    if ((patch.metadata?.uid ?? object.metadata.uid) !== object.metadata.uid)
      return [422, failure(422, 'metadata.uid: Invalid value: field is immutable')]
    const patched = merged(object, patch) as KubeObject
    if (query.get('dryRun') !== 'All') {
      this.apply(patched)
      this.writes.push(`${method} ${path}`)
    }
    return [200, patched]
  }
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

interface Creation {
  readonly kind: KubeObject['kind']
  readonly namespace: string | undefined
  readonly there: readonly KubeObject[]
  readonly dryRun: boolean
  readonly body: string
}

const failure = (code: number, message: string) => ({ kind: 'Status', status: 'Failure', code, message })

/** Three objects a page, so that every list has to be read on. */
function page(objects: readonly KubeObject[], query: URLSearchParams) {
  const from = Number(query.get('continue') ?? 0)
  const items = objects.slice(from, from + 3)
  const rest = from + 3 < objects.length ? { continue: String(from + 3) } : {}
  return { kind: 'List', metadata: { resourceVersion: '1', ...rest }, items }
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

/** `key`, `key=value` and `key in (a, b)`. */
function selectedBy(selector: string): (object: KubeObject) => boolean {
  const [, key = '', values] = /^([^ =]+)(?:=(.*)| in \((.*)\))?$/.exec(selector)?.filter((part) => part !== undefined) ?? []
  const allowed = values?.split(',').map((value) => value.trim())
  return ({ metadata: { labels = {} } }) => key === '' || (key in labels && (allowed?.includes(labels[key] ?? '') ?? true))
}
