import type { Page } from '../model/page.ts'
import type { Target } from '../model/target.ts'
import type { Clock } from '../runtime/clock.ts'
import { Problem } from '../runtime/problem.ts'
import type { Answer, Asker } from './answer.ts'
import type { BufferPool } from './buffers.ts'
import { type Asked, FilterChoice, holdsSample } from './filter.ts'
import { scrapeProblems } from './problems.ts'
import { filteredPath, type Question, wholePath } from './questions.ts'
import type { PageSink } from './scraper.ts'

/** What one scrape is about. */
export interface Errand {
  readonly target: Target
  readonly timestampMs: number
  /** On the monotonic clock, for all requests of the scrape together. */
  readonly deadlineMs: number
  readonly deliver: PageSink['page']
}

/** A page that was delivered and taken. */
export interface Taken {
  readonly asked: Asked
  readonly bytes: number
  readonly series: number
  /** The filter was found to be refused, for the first time of this process. */
  readonly refusedNow?: boolean
  /** Present when the same page is to be asked for whole, to compare: how long the filtered one took to its first byte. */
  readonly compareMs?: number
}

/** Reads one target's page in the way that suits it, filtered or whole. */
export class PageReader {
  readonly #asker: Asker
  readonly #question: Question
  readonly #parts: { readonly clock: Clock; readonly buffers: BufferPool }
  readonly #whole: string
  readonly #filtered: string | undefined
  readonly #choice = new FilterChoice()

  constructor(
    url: URL,
    options: { readonly asker: Asker; readonly question: Question; readonly clock: Clock; readonly buffers: BufferPool },
  ) {
    const { asker, question, clock, buffers } = options
    this.#asker = asker
    this.#question = question
    this.#parts = { clock, buffers }
    this.#whole = wholePath(url)
    this.#filtered = question.filter && filteredPath(url, question.filter.query)
  }

  /**
   * Asks, and delivers exactly one page.
   *
   * @throws {Problem} when there was none, or it was not taken
   */
  async read(errand: Errand): Promise<Taken> {
    const { clock } = this.#parts
    if (this.#filtered === undefined) return this.#readWhole(errand)
    if (this.#choice.next(errand.target.process, clock.monotonicMs()) === 'whole') {
      const taken = await this.#readWhole(errand)
      return this.#choice.wholeTaken(clock.monotonicMs()) ? { ...taken, refusedNow: true } : taken
    }
    const answer = await this.#askFiltered(this.#filtered, errand.deadlineMs)
    if (answer) {
      const { firstByteMs } = answer
      const taken = this.#deliver(answer, errand, 'filtered')
      return this.#choice.taken() ? { ...taken, compareMs: firstByteMs } : taken
    }
    const taken = await this.#readWhole(errand)
    return { ...taken, refusedNow: this.#choice.refused(clock.monotonicMs()) }
  }

  /**
   * Asks for the whole page only to see how long its first byte takes. A target that fails at it is no slower with the filter.
   *
   * @returns whether the filter is given up
   */
  async compare(filteredMs: number, deadlineMs: number): Promise<boolean> {
    const answer = await this.#asker.ask(this.#whole, deadlineMs).catch(() => undefined)
    if (!answer) return this.#choice.compared(filteredMs, Infinity)
    this.#parts.buffers.give(answer.body)
    return this.#choice.compared(filteredMs, answer.firstByteMs)
  }

  close(): void {
    this.#asker.close()
  }

  async #readWhole(errand: Errand): Promise<Taken> {
    return this.#deliver(await this.#asker.ask(this.#whole, errand.deadlineMs), errand, 'whole')
  }

  /** @returns `undefined` when the target does not seem to take the filter: such an answer is never delivered */
  async #askFiltered(path: string, deadlineMs: number): Promise<Answer | undefined> {
    try {
      const answer = await this.#asker.ask(path, deadlineMs)
      if (this.#question.filter && holdsSample(answer.body.view(), this.#question.filter.live)) return answer
      this.#parts.buffers.give(answer.body)
      return undefined
    } catch (error) {
      if (error instanceof Problem && error.kind === scrapeProblems.status_4xx) return undefined
      this.#choice.failed()
      throw error
    }
  }

  #deliver({ body }: Answer, { target, timestampMs, deliver }: Errand, asked: Asked): Taken {
    const { wanted } = this.#question
    const page: Page = { target, wanted, timestampMs, asked: `${wanted.version} ${asked}`, body: body.view() }
    const bytes = body.length
    try {
      const result = deliver(page)
      if (result instanceof Problem) throw result
      return { asked, bytes, series: result.series }
    } finally {
      this.#parts.buffers.give(body)
    }
  }
}
