import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

/** Where a page's links within the project lead. */
const links = (file: string) => [...read(file).matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => join(dirname(file), target))

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  it('has the two commands on its first screen', () => {
    const screen = read(file).split('\n').slice(0, 12).join('\n')
    expect(screen).toContain('npm ci && npm start')
    expect(screen).toContain('npm ci && npm test')
  })
})

describe.each(['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'deploy/README.md'])('%s', (file) => {
  it('leads nowhere that does not exist', () => {
    expect(links(file).filter((target) => !existsSync(join(root, target)))).toEqual([])
  })

  it('names no script that does not exist', () => {
    const named = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

it('ARCHITECTURE.md names files that exist', () => {
  const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `((?:src|bin|docs)\/[\w/]*)` \|.*\| (.*) \|$/gm)]
  const files = rows.flatMap(([, room = '', names = '']) => [...names.matchAll(/`([\w.-]+)`/g)].map(([, name = '']) => join(room, name)))
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((name) => !existsSync(join(root, name)))).toEqual([])
})
