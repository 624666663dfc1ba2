import type { Span, SpanText } from '../../model/span.ts'

/** What becomes different in a span; what is not named stays. Tags are added. */
export type SpanChanges = Partial<Pick<Span, 'id' | 'parentId' | 'duration' | 'tags'>> & { readonly serviceName?: string }

/** A span with its changes, and the text of it: all members that nobody here knows are kept. */
export function changed({ span, text }: SpanText, changes: SpanChanges): SpanText {
  const isTagsAlone = changes.tags !== undefined && Object.keys(changes).length === 1
  const spliced = isTagsAlone ? withTags({ span, text }, changes.tags) : undefined
  return { span: merged(span, changes), text: spliced ?? JSON.stringify(merged(exactly(text), changes)) }
}

const tagsName = '"tags"'
const tagsBegin = `${tagsName}:{`
const [quote, backslash, closingBrace] = [0x22, 0x5c, 0x7d]

/**
 * A text with tags that it has not, which is much quicker than to write all of it anew.
 *
 * @returns `undefined` where its tags are not found without reading it: without an escape like `\u0074` the only `"tags"` there is can be nothing else
 */
function withTags({ span, text }: SpanText, tags: NonNullable<Span['tags']>): string | undefined {
  if (!span.tags) return undefined
  const at = text.indexOf(tagsBegin)
  if (at < 0 || text.indexOf(tagsName) !== at || text.includes(tagsName, at + 1) || text.includes('\\u')) return undefined
  const first = at + tagsBegin.length
  const end = objectEnd(text, first)
  const isEmpty = text.slice(first, end).trim() === ''
  return `${text.slice(0, end)}${isEmpty ? '' : ','}${JSON.stringify(tags).slice(1, -1)}${text.slice(end)}`
}

/** The brace that ends an object that holds nothing but texts. */
function objectEnd(text: string, from: number): number {
  let isText = false
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) isText = !isText
    else if (code === closingBrace && !isText) return at
  }
  return text.length
}

function merged<T extends Pick<Span, 'localEndpoint' | 'tags'>>(span: T, { serviceName, tags, ...members }: SpanChanges): T {
  return {
    ...span,
    ...members,
    ...(serviceName !== undefined && { localEndpoint: { ...span.localEndpoint, serviceName } }),
    ...(tags && { tags: { ...span.tags, ...tags } }),
  }
}

/** What a number may lose something by: more digits than JavaScript has, or an exponent. Most texts have neither. */
const delicate = /\d(?:\.?\d){16}|9\d{15}|[:,[]\s*-?[\d.]+[eE]/

/** Numbers that JavaScript would write otherwise keep their text. Looking at each takes ten times as long as reading them. */
function exactly(text: string): Span {
  return JSON.parse(text, delicate.test(text) ? keepNumber : undefined) as Span
}

/** ECMA-262's JSON.parse source text access, which the compiler's library does not know yet. */
const json = JSON as typeof JSON & { rawJSON(text: string): unknown }

function keepNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value
}
