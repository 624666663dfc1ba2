import { z } from 'zod'
import type { Hearing } from '../../model/discovered.ts'
import type { Clock } from '../../runtime/clock.ts'
import { Problem } from '../../runtime/problem.ts'
import type { ClusterApi } from './cluster-api.ts'
import { Pauses } from './pauses.ts'
import { kubernetesProblems as kinds } from './problems.ts'
import type { Resource } from './resources.ts'

/** The name, and the namespace where it has one: what an object is told from others by. */
const identity = z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })

/** An API server that starts refuses for a few seconds what it grants once it has read its roles. */
const passingRefusalMs = 5_000

export interface ReflectorOptions<T> {
  readonly api: Pick<ClusterApi, 'list' | 'watch'>
  readonly resource: Resource<T>
  /** The first that the server knows is followed. */
  readonly paths: readonly string[]
  readonly query?: Readonly<Record<string, string>>
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Objects or state are others than before. */
  readonly changed: () => void
  /** Something was heard, or not: for those who show it. */
  readonly told: (what: 'heard' | 'restarted') => void
}

/**
 * A copy of one list of the API server, kept up to date: listed once, then watched; listed anew where the server lost the thread. What was read last stays
 * while nothing can be heard.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>
  readonly #abort = new AbortController()
  readonly #pauses: Pauses
  #objects = new Map<string, T>()
  #state: Hearing['state'] = 'starting'
  #problem: Problem | undefined
  #isListed = false
  #lastHeardMs: number | undefined
  #path = 0
  /** From where a watch goes on; absent when everything must be listed. */
  #version: string | undefined
  #hasFollowed = false
  /** Since when it is refused without a break, monotonic. */
  #refusedSinceMs: number | undefined
  /** Ends the watch that is open. */
  #watching = new AbortController()
  #running: Promise<void> | undefined

  constructor(options: ReflectorOptions<T>) {
    this.#options = options
    this.#pauses = new Pauses(options, this.#abort.signal)
  }

  /** As they were heard of last, in no order. */
  get objects(): IterableIterator<T> {
    return this.#objects.values()
  }

  get state(): Hearing['state'] {
    return this.#state
  }

  /** What keeps it from hearing. */
  get problem(): Problem | undefined {
    return this.#problem
  }

  /** Everything was listed at least once. */
  get isListed(): boolean {
    return this.#isListed
  }

  /** What was listed holds now, as far as anybody can tell: not while it is listed anew, because what came between is not known. */
  get isCurrent(): boolean {
    return this.#isListed && this.#version !== undefined && (this.#state === 'following' || this.#state === 'starting')
  }

  /** When data came last: an event, a bookmark, a finished list. Wall time; a connection alone is nothing heard. */
  get lastHeardMs(): number | undefined {
    return this.#lastHeardMs
  }

  /** Whether it failed more than once since it was heard: a watch that is cut and comes back at once is nothing to tell of. */
  get isLost(): boolean {
    return this.#state === 'retrying' && this.#pauses.failures > 1
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Ends the watch: its server was found to be silent. It is lost at once, for somebody else has tried already. */
  lose(problem: Problem): void {
    if (this.#state !== 'following') return
    this.#pauses.failed()
    this.#watching.abort(problem)
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        await this.#watch(this.#version ?? (await this.#list()))
        await this.#pauses.afterWatch()
      } catch (error) {
        if (this.#abort.signal.aborted) return
        await this.#failed(error)
      }
    }
  }

  async #list(): Promise<string> {
    const { api, resource, query = {} } = this.#options
    let objects = new Map<string, T>()
    const take = (items: readonly unknown[], first: boolean) => {
      if (first) objects = new Map()
      for (const item of items) objects.set(keyOf(item), resource.form.parse(item))
    }
    const version = await api.list(this.#here(), take, { query, signal: this.#abort.signal })
    this.#objects = objects
    this.#version = version
    this.#isListed = true
    this.#heard()
    this.#options.changed()
    return version
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { api, resource, query = {}, told, changed } = this.#options
    let isHeard = false
    const watching = new AbortController()
    this.#watching = watching
    this.#pauses.watchBegins()
    try {
      await api.watch(
        this.#here(),
        { query, resourceVersion, signal: AbortSignal.any([this.#abort.signal, watching.signal]) },
        {
          opened: () => {
            this.#pauses.succeeded()
            this.#hasFollowed = true
            this.#refusedSinceMs = undefined
            this.#become('following')
          },
          event: (type, object) => {
            if (type === 'DELETED') this.#objects.delete(keyOf(object))
            else this.#objects.set(keyOf(object), resource.form.parse(object))
            changed()
          },
          heard: (version) => {
            isHeard = true
            this.#version = version
            this.#heard()
          },
        },
      )
    } catch (error) {
      if (watching.signal.aborted) throw watching.signal.reason
      // Of a resourceVersion that is yet to come, as after a restore of etcd, a server says nothing for ever.
      if (!isHeard && isOf(error, kinds.kubernetes_timeout)) this.#version = undefined
      throw error
    } finally {
      this.#pauses.watchEnds()
      if (!this.#abort.signal.aborted) told('restarted')
    }
  }

  async #failed(error: unknown): Promise<void> {
    const problem = asProblem(error)
    if (isOf(problem, kinds.kubernetes_gone)) {
      this.#version = undefined
      await this.#pauses.afterGone()
      return
    }
    const isAbsent = isOf(problem, kinds.kubernetes_not_found) && !this.#options.resource.isBuiltIn
    if (isAbsent && this.#path + 1 < this.#options.paths.length) {
      this.#path += 1
      this.#version = undefined
      return
    }
    const isForbidden = isOf(problem, kinds.kubernetes_forbidden)
    if (isForbidden && this.#mayPass()) {
      // No failure that counts: it makes nothing lost, and whatever was wrong before is told on.
      if (this.#state !== 'retrying') this.#become('retrying', problem)
      await this.#pauses.afterPassingRefusal()
      return
    }
    if (!isForbidden) this.#refusedSinceMs = undefined
    this.#pauses.failed()
    if (isAbsent || isForbidden) {
      this.#path = 0
      this.#version = undefined
      if (isAbsent) this.#objects = new Map()
    }
    this.#become(isForbidden ? 'refused' : isAbsent ? 'absent' : 'retrying', problem)
    await (isAbsent || isForbidden ? this.#pauses.afterRefusal() : this.#pauses.afterFailure())
  }

  /** Whether a right that was there can be thought to come back by itself. */
  #mayPass(): boolean {
    if (!this.#hasFollowed || this.#state === 'refused') return false
    const nowMs = this.#options.clock.monotonicMs()
    this.#refusedSinceMs ??= nowMs
    return nowMs - this.#refusedSinceMs < passingRefusalMs
  }

  #become(state: Hearing['state'], problem?: Problem): void {
    // That it cannot be heard is told with every failure: the second one makes it lost.
    if (state === this.#state && state !== 'retrying' && problem?.message === this.#problem?.message) return
    this.#state = state
    this.#problem = problem
    this.#options.changed()
  }

  #heard(): void {
    this.#lastHeardMs = this.#options.clock.wallMs()
    this.#options.told('heard')
  }

  #here(): string {
    return this.#options.paths[this.#path] ?? ''
  }
}

function keyOf(object: unknown): string {
  const { namespace, name } = identity.parse(object).metadata
  return `${namespace ?? ''}/${name}`
}

const isOf = (error: unknown, kind: Problem['kind']) => error instanceof Problem && error.kind.code === kind.code

/** What the forms cannot read is the server's fault, like all that it says amiss. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const message = error instanceof Error ? error.message : String(error)
  return new Problem(kinds.kubernetes_failing, `What the API server sent cannot be understood: ${message}`, { cause: error })
}
