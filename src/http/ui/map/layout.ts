import { columnsOf, type Link } from './columns.ts'
import { spread } from './spread.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** Where nodes are, by their upper left corner, and by which ways long calls pass between them. */
export interface Layout {
  readonly boxes: ReadonlyMap<string, Point>
  /** By the key of a call: where it crosses the columns between its ends, from caller to called. */
  readonly lanes: ReadonlyMap<string, readonly Point[]>
}

export const boxWidth = 176
export const boxHeight = 44
const rowGap = 28
const laneHeight = 10
/** From column to column: room for curves and what is written on them. */
export const columnPitch = boxWidth + 150
export const rowPitch = boxHeight + rowGap

/** More lanes would push nodes apart that belong together; then lines pass behind nodes. */
const mostLanes = 100
const rounds = 12
/** Width by height of what most screens have room for. */
const shape = 1.8
const fewestRows = 9

/** Something that takes room in a column: a node, or a lane. */
interface Slot {
  readonly height: number
  readonly left: Slot[]
  readonly right: Slot[]
  y: number
}

/** Lays out from nothing: the same names and links always alike. */
export function laidOut(names: readonly string[], links: readonly Link[]): Layout {
  const columns = folded(names, columnsOf(names, links))
  const slots = new Map(names.map((name) => [name, slotOf(boxHeight)]))
  const rows: Slot[][] = []
  const put = (slot: Slot, column: number) => (rows[column] ??= []).push(slot)
  for (const [name, slot] of slots) put(slot, columns.get(name) ?? 0)
  const ways = waysOf(links, columns)
  const lanes = new Map<string, readonly { readonly slot: Slot; readonly column: number }[]>()
  for (const { key, source, destination } of links) {
    const way = (ways.get(key) ?? []).map((column) => ({ slot: slotOf(laneHeight), column }))
    for (const { slot, column } of way) put(slot, column)
    const ends = [slots.get(source), ...way.map(({ slot }) => slot), slots.get(destination)]
    const isForward = (columns.get(source) ?? 0) <= (columns.get(destination) ?? 0)
    connect(isForward ? ends : ends.toReversed())
    if (way.length > 0) lanes.set(key, way)
  }
  arrange(rows)
  const x = (column: number) => column * columnPitch
  return {
    boxes: new Map([...slots].map(([name, { y }]) => [name, { x: x(columns.get(name) ?? 0), y: Math.round(y - boxHeight / 2) }])),
    lanes: new Map([...lanes].map(([key, way]) => [key, way.map(({ slot, column }) => ({ x: x(column), y: Math.round(slot.y) }))])),
  }
}

const slotOf = (height: number): Slot => ({ height, left: [], right: [], y: 0 })

function connect(ends: readonly (Slot | undefined)[]): void {
  ends.forEach((end, i) => {
    const next = ends[i + 1]
    if (!end || !next || end === next) return
    end.right.push(next)
    next.left.push(end)
  })
}

/** Columns with more nodes than a screen has room for become several; nodes of one namespace stay together, since their names do. */
function folded(names: readonly string[], columns: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const most = Math.max(fewestRows, Math.ceil(Math.sqrt((names.length * columnPitch) / rowPitch / shape)))
  const byColumn = Map.groupBy(names, (name) => columns.get(name) ?? 0)
  const made = new Map<string, number>()
  let first = 0
  for (const column of [...byColumn.keys()].sort((a, b) => a - b)) {
    const members = byColumn.get(column) ?? []
    const parts = Math.ceil(members.length / most)
    members.forEach((name, i) => made.set(name, first + Math.floor((i * parts) / members.length)))
    first += parts
  }
  return made
}

/** The columns that each call crosses between its ends, unless there are too many of them. */
function waysOf(links: readonly Link[], columns: ReadonlyMap<string, number>): ReadonlyMap<string, readonly number[]> {
  const ways = new Map<string, readonly number[]>()
  let count = 0
  for (const { key, source, destination } of links) {
    const [from, to] = [columns.get(source) ?? 0, columns.get(destination) ?? 0]
    const way = Array.from({ length: Math.max(0, Math.abs(to - from) - 1) }, (_, i) => from + Math.sign(to - from) * (i + 1))
    ways.set(key, way)
    count += way.length
    if (count > mostLanes) return new Map()
  }
  return ways
}

/** Draws each slot near those that it has to do with: first the order in each column finds itself, then the distances. */
function arrange(rows: readonly Slot[][]): void {
  for (const row of rows)
    place(
      row,
      row.map((_, i) => (i - row.length / 2) * rowPitch),
    )
  for (let round = 0; round < rounds; round += 1) {
    const isForward = round % 2 === 0
    for (const row of isForward ? rows : rows.toReversed()) {
      const wanted = new Map(row.map((slot) => [slot, meanOf(isForward ? slot.left : slot.right) ?? slot.y]))
      row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
      place(
        row,
        row.map((slot) => wanted.get(slot) ?? 0),
      )
    }
  }
  for (let round = 0; round < rounds; round += 1)
    for (const row of rows)
      place(
        row,
        row.map((slot) => meanOf([...slot.left, ...slot.right]) ?? slot.y),
      )
}

const meanOf = (slots: readonly Slot[]): number | undefined =>
  slots.length === 0 ? undefined : slots.reduce((sum, { y }) => sum + y, 0) / slots.length

function place(row: readonly Slot[], wanted: readonly number[]): void {
  const places = spread(wanted, (i) => ((row[i]?.height ?? 0) + (row[i + 1]?.height ?? 0)) / 2 + rowGap)
  row.forEach((slot, i) => {
    slot.y = places[i] ?? 0
  })
}
