import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What promtool says to these words, and what it ends with. */
export async function promtool(
  executable: string,
  words: readonly string[],
  { input = '', cwd }: { readonly input?: string; readonly cwd?: string } = {},
): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  const child = spawn(executable, words, { stdio: ['pipe', 'pipe', 'pipe'], ...(cwd && { cwd }) })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number]
  return { code, said: lines.join('').trim().split('\n') }
}
