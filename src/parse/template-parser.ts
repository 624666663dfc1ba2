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
  /** Names of families whose answer is remembered, per wanted set. */
  readonly namesLimitBytes: number
}

const usualLimits: ParserLimits = { ...parseOptions.parse({}), namesLimitBytes: 8 * 1024 * 1024 }

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

  constructor(limits: ParserLimits) {
    this.#limits = limits
  }

  read({ id, wanted, body }: Parameters<Parser['read']>[0]): Parsed {
    const names = this.#namesOf(wanted)
    const known = this.#ofTarget.get(id)
    if (known && this.#reader.read(known, body, names)) return { shape: known.shape, values: this.#reader.values }
    const learnt = learn(body, names, this.#limits.seriesLimit)
    if (learnt.values.length === 0 && wanted.live !== undefined) throw nothingWanted(learnt, wanted.live)
    const template = this.#templates.hold(learnt.template)
    this.forget(id)
    this.#ofTarget.set(id, template)
    return { shape: template.shape, values: this.#reader.take(learnt.values) }
  }

  forget(id: Target['id']): void {
    const template = this.#ofTarget.get(id)
    if (!template) return
    this.#ofTarget.delete(id)
    this.#templates.release(template)
  }

  #namesOf({ version, takes }: Wanted): WantedNames {
    const names = this.#names.get(version) ?? new WantedNames(takes, this.#limits.namesLimitBytes)
    this.#names.set(version, names)
    return names
  }
}

function nothingWanted({ samples }: Learnt, live: string): Problem {
  return samples === 0
    ? new Problem(parseProblems.empty_page, 'The page holds no sample.')
    : new Problem(
        parseProblems.unknown_dialect,
        `The page holds ${samples} samples, but neither ${live} nor anything else that a sidecar of this mesh prints.`,
      )
}
