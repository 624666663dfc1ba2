import { createHash, timingSafeEqual } from 'node:crypto'
import { Problem } from '../runtime/problem.ts'
import type { Telemetry } from '../telemetry/events.ts'
import { FollowedFiles } from './followed-file.ts'
import { httpProblems } from './problems.ts'
import { httpEvents } from './telemetry.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function tokenDigest([text = '']: readonly string[]): Buffer {
  const token = text.trim()
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('it does not hold exactly one token of visible characters')
  return digest(token)
}

/** The token that requests must carry: only its digest is kept, and it is never logged. */
export class BearerToken {
  readonly #file: string
  readonly #followed: FollowedFiles<Buffer>
  readonly #telemetry: Telemetry

  constructor(file: string, telemetry: Telemetry) {
    this.#file = file
    this.#followed = new FollowedFiles([file], tokenDigest)
    this.#telemetry = telemetry
  }

  /** Reads the token for the first time; throws a `Problem` when it cannot be used. */
  async open(): Promise<void> {
    try {
      await this.#followed.refresh()
    } catch (error) {
      throw new Problem(httpProblems.token_unusable, `The token file ${this.#file} cannot be used: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }

  /** Whether a request with this header may pass. Takes the same time for every wrong token. */
  async admits(authorization: string | undefined): Promise<boolean> {
    await this.#refresh()
    const [, token] = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '') ?? []
    return timingSafeEqual(digest(token ?? ''), this.#followed.current) && token !== undefined
  }

  async #refresh(): Promise<void> {
    try {
      const { changed } = await this.#followed.refresh()
      if (changed) this.#telemetry.emit(httpEvents.fileReloaded, { file: this.#file })
    } catch (error) {
      this.#telemetry.emit(httpEvents.fileUnusable, { file: this.#file, error: (error as Error).message })
    }
  }
}
