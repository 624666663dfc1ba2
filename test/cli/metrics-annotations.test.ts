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

const enabled = (annotations: Texts) => patched(annotations, enabling(annotations).patch)
const disabled = (annotations: Texts) => patched(annotations, disabling(annotations).patch)
const other = { 'example.com/team': 'books' }

describe('disabling', () => {
  it.each([
    ['what the injector writes goes', { ...scraped, ...other }, other],
    ['a part of it with the port goes', { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '15010' }, {}],
    ['another port stays', { ...scraped, 'prometheus.io/port': '8080' }, undefined],
    ['another path stays', { ...scraped, 'prometheus.io/path': '/metrics' }, undefined],
    ['what is off already stays', { ...scraped, 'prometheus.io/scrape': 'false' }, undefined],
    ["a wish without a port is the application's", { 'prometheus.io/scrape': 'true' }, undefined],
    ['kept values that cannot be read are forgotten', { ...scraped, 'mesh-telemetry/own-prometheus': '{' }, {}],
    ['kept values of other keys are not put back', { ...scraped, 'mesh-telemetry/own-prometheus': '{"app.io/admin":"yes"}' }, {}],
  ])('%s', (_, before, after) => {
    expect(disabled(before)).toEqual(after ?? before)
    expect(disabling(before).note === undefined).toBe(after !== undefined)
  })

  it('puts back what somebody else has taken away meanwhile', () => {
    const own = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' }
    const { 'mesh-telemetry/own-prometheus': kept = '' } = enabled(own)
    expect(disabled({ 'mesh-telemetry/own-prometheus': kept })).toEqual(own)
  })
})

it('whatever a pod says itself is there again after enabling and disabling, and doing either twice is doing it once', () => {
  const keys = [...Object.keys(scraped), 'example.com/team']
  const values = fc.constantFrom('true', 'false', '15010', '8080', '/stats/prometheus', '/metrics', '')
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), values), (before) => {
      const on = enabled(before)
      expect(on).toMatchObject(scraped)
      expect(enabling(on).patch).toEqual({})
      const off = disabled(on)
      const ours = enabling(before).note === undefined
      expect(off).toEqual(ours ? disabled(before) : before)
      expect(disabling(off).patch).toEqual({})
    }),
  )
})
