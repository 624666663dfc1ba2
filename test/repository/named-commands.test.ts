import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { branches, commands } from '../../src/cli/commands.ts'

const root = join(import.meta.dirname, '../..')
const read = (pattern: string) =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

/** Of pages for people only what they set in code: elsewhere "mesh-telemetry reads" is a sentence. */
const codeOf = (text: string) => [...text.matchAll(/```[^]*?```|`[^`\n]+`/g)].map(([code]) => code).join('\n')

const sources = ['src/**/*.ts', 'docs/*.md', 'configmaps/*', 'test/cases/discover/**/*.json'].flatMap(read)
const pages = ['*.md', 'deploy/*.md', 'docs/runbooks/*.md', 'docs/*.ts']
  .flatMap(read)
  .map(({ file, text }) => ({ file, text: codeOf(text) }))

/** A command of two words may have another first word: `ns list`. */
const callNames = ({ name }: { readonly name: string }) => [
  name,
  ...branches.map(({ name: branch, alias = branch }) => name.replace(new RegExp(`^${branch} `), `${alias} `)),
]

/** Commands that a text says can be typed: `mesh-telemetry` and the words behind it. */
function unknownCommands(text: string): string[] {
  const known = ['help', ...commands.flatMap(callNames)]
  const typed = [...text.matchAll(/(?<!-n )\bmesh-telemetry ((?:[a-z][a-z-]+ ?)+)/g)].map(([, words = '']) => words.trim())
  return typed.filter((words) => !known.some((name) => `${words} `.startsWith(`${name} `)))
}

it('whatever is named as a command of ours is one', () => {
  const wrong = [...sources, ...pages].flatMap(({ file, text }) => unknownCommands(text).map((words) => `${file}: mesh-telemetry ${words}`))
  expect(wrong).toEqual([])
  expect(sources.length).toBeGreaterThan(100)
})

it('a command that there is not stands out', () => {
  expect(
    unknownCommands('type mesh-telemetry metrics renew --namespace x, "mesh-telemetry ns list" or "mesh-telemetry config print"'),
  ).toEqual(['metrics renew'])
  expect(unknownCommands('mesh-telemetry config show\nmesh-telemetry targets | head')).toEqual(['config show'])
})
