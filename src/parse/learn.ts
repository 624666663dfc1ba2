import type { Series, SeriesType } from '../model/series.ts'
import { Problem } from '../runtime/problem.ts'
import { ByteStrings } from './byte-strings.ts'
import { blank } from './characters.ts'
import { parseProblems } from './problems.ts'
import type { SampleLine } from './sample-line.ts'
import { labelsOf, nameOf } from './sample-names.ts'
import { type Family, type PageVisitor, placeOf, scanPage } from './scan.ts'
import type { Template } from './template.ts'
import { typeOpening, type WantedNames } from './wanted-names.ts'

/** How many wanted series a page may hold. */
export interface SeriesRoom {
  /** Of any page. */
  readonly perPage: number
  /** Beside what all other targets hold. */
  readonly left: number
}

/** A page that was read line by line. */
export interface Learnt {
  readonly template: Template
  readonly values: readonly number[]
  /** Samples that the page holds, wanted or not. */
  readonly samples: number
}

/**
 * Reads a whole page and learns how it looks. A family's samples are wanted if the family is; a sample outside its family is asked for by its own name.
 *
 * @throws {Problem} for a page that is broken, or holds more wanted series than there is room for; then at the first of those
 */
export function learn(body: Buffer, names: WantedNames, room: SeriesRoom): Learnt {
  const learner = new Learner(body, names, room)
  scanPage(body, learner)
  return learner.learnt()
}

class Learner implements PageVisitor {
  readonly #body: Buffer
  readonly #names: WantedNames
  readonly #room: SeriesRoom
  readonly #series: Series[] = []
  readonly #values: number[] = []
  readonly #segments = new ByteStrings()
  readonly #runs: number[] = []
  #samples = 0
  /** Whether a template would find every wanted value of such pages, and notice every new one. */
  #plain = true
  #wanted = false
  #segmentStart = 0
  #inRun = false

  constructor(body: Buffer, names: WantedNames, room: SeriesRoom) {
    this.#body = body
    this.#names = names
    this.#room = room
  }

  family({ name, nameStart, lineStart }: Family): void {
    this.#wanted = this.#names.takes(name)
    this.#inRun = false
    this.#segmentStart = lineStart
    const before = this.#body.toString('latin1', lineStart, nameStart)
    this.#plain &&= before === typeOpening && this.#body[nameStart + name.length] === blank
  }

  sample(line: SampleLine, own: Family | undefined, type: SeriesType): void {
    this.#samples++
    if (!own) this.#plain = false
    if (!(own ? this.#wanted : this.#names.takes(nameOf(line)))) return
    if (this.#series.length >= this.#room.perPage) throw this.#tooMany(line)
    if (this.#series.length >= this.#room.left) throw this.#noRoom(line)
    if (!this.#inRun) this.#runs.push(this.#series.length)
    this.#inRun = true
    this.#segments.add(this.#body, this.#segmentStart, line.valueStart)
    this.#segmentStart = line.end
    this.#series.push({ name: nameOf(line), labels: labelsOf(line), type })
    this.#values.push(line.value)
  }

  learnt(): Learnt {
    const shape = { series: this.#series }
    const template = this.#plain
      ? { shape, segments: trimmed(this.#segments), runs: Int32Array.from(this.#runs) }
      : { shape, segments: identityOf(this.#series) }
    return { template, values: this.#values, samples: this.#samples }
  }

  #tooMany({ start }: SampleLine): Problem {
    const message = `The page holds more than ${this.#room.perPage} wanted series.`
    return new Problem(parseProblems.too_many_series, message, { place: placeOf(this.#body, start) })
  }

  #noRoom({ start }: SampleLine): Problem {
    const message = `The page holds more than ${Math.max(0, this.#room.left)} wanted series, which is all that parse.totalSeriesLimit leaves for it.`
    return new Problem(parseProblems.no_room_for_series, message, { place: placeOf(this.#body, start) })
  }
}

function trimmed(segments: ByteStrings): ByteStrings {
  segments.trim()
  return segments
}

/** What tells pages apart that no template can read. Begins with a byte that no page begins with. */
function identityOf(series: readonly Series[]): ByteStrings {
  const text = Buffer.from(`\0${JSON.stringify(series)}`)
  const identity = new ByteStrings()
  identity.add(text)
  identity.trim()
  return identity
}
