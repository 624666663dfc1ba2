/** Where one element of a JSON array stands in its bytes, without the space around it. Empty where two commas have nothing between them. */
export interface Element {
  readonly start: number
  readonly end: number
  /** Colons outside of strings: as many as it has members, its objects' own included. */
  readonly colons: number
  /** How many objects and arrays lie within each other, itself included. */
  readonly depth: number
}

export interface Elements {
  /** The first ones, as many as were asked for. */
  readonly elements: readonly Element[]
  /** How many there are. */
  readonly count: number
  /** The array ends, and nothing follows it. What was cut off is no element. */
  readonly isWhole: boolean
}

const [plain, space, quote, open, close, comma, colon] = [0, 1, 2, 3, 4, 5, 6]
const closingBracket = 0x5d
const backslash = 0x5c

/** What each byte is to an array's outline. Bytes of UTF-8 beyond ASCII are none of these. */
const kinds = new Uint8Array(256)
for (const [characters, kind] of [
  [' \t\r\n', space],
  ['"', quote],
  ['{[', open],
  ['}]', close],
  [',', comma],
  [':', colon],
] as const)
  for (const character of characters) kinds[character.charCodeAt(0)] = kind

/**
 * Takes a JSON array apart into its elements, in one pass over its bytes. It looks at the outline alone: whether an element is JSON is for its reader to say, and
 * one that is not takes only those with it that its quotes and brackets swallow.
 *
 * @param most how many are kept: a body of commas has an element for each byte
 * @returns `undefined` where the bytes do not begin as an array
 */
export function elementsOf(body: Uint8Array, most: number): Elements | undefined {
  const elements: Element[] = []
  let at = arrayStart(body)
  if (at < 0) return undefined
  let [start, end, depth, deepest, colons, count] = [-1, -1, 0, 0, 0, 0]
  const take = (): void => {
    count++
    if (count <= most) elements.push(start < 0 ? { start: at, end: at, colons, depth: 0 } : { start, end, colons, depth: deepest })
    start = -1
    deepest = 0
    colons = 0
  }
  for (at++; at < body.length; at++) {
    const kind = kinds[body[at] as number]
    if (kind === space) continue
    if (depth === 0 && kind === comma) {
      take()
      continue
    }
    if (depth === 0 && body[at] === closingBracket) {
      if (start >= 0 || count > 0) take()
      return { elements, count, isWhole: isSpace(body, at + 1) }
    }
    if (start < 0) start = at
    if (kind === colon) colons++
    else if (kind === quote) at = stringEnd(body, at)
    else if (kind === open) deepest = Math.max(deepest, ++depth)
    else if (kind === close && depth > 0) depth--
    end = at + 1
  }
  return { elements, count, isWhole: false }
}

/** Where the array's bracket stands, after space and a byte order mark; negative where something else does. */
function arrayStart(body: Uint8Array): number {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
  while (kinds[body[at] ?? plain] === space) at++
  return body[at] === 0x5b ? at : -1
}

/** The quote that ends the string that begins at `at`; beyond the last byte where none does. */
function stringEnd(body: Uint8Array, at: number): number {
  let end = at + 1
  while (end < body.length && kinds[body[end] as number] !== quote) end += body[end] === backslash ? 2 : 1
  return end
}

function isSpace(body: Uint8Array, from: number): boolean {
  let at = from
  while (at < body.length && kinds[body[at] as number] === space) at++
  return at >= body.length
}
