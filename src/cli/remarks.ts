import { explain } from '../runtime/problem.ts'
import type { Context } from './context.ts'
import { palette, printable, wantsColour } from './terminal.ts'

type Ear = Pick<Context, 'stderr' | 'env'>

/** Says on standard error what stands beside the results, under a word: `note: …`. Foreign names in it are made harmless. */
export function remark({ stderr, env }: Ear, word: 'note' | 'error' | 'unexpected', text: string): void {
  const { red, bold } = palette(wantsColour(stderr, env))
  const paint = word === 'note' ? bold : red
  stderr.write(`${paint(`${word}:`)} ${text.split('\n').map(printable).join('\n')}\n`)
}

/** Says what went wrong and what to do about it. */
export const remarkError = (ear: Ear, error: unknown): void => remark(ear, 'error', explain(error))
