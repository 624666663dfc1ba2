/// <reference types="@kusto/language-service-next" />
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInThisContext } from 'node:vm'

// The language service is written for a browser's page: two scripts that leave their names in the global scope.
const { resolve } = createRequire(import.meta.url)
for (const path of [
  resolve('@kusto/language-service-next/bridge.min.js'),
  resolve('@kusto/language-service-next/Kusto.Language.Bridge.min.js'),
])
  runInThisContext(readFileSync(path, 'utf8'), { filename: path })

/** Columns that the service adds to every table. Source: Azure Monitor's page on standard columns. */
const standardColumns = { Type: 'string', _ResourceId: 'string', _BilledSize: 'real', _IsBillable: 'bool' }

/** What a workspace holds: tables by their name, and in them types by the column. Whatever else a query names is an error. */
export type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>

const stateOf = (tables: Tables) => {
  const { DatabaseSymbol, TableSymbol } = Kusto.Language.Symbols
  const symbols = Object.entries(tables).map(([name, columns]) => {
    const all = Object.entries({ ...columns, ...standardColumns }).map(([column, type]) => `${column}: ${type}`)
    return new TableSymbol.$ctor7(name, `(${all.join(', ')})`, null)
  })
  const database = new DatabaseSymbol.$ctor2('workspace', null, symbols)
  return Kusto.Language.GlobalState.Default?.WithDatabase(database) ?? null
}

export interface Analysed {
  /** What is wrong, each with the words that it is about; empty when the query can be run. */
  readonly problems: readonly string[]
  /** The columns of its answer. */
  readonly columns: readonly string[]
}

/** What the language service says of a query in a workspace: its syntax, and the names and types that it uses. */
export function analysed(query: string, tables: Tables): Analysed {
  const code = Kusto.Language.KustoCode.ParseAndAnalyze(query, stateOf(tables))
  const problems: string[] = []
  const found = code?.GetDiagnostics()
  for (let i = 0; i < (found?.Count ?? 0); i++) {
    const { Message, Start } = found?.getItem(i) ?? { Message: '', Start: 0 }
    problems.push(`${Message} At: ${query.slice(Start, Start + 60)}`)
  }
  const columns: string[] = []
  const members = code?.ResultType?.Members
  for (let i = 0; i < (members?.Count ?? 0); i++) columns.push(members?.getItem(i)?.Name ?? '')
  return { problems, columns }
}
