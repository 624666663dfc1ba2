import { isDeepStrictEqual } from 'node:util'
import { cpuMs } from '../../support/awake-time.ts'
import { Problem } from '../../../src/runtime/problem.ts'

/** No single input may take more of a processor. */
const limitMs = 2_000

export function inTime<T>(task: () => T): T {
  const startedMs = cpuMs()
  const result = task()
  const tookMs = cpuMs() - startedMs
  if (tookMs > limitMs) throw new Error(`it took ${Math.round(tookMs)} ms`)
  return result
}

/** The result, or the problem's code: anything else that is thrown is a defect. */
export function outcome<T>(task: () => T): T | string {
  try {
    return inTime(task)
  } catch (error) {
    if (error instanceof Problem) return error.kind.code
    throw error
  }
}

export function same(one: unknown, other: unknown, what: string): void {
  if (!isDeepStrictEqual(one, other))
    throw new Error(`${what}: ${JSON.stringify(one)?.slice(0, 300)} is not ${JSON.stringify(other)?.slice(0, 300)}`)
}
