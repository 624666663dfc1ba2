import { heardTime } from './clock.ts'
import { keep, kept } from './kept.ts'
import { Store } from './store.ts'

const tokenKey = 'mesh-telemetry.token'
let token = kept('sessionStorage', tokenKey)

/** Whether the collector asks for a token that it was not given yet, and whether one was refused. */
export const tokenAsked = new Store<'no' | 'needed' | 'refused'>('no')

/** The collector answered, but not with what was asked for. */
export class Refused extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, error: { readonly code?: string; readonly message?: string } = {}) {
    super(error.message ?? `HTTP ${status}`)
    this.name = 'Refused'
    this.status = status
    this.code = error.code ?? ''
  }
}

/** Keeps the token as long as this tab is open; it goes nowhere but to the collector. */
export function giveToken(given: string): void {
  token = given.trim()
  keep('sessionStorage', tokenKey, token)
  tokenAsked.set('no')
}

/**
 * Reads from the collector's API.
 *
 * @param path below `/api/v1/`, with its query
 * @throws {Refused} where the collector answers with an error
 * @throws {TypeError} where it does not answer
 */
export async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(`api/v1/${path}`, { signal, cache: 'no-store', headers: token ? { authorization: `Bearer ${token}` } : {} })
  heardTime(answer.headers.get('date'))
  if (answer.ok) {
    tokenAsked.set('no')
    return (await answer.json()) as T
  }
  if (answer.status === 401) tokenAsked.set(token ? 'refused' : 'needed')
  throw new Refused(answer.status, await errorOf(answer))
}

async function errorOf(answer: Response): Promise<{ code?: string; message?: string }> {
  try {
    return ((await answer.json()) as { error?: { code?: string; message?: string } }).error ?? {}
  } catch {
    return {} // a proxy in between answers in its own words
  }
}
