import fc from 'fast-check'
import { expect, it } from 'vitest'
import { durationText, parseBytes, parseDurationMs } from '../../src/runtime/units.ts'

it.each([
  ['250ms', 250],
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms)
})

it.each(['', '15', 's', '15 s', '-1s', '1y', '1m30'])('"%s" is no duration', (text) => {
  expect(parseDurationMs(text)).toBeUndefined()
})

it('writes every duration so that it reads back', () => {
  fc.assert(fc.property(fc.nat(10 ** 10), (ms) => parseDurationMs(durationText(ms)) === ms))
})

it.each([
  ['64MiB', 67_108_864],
  ['900kB', 900_000],
  ['1.5KiB', 1536],
])('%s is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

it.each(['', '64', 'MiB', '64 MiB', '64mib'])('"%s" is no size', (text) => {
  expect(parseBytes(text)).toBeUndefined()
})
