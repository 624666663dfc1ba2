import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AnnotationPatch, disabling, enabling } from '../../src/cli/metrics-annotations.ts'
import { scraped } from './meshed-cluster.ts'

type Texts = Readonly<Record<string, string>>

/** What a merge patch leaves. */
function patched(annotations: Texts, patch: AnnotationPatch): Texts {
  const all: Record<string, string | null> = { ...annotations, ...patch }
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
}

/** In a namespace whose metrics were off so far, or on. */
const enabled = (annotations: Texts, wasOn = false) => patched(annotations, enabling(annotations, wasOn).patch)
const disabled = (annotations: Texts, wasOn = true) => patched(annotations, disabling(annotations, wasOn).patch)
const other = { 'example.com/team': 'books' }

/** `{ scrape: 'true' }` as annotations. */
const says = (values: Texts): Texts => Object.fromEntries(Object.entries(values).map(([key, value]) => [`prometheus.io/${key}`, value]))
const own = says({ scrape: 'true', port: '8080', path: '/app' })
const keeps = (values: Texts): Texts => ({ 'mesh-telemetry/own-prometheus': JSON.stringify(values) })

describe('disabling', () => {
  it.each([
    ['what the injector writes goes', { ...scraped, ...other }, other],
    ['a part of it with the port goes', says({ scrape: 'true', port: '15010' }), {}],
    ['a part of it with the path goes', says({ scrape: 'true', path: '/stats/prometheus' }), {}],
    ['its port with a word that nobody obeys goes', says({ scrape: 'True', port: '15010' }), {}],
    ['its port with another path goes', { ...scraped, ...says({ path: '/metrics' }) }, {}],
    ['its path with another port goes', { ...scraped, ...says({ port: '8080' }) }, {}],
    ['a port that is none goes', says({ scrape: 'true', port: 'http', path: '/app' }), {}],
    ['a path that is none goes', says({ scrape: 'true', port: '8080', path: '../x' }), {}],
    ['what was switched off by hand goes', { ...scraped, ...says({ scrape: 'false' }) }, {}],
    ['what is written wrongly makes way for what is kept', { ...says({ port: 'http' }), ...keeps(own) }, own],
    ['what is ours in part makes way for what is kept', { ...scraped, ...says({ path: '/metrics' }), ...keeps(own) }, own],
    ['kept values that cannot be read are forgotten', { ...scraped, 'mesh-telemetry/own-prometheus': '{' }, {}],
    ['kept values that are ours in part are forgotten', { ...scraped, ...keeps(says({ scrape: 'true', port: '15010' })) }, {}],
    ['kept values of other keys are not put back', { ...scraped, ...keeps({ 'app.io/admin': 'yes' }) }, {}],
  ])('%s', (_, before, after) => {
    expect(disabled(before)).toEqual(after)
    expect(disabling(before, true).note).toBeUndefined()
  })

  it.each([
    ['another port and path', own],
    ['a wish to be left alone', says({ scrape: 'false', port: '8080' })],
    ['a wish without a port', says({ scrape: 'true' })],
  ])("leaves %s: it is the application's own", (_, before) => {
    expect(disabled(before)).toEqual(before)
    expect(disabling(before, true).note).toMatch(/is the application's own and stays$/)
    expect(disabled({ ...before, ...keeps(says({ port: '9090' })) })).toEqual(before)
  })

  it('leaves what is written wrongly where metrics were never on', () => {
    const before = says({ scrape: 'yes', port: 'http' })
    expect(disabled(before, false)).toEqual(before)
    expect(disabled({ ...before, ...keeps(own) }, false)).toEqual(own)
  })

  it('puts back what somebody else has taken away meanwhile', () => {
    const { 'mesh-telemetry/own-prometheus': kept = '' } = enabled(own)
    expect(disabled({ 'mesh-telemetry/own-prometheus': kept })).toEqual(own)
  })
})

describe('enabling once more', () => {
  it.each([
    ['the port broken', says({ port: 'http' })],
    ['the path broken', says({ path: '../x' })],
    ['a word that nobody obeys', says({ scrape: 'True' })],
    ['another path', says({ path: '/metrics' })],
    ['another endpoint', says({ port: '9090', path: '/other' })],
  ])('mends what somebody changed, and keeps what the application had before: %s', (_, change) => {
    const changed = { ...enabled(own), ...change }
    expect(enabled(changed, true)).toEqual({ ...scraped, ...keeps(own) })
    expect(disabled(enabled(changed, true))).toEqual(own)
    expect(disabled(enabled({ ...scraped, ...change, ...keeps(own) }, false))).toEqual(own)
  })

  it.each([says({ port: 'http' }), says({ path: '../x' }), says({ scrape: 'True' }), says({ path: '/metrics' })])(
    'leaves nothing on a pod that had nothing: %j',
    (change) => {
      const mended = enabled({ ...scraped, ...change }, true)
      expect(mended).toEqual(scraped)
      expect(disabled(mended)).toEqual({})
    },
  )

  it('says what goes for good: what came after the values that are kept', () => {
    const note = enabling({ ...says({ scrape: 'true', port: '9090' }), ...keeps(own) }, true).note
    expect(note).toBe(
      'prometheus.io/scrape="true", prometheus.io/port="9090" goes; "metrics disable" puts back what was there before: prometheus.io/scrape="true", prometheus.io/port="8080", prometheus.io/path="/app"',
    )
  })
})

it('whatever a pod says itself is there again after enabling and disabling, and doing either twice is doing it once', () => {
  const keys = [...Object.keys(scraped), 'example.com/team']
  const values = fc.constantFrom('true', 'false', 'True', '15010', '8080', 'http', '/stats/prometheus', '/metrics', '../x', '')
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), values), fc.boolean(), (before, wasOn) => {
      const on = enabled(before, wasOn)
      expect(on).toMatchObject(scraped)
      expect(enabling(on, true).patch).toEqual({})
      const off = disabled(on)
      const ours = enabling(before, wasOn).note === undefined
      const others = Object.fromEntries(Object.entries(before).filter(([key]) => !(key in scraped)))
      expect(off).toEqual(ours ? others : before)
      expect(disabling(off, false).patch).toEqual({})
    }),
  )
})

it('whatever somebody writes meanwhile, disabling leaves no scrape of ours', () => {
  const values = fc.constantFrom('true', 'True', '15010', '8080', 'http', '/stats/prometheus', '/metrics', '../x')
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(scraped)), values), fc.boolean(), (change, again) => {
      const changed = { ...scraped, ...change }
      const off = disabled(again ? enabled(changed, true) : changed)
      expect(off['prometheus.io/port']).not.toBe('15010')
      expect(off['prometheus.io/path']).not.toBe('/stats/prometheus')
      if (again) expect(disabled({ ...enabled(own), ...change })).not.toHaveProperty('mesh-telemetry/own-prometheus')
    }),
  )
})
