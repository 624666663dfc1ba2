import type { Clock } from '../../runtime/clock.ts'
import type { Problem } from '../../runtime/problem.ts'
import type { ClusterApi } from './cluster-api.ts'

/** Bookmarks come about once a minute where nothing happens: until then only a question tells a quiet server from a frozen one. */
const quietMs = 15_000

interface PulseOptions {
  readonly api: Pick<ClusterApi, 'probe'>
  readonly clock: Clock
  /** The server does not answer: whoever follows it hears nothing. */
  readonly lost: (problem: Problem) => void
}

/** Feels whether an API server lives that was not heard for a while: one question in the stead of all watches. */
export class Pulse {
  readonly #options: PulseOptions
  readonly #abort = new AbortController()
  /** Since when nothing is known of the server, monotonic. */
  #quietSinceMs: number
  #cancel = () => {}

  constructor(options: PulseOptions) {
    this.#options = options
    this.#quietSinceMs = options.clock.monotonicMs()
  }

  start(): void {
    const { clock } = this.#options
    this.#cancel = clock.after(this.#quietSinceMs + quietMs - clock.monotonicMs(), () => void this.#feel())
  }

  /** Any of the watches was heard. */
  heard(): void {
    this.#quietSinceMs = this.#options.clock.monotonicMs()
  }

  end(): void {
    this.#cancel()
    this.#abort.abort()
  }

  async #feel(): Promise<void> {
    const { api, clock, lost } = this.#options
    const sinceMs = this.#quietSinceMs
    if (clock.monotonicMs() - sinceMs >= quietMs) {
      const problem = await api.probe(this.#abort.signal)
      if (this.#abort.signal.aborted) return
      // Whoever was heard meanwhile lives, whatever became of the question.
      if (problem && this.#quietSinceMs === sinceMs) lost(problem)
      this.heard()
    }
    this.start()
  }
}
