import { renameSync, writeFileSync } from 'node:fs'

// usage: node --expose-gc --import '…/witness.ts?file=FILE' PROGRAM
// Every few seconds it writes to the file what cannot be seen from outside: timers, of which Node tells only those that keep a process alive, and what
// memory holds when all garbage is collected.

/** Sizes in bytes. */
export interface Witnessed {
  readonly heap: number
  readonly external: number
  readonly timers: number
}

const everyMs = 5_000
const file = new URL(import.meta.url).searchParams.get('file') ?? '/dev/null'
const timers = new Set<NodeJS.Timeout>()
const { setTimeout: set, clearTimeout: clear } = globalThis

const counted = (task: (...given: unknown[]) => void, delayMs?: number, ...given: unknown[]): NodeJS.Timeout => {
  const timer = set(() => {
    timers.delete(timer)
    task(...given)
  }, delayMs)
  timers.add(timer)
  return timer
}
globalThis.setTimeout = Object.assign(counted, set) as typeof setTimeout
globalThis.clearTimeout = ((timer?: NodeJS.Timeout) => {
  if (timer) timers.delete(timer)
  clear(timer)
}) as typeof clearTimeout

setInterval(() => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync(`${file}.new`, JSON.stringify({ heap: heapUsed, external, timers: timers.size } satisfies Witnessed))
  renameSync(`${file}.new`, file)
}, everyMs).unref()
