import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { execForm, type Instruction, instructionsOf } from '../../support/dockerfile.ts'

const execute = promisify(execFile)
const checkout = join(import.meta.dirname, '../../..')

/** A stage of the image as a plain folder: `/app` of the image is `<root>/app`. */
export interface Image {
  readonly root: string
  readonly command: readonly string[]
  readonly user: { readonly uid: number; readonly gid: number }
}

/** Absolute paths of the image inside the folder that stands for it. */
export const inside = (root: string, text: string): string => text.replaceAll(/(^|\s)\/(?=\w)/g, `$1${root}/`)

/** The search path of a container, under which `node` is the Node that runs this. */
export const searchPath = (root: string): string => [join(root, 'usr/local/bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':')

/** Follows the Dockerfile's COPY and RUN steps in an empty folder, without a container engine. Throws what a step said when it failed. */
export async function buildImage(scratch: string, signal: AbortSignal): Promise<Image> {
  const instructions = instructionsOf(await readFile(join(checkout, 'Dockerfile'), 'utf8'))
  const roots = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ stage }) => join(scratch, `stage-${stage}`))
  const stageNames = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ text }) => text.split(/ AS /i)[1])
  for (const instruction of instructions) await step(instruction, { roots, stageNames, signal })
  const root = roots.at(-1) ?? scratch
  const last = (keyword: string) => instructions.findLast((instruction) => instruction.keyword === keyword)?.text ?? ''
  const [uid = 0, gid = 0] = last('USER').split(':').map(Number)
  return { root, command: [...execForm(last('ENTRYPOINT')), ...execForm(last('CMD'))], user: { uid, gid } }
}

interface Building {
  readonly roots: readonly string[]
  readonly stageNames: readonly (string | undefined)[]
  readonly signal: AbortSignal
}

async function step({ keyword, text, stage }: Instruction, { roots, stageNames, signal }: Building): Promise<void> {
  const root = roots[stage] ?? ''
  const cwd = join(root, 'app')
  switch (keyword) {
    case 'FROM': {
      for (const folder of ['app', 'usr/local/bin', 'var/lib', 'etc']) await mkdir(join(root, folder), { recursive: true })
      return chmod(root, 0o755)
    }
    case 'COPY': {
      const words = text.split(/\s+/)
      const [, from] = /^--from=(\w+)$/.exec(words[0] ?? '') ?? []
      const sources = words
        .slice(from ? 1 : 0, -1)
        .map((source) => (from ? join(roots[stageNames.indexOf(from)] ?? '', source) : join(checkout, source)))
      const target = join(cwd, words.at(-1) ?? '')
      for (const source of sources)
        await cp(source, words.at(-1)?.endsWith('/') ? join(target, source.split('/').at(-1) ?? '') : target, { recursive: true })
      return undefined
    }
    case 'RUN': {
      // A build takes proxies and the registry's address from its surroundings.
      const env = { ...process.env, PATH: searchPath(root) }
      await execute('/bin/sh', ['-euc', inside(root, text)], { cwd, env, signal, maxBuffer: 2 ** 24 })
      return undefined
    }
    default:
      return undefined
  }
}
