import { describe, expect, it } from 'vitest'
import { ByteStrings } from '../../src/parse/byte-strings.ts'
import { Templates } from '../../src/parse/template.ts'
import { createParser } from '../../src/parse/template-parser.ts'
import { WantedNames } from '../../src/parse/wanted-names.ts'
import { page, wanted } from './pages.ts'

const sidecar = (...clusters: readonly string[]) =>
  `# TYPE envoy_server_live gauge\nenvoy_server_live{} 1\n# TYPE envoy_cluster_upstream_rq_total counter\n${clusters.map((name) => `envoy_cluster_upstream_rq_total{envoy_cluster_name="${name}"} 5\n`).join('')}`

describe('shapes', () => {
  const reading = () => {
    const parser = createParser()
    const read = (id: string, text: string) => parser.read({ id, wanted, body: Buffer.from(text) }).shape
    return { parser, read }
  }

  it('are shared by targets whose wanted series look alike, whatever their values and their other families', () => {
    const { read } = reading()
    const shape = read('a', sidecar('x', 'y'))
    expect(read('b', sidecar('x', 'y').replaceAll(' 5', ' 7'))).toBe(shape)
    expect(read('c', `# TYPE envoy_listener_downstream_cx counter\nenvoy_listener_downstream_cx{} 1\n${sidecar('x', 'y')}`)).toBe(shape)
    expect(read('d', sidecar('x'))).not.toBe(shape)
  })

  it('are shared by pages that no template can read', () => {
    const { read } = reading()
    const untyped = 'envoy_server_live 1\nenvoy_cluster_upstream_rq_total{envoy_cluster_name="a"} 3\n'
    const shape = read('a', untyped)
    expect(read('a', untyped.replace(' 3', ' 4'))).toBe(shape)
    expect(read('b', untyped)).toBe(shape)
  })

  it('come back when a page looks as before', () => {
    const { read } = reading()
    const shape = read('a', sidecar('x'))
    read('b', sidecar('x'))
    expect(read('a', sidecar('x', 'y'))).not.toBe(shape)
    expect(read('a', sidecar('x'))).toBe(shape)
  })

  it('are let go when their last target is forgotten or moves on', () => {
    const { parser, read } = reading()
    const shape = read('a', sidecar('x'))
    read('b', sidecar('x'))
    parser.forget('a')
    parser.forget('a')
    parser.forget('never seen')
    expect(read('c', sidecar('x'))).toBe(shape)
    parser.forget('b')
    read('c', sidecar('y'))
    expect(read('a', sidecar('x'))).not.toBe(shape)
  })

  it('are apart for pages that only the places of their numbers tell apart', () => {
    const strings = (...parts: readonly string[]) => {
      const all = new ByteStrings()
      for (const part of parts) all.add(Buffer.from(part))
      return all
    }
    const templates = new Templates()
    const hold = (...parts: readonly string[]) => templates.hold({ shape: { series: [] }, segments: strings(...parts) })
    const [one, other] = [hold('ab', 'c'), hold('a', 'bc')]
    expect(other).not.toBe(one)
    templates.release(one)
    expect(hold('a', 'bc')).toBe(other)
    expect(hold('ab', 'c')).not.toBe(one)
  })
})

describe('names', () => {
  it('are asked for once', () => {
    const asked: string[] = []
    const counting = { ...wanted, takes: (name: string) => asked.push(name) > 0 && wanted.takes(name) }
    const parser = createParser()
    const read = (id: string) => parser.read({ id, wanted: counting, body: page('v1.40.0-wasm/bookbuyer-default.prom') })
    read('a')
    const families = asked.length
    read('a')
    read('b')
    expect(families).toBe(534)
    expect(asked).toHaveLength(families)
    expect(new Set(asked).size).toBe(families)
  })

  it('are remembered within bounds, and still known rightly behind them', () => {
    const asked: string[] = []
    const names = new WantedNames((name) => asked.push(name) > 0 && name.startsWith('w'), 1000)
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 1000; i++) {
        expect(names.takes(`w${i}`)).toBe(true)
        expect(names.takes(`u${i}`)).toBe(false)
      }
    }
    expect(asked).toHaveLength(4000) // none was still known a round later
  })

  it('that overflow in the middle of a page do no harm', () => {
    const families = (count: number) =>
      Array.from({ length: count }, (_, i) => `# TYPE u${i} gauge\nu${i} 1\n${i % 7 ? '' : `# TYPE w${i} gauge\nw${i} ${i}\n`}`).join('')
    const few = { version: 'few', takes: (name: string) => name.startsWith('w') }
    const parser = createParser({ namesLimitBytes: 200 })
    for (const count of [100, 100, 50, 100, 100]) {
      const { shape, values } = parser.read({ id: 'a', wanted: few, body: Buffer.from(families(count)) })
      expect(shape.series.map(({ name }, column) => `${name} ${values[column]}`)).toEqual(
        Array.from({ length: Math.ceil(count / 7) }, (_, i) => `w${7 * i} ${7 * i}`),
      )
    }
  })
})
