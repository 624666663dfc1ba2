import { type Episode, episodes, firstCycleMs } from './episodes.ts'
import { defaultHosts, listen, type Listener } from './listener.ts'
import { writeNamespaces, writePods } from './manifests.ts'
import { answer, pathOf } from './pages.ts'
import type { Pod, Stage } from './pod.ts'
import { SpanPost } from './span-post.ts'
import type { SpanTruth } from './tracing.ts'
import type { TruthRow } from './truth.ts'
import { stepMs, World } from './world.ts'

export interface DemoMeshOptions {
  /** The same seed makes the same pods and the same traffic; 1 where absent. */
  readonly seed?: number
  /** Blocks of loopback addresses to try, such as `127.40.0`; when none can be had, every pod gets a port on 127.0.0.1. */
  readonly hosts?: readonly string[]
  /** Real milliseconds between steps of 100 ms of the mesh's time; 100 where absent. 0: time moves only by `advance`. */
  readonly tickMs?: number
  /** An existing folder, in which the mesh keeps `namespaces.yaml` and `pods.yaml`. */
  readonly manifestsFolder: string
  /** Told a plain sentence as an episode begins and as it ends. */
  onEpisode(text: string): void
  /** Wall time for the manifests, milliseconds since the epoch. */
  readonly now?: () => number
}

/** A pod that exists now. */
export interface DemoPod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly workload: string
  readonly stage: Stage
  /** The sidecar's container: another id is another process, whose counters began at zero. */
  readonly containerId: string
  /** Where its page is; absent while the pod is pending. */
  readonly url?: string
}

export interface DemoMesh {
  readonly episodes: readonly Episode[]
  /** When every episode has begun and ended once, milliseconds of the mesh's time since the start. */
  readonly firstCycleMs: number
  pods(): readonly DemoPod[]
  /** Requests since the start, by source, destination cluster and response code, those of pods and processes that are gone included. */
  truth(): readonly TruthRow[]
  /** Spans that sidecars posted since tracing is on, and what became of them. */
  spans(): SpanTruth
  /**
   * Switches tracing on: from now on sidecars post the spans of their requests, those of a share of the traces that begin (0 to 1). Called once.
   *
   * @param url where spans are taken, `http://127.0.0.1:9411/api/v2/spans`
   */
  trace(url: URL, share: number): void
  /** Moves the mesh's time on, at once, in steps of 100 ms; resolves when listeners and manifests show it. */
  advance(ms: number): Promise<void>
  /** Closes every listener and connection. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Starts a small bookstore mesh in this process: pods with real listeners, traffic between them, and things that go wrong in turn.
 *
 * Rejects when the manifests cannot be written.
 */
export async function startDemoMesh(options: DemoMeshOptions): Promise<DemoMesh> {
  const mesh = new Mesh(options)
  try {
    await mesh.start()
  } catch (error) {
    await mesh.close()
    throw error
  }
  return mesh
}

class Mesh implements DemoMesh {
  readonly episodes = episodes
  readonly firstCycleMs = firstCycleMs
  readonly #options: DemoMeshOptions
  readonly #world: World
  readonly #listeners = new Map<Pod, { readonly listener: Listener; process: string }>()
  #spanPost: SpanPost | undefined
  #shownVersion = -1
  #numbers = 0
  #owedMs = 0
  #turn: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: DemoMeshOptions) {
    this.#options = options
    this.#world = new World({ seed: options.seed ?? 1, wallMs: options.now ?? Date.now, say: (text) => options.onEpisode(text) })
  }

  async start(): Promise<void> {
    await writeNamespaces(this.#options.manifestsFolder)
    await this.#show()
    const { tickMs = stepMs } = this.#options
    if (tickMs > 0) this.#tick(performance.now() + tickMs, tickMs)
  }

  pods(): readonly DemoPod[] {
    return this.#world.pods.map((pod) => ({
      namespace: pod.workload.namespace,
      name: pod.name,
      uid: pod.uid,
      workload: pod.workload.name,
      stage: pod.stage,
      containerId: pod.containerId,
      ...(pod.address && { url: `http://${pod.address.host}:${pod.address.port}${pathOf(pod)}` }),
    }))
  }

  truth(): readonly TruthRow[] {
    return this.#world.truth.rows()
  }

  spans(): SpanTruth {
    return this.#world.spans
  }

  trace(url: URL, share: number): void {
    const post = new SpanPost(url)
    this.#spanPost = post
    this.#world.trace((pod, body) => post.post(pod, body), share)
  }

  advance(ms: number): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      this.#owedMs += ms
      for (; this.#owedMs >= stepMs && !this.#closed; this.#owedMs -= stepMs) {
        this.#world.step()
        if (this.#world.version !== this.#shownVersion) await this.#show()
      }
    })
    return this.#turn
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#turn.catch(() => {}) // whoever waits for that step is told; what is open is closed all the same
    await Promise.all([...this.#listeners.values()].map(({ listener }) => listener.close()))
    this.#listeners.clear()
    this.#spanPost?.close()
  }

  #tick(dueMs: number, tickMs: number): void {
    this.#timer = setTimeout(
      () => {
        const next = () => this.#closed || this.#tick(Math.max(dueMs + tickMs, performance.now()), tickMs)
        this.advance(stepMs).then(next, (error: Error) => this.#options.onEpisode(`the demo mesh stands still: ${error.message}`))
      },
      Math.max(0, dueMs - performance.now()),
    )
  }

  /** Brings listeners and manifests up to the pods as they are. */
  async #show(): Promise<void> {
    const { pods, version } = this.#world
    for (const [pod, { listener }] of this.#listeners)
      if (!pods.includes(pod)) {
        this.#listeners.delete(pod)
        await listener.close()
      }
    for (const pod of pods) if (pod.stage !== 'pending') await this.#listen(pod)
    await writePods(this.#options.manifestsFolder, pods)
    this.#shownVersion = version
  }

  async #listen(pod: Pod): Promise<void> {
    const open = this.#listeners.get(pod)
    if (!open) {
      this.#numbers = (this.#numbers % 250) + 1
      const { hosts = defaultHosts } = this.#options
      const wanted = { hosts, number: this.#numbers, port: pod.meshed ? 15010 : pod.workload.port }
      const listener = await listen(wanted, (target) => answer(this.#world, pod, target))
      pod.address = listener.address
      this.#listeners.set(pod, { listener, process: pod.containerId })
    } else if (open.process !== pod.containerId) {
      open.listener.hangUp()
      open.process = pod.containerId
    }
  }
}
