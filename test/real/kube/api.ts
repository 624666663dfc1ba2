import { readFile } from 'node:fs/promises'
import { Agent, request } from 'undici'
import { parse } from 'yaml'

/** A Kubernetes object as one writes it. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly status?: object
  readonly [field: string]: unknown
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }]
  readonly users: readonly [{ readonly user: { readonly token: string } }]
}

const mergePatch = 'application/merge-patch+json'
const applyPatch = 'application/apply-patch+yaml'

/** What a test asks of the API server, as the admin: by hand, for the program's own way of asking is on trial here. Refusals are thrown with the server's message. */
export class KubeApi {
  readonly url: string
  readonly certificate: string
  readonly #token: string
  #agent: Agent

  private constructor({ clusters, users }: Kubeconfig) {
    this.url = clusters[0].cluster.server
    this.certificate = clusters[0].cluster['certificate-authority-data']
    this.#token = users[0].user.token
    this.#agent = this.#connections()
  }

  static async from(kubeconfig: string): Promise<KubeApi> {
    return new KubeApi(parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig)
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>('GET', path)
  }

  /** A page that is no JSON, such as `/metrics`. */
  text(path: string): Promise<string> {
    return this.#text('GET', path)
  }

  create<T>(path: string, body: object): Promise<T> {
    return this.#ask<T>('POST', path, { body })
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#ask<T>('PUT', path, { body })
  }

  /** A JSON merge patch: `null` removes a key. */
  patch<T>(path: string, body: object): Promise<T> {
    return this.#ask<T>('PATCH', path, { body, type: mergePatch })
  }

  /** As `kubectl apply --server-side`, in order; a status is written too, as a kubelet would. */
  async apply(...objects: readonly KubeObject[]): Promise<void> {
    for (const { status, ...object } of objects) {
      const path = pathOf(object)
      await this.#ask('PATCH', `${path}?fieldManager=test&force=true`, { body: object, type: applyPatch })
      if (status) await this.patch(`${path}/status`, { status })
    }
  }

  /** Without a grace period nothing waits for a kubelet: a pod is gone at once. */
  async delete(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>, gracePeriodSeconds = 0): Promise<void> {
    await this.#ask('DELETE', `${pathOf(object)}?gracePeriodSeconds=${gracePeriodSeconds}`)
  }

  /** Everything of a list, at once. */
  async deleteAll(path: string): Promise<void> {
    await this.#ask('DELETE', `${path}?gracePeriodSeconds=0`)
  }

  /** The kept connections are of no use once the server was killed. */
  async reconnect(): Promise<void> {
    await this.close()
    this.#agent = this.#connections()
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  #connections(): Agent {
    return new Agent({ connect: { ca: Buffer.from(this.certificate, 'base64').toString() }, connections: 16 })
  }

  async #ask<T>(method: Method, path: string, sent: Sent = {}): Promise<T> {
    return JSON.parse(await this.#text(method, path, sent)) as T
  }

  async #text(method: Method, path: string, { body, type }: Sent = {}): Promise<string> {
    const answer = await request(this.url + path, {
      method,
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': type ?? 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text.slice(0, 500)}`)
    return text
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

interface Sent {
  readonly body?: object
  readonly type?: string
}

/** `/api/v1/namespaces/shop/pods/cart` */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural(kind.toLowerCase())}/${name}`
}

const plural = (kind: string): string => (kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : kind.endsWith('s') ? `${kind}es` : `${kind}s`)
