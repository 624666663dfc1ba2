import { endings, type Trouble } from './trouble.ts'

/** Something that goes wrong for a while, so that there is something to see. */
export interface Episode {
  readonly name: string
  readonly lastsMs: number
  /** Said as it begins. */
  readonly begins: string
  /** Said as it ends. */
  readonly ends: string
  readonly happens: Trouble | { readonly kind: 'restart' | 'replace'; readonly workload: string }
}

const firstMs = 8_000
const everyMs = 12_000

/** A pod that is about to lose its counters gets no more traffic for this long: what is not read before a process ends can be known by nobody. */
export const quietMs = 2_500

/** Kubernetes lets a pod finish before it is gone; so long here. */
export const terminatingMs = 3_000

const lastsMs = 10_000

export const episodes: readonly Episode[] = [
  {
    name: 'failing version',
    lastsMs,
    begins: 'bookstore-v2 answers 503 to every third request for 10 s',
    ends: 'bookstore-v2 answers again',
    happens: { kind: 'answers', to: 'bookstore-v2', every: 3, code: '503' },
  },
  {
    name: 'slow version',
    lastsMs,
    begins: 'bookstore-v1 takes twelve times as long for 10 s',
    ends: 'bookstore-v1 is quick again',
    happens: { kind: 'slow', to: 'bookstore-v1', times: 12 },
  },
  {
    name: 'replaced pod',
    lastsMs: 5_000,
    begins: 'a pod of bookstore-v1 is deleted, a new one takes its place while the traffic goes on',
    ends: 'the old pod of bookstore-v1 is gone, what it counted stays',
    happens: { kind: 'replace', workload: 'bookstore-v1' },
  },
  {
    name: 'timeouts',
    lastsMs,
    begins: 'bookwarehouse leaves every fourth request without an answer for 10 s: 504 after half a second',
    ends: 'bookwarehouse answers every request again',
    happens: { kind: 'fails', to: 'bookwarehouse', every: 4, ending: endings.timeout },
  },
  {
    name: 'resets by the other side',
    lastsMs,
    begins: 'bookstore-v2 drops the connection under every fourth request for 10 s',
    ends: 'bookstore-v2 keeps its connections again',
    happens: { kind: 'fails', to: 'bookstore-v2', every: 4, ending: endings.resetRemote },
  },
  {
    name: 'restart',
    lastsMs: quietMs + 500,
    begins: 'a sidecar of bookbuyer restarts after a quiet moment: its counters begin at zero',
    ends: 'the sidecar of bookbuyer is back, the sums went on',
    happens: { kind: 'restart', workload: 'bookbuyer' },
  },
  {
    name: 'resets by the own side',
    lastsMs,
    begins: 'the sidecars in front of bookstore-v1 reset every fifth request for 10 s',
    ends: 'requests to bookstore-v1 are left alone again',
    happens: { kind: 'fails', to: 'bookstore-v1', every: 5, ending: endings.resetLocal },
  },
  {
    name: 'overflow',
    lastsMs,
    begins: 'the circuit breaker in front of bookwarehouse turns away every third request for 10 s',
    ends: 'the circuit breaker in front of bookwarehouse is closed again',
    happens: { kind: 'fails', to: 'bookwarehouse', every: 3, ending: endings.overflow },
  },
  {
    name: 'refused connections',
    lastsMs,
    begins: 'mysql refuses every new connection for 10 s',
    ends: 'mysql accepts connections again',
    happens: { kind: 'connections', to: 'mysql', why: 'refused' },
  },
  {
    name: 'ejected requests',
    lastsMs,
    begins: 'bookstore-v2 refuses the connection for every fourth request for 10 s',
    ends: 'bookstore-v2 accepts connections again',
    happens: { kind: 'fails', to: 'bookstore-v2', every: 4, ending: endings.ejected },
  },
  {
    name: 'connect timeouts',
    lastsMs,
    begins: 'mysql lets new connections wait until they time out for 10 s',
    ends: 'mysql answers connections again',
    happens: { kind: 'connections', to: 'mysql', why: 'unanswered' },
  },
]

/** After this long every episode has begun and ended once; milliseconds since the start. */
export const firstCycleMs = firstMs + episodes.length * everyMs

/** Which episode begins at this moment, if any; they come in turn, for ever. */
export function beginningAt(nowMs: number): Episode | undefined {
  const sinceFirst = nowMs - firstMs
  if (sinceFirst < 0 || sinceFirst % everyMs !== 0) return undefined
  return episodes[(sinceFirst / everyMs) % episodes.length]
}
