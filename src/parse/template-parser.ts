import type { Target } from '../model/target.ts'
import type { Wanted } from '../model/wanted.ts'
import { Problem } from '../runtime/problem.ts'
import { type Learnt, learn } from './learn.ts'
import { parseOptions } from './options.ts'
import type { Parsed, Parser } from './parser.ts'
import { parseProblems } from './problems.ts'
import { type Template, Templates } from './template.ts'
import { TemplateReader } from './template-reader.ts'
import { WantedNames } from './wanted-names.ts'

/** Bounds of what pages can make a parser keep. */
interface ParserLimits {
  /** Wanted series of one page. */
  readonly seriesLimit: number
  /** Those of all pages. */
  readonly totalSeriesLimit: number
  /** Those of all pages that look different. */
  readonly distinctSeriesLimit: number
  /** Names of families whose answer is remembered, per wanted set. */
  readonly namesLimitBytes: number
}

const usualLimits: ParserLimits = { ...parseOptions.parse({}), namesLimitBytes: 8 * 1024 * 1024 }

/** Of a target whose names have no room every so many-th page is looked into: it may name less by now, or the same as others. */
const looksAtEvery = 8

interface Waiting {
  readonly needs: number
  pages: number
}

/** A parser that learns pages and reads them by template from then on. */
export function createParser(limits: Partial<ParserLimits> = {}): Parser {
  return new TemplateParser({ ...usualLimits, ...limits })
}

class TemplateParser implements Parser {
  readonly #limits: ParserLimits
  readonly #names = new Map<Wanted['version'], WantedNames>()
  readonly #templates = new Templates()
  readonly #ofTarget = new Map<Target['id'], Template>()
  readonly #reader = new TemplateReader()
  /** What the pages of all targets hold. */
  #series = 0
  /** Targets whose names had no room. */
  readonly #waiting = new Map<Target['id'], Waiting>()

  constructor(limits: ParserLimits) {
    this.#limits = limits
  }

  read({ id, wanted, body }: Parameters<Parser['read']>[0]): Parsed {
    const names = this.#namesOf(wanted)
    const known = this.#ofTarget.get(id)
    if (known && this.#reader.read(known, body, names)) return { shape: known.shape, values: this.#reader.values }
    const { seriesLimit, totalSeriesLimit } = this.#limits
    this.#waitForRoom(id)
    const left = totalSeriesLimit - this.#series + (known?.shape.series.length ?? 0)
    const learnt = learn(body, names, { perPage: seriesLimit, left })
    if (learnt.values.length === 0 && wanted.live !== undefined) throw nothingWanted(learnt, wanted.live)
    this.#requireRoom(id, learnt.template)
    const template = this.#templates.hold(learnt.template)
    this.forget(id)
    this.#ofTarget.set(id, template)
    this.#series += template.shape.series.length
    return { shape: template.shape, values: this.#reader.take(learnt.values) }
  }

  forget(id: Target['id']): void {
    this.#waiting.delete(id)
    const template = this.#ofTarget.get(id)
    if (!template) return
    this.#ofTarget.delete(id)
    this.#templates.release(template)
    this.#series -= template.shape.series.length
  }

  /**
   * Most pages of a target that waits are not even looked into: learning costs time that others need.
   *
   * @throws {Problem} `no_room_for_series`
   */
  #waitForRoom(id: Target['id']): void {
    const waiting = this.#waiting.get(id)
    if (!waiting || waiting.needs <= this.#namesLeft(id) || ++waiting.pages % looksAtEvery === 0) return
    throw noRoomForNames(waiting.needs, this.#limits)
  }

  /** @throws {Problem} `no_room_for_series` */
  #requireRoom(id: Target['id'], template: Template): void {
    const needs = this.#templates.addedBy(template)
    if (needs <= this.#namesLeft(id)) return
    this.#waiting.set(id, { needs, pages: this.#waiting.get(id)?.pages ?? 0 })
    throw noRoomForNames(needs, this.#limits)
  }

  /** How many names a target may bring that no other has. */
  #namesLeft(id: Target['id']): number {
    const known = this.#ofTarget.get(id)
    return this.#limits.distinctSeriesLimit - this.#templates.series + (known ? this.#templates.freedBy(known) : 0)
  }

  #namesOf({ version, takes }: Wanted): WantedNames {
    const names = this.#names.get(version) ?? new WantedNames(takes, this.#limits.namesLimitBytes)
    this.#names.set(version, names)
    return names
  }
}

function noRoomForNames(needs: number, { distinctSeriesLimit }: ParserLimits): Problem {
  const message = `The page names ${needs} series that no other page has; all targets together may name ${distinctSeriesLimit} (parse.distinctSeriesLimit).`
  return new Problem(parseProblems.no_room_for_series, message)
}

function nothingWanted({ samples }: Learnt, live: string): Problem {
  return samples === 0
    ? new Problem(parseProblems.empty_page, 'The page holds no sample.')
    : new Problem(
        parseProblems.unknown_dialect,
        `The page holds ${samples} samples, but neither ${live} nor anything else that a sidecar of this mesh prints.`,
      )
}
