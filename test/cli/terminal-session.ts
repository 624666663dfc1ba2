import { runCommandLine } from '../../src/cli/program.ts'
import type { Context, ExitCode } from '../../src/cli/context.ts'
import { FakeClock } from '../support/fake-clock.ts'

/** What a person would have seen of one command. */
export interface Seen {
  readonly exitCode: ExitCode
  readonly out: string
  readonly err: string
}

/** Types a command line, as into a pipe unless `terminal` says otherwise. */
export async function typed(
  line: string | readonly string[],
  world: {
    readonly env?: Context['env']
    readonly terminal?: { readonly columns: number }
    readonly stdin?: string
    readonly signal?: AbortSignal
    readonly clock?: FakeClock
    /** Told of all that was written so far, whenever there is more. */
    readonly heard?: (soFar: Omit<Seen, 'exitCode'>) => void
  } = {},
): Promise<Seen> {
  const written = { out: '', err: '' }
  const terminal = world.terminal && { isTTY: true, ...world.terminal }
  const output = (name: 'out' | 'err') => ({
    ...terminal,
    write: (text: string) => {
      written[name] += text
      world.heard?.(written)
    },
  })
  const exitCode = await runCommandLine(typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line, {
    env: world.env ?? {},
    stdin: bytesOf(world.stdin ?? ''),
    stdout: output('out'),
    stderr: output('err'),
    signal: world.signal ?? new AbortController().signal,
    clock: world.clock ?? new FakeClock(),
    atExit: () => {},
  })
  return { exitCode, ...written }
}

async function* bytesOf(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text)
}

/** Types a command line about a cluster; in what is said of commands to type, the kubeconfig is left out. */
export async function typedAbout(kubeconfig: string, line: string, world: Parameters<typeof typed>[1] = {}): Promise<Seen> {
  const { exitCode, out, err } = await typed(`${line} --kubeconfig ${kubeconfig}`, world)
  const short = (text: string) =>
    text.replaceAll(` --kubeconfig ${kubeconfig}`, '').replaceAll(`Point osm to that cluster first: export KUBECONFIG=${kubeconfig}. `, '')
  return { exitCode, out: short(out), err: short(err) }
}
