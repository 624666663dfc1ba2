import { assert, constantFrom, property, record, string, array, boolean, option, date } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, changed, noFilters, tabs, type View, viewOf, windows } from '../../../src/http/ui/view.ts'

const hostile = constantFrom('a/b', '100%', '%2F', '?', '#', ' ', '商店/书 店', '..', '<b>', '&window=1h', '=', '+', '\u202E', '😀')
const name = string({ unit: 'grapheme', minLength: 1 }).map((text) => text.toWellFormed())
const text = option(
  constantFrom('x').chain(() => hostile),
  { nil: undefined },
)
const until = option(
  date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((day) => day.toISOString()),
  { nil: undefined },
)
const filters = record({
  window: constantFrom(...windows),
  internals: boolean(),
  errorsOnly: boolean(),
  until,
  namespace: text,
  service: text,
  search: text,
  sort: text,
  minDuration: text,
}).map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as View['filters'])
const views = record({
  tab: constantFrom(...tabs),
  path: array(
    hostile.chain((one) => name.map((other) => one + other)),
    { maxLength: 3 },
  ),
  filters,
})

describe('the address of a view', () => {
  it('names the same view, whatever names it holds', () => {
    assert(
      property(views, (view) => {
        expect(viewOf(addressOf(view))).toEqual(view)
      }),
    )
  })

  it.each(['', '#', '#/', '#/nothing', '#/requests?window=7y&until=lately&internals=perhaps&errors=some&else=1', '#?'])(
    'is the first view where nothing of it is known: %j',
    (hash) => {
      expect(viewOf(hash)).toEqual({ tab: 'requests', path: [], filters: noFilters })
    },
  )

  it('takes a broken escape as it stands', () => {
    expect(viewOf('#/connections/100%/b').path).toEqual(['100%', 'b'])
  })

  it('says a moment as the API takes it', () => {
    expect(viewOf('#/requests?until=2026-01-31T10:30%2B01:00').filters.until).toBe('2026-01-31T09:30:00.000Z')
  })

  it('leaves out what is usual', () => {
    expect(addressOf(viewOf('#/requests'))).toBe('#/requests')
  })
})

describe('another view', () => {
  const view = viewOf('#/requests?namespace=shop&sort=-p90')

  it('keeps the filters', () => {
    expect(changed(view, { tab: 'map' }).filters).toEqual({ ...noFilters, namespace: 'shop' })
  })

  it('keeps the order only of the same table', () => {
    expect(changed(view, { filters: { search: 'x' } }).filters.sort).toBe('-p90')
    expect(changed(view, { path: ['shop/cart'] }).filters.sort).toBeUndefined()
  })
})
