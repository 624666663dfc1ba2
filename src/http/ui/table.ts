import type { ComponentChildren, VNode } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
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
  /** Below the title, as the moment of what stands. */
  readonly note?: string | undefined
  /** Said of the title where it is pointed at. */
  readonly hint?: string | undefined
  readonly cell: (row: Row) => ComponentChildren
  /** What rows are sorted by; a column without it sorts nothing. */
  readonly by?: (row: Row) => Sorted
  /** A number, written to the right. */
  readonly isFigure?: boolean
  /** Left out where there is room for a few columns only. */
  readonly isMinor?: boolean
}

export interface TableSetting<Row> {
  /** What the table shows, for those who do not see it. */
  readonly caption: string
  /** What holds for all figures in it, said once above: their window. */
  readonly note?: string | undefined
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

/** A table that can be sorted by its columns; by which is in the address. While somebody points at it or is in it with the keyboard, rows keep their places. */
export function Table<Row>({ caption, note, columns, rows, keyOf, classOf, below }: TableSetting<Row>): VNode {
  const view = useView()
  const place = useRef<HTMLDivElement>(null)
  const noteId = useId()
  const order = useRef<Order>(undefined)
  const { more } = useWords(words)
  const [limit, setLimit] = useState(firstRows)
  const { sort } = view.filters
  const isHeld = order.current?.sort === sort && place.current?.matches(inUse) === true
  const sorted = isHeld ? heldTo(order.current?.keys ?? [], rows, keyOf) : sortedBy(rows, columns, sort)
  order.current = { sort, keys: sorted.map(keyOf) }
  return html`${note && html`<p class="said" id=${noteId}>${note}</p>`}
    <div ref=${place} class="scrolled" role="region" aria-label=${caption} tabindex="0">
      <table aria-describedby=${note && noteId}>
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

/** The order that was last seen. */
interface Order {
  readonly sort: string | undefined
  readonly keys: readonly string[]
}

/** A heading that was clicked keeps the focus: that alone must not hold rows for good. */
const inUse = ':hover, :focus-visible, :has(:focus-visible)'

const cellClass = ({ isFigure, isMinor }: Pick<Column<never>, 'isFigure' | 'isMinor'>): string =>
  `${isFigure ? 'figure' : ''} ${isMinor ? 'minor' : ''}`.trim()

function Row<T>({ row, columns, classOf, below }: Pick<TableSetting<T>, 'columns' | 'classOf' | 'below'> & { readonly row: T }): VNode {
  const cells = columns.map((column, i) => {
    const { key, cell } = column
    return i === 0 ? html`<th scope="row" key=${key}>${cell(row)}</th>` : html`<td key=${key} class=${cellClass(column)}>${cell(row)}</td>`
  })
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
  return html`<th scope="col" class=${cellClass(column)} title=${hint} aria-sort=${direction}>
    ${by ? html`<button type="button" onClick=${() => go(sortedAs(view, next), { replace: true })}>${label}</button>` : label}
  </th>`
}

function sortedAs(view: View, sort: string | undefined): View {
  const { sort: _, ...filters } = view.filters
  return { ...view, filters: { ...filters, ...(sort !== undefined && { sort }) } }
}

/** Rows where they stood: those that are new follow at the end. */
export function heldTo<Row>(keys: readonly string[], rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  const places = new Map(keys.map((key, i) => [key, i]))
  const placeOf = (row: Row) => places.get(keyOf(row)) ?? keys.length
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b))
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
