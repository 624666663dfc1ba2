import { expect, test } from 'vitest'
import { tracesPath } from '../../../../src/http/ui/traces/traces-query.ts'

const usual = { window: '5m', errorsOnly: false }

test('the window of the view is asked for', () => expect(tracesPath(usual, {})).toBe('traces?since=5m'))
test('of a window that ends in the past all is asked for: the API counts from now', () =>
  expect(tracesPath({ ...usual, until: '2026-01-31T09:30:00Z' }, {})).toBe('traces?'))
test('filters and the ends of a call', () =>
  expect(
    tracesPath(
      { ...usual, errorsOnly: true, service: 'shop/store', minDuration: '250' },
      { source: 'shop/buyer', destination: 'shop/store' },
    ),
  ).toBe('traces?since=5m&service=shop%2Fstore&source=shop%2Fbuyer&destination=shop%2Fstore&error=true&minDuration=250ms'))
test.each(['', '-1', '1.5', '1e9', 'long'])('"%s" is no duration to ask for', (minDuration) =>
  expect(tracesPath({ ...usual, minDuration }, {})).toBe('traces?since=5m'),
)
