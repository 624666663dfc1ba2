import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Finding {
  readonly code: string
  readonly filename: string
}

/** Each line is a file of its own, so that a finding points at the line that was refused. */
const refused: readonly (readonly [room: string, line: string, rule: string])[] = [
  ['parse', `import { a } from '../scrape/fetch.ts'`, 'no-restricted-imports'],
  ['parse', `import type { A } from '../scrape/scraper.ts'`, 'no-restricted-imports'],
  ['parse', `export { a } from '../relabel/names.ts'`, 'no-restricted-imports'],
  ['discover/kubernetes', `import { a } from '../../scrape/fetch.ts'`, 'no-restricted-imports'],
  ['aggregate', `import { a } from '../pipeline.ts'`, 'no-restricted-imports'],
  ['http', `import { a } from '../pipeline.ts'`, 'no-restricted-imports'],
  ['http/routes', `import { a } from '../../aggregate/kpis.ts'`, 'no-restricted-imports'],
  ['http', `import { a } from './ui/view.ts'`, 'no-restricted-imports'],
  ['http/routes', `import type { A } from '../ui/view.ts'`, 'no-restricted-imports'],
  ['http/ui', `import type { A } from '../answers.ts'`, 'no-restricted-imports'],
  ['http/ui', `import type { A } from '../../model/edge.ts'`, 'no-restricted-imports'],
  ['http/ui', `import { a } from '../../model/figures.ts'`, 'no-restricted-imports'],
  ['http/ui', `import { type A } from '../../model/figures.ts'`, 'no-import-type-side-effects'],
  ['http/ui', `import { a } from '../../snapshot/reading.ts'`, 'no-restricted-imports'],
  ['http/ui', `import { a } from 'node:fs'`, 'no-restricted-imports'],
  ['http/ui/map', `import { a } from '../../answers.ts'`, 'no-restricted-imports'],
  ['http/ui/map', `import { a } from '../../routes/page.ts'`, 'no-restricted-imports'],
  ['http/ui/map', `import { a } from '../../../model/figures.ts'`, 'no-restricted-imports'],
  ['http/ui/map', `import type { A } from '../../../runtime/units.ts'`, 'no-restricted-imports'],
  ['demo', `import { a } from '../model/target.ts'`, 'no-restricted-imports'],
  ['model', `import { a } from '../runtime/units.ts'`, 'no-restricted-imports'],
  ['runtime', `import type { A } from '../model/target.ts'`, 'no-restricted-imports'],
  ['telemetry', `import { a } from '../snapshot/reading.ts'`, 'no-restricted-imports'],
  ['config', `import { a } from '../parse/parser.ts'`, 'no-restricted-imports'],
  ['cli', `import { a } from '../demo/world.ts'`, 'no-restricted-imports'],
  ['scrape', `export const port = process.env.PORT`, 'no-process-env'],
  ['scrape', `export const stop = () => process.exit(1)`, 'no-restricted-globals'],
  ['cli', `export const stop = () => process.exit(1)`, 'no-process-exit'],
  ['forward', `console.log('sent')`, 'no-console'],
  ['forward', `export default 1`, 'no-default-export'],
  ['forward', `export * from './outbox.ts'`, 'no-barrel-file'],
  ['relabel', `export const join = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e]`, 'max-params'],
  ['relabel', `export const join = (a: any) => a`, 'no-explicit-any'],
]

const allowed: readonly (readonly [room: string, line: string])[] = [
  ['parse', `import { a } from '../model/series.ts'`],
  ['discover/kubernetes', `import { a } from '../discovery.ts'`],
  ['discover/kubernetes', `import { a } from '../../runtime/problem.ts'`],
  ['http/routes', `import { a } from '../../snapshot/reading.ts'`],
  ['http/routes', `import { a } from '../server.ts'`],
  ['http/ui', `import { a } from './view.ts'`],
  ['http/ui', `import { a } from './map/layout.ts'`],
  ['http/ui', `import type { A } from '../../model/figures.ts'`],
  ['http/ui', `import type { A } from '../../model/trace-figures.ts'`],
  ['http/ui/map', `import { a } from '../view.ts'`],
  ['http/ui/map', `import { a } from '../charts/line.ts'`],
  ['http/ui/map', `import type { A } from '../../../model/figures.ts'`],
  ['config', `import { a } from '../scrape/options.ts'`],
  ['telemetry', `import { a } from '../runtime/clock.ts'`],
]

let tree = ''
const probes = new Map<string, string>()
let findings: readonly Finding[] = []

/** Writes one file that holds one line, and uses what it imports so that nothing else is found in it. */
async function probe(room: string, line: string): Promise<void> {
  const path = join('src', room, `probe-${probes.size}.ts`)
  probes.set(`${room}: ${line}`, path)
  const use = line.startsWith('import') ? `export ${line.includes('import type') ? 'type B = A' : 'const b = a'}\n` : ''
  await mkdir(dirname(join(tree, path)), { recursive: true })
  await writeFile(join(tree, path), `${line}\n${use}`)
}

const found = (room: string, line: string) =>
  findings
    .filter(({ filename }) => filename.endsWith(probes.get(`${room}: ${line}`) ?? '?'))
    .map(({ code }) => code.replace(/^.*\((.*)\)$/, '$1'))

const rooms = (await readdir(join(root, 'src'), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
const above = `import { a } from '../main.ts'`

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'floors-'))
  for (const [room, line] of [...refused, ...allowed]) await probe(room, line)
  for (const room of rooms) await probe(room, above)
  // The overrides' globs count from where the configuration lies.
  await copyFile(join(root, '.oxlintrc.json'), join(tree, '.oxlintrc.json'))
  findings = await lint()
}, 30_000)

afterAll(() => rm(tree, { recursive: true, force: true }))

function lint(): Promise<readonly Finding[]> {
  const options = ['--format', 'json', 'src']
  return new Promise((resolve, reject) => {
    // Exit code 1 says only that something was found.
    execFile(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), ...options],
      { cwd: tree, maxBuffer: 2 ** 26 },
      (error, stdout) => {
        if (!stdout.startsWith('{')) reject(new Error(stdout, { cause: error }))
        else resolve((JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics)
      },
    )
  })
}

it.each(refused)('%s may not say: %s', (room, line, rule) => {
  expect(found(room, line)).toContain(rule)
})

it.each(allowed)('%s may say: %s', (room, line) => {
  expect(found(room, line)).toEqual([])
})

it.each(rooms)('%s stands on a floor', (room) => {
  expect(found(room, above)).toContain('no-restricted-imports')
})

it('no room is deeper than the floors reach', async () => {
  const files = await readdir(join(root, 'src'), { recursive: true })
  const depths = files.map((file) => file.split(/[/\\]/)).filter((path) => path.at(-1)?.endsWith('.ts'))
  expect(depths.filter(([room, part, ...rest]) => rest.length > (room === 'http' && part === 'ui' ? 2 : 1))).toEqual([])
})
