import { explain, Problem } from '../runtime/problem.ts'
import type { Context } from './context.ts'
import { forCluster } from './named-cluster.ts'
import { palette, printable, wantsColour } from './terminal.ts'

type Ear = Pick<Context, 'stderr' | 'env'>

/** Says on standard error what stands beside the results, under a word: `note: …`. Foreign names in it are made harmless. */
export function remark({ stderr, env }: Ear, word: 'note' | 'error' | 'unexpected', text: string): void {
  const { red, bold } = palette(wantsColour(stderr, env))
  const paint = word === 'note' ? bold : red
  stderr.write(`${paint(`${word}:`)} ${text.split('\n').map(printable).join('\n')}\n`)
}

/** Says what went wrong and what to do about it. */
export function remarkError(ear: Ear & Pick<Context, 'cluster'>, error: unknown): void {
  const { cluster } = ear
  remark(ear, 'error', explain(error instanceof Problem ? withRemedy(error, forCluster(error.kind.remedy, cluster)) : error))
}

const withRemedy = ({ kind, message, place }: Problem, remedy: string) => new Problem({ ...kind, remedy }, message, { place })
