import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFiguresOver } from '../over.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { calledServiceOf } from '../who.ts'
import { figureColumns, keyOf } from './figure-columns.ts'
import { words } from './words.ts'

interface CalledSetting {
  readonly title: string
  /** Edges of kind inbound, one for each workload and port. */
  readonly inbound: readonly EdgeFigures[]
  /** What they were taken from. */
  readonly answer: EdgesAnswer
}

/** What the called side's own sidecars count: of all callers together, those outside of the mesh too. */
export function CalledSide({ title, inbound, answer }: CalledSetting): VNode {
  const text = useWords(words)
  const format = useFormat()
  const note = useFiguresOver(answer)
  const called: Column<EdgeFigures> = {
    key: 'workload',
    title: text.workload,
    cell: ({ labels }) =>
      html`<${Name}
        name=${calledServiceOf({ ...labels, destination_service: labels.destination_workload ?? labels.destination_service ?? '' })}
      />`,
  }
  return html`<section class="part">
    <h3>${title}</h3>
    <p class="said">${inbound.length > 0 ? text.calledNote : text.calledNone}</p>
    ${
      inbound.length > 0 &&
      html`<${Table}
        caption=${title}
        note=${note}
        columns=${[called, ...figureColumns(inbound, text, format)]}
        rows=${inbound}
        keyOf=${keyOf}
      />`
    }
  </section>`
}
