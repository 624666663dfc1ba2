import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Answer, Question } from './worker.ts'

/** What went wrong in the thread; `code` is SQLite's result code, 0 where it was not SQLite that spoke. */
export class ThreadError extends Error {
  readonly code: number

  constructor(message: string, code: number) {
    super(message)
    this.name = 'ThreadError'
    this.code = code
  }
}

interface Asked {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** The worker thread that owns the state's file, asked one thing at a time. */
export class StateThread {
  readonly #worker: Worker
  readonly #asked: Asked[] = []
  #ended: Error | undefined

  constructor(file: string) {
    // Node calls its own SQLite experimental on standard error; that is nothing to tell an operator at each start.
    this.#worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: file,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#worker.unref()
    this.#worker.on('message', (said: Answer) => this.#hear(said))
    this.#worker.on('error', (error) => this.#give(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#give(new Error('the thread of the state has ended')))
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined
  }

  ask(question: Question): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended)
    this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject })
      this.#worker.postMessage(question)
    })
  }

  /** Closes the file and ends the thread; safe twice. */
  async end(): Promise<void> {
    if (this.#ended) return
    await this.ask({ ask: 'close' }).catch(() => {}) // what cannot be closed ends with the thread
    const exited = once(this.#worker, 'exit')
    await this.#worker.terminate()
    await (this.#ended ? undefined : exited)
  }

  #hear(said: Answer): void {
    const next = this.#asked.shift()
    if (this.#asked.length === 0) this.#worker.unref()
    if ('error' in said) next?.reject(new ThreadError(said.error.message, said.error.code))
    else next?.resolve(said.answer)
  }

  #give(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#asked.splice(0)) reject(error)
  }
}
