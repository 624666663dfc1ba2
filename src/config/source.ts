import { type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument, Scalar, visit, type YAMLError } from 'yaml'
import { type Place, Problem, type ProblemKind } from '../runtime/problem.ts'
import { configProblems } from './problems.ts'
import { substitute } from './variables.ts'

export interface SourceContext {
  /** How messages name the file. */
  readonly file: string
  readonly env: Readonly<Record<string, string | undefined>>
}

type Path = readonly PropertyKey[]

/** A configuration's text: its values with variables filled in, what is wrong with it as a text, and where each value stands. */
export class Source {
  readonly problems: Problem[] = []
  /** Whether `values` can be asked: what is no YAML says nothing. */
  readonly isReadable: boolean
  readonly #file: string
  readonly #lines = new LineCounter()
  readonly #document: Document
  /** Values that a variable left open: nothing more is said about them. */
  readonly #open = new Set<Node>()

  constructor(text: string, { file, env }: SourceContext) {
    this.#file = file
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error' })
    this.#document = document
    for (const error of document.errors) this.#complainOfText(error, text)
    this.isReadable = document.errors.every(({ code }) => code === 'DUPLICATE_KEY')
    if (this.isReadable) this.#fill(env)
  }

  /** As written, with what was left empty taken away: `scrape:` with nothing under it is as if the line were not there. */
  values(): unknown {
    return withoutEmpty(this.#document.toJS()) ?? {}
  }

  /** Where the value at `path` stands, or the key when `what` says so; the nearest one around it if there is none. */
  place(path: Path, what: 'key' | 'value' = 'value'): Place {
    for (let length = path.length; length > 0; length--) {
      const key = this.#key(path.slice(0, length))
      const node = what === 'value' && length === path.length ? this.#node(path) : key
      if (node?.range) return this.#placeAt(node.range[0])
    }
    return this.#placeAt(this.#document.contents?.range?.[0] ?? 0)
  }

  has(path: Path): boolean {
    const node = this.#node(path)
    return node !== undefined && !(isScalar(node) && node.value === null)
  }

  /** Whether the value at `path` could not be filled in. */
  isOpen(path: Path): boolean {
    const node = this.#node(path)
    return node !== undefined && this.#open.has(node)
  }

  #fill(env: SourceContext['env']): void {
    visit(this.#document, {
      Scalar: (key, node) => {
        if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return
        const { text, missing, malformed } = substitute(node.value, env)
        for (const name of missing)
          this.#refuse(node, configProblems.config_missing_variable, `The environment variable ${name} is not set.`)
        for (const found of malformed)
          this.#refuse(node, configProblems.config_bad_reference, `${found} refers to no environment variable.`)
        node.value = node.type === Scalar.PLAIN ? asPlain(text) : text
      },
    })
  }

  #refuse(node: Scalar, kind: ProblemKind, message: string): void {
    this.#open.add(node)
    this.#complain(kind, node.range?.[0] ?? 0, message)
  }

  #complainOfText({ code, message, pos: [offset] }: YAMLError, text: string): void {
    if (code === 'DUPLICATE_KEY') {
      const [key = ''] = /^[^\s:]+/.exec(text.slice(offset)) ?? []
      this.#complain(configProblems.config_duplicate_key, offset, `${key} is set twice here.`)
      return
    }
    if (this.problems.some(({ kind }) => kind === configProblems.config_syntax)) return // whatever comes after a broken piece follows from it
    const said = code === 'MULTIPLE_DOCS' ? 'A configuration is one document; a second one begins here.' : message
    this.#complain(configProblems.config_syntax, offset, said.endsWith('.') ? said : `${said}.`)
  }

  #complain(kind: ProblemKind, offset: number, message: string): void {
    this.problems.push(new Problem(kind, message, { place: this.#placeAt(offset) }))
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset)
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }

  #node(path: Path): Node | undefined {
    return path.length === 0 ? (this.#document.contents ?? undefined) : (this.#document.getIn(path, true) as Node | undefined)
  }

  #key(path: Path): Node | undefined {
    const parent = this.#node(path.slice(0, -1))
    if (!isMap(parent)) return this.#node(path)
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1))
    return pair?.key as Node | undefined
  }
}

/** What an unquoted text is in YAML: `${LIMIT}` can stand for a number, but never for more than one value. */
function asPlain(text: string): unknown {
  const { contents } = parseDocument(text)
  const isOneValue = text.trim() === '' || (isScalar(contents) && contents.source === text)
  const value = isScalar(contents) ? contents.value : null
  return isOneValue && typeof value !== 'string' ? value : text
}

function withoutEmpty(value: unknown): unknown {
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutEmpty(inner)]])))
}
