import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'

const root = join(import.meta.dirname, '../..')
const read = (pattern: string) =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

/** Of pages for people only what they set in code: elsewhere "mesh-telemetry reads" is a sentence. */
const codeOf = (text: string) => [...text.matchAll(/```[^]*?```|`[^`\n]+`/g)].map(([code]) => code).join('\n')

const sources = ['src/**/*.ts', 'docs/*.md', 'configmaps/*', 'test/cases/discover/**/*.json'].flatMap(read)
const pages = ['*.md', 'docs/*.ts'].flatMap(read).map(({ file, text }) => ({ file, text: codeOf(text) }))

/** Commands that a text says can be typed: `mesh-telemetry` and the words behind it. */
function unknownCommands(text: string): string[] {
  const known = ['help', ...commands.map(({ name }) => name)]
  const typed = [...text.matchAll(/\bmesh-telemetry ((?:[a-z][a-z-]+ ?)+)/g)].map(([, words = '']) => words.trim())
  return typed.filter((words) => !known.some((name) => `${words} `.startsWith(`${name} `)))
}

it('whatever is named as a command of ours is one', () => {
  const wrong = [...sources, ...pages].flatMap(({ file, text }) => unknownCommands(text).map((words) => `${file}: mesh-telemetry ${words}`))
  expect(wrong).toEqual([])
  expect(sources.length).toBeGreaterThan(100)
})

it('a command that there is not stands out', () => {
  expect(unknownCommands('type mesh-telemetry metrics enable --namespace x, or "mesh-telemetry config print"')).toEqual(['metrics enable'])
  expect(unknownCommands('mesh-telemetry config show\nmesh-telemetry targets | head')).toEqual(['config show'])
})
