import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samplerOf } from '../../src/receive/sampling.ts'

const span = (traceId: string, change: object = {}) => ({ traceId, id: 'a2fb4a1d1a96d312', ...change })
const lowest = '0'.repeat(16).replace(/.$/, '1')

describe('sampling', () => {
  it.each([0.01, 0.1, 0.5, 0.9])('keeps %d of the traces', (sample) => {
    const isKept = samplerOf({ sample, keepErrors: true })
    const bytes = randomBytes(8 * 100_000)
    let kept = 0
    for (let at = 0; at < bytes.length; at += 8) if (isKept(span(bytes.toString('hex', at, at + 8)))) kept++
    // Six standard deviations: one run in five hundred million is further away.
    expect(Math.abs(kept / 100_000 - sample)).toBeLessThan(6 * Math.sqrt((sample * (1 - sample)) / 100_000))
  })

  it('keeps of one trace all or nothing, however long its id is written, and a smaller share is part of a larger one', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const id = fc.stringMatching(/^[0-9a-f]{32}$/)
    fc.assert(
      fc.property(id, share, share, (traceId, a, b) => {
        const kept = (sample: number, of = traceId) => samplerOf({ sample, keepErrors: false })(span(of))
        expect(kept(a, traceId.slice(16))).toBe(kept(a))
        if (kept(Math.min(a, b))) expect(kept(Math.max(a, b))).toBe(true)
      }),
    )
  })

  it('agrees with the threshold of consistent sampling in OpenTelemetry: a quarter is what begins at c0', () => {
    const isKept = samplerOf({ sample: 0.25, keepErrors: false })
    expect(isKept(span('00c0000000000000'))).toBe(true)
    expect(isKept(span('ffbfffffffffffff'))).toBe(false)
  })

  it('at its ends keeps everything and nothing', () => {
    const keeps = (sample: number, id: string) => samplerOf({ sample, keepErrors: true })(span(id))
    expect([keeps(1, lowest), keeps(1, 'f'.repeat(16)), keeps(0, lowest), keeps(0, 'f'.repeat(16))]).toEqual([true, true, false, false])
  })

  it.each<readonly [boolean, object]>([
    [true, { tags: { error: 'true' } }],
    [true, { tags: { error: '' } }],
    [true, { tags: { 'http.status_code': '503' } }],
    [true, { debug: true }],
    [false, { tags: { error: 'false', 'http.status_code': '404' } }],
    [false, { tags: { 'http.status_code': '5' } }],
    [false, {}],
  ])('keeps what failed and what is asked for: %s for %j', (isKept, change) => {
    expect(samplerOf({ sample: 0, keepErrors: true })(span(lowest, change))).toBe(isKept)
  })

  it('keeps no errors where none are to be kept', () => {
    expect(samplerOf({ sample: 0, keepErrors: false })(span(lowest, { tags: { error: 'true' } }))).toBe(false)
  })
})
