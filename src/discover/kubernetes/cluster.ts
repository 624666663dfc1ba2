import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { Problem } from '../../runtime/problem.ts'
import { durationText } from '../../runtime/units.ts'
import { Access, type AccessOptions } from './client.ts'
import type { Ask, ClusterApi, Forwarding, LocalPort, PodPort, WatchEvents, Write } from './cluster-api.ts'
import { kubernetesProblems as kinds } from './problems.ts'
import { ask, asProblem, type Request } from './requests.ts'
import { readWatch } from './watching.ts'

/** Objects per page: some 2 MB of pods, which take 10 ms to read. */
const pageLimit = '250'
/** The server ends a watch after this time; the next one spreads load over several servers. */
const watchSeconds = '290'
/** How long a server may be silent. In a watch bookmarks come about once a minute: one that says nothing for longer is frozen. */
export interface Deadlines {
  readonly answerMs: number
  readonly silenceMs: number
  /** Until a probe is answered, connecting included. */
  readonly probeMs: number
}

const usualDeadlines: Deadlines = { answerMs: 15_000, silenceMs: 90_000, probeMs: 5_000 }
/** Everybody may ask for it, on every API server. Source: kubernetes.io, "RBAC", system:public-info-viewer. */
const probePath = '/version'

/** A list that is too old to go on in its middle is begun anew so often. */
const listTries = 3

const listForm = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullish(),
})

/**
 * Reaches a cluster, without asking it anything yet.
 *
 * @throws {Problem} `kubernetes_no_access`
 */
export const connectCluster = (options: AccessOptions, deadlines = usualDeadlines): ClusterApi =>
  new Cluster(new Access(options), deadlines)

class Cluster implements ClusterApi {
  readonly #access: Access
  readonly #deadlines: Deadlines

  constructor(access: Access, deadlines: Deadlines) {
    this.#access = access
    this.#deadlines = deadlines
  }

  get server(): string {
    return this.#access.server
  }

  get context(): string | undefined {
    return this.#access.context
  }

  get(path: string, asked: Ask = {}): Promise<unknown> {
    return this.#json({ method: 'GET', path, watch: false, ...asked })
  }

  async list(path: string, page: (items: readonly unknown[], first: boolean) => void, asked: Ask = {}): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#pages(path, page, asked)
      } catch (error) {
        if (!(error instanceof Problem && error.kind.code === kinds.kubernetes_gone.code) || tries === listTries) throw error
      }
    }
  }

  async watch(
    path: string,
    { resourceVersion, signal, query }: Ask & { readonly resourceVersion: string },
    events: WatchEvents,
  ): Promise<void> {
    const asked: Request = {
      method: 'GET',
      path,
      watch: true,
      query: { ...query, watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: watchSeconds, resourceVersion },
      answerMs: this.#deadlines.answerMs,
      silenceMs: this.#deadlines.silenceMs,
      ...(signal && { signal }),
    }
    const body = await ask(this.#access, asked)
    events.opened?.()
    try {
      await readWatch(body, asked, events)
    } catch (error) {
      throw asProblem(error, this.server)
    } finally {
      body.destroy()
    }
  }

  async probe(signal: AbortSignal): Promise<Problem | undefined> {
    const { probeMs } = this.#deadlines
    const deadline = AbortSignal.timeout(probeMs)
    try {
      await this.get(probePath, { signal: AbortSignal.any([signal, deadline]) })
      return undefined
    } catch (error) {
      if (deadline.aborted) return new Problem(kinds.kubernetes_timeout, `${this.server} gives no answer within ${durationText(probeMs)}.`)
      return error instanceof Problem && silences.has(error.kind.code) ? error : undefined
    }
  }

  patch(path: string, body: object, write: Write = {}): Promise<unknown> {
    return this.#json({ method: 'PATCH', path, watch: false, body, contentType: 'application/merge-patch+json', ...queryOf(write) })
  }

  create(path: string, body: object, write: Write = {}): Promise<unknown> {
    return this.#json({ method: 'POST', path, watch: false, body, contentType: 'application/json', ...queryOf(write) })
  }

  forward(pod: PodPort, local?: LocalPort): Promise<Forwarding> {
    return this.#access.forward(pod, local)
  }

  close(): Promise<void> {
    return this.#access.close()
  }

  async #pages(path: string, page: (items: readonly unknown[], first: boolean) => void, { query = {}, signal }: Ask): Promise<string> {
    let from: string | undefined
    for (;;) {
      const paged = { ...query, limit: pageLimit, ...(from !== undefined && { continue: from }) }
      const answer = await this.#json({ method: 'GET', path, watch: false, query: paged, ...(signal && { signal }) })
      const { metadata, items } = listForm.parse(answer)
      page(items ?? [], from === undefined)
      from = metadata.continue || undefined
      if (from === undefined) return metadata.resourceVersion
    }
  }

  async #json(asked: Omit<Request, 'answerMs'>): Promise<unknown> {
    const body = await ask(this.#access, { ...asked, answerMs: this.#deadlines.answerMs })
    return this.#read(body)
  }

  async #read(body: Readable): Promise<unknown> {
    try {
      return JSON.parse(await text(body))
    } catch (error) {
      throw asProblem(error, this.server)
    }
  }
}

/** Every other problem is what a server answered. */
const silences = new Set<string>([kinds.kubernetes_timeout.code, kinds.kubernetes_unreachable.code])

const queryOf = ({ dryRun = false }: Write): Pick<Request, 'query'> => (dryRun ? { query: { dryRun: 'All' } } : {})
