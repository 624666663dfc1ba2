import { isUtf8 } from 'node:buffer'
import { afterBlanks, backslash, blank, closeBrace, comma, equals, isA, nameRest, nameStart, openBrace, quote, tab } from './characters.ts'
import { type Fault, labelNameEnd, unlawfulLabel } from './label-set.ts'
import { numberAt, timestampAt } from './number.ts'
import { unescapedLabels } from './unescaped-labels.ts'

/**
 * One sample line as offsets into the page. The same object reads line after line, so that nothing is made for the thousands of lines of which only
 * the form matters.
 */
export class SampleLine {
  readonly body: Buffer
  readonly #allUtf8: boolean
  start = 0
  end = 0
  nameEnd = 0
  /** Four offsets per label: its name's start and end, its value's start and end without the quotes. */
  readonly labels: number[] = []
  /** Values stand as they are: no backslash escapes anything. */
  raw = false
  valueStart = 0
  value = 0
  timestamp: number | undefined
  fault: Fault | undefined

  constructor(body: Buffer) {
    this.body = body
    this.#allUtf8 = isUtf8(body)
  }

  /** Takes `body[start, end)`, a line without its end, by the format's own rules; otherwise `fault` says why not. */
  readStrictly(start: number, end: number): boolean {
    this.#begin(start, end)
    const named = this.#name()
    const at = named < 0 ? named : this.#labelSet(named)
    return at >= 0 && this.#valueAndTimestamp(at)
  }

  /**
   * Takes a line as Envoys before 1.23 print it, with nothing escaped: a value ends at a quote only where `,name="` or `} number` and the line's end
   * follow. Leaves `fault` as it was, since what a stricter reading said of the line is what helps a person.
   */
  readUnescaped(start: number, end: number): boolean {
    const before = this.fault
    this.#begin(start, end)
    const named = this.#name()
    const found = named > 0 && this.body[named] === openBrace ? unescapedLabels(this.body, named + 1, end) : undefined
    this.raw = found !== undefined
    this.fault = before
    if (!found || unlawfulLabel(this.body, found.labels, this.#allUtf8)) return false
    this.labels.push(...found.labels)
    this.valueStart = found.valueStart
    this.value = found.value
    this.fault = undefined
    return true
  }

  #begin(start: number, end: number): void {
    this.start = start
    this.end = end
    this.nameEnd = start
    this.raw = false
    this.timestamp = undefined
    this.labels.length = 0
    this.fault = undefined
  }

  #name(): number {
    const { body } = this
    if (!isA(nameStart, body, this.start)) return this.#refuse(this.start, "a metric's name")
    let at = this.start + 1
    while (isA(nameRest, body, at)) at++
    this.nameEnd = at
    const next = afterBlanks(body, at)
    if (next === at && body[at] !== openBrace) return this.#refuse(at, 'a blank or { after the name')
    return next
  }

  /** @returns where the line goes on behind the labels, or -1 */
  #labelSet(from: number): number {
    const { body } = this
    if (body[from] !== openBrace) return from
    let at = afterBlanks(body, from + 1)
    while (body[at] !== closeBrace) {
      at = this.#label(at)
      if (at < 0) return at
      at = afterBlanks(body, at)
      if (body[at] === comma) at = afterBlanks(body, at + 1)
    }
    this.fault = unlawfulLabel(body, this.labels, this.#allUtf8)
    return this.fault ? -1 : at + 1
  }

  /** Reads `name="value"`. @returns where the line goes on behind it, or -1 */
  #label(start: number): number {
    const { body, end, labels } = this
    const nameEnd = labelNameEnd(body, start)
    if (nameEnd < 0) return this.#refuse(start, "a label's name or }")
    let at = afterBlanks(body, nameEnd)
    if (body[at] !== equals) return this.#refuse(at, "= after the label's name")
    at = afterBlanks(body, at + 1)
    if (body[at] !== quote) return this.#refuse(at, 'a quoted value')
    const valueStart = ++at
    while (at < end && body[at] !== quote) at += body[at] === backslash ? 2 : 1
    if (at >= end) return this.#refuse(end, 'a closing quote')
    labels.push(start, nameEnd, valueStart, at)
    return at + 1
  }

  #valueAndTimestamp(from: number): boolean {
    const { body, end } = this
    this.valueStart = afterBlanks(body, from)
    const valueEnd = this.#wordEnd(this.valueStart)
    const value = numberAt(body, this.valueStart, valueEnd)
    if (value === undefined) return this.#refused(this.valueStart, 'a number')
    this.value = value
    const next = afterBlanks(body, valueEnd)
    if (next >= end) return true
    const nextEnd = this.#wordEnd(next)
    this.timestamp = timestampAt(body, next, nextEnd)
    if (this.timestamp === undefined) return this.#refused(next, 'a timestamp in whole milliseconds, or the end of the line')
    return afterBlanks(body, nextEnd) >= end || this.#refused(afterBlanks(body, nextEnd), 'the end of the line')
  }

  #wordEnd(from: number): number {
    let at = from
    while (at < this.end && this.body[at] !== blank && this.body[at] !== tab) at++
    return at
  }

  #refuse(at: number, expected: string): -1 {
    this.fault = { at: Math.min(at, this.end), expected }
    return -1
  }

  #refused(at: number, expected: string): false {
    this.#refuse(at, expected)
    return false
  }
}
