import { execFileSync } from 'node:child_process'

const cores = Number(tryRun('nproc')) || 1
const canPin = tryRun('taskset', '--version') !== undefined

/** What stands before a reader's command, so that it runs on one core, and not on the first, where that can be had: the page server should not be in its way. */
export const onLastCore: readonly string[] = canPin ? ['taskset', '-c', String(cores - 1)] : []

/** This process, and what it starts from now on unless `onLastCore` stands before it, leaves that core to the reader. */
export function leaveLastCore(): void {
  if (canPin && cores > 1) execFileSync('taskset', ['-a', '-p', '-c', `0-${cores - 2}`, String(process.pid)], { stdio: 'ignore' })
}

function tryRun(command: string, ...words: readonly string[]): string | undefined {
  try {
    return execFileSync(command, words, { encoding: 'utf8' })
  } catch {
    return undefined
  }
}
