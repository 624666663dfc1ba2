import type { Problem } from '../../runtime/problem.ts'

/** How a request is asked. */
export interface Ask {
  readonly query?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface Write {
  /** The server checks everything and keeps nothing. */
  readonly dryRun?: boolean
}

/** What a watch tells, synchronously and in order. */
export interface WatchEvents {
  /** The server took the watch; nothing was heard of the objects yet. */
  readonly opened?: () => void
  readonly event: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: unknown) => void
  /** Anything was heard, bookmarks included; the newest resourceVersion. */
  readonly heard: (resourceVersion: string) => void
}

/** A port of a pod. */
export interface PodPort {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

/** A port of this machine, on loopback; 0 is any free one. */
export interface LocalPort {
  readonly port: number
  /** Any free one also where `port` is taken. */
  readonly orAnyFree: boolean
}

/** A port of a pod on this machine. */
export interface Forwarding {
  /** `http://127.0.0.1:40123` */
  readonly url: string
  /** Why the API server opened no tunnel for the last connection; `undefined` where it did, or none was tried. What the pod does with it is not known. */
  refused(): string | undefined
  /** Safe twice. */
  close(): Promise<void>
}

/**
 * An API server, as one user may ask it. Paths are those of the Kubernetes API without query (`/api/v1/namespaces/shop/pods`), objects JSON as the
 * server sends it.
 *
 * Every method throws the `Problem`s of `kubernetesProblems` and nothing else, and ends at its own deadline.
 */
export interface ClusterApi {
  /** Where it is, for messages: `https://10.0.0.1:6443`. */
  readonly server: string
  /** The kubeconfig's context; `undefined` in a pod. */
  readonly context: string | undefined
  get(path: string, ask?: Ask): Promise<unknown>
  /**
   * Reads a list in pages; each is handed over when it comes, so that nobody holds the whole of it.
   *
   * @param page told `first` with the first page: also when a list must be begun anew in its middle
   * @returns the resourceVersion from which a watch goes on
   */
  list(path: string, page: (items: readonly unknown[], first: boolean) => void, ask?: Ask): Promise<string>
  /**
   * Follows a list, bookmarks included. Resolves when the server ends it, as it does every few minutes.
   *
   * @throws {Problem} `kubernetes_gone` when the resourceVersion is too old: list again
   */
  watch(path: string, from: Ask & { readonly resourceVersion: string }, events: WatchEvents): Promise<void>
  /**
   * Whether the server lives: the smallest question, with a short deadline, and any answer will do.
   *
   * @returns why there is none: `kubernetes_timeout`, `kubernetes_unreachable`. It throws nothing
   */
  probe(signal: AbortSignal): Promise<Problem | undefined>
  /** A JSON merge patch: `null` removes a key. */
  patch(path: string, body: object, write?: Write): Promise<unknown>
  create(path: string, body: object, write?: Write): Promise<unknown>
  /** Opens a local port, on loopback, that leads to a port of a pod; any free one unless `local` says which. */
  forward(pod: PodPort, local?: LocalPort): Promise<Forwarding>
  close(): Promise<void>
}
