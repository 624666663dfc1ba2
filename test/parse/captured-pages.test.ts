import { describe, expect, it } from 'vitest'
import { labelsKey } from '../../src/model/labels.ts'
import { readExposition } from '../../src/parse/exposition.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { freshly, linesOf, page, pageNames, wanted } from './pages.ts'

const read = (parser: ReturnType<typeof createParser>, name: string) => parser.read({ id: 'a', wanted, body: page(name) })
const wantedSamples = (body: Buffer) =>
  readExposition(body)
    .filter(({ name }) => wanted.takes(name))
    .map(({ name, labels, type, value }) => `${name}{${labelsKey(labels)}} ${type} ${value}`)
const withoutPort15010 = (line: string) => !line.includes('envoy-metrics-cluster') && !line.includes('server_uptime')

describe('captured pages', () => {
  it.each(pageNames)('%s reads the same line by line and by template', (name) => {
    const parser = createParser()
    const learnt = linesOf(read(parser, name))
    const { shape } = read(parser, name)
    expect(learnt).toEqual(wantedSamples(page(name)))
    expect(linesOf(read(parser, name))).toEqual(learnt)
    expect(read(parser, name).shape).toBe(shape)
  })

  it.each(['plain', 'wasm'])('six scrapes of the %s sidecar in a row read as each by itself', (kind) => {
    const parser = createParser()
    const names = [1, 2, 3, 4, 5, 6].map((n) => `v1.40.0-${kind}/bookbuyer-scrape-${n}.prom`)
    const shapes = names.map((name) => {
      const parsed = read(parser, name)
      expect(linesOf(parsed)).toEqual(freshly(page(name)))
      return parsed.shape
    })
    expect(new Set(shapes).size).toBe(1)
  })

  it.each(['plain', 'wasm'])('the filtered %s page says what the whole one says', (kind) => {
    const [filtered, whole] = ['osm-filter', 'default'].map((name) =>
      freshly(page(`v1.40.0-${kind}/bookbuyer-${name}.prom`)).filter(withoutPort15010),
    )
    const asked = whole?.filter((line) => !/upstream_rq_tx_reset|server_(?:uptime|hot_restart_epoch)/.test(line)) // not in the filter of that capture
    expect(filtered?.length).toBeGreaterThan(100)
    expect(filtered).toEqual(asked)
  })

  it.each(['plain', 'wasm'])('a %s page of used statistics only says nothing that the whole one does not', (kind) => {
    const whole = new Set(freshly(page(`v1.40.0-${kind}/bookbuyer-default.prom`)).filter(withoutPort15010))
    const used = freshly(page(`v1.40.0-${kind}/bookbuyer-usedonly.prom`)).filter(withoutPort15010)
    expect(used.length).toBeGreaterThan(20)
    expect(used.filter((line) => !whole.has(line))).toEqual([])
  })

  it('quantiles without a value are no numbers, not zeros', () => {
    const { values, shape } = read(createParser(), 'v1.40.0-plain/bookbuyer-rq_time-summary.prom')
    const quantiles = shape.series.flatMap(({ labels, type }, column) =>
      labels.quantile === '0.5' && type === 'summary' ? [values[column]] : [],
    )
    expect(quantiles.length).toBeGreaterThan(0)
    expect(quantiles.every(Number.isNaN)).toBe(true)
  })
})
