import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLog } from '../../src/telemetry/log.ts'
import { hostileNames } from '../hostile/hostile-names.ts'

/** What one call writes. */
function written(speak: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = []
  speak(createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } }))
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

const said = (name: string): string =>
  written((log) => log.warn({ event: name, inner: { [name]: [name] }, error: `because of ${name}` }, name))

const unseen = /[\p{C}\p{Zl}\p{Zp}]/u

it.each(Object.entries(hostileNames))('a line that holds %s shows all of it and is obeyed by no terminal', (_, name) => {
  const line = said(name)
  expect(line.endsWith('\n') && line.slice(0, -1)).not.toMatch(unseen)
  const inner: unknown = JSON.parse(`{${JSON.stringify(name)}:[${JSON.stringify(name)}]}`)
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', event: name, inner, error: `because of ${name}`, message: name })
})

it('spells out what is not seen as JSON does, and leaves the rest', () => {
  const line = said('a\u009B2J\u202Eb\u{E0041}\u007F é 日本語 👩')
  expect(line).toContain(String.raw`"event":"a\u009b2J\u202eb\udb40\udc41\u007f é 日本語 👩"`)
})

it('keeps the meaning of whatever is said', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const line = written((log) => log.info({ name }, 'x'))
      expect(line.slice(0, -1)).not.toMatch(unseen)
      expect((JSON.parse(line) as { name: string }).name).toBe(name)
    }),
  )
})
