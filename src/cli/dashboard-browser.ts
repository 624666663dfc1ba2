import { once } from 'node:events'
import { setTimeout as pauseFor } from 'node:timers/promises'
import type { Context } from './context.ts'
import { remark } from './remarks.ts'

/** Who finds no browser ends within this time; a browser itself may run on. */
const failsWithinMs = 2_000

/** Opens an address in the browser of whoever sits here. Without one nothing fails: the address is printed anyway. */
export async function openBrowser(url: string, context: Context): Promise<void> {
  const { default: open } = await import('open') // nothing to the other commands
  try {
    const opener = await open(url)
    const exited = once(opener, 'exit', { signal: context.signal })
    const code = await Promise.race([exited.then(([exitCode]) => exitCode as number | null), pauseFor(failsWithinMs, 0)])
    if (code) remark(context, 'note', 'no browser could be opened here: open the address yourself')
  } catch (error) {
    if (context.signal.aborted) return
    remark(context, 'note', `no browser could be opened here: ${error instanceof Error ? error.message : String(error)}`)
  }
}
