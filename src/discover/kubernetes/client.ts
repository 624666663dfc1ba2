import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { HttpMethod, KubeConfig, PortForward, RequestContext } from '@kubernetes/client-node'
import type { Dispatcher } from 'undici'
import { parse } from 'yaml'
import { z } from 'zod'
import { Problem } from '../../runtime/problem.ts'
import { shellWord } from '../../runtime/shell.ts'
import type { Forwarding, LocalPort, PodPort } from './cluster-api.ts'
import { listenOnLoopback } from './local-port.ts'
import { kubernetesProblems } from './problems.ts'

/** Which cluster, and as whom. Without a file: $KUBECONFIG, ~/.kube/config, the service account of the pod, as kubectl has it. */
export interface AccessOptions {
  readonly kubeconfig?: string
  readonly context?: string
}

/** What one request needs beside its path. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  /** Kept connections with the cluster's certificate; `undefined` for a server without TLS. */
  readonly dispatcher: Dispatcher | undefined
}

/** What the library calls the contexts that it makes up: of a pod's service account, and of a server on localhost when it found nothing. */
const inPod = 'inClusterContext'
const nothingFound = 'loaded-context'

const tokenFilesForm = z.object({
  users: z.array(z.object({ name: z.string(), user: z.object({ tokenFile: z.string().optional() }).nullish() })).nullish(),
})

interface User {
  readonly name: string
  readonly tokenFile?: string
}

/**
 * Files as kubectl takes them, which the library (2.0.1) does not: it knows kubectl's `tokenFile` only as `token-file`, and of the files of $KUBECONFIG it
 * takes none that is missing or empty, no name twice, and the last current context instead of the first. Its own objects are taught, since it makes one for
 * each further file. Source: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files", merging.
 */
const loadFromFile = Reflect.get(KubeConfig.prototype, 'loadFromFile') as KubeConfig['loadFromFile']
KubeConfig.prototype.loadFromFile = function (file, options) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (text.trim() === '') return this.loadFromOptions({ clusters: [], users: [], contexts: [] })
  loadFromFile.call(this, file, options)
  const written = tokenFilesForm.safeParse(parse(text)).data?.users ?? []
  const files = new Map(written.map(({ name, user }) => [name, user?.tokenFile]))
  this.users = this.users.map((user) => {
    const tokenFile = files.get(user.name)
    return tokenFile === undefined ? user : { ...user, tokenFile: resolve(dirname(file), tokenFile) }
  })
}
KubeConfig.prototype.mergeConfig = function (further) {
  this.clusters = firstOfEach([...this.clusters, ...further.clusters])
  this.users = firstOfEach([...this.users, ...further.users])
  this.contexts = firstOfEach([...this.contexts, ...further.contexts])
  this.currentContext ||= further.currentContext
}

const firstOfEach = <Named extends { readonly name: string }>(all: readonly Named[]): Named[] =>
  all.filter(({ name }, i) => all.findIndex((one) => one.name === name) === i)

/**
 * How an API server is reached and who asks. The only file that knows @kubernetes/client-node: it reads kubeconfigs, runs login helpers and reads the
 * pod's token. What is asked goes over undici, which that library uses too: its own calls open a connection each and know no deadline, and its watch hides
 * errors (measured with 2.0.1).
 */
export class Access {
  readonly #options: AccessOptions
  readonly #dispatchers = new Map<string, Dispatcher | undefined>()
  #config: KubeConfig

  /** @throws {Problem} `kubernetes_no_access` */
  constructor(options: AccessOptions) {
    this.#options = options
    this.#config = this.#load()
  }

  get server(): string {
    return this.#config.getCurrentCluster()?.server ?? ''
  }

  /** Absent in a pod. */
  get context(): string | undefined {
    const name = this.#config.getCurrentContext()
    return name === inPod ? undefined : name
  }

  /** Who asks now. A pod's token is read anew every minute, every other file with `renew`. */
  async credentials(): Promise<Credentials> {
    const context = new RequestContext(this.server, HttpMethod.GET)
    await this.#config.applySecurityAuthentication(context)
    return { headers: context.getHeaders(), dispatcher: context.getDispatcher() as Dispatcher | undefined }
  }

  /** Reads kubeconfig or token anew: the server did not know us. */
  renew(): void {
    this.#config = this.#load()
  }

