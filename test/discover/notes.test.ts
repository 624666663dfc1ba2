import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { follow, nobodySeen, type Watches } from '../../src/discover/born.ts'
import { discover, noHistory } from '../../src/discover/discover.ts'
import { noteChanges, readNotes, type Written } from '../../src/discover/notes.ts'
import type { Objects } from '../../src/discover/objects.ts'
import { discoverOptions } from '../../src/discover/options.ts'
import type { NoteChanges } from '../../src/model/record.ts'
import { named, pod } from './cluster.ts'

/** What a run leaves behind, as a state keeps it. */
class Notebook {
  readonly notes = new Map<string, string>()

  take(changes: NoteChanges): void {
    for (const [key, text] of changes) {
      this.notes.delete(key)
      if (text !== undefined) this.notes.set(key, text)
    }
  }
}

const settings = { ...discoverOptions.parse({}), allowLoopback: false }
const objects = (change: Partial<Objects>): Objects => ({
  namespaces: [],
  pods: [],
  configMaps: [],
  complete: () => true,
  problems: [],
  ...change,
})
const pods = (...uids: string[]) => uids.map((uid, n) => pod({ name: uid, uid, ip: `10.0.0.${n + 1}` }))

const sighting = fc.record({
  scope: fc.constantFrom('shop', 'store'),
  uid: fc.constantFrom('a', 'b', 'c', 'd'),
  pending: fc.boolean(),
  port: fc.constantFrom(undefined, 1, 2),
})
const round = fc.record({
  scopes: fc.subarray(['shop', 'store', 'empty']),
  sightings: fc.uniqueArray(sighting, { selector: ({ uid }) => uid }),
  complete: fc.boolean().map((complete) => () => complete),
})

describe('the notes of discovery', () => {
  it('hold after each round all that the next run needs', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 8 }), (rounds) => {
        const book = new Notebook()
        let before: Written = { watches: nobodySeen }
        for (const { scopes, sightings, complete } of rounds) {
          const seen = sightings
            .filter(({ scope }) => scopes.includes(scope))
            .map(({ port, ...rest }) => ({ ...rest, ...(port !== undefined && { target: `${rest.uid}:${port}` }) }))
          const now = { watches: follow(before.watches, { scopes, sightings: seen, complete }) }
          book.take(noteChanges(before, now))
          before = now
          expect(readNotes(book.notes)).toEqual(now)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are written only where something changed', () => {
    const configMaps = [named('bookstore')]
    const first = discover(objects({ configMaps, pods: pods('a', 'b') }), settings, noHistory)
    expect([...first.found.notes.keys()].sort()).toEqual(['monitored', 'pod a', 'pod b', 'scope bookstore'])
    const second = discover(objects({ configMaps, pods: pods('a', 'b') }), settings, first.history)
    expect(second.found.notes.size).toBe(0)
    const third = discover(objects({ configMaps, pods: pods('a', 'c') }), settings, second.history)
    expect([...third.found.notes.keys()].sort()).toEqual(['pod b', 'pod c'])
    const fourth = discover(objects({ pods: pods('a', 'c') }), settings, third.history)
    expect([...fourth.found.notes].filter(([, text]) => text === undefined).map(([key]) => key)).toEqual(['scope bookstore', 'monitored'])
  })

  it('tell the next run who began while nobody watched', () => {
    const configMaps = [named('bookstore')]
    const { found } = discover(objects({ configMaps, pods: pods('a') }), settings, noHistory)
    const book = new Notebook()
    book.take(found.notes)
    const history = { ...noHistory, ...readNotes(book.notes) }
    const next = discover(objects({ configMaps, pods: pods('a', 'b') }), settings, history).found
    expect(next.targets.map(({ id, bornWatched }) => [id, bornWatched])).toEqual([
      ['a:15010', false],
      ['b:15010', true],
    ])
    expect([...next.notes.keys()]).toEqual(['pod b'])
  })

  it('that are none of ours say nothing', () => {
    const notes = new Map([
      ['monitored', '{'],
      ['pod a', '[1]'],
      ['pod b', 'no JSON'],
      ['other', 'x'],
    ])
    expect(readNotes(notes)).toEqual({ watches: nobodySeen })
  })
})

it('remembers so many that departed, the longest gone are forgotten and crossed out', () => {
  const crowd = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => ({ scope: n % 2 === 0 ? 'shop' : 'store', uid: String(from + n), pending: false }))
  const look = (watches: Watches, sightings: ReturnType<typeof crowd>) =>
    follow(watches, { scopes: ['shop', 'store'], sightings, complete: () => true })
  const full = look(look(nobodySeen, crowd(0, 20_000)), [])
  expect(noteChanges({ watches: full }, { watches: look(full, []) }).size).toBe(0)
  const over = look(look(full, crowd(20_000, 20_003)), [])
  expect(over.lives.size).toBe(20_000)
  expect([...noteChanges({ watches: full }, { watches: over })].filter(([, text]) => text === undefined).map(([key]) => key)).toEqual([
    'pod 0',
    'pod 1',
    'pod 2',
  ])
})
