import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type GridPos,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { tag, toTheOthers, type uids } from './links.ts'
import { datasourceVariable } from './variables.ts'

/** A dashboard as its sources describe it. */
export interface Board {
  readonly title: string
  readonly says: string
  readonly uid: (typeof uids)[keyof typeof uids]
  /** After the data source's. */
  readonly variables: readonly Builder<VariableModel>[]
  /** Panels by the heading that they stand under, from left to right and downwards. */
  readonly rows: Readonly<Record<string, readonly Builder<Panel>[]>>
}

const columns = 24

/** The dashboard as Grafana reads it: every panel has its place and its number, in the order of the source. */
export function boardOf({ title, says, uid, variables, rows }: Board): Dashboard {
  const board = new DashboardBuilder(title)
    .uid(uid)
    .description(says)
    .tags([tag])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-30m', to: 'now' })
    .refresh('1m')
    .link(toTheOthers())
    .variables([datasourceVariable(), ...variables])
  let id = 0
  let y = 0
  for (const [heading, builders] of Object.entries(rows)) {
    board.withRow(new RowBuilder(heading).id(++id).gridPos({ x: 0, y, w: columns, h: 1 }))
    const { panels, height } = placed(
      builders.map((builder) => ({ ...builder.build(), id: ++id })),
      y + 1,
    )
    for (const panel of panels) board.withPanel({ build: () => panel })
    y += 1 + height
  }
  return board.build()
}

/** From left to right; what does not fit any more begins the next line, below the highest of the line before. */
function placed(panels: readonly Panel[], top: number): { readonly panels: readonly Panel[]; readonly height: number } {
  let [x, y, lineHeight] = [0, top, 0]
  const withPlaces = panels.map((panel) => {
    const { w, h } = panel.gridPos as GridPos
    if (x + w > columns) [x, y, lineHeight] = [0, y + lineHeight, 0]
    const gridPos = { x, y, w, h }
    x += w
    lineHeight = Math.max(lineHeight, h)
    return { ...panel, gridPos }
  })
  return { panels: withPlaces, height: y + lineHeight - top }
}
