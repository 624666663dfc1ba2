import { isNode, isScalar, LineCounter, parseAllDocuments, Scalar } from 'yaml'
import { type Place, Problem } from '../../runtime/problem.ts'
import { discoverProblems } from '../problems.ts'

export type Path = readonly PropertyKey[]

/** One document of a file: plain data, and where each part of it stands. Lines count from 1. */
export interface TextDocument {
  readonly value: unknown
  /** The line of what stands at `path`, or of the nearest part around it that is there. Can take as long as reading the file: for what is wrong. */
  lineOf(path: Path): number
  /** Where that is, as far as it is known at once: in JSON only the file. For what may turn out wrong later. */
  placeOf(path: Path): Place
  /** For a text that is written line by line (`|`): the line in which its first one stands. */
  firstTextLineOf(path: Path): number | undefined
}

/** Aliases multiply what a small file holds; more than this many make it no honest file. */
const aliasLimit = 100

/**
 * Reads the documents of a YAML or JSON file, by its name's ending.
 *
 * @throws Problem `file_malformed` with line and column, `file_empty`
 */
export function readDocuments(text: string, file: string): readonly TextDocument[] {
  if (text.trim() === '') throw new Problem(discoverProblems.file_empty, 'The file is empty.', { place: { file } })
  return file.endsWith('.json') ? [jsonDocument(text, file)] : yamlDocuments(text, file)
}

/** JSON is read by the platform, many times faster than YAML; where something stands in it is only worked out when asked. */
function jsonDocument(text: string, file: string): TextDocument {
  try {
    const value: unknown = JSON.parse(text)
    const lineOf = (path: Path) => locatedJson(text, file)?.lineOf(path) ?? 1
    return { value, lineOf, placeOf: () => ({ file }), firstTextLineOf: () => undefined }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? []
    const place = line ? { file, line: Number(line), column: Number(column) } : { file, line: text.trimEnd().split('\n').length }
    throw new Problem(discoverProblems.file_malformed, `No valid JSON: ${message}.`, { cause, place })
  }
}

/** JSON is YAML but for a few oddities, such as a key that is repeated: there the line stays unknown. */
function locatedJson(text: string, file: string): TextDocument | undefined {
  try {
    return yamlDocuments(text, file)[0]
  } catch {
    return undefined
  }
}

function yamlDocuments(text: string, file: string): readonly TextDocument[] {
  const lines = new LineCounter()
  const documents = parsed(text, file, lines)
  return documents.map((document) => {
    const [error] = document.errors
    if (error) {
      const { line, col: column } = lines.linePos(error.pos[0])
      const [what] = error.message.split(/ at line \d+/)
      throw new Problem(discoverProblems.file_malformed, `No valid YAML: ${what}.`, { cause: error, place: { file, line, column } })
    }
    const nodeAt = (path: Path): unknown => (path.length === 0 ? document.contents : document.getIn(path, true))
    const lineOf = (path: Path): number => {
      const node = nodeAt(path)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
      return path.length === 0 ? 1 : lineOf(path.slice(0, -1))
    }
    const firstTextLineOf = (path: Path) => {
      const node = nodeAt(path)
      return isScalar(node) && node.type === Scalar.BLOCK_LITERAL ? lineOf(path) + 1 : undefined
    }
    const placeOf = (path: Path) => ({ file, line: lineOf(path) })
    return { value: valueOf(document, placeOf([])), lineOf, placeOf, firstTextLineOf }
  })
}

function parsed(text: string, file: string, lineCounter: LineCounter) {
  try {
    return [...parseAllDocuments(text, { lineCounter, merge: true, prettyErrors: true, logLevel: 'error' })]
  } catch (cause) {
    throw new Problem(discoverProblems.file_malformed, 'No valid YAML: it is nested too deeply.', { cause, place: { file } })
  }
}

function valueOf(document: ReturnType<typeof parsed>[number], place: Place): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasLimit })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new Problem(discoverProblems.file_malformed, `No valid YAML: ${message}.`, { cause, place })
  }
}
