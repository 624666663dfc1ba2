import type { Span, SpanText } from '../model/span.ts'
import type { Telemetry } from '../telemetry/events.ts'
import type { TracesOptions } from './options.ts'
import { receiveMetrics } from './telemetry.ts'

/** Tags that are a URL or its end, whatever they look like. Sources: Envoy's tags; OpenTelemetry's semantic conventions, old and new. */
const urlTags = new Set(['http.url', 'http.path', 'http.target', 'http.route', 'url.full', 'url.path', 'grpc.path'])
/** Tags that are nothing but a query. */
const queryTags = new Set(['url.query', 'http.query'])
const instead = 'redacted'

/** Most texts have none of these, and nothing to cut. */
const suspicious = /[?@]|%3f/i
const mark = /\?|%3f/i
/** Where a URL begins in a word; one that is a part of another is encoded. */
const urlBegin = /^\/|:\/\/|%3a%2f%2f/i
const userInfo = /:\/\/[^/?#\s]*@/g

/** Takes out of spans what they are not to say; one that says nothing of the kind keeps its text. */
export class Redaction {
  readonly #queries: boolean
  readonly #tags: ReadonlySet<string>
  readonly #telemetry: Telemetry

  constructor({ queries, tags }: TracesOptions['redact'], telemetry: Telemetry) {
    this.#queries = queries
    this.#tags = new Set(tags.map((name) => name.toLowerCase()))
    this.#telemetry = telemetry
  }

  redact(one: SpanText): SpanText {
    if (!this.#maySayTooMuch(one.span)) return one
    const { name, annotations, tags = {} } = one.span
    const kept = Object.entries(tags).filter(([key]) => !this.#tags.has(key.toLowerCase()))
    const removed = Object.keys(tags).length - kept.length
    let cuts = 0
    const cut = (value: string, key = ''): string => {
      const shown = this.#queries ? withoutQuery(key, value) : value
      if (shown !== value) cuts++
      return shown
    }
    const shown = {
      ...(name !== undefined && { name: cut(name) }),
      ...(annotations && { annotations: annotations.map((annotation) => ({ ...annotation, value: cut(annotation.value) })) }),
      ...(one.span.tags && { tags: Object.fromEntries(kept.map(([key, value]) => [key, cut(value, key)])) }),
    }
    if (removed === 0 && cuts === 0) return one
    this.#count('tag', removed)
    this.#count('query', cuts)
    const span: Span = { ...one.span, ...shown }
    return { span, text: JSON.stringify(span) }
  }

  /** Most spans do not, and need not be taken apart to see it. */
  #maySayTooMuch({ name = '', annotations = [], tags = {} }: Span): boolean {
    if (this.#queries && (suspicious.test(name) || annotations.some(({ value }) => suspicious.test(value)))) return true
    for (const key of Object.keys(tags)) {
      const tag = key.toLowerCase()
      if (this.#tags.has(tag) || (this.#queries && (queryTags.has(tag) || suspicious.test(tags[key] as string)))) return true
    }
    return false
  }

  #count(what: 'tag' | 'query', count: number): void {
    if (count > 0) this.#telemetry.metrics.count(receiveMetrics.redacted, { what }, count)
  }
}

function withoutQuery(tag: string, value: string): string {
  if (queryTags.has(tag.toLowerCase())) return value === '' ? value : instead
  if (!suspicious.test(value)) return value
  if (urlTags.has(tag.toLowerCase())) return cutUrl(value, 0)
  return value
    .split(/(\s+)/)
    .map((word) => cutUrl(word, word.search(urlBegin)))
    .join('')
}

/** @param begin from where on it is a URL; negative where it is none */
function cutUrl(word: string, begin: number): string {
  if (begin < 0) return word
  const at = word.slice(begin).search(mark)
  const end = at < 0 ? word.length : begin + at + (word[begin + at] === '?' ? 1 : 3)
  const address = word.slice(0, end).replaceAll(userInfo, `://${instead}@`)
  return end < word.length ? address + instead : address
}