  /** Opens a local port that leads to a pod's. @throws {Problem} `local_port_unusable` */
  async forward({ namespace, name, port }: PodPort, local: LocalPort = { port: 0, orAnyFree: true }): Promise<Forwarding> {
    const forward = new PortForward(this.#config)
    const sockets = new Set<Socket>()
    let refused: string | undefined
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      socket.once('close', () => sockets.delete(socket))
      forward.portForward(namespace, name, [port], socket, new PassThrough().resume(), socket).then(
        (tunnel) => {
          refused = undefined
          Object.assign(tunnel, { onclose: () => socket.end() })
          socket.once('close', () => (tunnel as { close(): void }).close())
        },
        (error: { readonly message?: string }) => {
          refused = error.message ?? 'the tunnel cannot be opened'
          socket.destroy()
        },
      )
    })
    const localPort = await listenOnLoopback(server, local)
    const close = async () => {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    }
    return { url: `http://127.0.0.1:${localPort}`, refused: () => refused, close }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map(async (dispatcher) => dispatcher?.destroy()))
  }

  #load(): KubeConfig {
    const { kubeconfig, context } = this.#options
    const config = new KubeConfig()
    if (kubeconfig !== undefined && !existsSync(kubeconfig))
      throw new Problem(kubernetesProblems.kubernetes_no_access, `The kubeconfig cannot be read: there is no such file as ${kubeconfig}.`)
    try {
      if (kubeconfig === undefined) config.loadFromDefault()
      else config.loadFromFile(kubeconfig)
    } catch (error) {
      throw unusable('The kubeconfig cannot be read', error, 'Mend the file there; "kubectl config view" reads it, too.')
    }
    if (context !== undefined) config.setCurrentContext(context)
    readTokenFile(config)
    if (!config.getCurrentCluster() || config.getCurrentContext() === nothingFound) throw noCluster(config)
    letPlainOnLoopback(config)
    this.#keepConnections(config)
    return config
  }

  /** The library makes an agent, and with it a connection, for every request; connections are good as long as the certificates are the same. */
  #keepConnections(config: KubeConfig): void {
    const make = (Reflect.get(config, 'createDispatcher') as (...given: unknown[]) => Dispatcher | undefined).bind(config)
    const kept = (cluster: unknown, tls: object) => {
      const key = JSON.stringify([cluster, tls])
      if (!this.#dispatchers.has(key)) this.#dispatchers.set(key, make(cluster, tls))
      return this.#dispatchers.get(key)
    }
    Object.defineProperty(config, 'createDispatcher', { value: kept })
  }
}

/** The lines of the cause after the first show the file around the fault, tokens included; so would the cause itself. */
function unusable(what: string, cause: unknown, remedy: string): Problem {
  const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return new Problem({ ...kubernetesProblems.kubernetes_no_access, remedy }, `${what}: ${reason}`)
}

/** As kubectl: what the file holds goes before a token beside it. @throws {Problem} `kubernetes_no_access` */
function readTokenFile(config: KubeConfig): void {
  const current: User | null = config.getCurrentUser()
  if (current?.tokenFile === undefined) return
  const token = tokenIn(current.tokenFile)
  config.users = config.users.map((user) => (user.name === current.name ? { ...user, token } : user))
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const remedy =
      'Log in again, with what writes this file for you; the user of the context names it as tokenFile: kubectl config view --minify'
    throw unusable('The token that the kubeconfig names cannot be read', error, remedy)
  }
}

/**
 * The library asks no server without TLS unless its certificate need not be good. On this machine nobody listens on the way: `kubectl proxy` has no TLS.
 *
 * @throws {Problem} `kubernetes_no_access` for one on another machine
 */
function letPlainOnLoopback(config: KubeConfig): void {
  const current = config.getCurrentCluster()
  if (!current?.server.startsWith('http:') || current.skipTLSVerify) return
  const { hostname } = new URL(current.server)
  if (!/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) {
    const message = `The kubeconfig names ${current.server}, which has no TLS: everyone on the way could read the token. Without TLS only this machine is asked, as by kubectl proxy.`
    const remedy = `Write its https:// address into the kubeconfig: kubectl config set-cluster ${shellWord(current.name)} --server=https://HOST:PORT. Or let a tunnel to it, such as one of SSH, begin on this machine.`
    throw new Problem({ ...kubernetesProblems.kubernetes_no_access, remedy }, message)
  }
  config.clusters = config.clusters.map((cluster) => (cluster.name === current.name ? { ...cluster, skipTLSVerify: true } : cluster))
}

function noCluster(config: KubeConfig): Problem {
  const current = config.getCurrentContext()
  const named = current === nothingFound ? undefined : current
  const contexts = config.getContexts().flatMap(({ name }) => (name === nothingFound ? [] : name))
  const message = named
    ? `The kubeconfig has no context "${named}" with a cluster; it has ${contexts.join(', ') || 'none'}.`
    : 'There is no kubeconfig with a current context, and this is no pod.'
  return new Problem(kubernetesProblems.kubernetes_no_access, message)
}
