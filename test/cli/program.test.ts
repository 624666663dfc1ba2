import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { typed } from './terminal-session.ts'

const golden = (name: string) => `../cases/cli/help${name && '-'}${name.replace(' ', '-')}.golden`

describe('--help', () => {
  it.each(['', ...commands.map(({ name }) => name)])('of "%s"', async (name) => {
    const { exitCode, out, err } = await typed(`${name} --help`)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    await expect(out).toMatchFileSnapshot(golden(name))
  })

  it('is what "help" prints too, and every command has examples', async () => {
    for (const { name, notes } of commands) {
      expect(notes).toContain(`$ mesh-telemetry ${name}`)
      if (!name.includes(' ')) expect((await typed(`help ${name}`)).out).toBe((await typed(`${name} --help`)).out)
    }
  })
})

describe('a mistake on the command line', () => {
  it.each([
    ['', 'Usage: mesh-telemetry'],
    ['edge', "unknown command 'edge'\n(Did you mean edges?)"],
    ['config prin', '(Did you mean print?)'],
    ['edges --windw 5m', '(Did you mean --window?)'],
    ['edges --window 5', 'It is a duration from 1s to 1h'],
    ['edges --window 2h', 'It is a duration from 1s to 1h'],
    ['edges -o yaml', 'Allowed are table, json, prometheus.'],
    ['targets -o prometheus', 'Allowed are table, json.'],
    ['edges --server ftp://there', 'It is a URL such as'],
    ['edges surplus', 'too many arguments'],
    ['scrape', "missing required argument 'url-or-file'"],
    ['run', "required option '-c, --config <file>' not specified"],
    ['demo --seed many', 'It is a whole number'],
    ['demo --listen nowhere', 'It is host:port'],
  ])('"%s" ends with exit code 2 and says what is meant', async (line, message) => {
    const { exitCode, out, err } = await typed(line)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain(message)
  })
})

it('prints its version', async () => {
  expect((await typed('version')).out).toMatch(/^mesh-telemetry \d+\.\d+\.\d+ \(Node 24\.\d+\.\d+, \w+ \w+\)\n$/)
  expect((await typed('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})
