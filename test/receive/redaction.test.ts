import { describe, expect, it } from 'vitest'
import { Redaction } from '../../src/receive/redaction.ts'
import { receiveMetrics } from '../../src/receive/telemetry.ts'
import { testTelemetry } from '../support/telemetry.ts'
import { aSpan } from './support/spans.ts'

const telemetry = testTelemetry()
const usual = new Redaction({ queries: true, tags: [] }, telemetry)

function redacted(tags: Readonly<Record<string, string>>, redaction = usual): unknown {
  const span = aSpan({ tags, unknown: [1] })
  const { text, span: after } = redaction.redact({ span: span as never, text: JSON.stringify(span) })
  expect(JSON.parse(text)).toEqual(after)
  return after.tags
}

describe('redaction', () => {
  it.each([
    ['http.url', 'http://bookstore:14001/buy?user=me&card=4711', 'http://bookstore:14001/buy?redacted'],
    ['http.url', '/buy?user=me#top', '/buy?redacted'],
    ['http.target', '/buy?user=me?again', '/buy?redacted'],
    ['url.query', 'user=me', 'redacted'],
    ['referer', 'https://shop/a?user=me', 'https://shop/a?redacted'],
    ['user_agent', 'bot (see http://a/b?c=d or\thttp://e/f?g) why?', 'bot (see http://a/b?redacted or\thttp://e/f?redacted why?'],
    ['HTTP.URL', '/buy?user=me', '/buy?redacted'],
    ['Url.Query', 'user=me', 'redacted'],
    ['http.url', '/go/http%3A%2F%2Fshop%2Fbuy%3Fuser%3Dme', '/go/http%3A%2F%2Fshop%2Fbuy%3Fredacted'],
    ['next', 'http%3a%2f%2fshop%2fbuy%3fuser%3dme', 'http%3a%2f%2fshop%2fbuy%3fredacted'],
    ['original', 'GET /buy?user=me HTTP/1.1', 'GET /buy?redacted HTTP/1.1'],
    ['http.url', 'http://me:p@ss@shop/buy', 'http://redacted@shop/buy'],
    ['peer', 'amqp://me:secret@queue/a?b=c', 'amqp://redacted@queue/a?redacted'],
  ])('of %s %s shows %s', (name, value, shown) => {
    expect(redacted({ [name]: value, component: 'proxy' })).toEqual({ [name]: shown, component: 'proxy' })
  })

  it.each([
    ['http.url', 'http://bookstore:14001/buy'],
    ['http.url', 'http://bookstore:14001/buy?'],
    ['http.url', 'http://bookstore:14001/buy?redacted'],
    ['user_agent', 'who? me://x'],
    ['url.query', ''],
    ['http.url', 'http://redacted@shop/buy?redacted'],
    ['http.url', 'http://shop/@me'],
    ['mail', 'me@shop or what? 100%3F'],
  ])('leaves %s %s with its text', (name, value) => {
    const span = aSpan({ tags: { [name]: value } })
    const one = { span: span as never, text: 'as it came' }
    expect(usual.redact(one)).toBe(one)
  })

  it('removes the tags that are listed, and leaves all else', () => {
    const redaction = new Redaction({ queries: false, tags: ['user_agent', '__proto__', 'constructor'] }, telemetry)
    expect(redacted({ user_agent: 'x', 'http.url': '/a?b' }, redaction)).toEqual({ 'http.url': '/a?b' })
    expect(redacted({ a: 'b' }, redaction)).toEqual({ a: 'b' })
  })

  it('removes the tags that are listed however they are written', () => {
    const redaction = new Redaction({ queries: false, tags: ['User_Agent'] }, telemetry)
    expect(redacted({ user_agent: 'x', USER_AGENT: 'y', a: 'b' }, redaction)).toEqual({ a: 'b' })
  })

  it.each([{}, { tags: { component: 'proxy' } }])('cuts URLs in the name and in annotations, too', (more) => {
    const span = aSpan({ name: 'GET http://shop/buy?user=me', annotations: [{ timestamp: 1, value: 'to /a?b=c', unknown: 2 }], ...more })
    const { span: after, text } = usual.redact({ span: span as never, text: JSON.stringify(span) })
    expect(after).toEqual({
      ...span,
      name: 'GET http://shop/buy?redacted',
      annotations: [{ timestamp: 1, value: 'to /a?redacted', unknown: 2 }],
    })
    expect(JSON.parse(text)).toEqual(after)
  })

  it('is counted', async () => {
    const own = testTelemetry()
    new Redaction({ queries: true, tags: ['b'] }, own).redact({
      span: aSpan({ tags: { 'http.url': '/a?b', 'url.full': '/c?d', b: 'x' } }) as never,
      text: '',
    })
    const { values } = (await own.metrics.registry.getSingleMetric(receiveMetrics.redacted.name)?.get()) ?? { values: [] }
    expect(values.map(({ labels, value }) => [labels.what, value])).toEqual([
      ['tag', 1],
      ['query', 2],
    ])
  })

  it('takes its time in proportion, whatever is written', () => {
    for (const a of ['://'.repeat(80_000) + '?', '://' + 'a:'.repeat(80_000) + '?', '%3a%2f%2f'.repeat(30_000) + '?'])
      expect(redacted({ a })).toEqual({ a })
  })
})
