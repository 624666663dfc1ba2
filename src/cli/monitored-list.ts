import { isDeepStrictEqual } from 'node:util'
import { parse } from 'smol-toml'
import { z } from 'zod'

/** Names to put into the list and names to take out of it. */
export interface ListChange {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** A piece of a text: from its first character to behind its last. */
interface Span {
  readonly from: number
  readonly to: number
}

interface Entry extends Span {
  readonly name: string
}

/** A list as it is written. */
interface Written {
  /** Without its brackets. */
  readonly inside: Span
  readonly entries: readonly Entry[]
}

const list = 'monitor_namespaces'
const table = 'osm_metric_collection_configuration'
const listStart = new RegExp(`${list}["']?[ \\t]*=[ \\t]*\\[`, 'g')
const tableHead = new RegExp(`^([ \\t]*)\\[[ \\t]*${table}[ \\t]*\\.[ \\t]*settings[ \\t]*\\][^\\n]*`, 'm')
/** What a list is made of: a comment, a text, a comma, its end, white space. Anything else stands in no list of names. */
const token = /#[^\n]*|"[^"\\\n]*"|'[^'\n]*'|,|\]|\s+/y

/**
 * The text with names put into its list or taken out of it; the rest, comments included, stays letter for letter. Whatever was done is read again with a
 * TOML reader before it is handed out.
 *
 * @returns `undefined` where the list is written in a way that is not understood well enough to be edited
 */
export function withMonitored(toml: string, change: ListChange): string | undefined {
  const isOfWindows = toml.includes('\r\n') && !/(?:^|[^\r])\n/.test(toml)
  return isOfWindows ? edited(toml.replaceAll('\r\n', '\n'), change)?.replaceAll('\n', '\r\n') : edited(toml, change)
}

function edited(toml: string, change: ListChange): string | undefined {
  const before = contentOf(toml)
  if (!before) return undefined
  const missing = [...new Set(change.add)].filter((name) => !before.names.includes(name))
  const wanted = [...before.names.filter((name) => !change.remove.includes(name)), ...missing]
  if (isDeepStrictEqual(wanted, before.names)) return toml
  return attempts(toml, { add: missing, remove: change.remove }).find((text) => {
    const after = contentOf(text)
    return after !== undefined && isDeepStrictEqual(after.names, wanted) && isDeepStrictEqual(after.rest, before.rest)
  })
}

/** What might be the wanted text: the list edited wherever one seems to stand; a new list under the table; a new table at the end. */
function attempts(toml: string, change: ListChange): string[] {
  const inPlace = [...toml.matchAll(listStart)].flatMap(({ index, 0: { length } }) => {
    const written = listAt(toml, index + length)
    return written ? [putIn(takenOut(toml, written, change.remove), index + length, change.add)] : []
  })
  const line = `${list} = ${JSON.stringify(change.add).replaceAll(',', ', ')}`
  const underTable = toml.replace(tableHead, (head, indent: string) => `${head}\n${indent}  ${line}`)
  const atEnd = `${toml}${toml === '' || toml.endsWith('\n') ? '' : '\n'}[${table}.settings]\n  ${line}\n`
  return [...inPlace, underTable, atEnd]
}

/** Reads a list from behind its opening bracket. */
function listAt(text: string, from: number): Written | undefined {
  const entries: Entry[] = []
  token.lastIndex = from
  for (;;) {
    const start = token.lastIndex
    const found = token.exec(text)?.[0]
    if (found === undefined) return undefined
    if (found === ']') return { inside: { from, to: start }, entries }
    if (/^["']/.test(found)) entries.push({ name: found.slice(1, -1), from: start, to: start + found.length })
  }
}

/** Entries go with their comma, and with their line where nothing else stands on it. From the last to the first, so that places stay good. */
function takenOut(text: string, { entries }: Written, names: readonly string[]): string {
  return entries.filter(({ name }) => names.includes(name)).reduceRight((shorter, entry) => withoutEntry(shorter, entry), text)
}

function withoutEntry(text: string, { from, to }: Entry): string {
  const before = text.slice(0, from)
  const after = text.slice(to)
  const comma = /^\s*,[ \t]*/.exec(after)?.[0]
  const head = comma === undefined ? before.replace(/,[ \t]*$/, '') : before
  const tail = after.slice(comma?.length ?? 0)
  const line = /\n[ \t]*$/.exec(head)?.[0]
  if (line === undefined) return head + tail
  const rest = tail.replace(/^[ \t]*/, '')
  return (rest.startsWith('\n') ? head.slice(0, -line.length) : head) + rest
}

/** Names go behind the last entry: in its line where the list is one line, else in lines of their own, as far in as the last one. */
function putIn(text: string, from: number, names: readonly string[]): string {
  const written = listAt(text, from)
  if (!written || names.length === 0) return text
  const { inside, entries } = written
  const last = entries.at(-1)
  const quoted = names.map((name) => JSON.stringify(name))
  if (!last) return text.slice(0, from) + quoted.join(', ') + text.slice(from)
  const comma = /^\s*,/.exec(text.slice(last.to))?.[0].length ?? 0
  const end = last.to + comma
  if (!text.slice(end, inside.to).includes('\n'))
    return text.slice(0, last.to) + quoted.map((name) => `, ${name}`).join('') + text.slice(last.to)
  const lineEnd = text.indexOf('\n', end)
  const indent = /(?:^|\n)([ \t]*)[^\n]*$/.exec(text.slice(0, last.from))?.[1] ?? ''
  const lines = quoted.map((name) => `\n${indent}${name}`).join(',') + (comma > 0 ? ',' : '')
  return text.slice(0, end) + (comma > 0 ? '' : ',') + text.slice(end, lineEnd) + lines + text.slice(lineEnd)
}

const form = z.looseObject({
  [table]: z.looseObject({ settings: z.looseObject({ [list]: z.array(z.string()).default([]) }).prefault({}) }).prefault({}),
})

/** The list, and everything beside it; `undefined` for what is no TOML, or has something else in the list's place. */
function contentOf(toml: string): { readonly names: readonly string[]; readonly rest: object } | undefined {
  try {
    const read = form.parse(parse(toml))
    const { [list]: names, ...settings } = read[table].settings
    return { names: names as string[], rest: { ...read, [table]: { ...read[table], settings } } }
  } catch {
    return undefined
  }
}
