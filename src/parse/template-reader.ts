import { ByteStrings, PageBytes } from './byte-strings.ts'
import { afterBlanks, blank, hash, isA, nameRest, newline, openBrace, tab } from './characters.ts'
import { exactDigits, numberAt } from './number.ts'
import type { Template } from './template.ts'
import { typeOpening, WantedNames } from './wanted-names.ts'

const words = new ByteStrings()
const word = (text: string): number => words.add(Buffer.from(text))
const opening = word(typeOpening)
const typeKeyword = word('TYPE')
const suffixes = ['_bucket', '_sum', '_count'].map(word)

/** A page of no one: what is kept between readings, since a page's bytes belong to who hands them over. */
const nothing = new PageBytes(Buffer.alloc(0))

/**
 * Reads pages by a template: walks from comment to comment, compares what stands before wanted values with what stood there when the page was learnt,
 * and reads the numbers. Every family of the page is named on the way, so that a wanted one that comes, leaves or moves is always noticed; the samples
 * of the others are skipped unread.
 */
export class TemplateReader {
  /** What the last reading found, in the order of the template's series; overwritten by the next. */
  values = new Float64Array(1024)
  #page = nothing
  #names = new WantedNames(() => false, 0)
  #segments = new ByteStrings()
  #runs: Int32Array = new Int32Array(0)

  /** @returns whether the page looks as the template says; otherwise `values` is worthless, and only reading it line by line can tell */
  read(template: Template, body: Buffer, names: WantedNames): boolean {
    if (!template.runs) return false
    this.#reserve(template.segments.count)
    this.#segments = template.segments
    this.#runs = template.runs
    this.#names = names
    this.#page = new PageBytes(body)
    const read = this.#walk()
    this.#page = nothing
    return read
  }

  /** Puts values that were read line by line into the same column. */
  take(values: readonly number[]): Float64Array {
    this.#reserve(values.length)
    this.values.set(values)
    return this.values
  }

  #reserve(count: number): void {
    if (this.values.length < count) this.values = new Float64Array(2 * count)
  }

  #walk(): boolean {
    const page = this.#page
    const { body } = page
    const names = this.#names
    const runs = this.#runs
    let run = 0
    let family = -1
    let at = this.#afterNewlines(0)
    while (at < body.length) {
      if (body[at] !== hash) return false
      const expected = names.expectedAt(page, at, family)
      const first = expected < 0 && run < runs.length ? this.#segments.after(runs[run] as number, page, at) : -1
      if (first >= 0) at = this.#readRun(run++, first)
      else if (expected < 0 && words.after(opening, page, at) < 0) at = this.#afterComment(at)
      else {
        family = expected < 0 ? names.unwantedAt(page, at + typeOpening.length, family) : expected
        at = family < 0 ? -1 : this.#afterFamily(family, at + typeOpening.length)
      }
      if (at < 0) return false
    }
    return run === runs.length
  }

  /** Reads a run of series whose first value begins at `first`. @returns where the page goes on behind the last, or -1 */
  #readRun(run: number, first: number): number {
    const page = this.#page
    const { body } = page
    const { values } = this
    const runs = this.#runs
    const segments = this.#segments
    const from = runs[run] as number
    const to = run + 1 < runs.length ? (runs[run + 1] as number) : segments.count
    let at = first
    for (let series = from; series < to; series++) {
      if (series > from) at = segments.after(series, page, at)
      if (at < 0) return -1
      let value = 0
      let end = at
      for (let byte = body[end] as number; byte >= 48 && byte <= 57; byte = body[++end] as number) value = value * 10 + (byte - 48)
      if (end === at || end - at > exactDigits || body[end] !== newline) {
        const found = body.indexOf(newline, end)
        end = found < 0 ? body.length : found
        const read = numberAt(body, at, end)
        if (read === undefined) return -1
        value = read
      }
      values[series] = value
      at = end
    }
    return this.#afterNewlines(at)
  }

  /**
   * Skips the samples of an unwanted family, and comments among them.
   *
   * @param from somewhere in its TYPE line
   * @returns where the next TYPE line begins, or -1 where the page has to be read line by line
   */
  #afterFamily(family: number, from: number): number {
    const page = this.#page
    let at = from
    for (;;) {
      at = this.#nextComment(at)
      if (at < 0 || !this.#endsIn(family, at)) return -1
      if (at === page.body.length || words.after(opening, page, at) >= 0) return at
      at = this.#afterComment(at)
      if (at < 0) return -1
    }
  }

  /** Where the next line begins that is a comment; -1 where blanks stand before a TYPE line. */
  #nextComment(from: number): number {
    const { body } = this.#page
    for (let at = body.indexOf(hash, from); at >= 0; at = body.indexOf(hash, at + 1)) {
      const before = body[at - 1]
      if (before === newline) return at
      if ((before === blank || before === tab) && this.#isTypeLine(at)) return -1
    }
    return body.length
  }

  /**
   * Whether the last line before `end` is of that family or a comment. As the format keeps a metric's samples together, a sample that has no TYPE line
   * and slipped in below an unwanted family shows here.
   */
  #endsIn(family: number, end: number): boolean {
    const page = this.#page
    const { body } = page
    let last = end
    while (body[last - 1] === newline) last--
    const start = body.lastIndexOf(newline, last - 1) + 1
    if (body[start] === hash) return true
    const behind = this.#names.afterUnwanted(family, page, start)
    if (behind < 0 || body[behind] === openBrace) return behind >= 0
    return !isA(nameRest, body, Math.max(behind, ...suffixes.map((suffix) => words.after(suffix, page, behind))))
  }

  #afterNewlines(at: number): number {
    let next = at
    while (this.#page.body[next] === newline) next++
    return next
  }

  /** Where the page goes on behind a comment that says nothing; -1 for a TYPE line written in another way than usual. */
  #afterComment(at: number): number {
    if (this.#isTypeLine(at)) return -1
    const { body } = this.#page
    const end = body.indexOf(newline, at)
    return end < 0 ? body.length : this.#afterNewlines(end)
  }

  #isTypeLine(at: number): boolean {
    return words.after(typeKeyword, this.#page, afterBlanks(this.#page.body, at + 1)) >= 0
  }
}
