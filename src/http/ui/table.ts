import type { ComponentChildren, VNode } from 'preact'
import { useState } from 'preact/hooks'
import { html } from './element.ts'
import { useWords } from './setting.ts'
import { go, useView, type View } from './view.ts'

const words = {
  en: { more: (count: number) => `Show ${count} more` },
  zh: { more: (count: number) => `再显示 ${count} 行` },
}

/** As many rows are drawn before somebody asks for more. */
const firstRows = 250

type Sorted = string | number | null | undefined

export interface Column<Row> {
  readonly key: string
  readonly title: string
  /** Below the title, as the window of a rate. */
  readonly note?: string | undefined
  /** Said of the title where it is pointed at. */
  readonly hint?: string | undefined
  readonly cell: (row: Row) => ComponentChildren
  /** What rows are sorted by; a column without it sorts nothing. */
  readonly by?: (row: Row) => Sorted
  /** A number, written to the right. */
  readonly isFigure?: boolean
}

export interface TableSetting<Row> {
  /** What the table shows, for those who do not see it. */
  readonly caption: string
  /** The first one names the row. */
  readonly columns: readonly Column<Row>[]
  /** In the order that holds until somebody sorts them. */
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** `failing`, `faint`, or what the stylesheet knows beside these. */
  readonly classOf?: (row: Row) => string
  /** What is said of a row below it, over all columns; nothing where that is null. */
  readonly below?: (row: Row) => VNode | null
}

/** A table that can be sorted by its columns; by which is in the address. */
export function Table<Row>({ caption, columns, rows, keyOf, classOf, below }: TableSetting<Row>): VNode {
  const view = useView()
  const { more } = useWords(words)
  const [limit, setLimit] = useState(firstRows)
  const sorted = sortedBy(rows, columns, view.filters.sort)
  return html`<div class="scrolled" role="region" aria-label=${caption} tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<${Heading} key=${column.key} column=${column} view=${view} />`)}
        </tr>
      </thead>
      <tbody>
        ${sorted.slice(0, limit).map((row) => html`<${Row} key=${keyOf(row)} row=${row} columns=${columns} classOf=${classOf} below=${below} />`)}
      </tbody>
    </table>
    ${
      sorted.length > limit &&
      html`<button type="button" class="more" onClick=${() => setLimit(limit + 4 * firstRows)}>${more(sorted.length - limit)}</button>`
    }
  </div>`
}

function Row<T>({ row, columns, classOf, below }: Pick<TableSetting<T>, 'columns' | 'classOf' | 'below'> & { readonly row: T }): VNode {
  const cells = columns.map(({ key, cell, isFigure }, i) =>
    i === 0 ? html`<th scope="row" key=${key}>${cell(row)}</th>` : html`<td key=${key} class=${isFigure ? 'figure' : ''}>${cell(row)}</td>`,
  )
  const said = below?.(row)
  return html`<tr class=${`${classOf?.(row) ?? ''} ${said ? 'has-below' : ''}`}>
      ${cells}
    </tr>
    ${
      said &&
      html`<tr class="below">
        <td colspan=${columns.length}>${said}</td>
      </tr>`
    }`
}

/** A click sorts: numbers the largest first, names from A on; the second one the other way, the third not at all. */
function Heading<T>({ column, view }: { readonly column: Column<T>; readonly view: View }): VNode {
  const { key, title, note, hint, by, isFigure = false } = column
  const { sort } = view.filters
  const direction = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined
  const [first, second] = isFigure ? [`-${key}`, key] : [key, `-${key}`]
  const next = sort === first ? second : sort === second ? undefined : first
  const arrow = direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''
  const label = html`${title}<span class="direction" aria-hidden="true">${arrow}</span>${note && html`<small>${note}</small>`}`
  return html`<th scope="col" class=${isFigure ? 'figure' : ''} title=${hint} aria-sort=${direction}>
    ${by ? html`<button type="button" onClick=${() => go(sortedAs(view, next), { replace: true })}>${label}</button>` : label}
  </th>`
}

function sortedAs(view: View, sort: string | undefined): View {
  const { sort: _, ...filters } = view.filters
  return { ...view, filters: { ...filters, ...(sort !== undefined && { sort }) } }
}

/** What is not known comes last, whichever way it is sorted. */
export function sortedBy<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string | undefined): readonly Row[] {
  const descending = sort?.startsWith('-') ?? false
  const by = columns.find(({ key }) => key === sort?.replace(/^-/, ''))?.by
  if (!by) return rows
  return rows.toSorted((a, b) => {
    const [left, right] = [by(a) ?? null, by(b) ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    const order = typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right))
    return descending ? -order : order
  })
}
