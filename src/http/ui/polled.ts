import { useEffect, useState } from 'preact/hooks'
import { read, Refused, tokenAsked } from './api.ts'
import { Store, useStore } from './store.ts'

const longestPauseMs = 10_000
const shortestPauseMs = 2_000
const answerWithinMs = 20_000

/** How the page stands to the collector. */
export interface Connection {
  /** When the first try failed after the last that did not; null while the collector answers. */
  readonly lostMs: number | null
}

export const connection = new Store<Connection>({ lostMs: null })
/** Whether the page renews itself; somebody may want to read in peace. */
export const isLive = new Store(true)
/** How long the page waits before it asks again. */
const pauseMs = new Store(shortestPauseMs)

/** There is nothing new more often than the collector scrapes. */
export const paceOf = (scrapeIntervalMs: number): void => pauseMs.set(Math.min(longestPauseMs, Math.max(shortestPauseMs, scrapeIntervalMs)))

/** What was asked for. Until a new answer is there the last one stays, so that nothing flickers. */
export interface Polled<T> {
  readonly answer: T | undefined
  /** The answer is still one to another question. */
  readonly isOld: boolean
  /** Why the collector did not answer this question, where it said so. */
  readonly refused: Refused | undefined
}

interface Told<T> {
  readonly answer?: T
  readonly refused: Refused | undefined
}

interface State<T> extends Told<T> {
  /** What was asked. */
  readonly path: string | null
}

/** What is known once the collector told something. One that refuses another question than the last leaves nothing of the last answer. */
export const stateAfter = <T>(last: State<T>, path: string, told: Told<T>): State<T> => ({
  ...(last.path === path && last),
  ...told,
  path,
})

/**
 * Asks the API, again and again while the page is live and somebody can see it. A component asks one kind of question only: the answer to the last one stays
 * until the next is there.
 *
 * @param path as for `read`; null: there is nothing to ask
 * @param once what is asked for does not change any more
 * @param everyMs how long it waits before it asks again, where that is not as often as there is something new
 */
export function usePolled<T>(
  path: string | null,
  { once = false, everyMs }: { readonly once?: boolean; readonly everyMs?: number } = {},
): Polled<T> {
  const [state, setState] = useState<State<T>>({ path, refused: undefined })
  const live = useStore(isLive)
  const token = useStore(tokenAsked)
  useEffect(() => {
    if (path === null) return undefined
    return poll<T>(path, { again: live && !once, everyMs, told: (told) => setState((last) => stateAfter(last, path, told)) })
  }, [path, live, once, everyMs, token])
  return { answer: path === null ? undefined : state.answer, isOld: state.path !== path, refused: state.refused }
}

interface Poll<T> {
  readonly again: boolean
  readonly everyMs: number | undefined
  readonly told: (next: Told<T>) => void
}

/** Asks at once, and after each answer again; not while the page is hidden. What it returns ends that. */
function poll<T>(path: string, { again, everyMs, told }: Poll<T>): () => void {
  const over = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAsking = false
  let isDone = false
  const ask = async () => {
    if (isAsking || document.hidden || (isDone && !again)) return
    isAsking = true
    clearTimeout(timer)
    isDone = await tried(path, over.signal, told)
    isAsking = false
    if (!over.signal.aborted) timer = setTimeout(() => void ask(), everyMs ?? pauseMs.value)
  }
  const wake = () => void ask()
  document.addEventListener('visibilitychange', wake, { signal: over.signal })
  addEventListener('online', wake, { signal: over.signal })
  void ask()
  return () => {
    over.abort()
    clearTimeout(timer)
  }
}

/** @returns whether there was an answer, be it that it refuses */
async function tried<T>(path: string, signal: AbortSignal, told: Poll<T>['told']): Promise<boolean> {
  try {
    const answer = await read<T>(path, AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]))
    if (signal.aborted) return true
    connection.set({ lostMs: null })
    told({ answer, refused: undefined })
    return true
  } catch (error) {
    if (signal.aborted) return true
    const isAnswer = error instanceof Refused && error.status < 500
    if (isAnswer) told({ refused: error })
    if (isAnswer) connection.set({ lostMs: null })
    else if (connection.value.lostMs === null) connection.set({ lostMs: Date.now() })
    return isAnswer
  }
}
