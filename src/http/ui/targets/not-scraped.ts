import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { html } from '../element.ts'
import { Remedy } from '../notices.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { useView } from '../view.ts'
import { legible } from '../who.ts'
import { type Dropped, type DroppedRow, type ReasonGroup, reasonGroups } from './dropped-groups.ts'
import { type Reasons, reasonWords } from './reasons.ts'
import { words } from './words.ts'

type Text = (typeof words)['en']

/** Who is not scraped: by reason, each with what mends it. */
export function NotScraped({ dropped }: { readonly dropped: readonly Dropped[] }): VNode {
  const text = useWords<Text>(words)
  const { count } = useFormat()
  const reasons = useWords<Reasons>(reasonWords)
  const { filters } = useView()
  const groups = reasonGroups(dropped, filters, (reason) => reasons[reason]?.meaning ?? '')
  const shown = groups.reduce((sum, group) => sum + group.count, 0)
  return html`<section class="part">
    <h2>${text.notScraped}</h2>
    ${dropped.length === 0 && html`<p class="said">${text.none}</p>`}
    ${shown < dropped.length && html`<p class="said">${text.shown(count(shown), count(dropped.length))}</p>`}
    ${groups.map((group) => html`<${Group} key=${group.reason} group=${group} meaning=${reasons[group.reason]?.meaning} />`)}
  </section>`
}

function Group({ group: { reason, count, rows }, meaning }: { readonly group: ReasonGroup; readonly meaning: string | undefined }): VNode {
  const text = useWords<Text>(words)
  const format = useFormat()
  const title = meaning ?? legible(reason)
  const columns: readonly Column<DroppedRow>[] = [
    { key: 'namespace', title: text.namespace, cell: ({ namespace }) => legible(namespace) },
    { key: 'pod', title: text.pod, cell: (row) => html`<${Pods} row=${row} />` },
    { key: 'remedy', title: text.remedy, cell: (row) => html`<${Mending} row=${row} />` },
  ]
  return html`<section class="reason">
    <h3>${title} <small>${format.count(count)}${meaning !== undefined && html` · <code>${legible(reason)}</code>`}</small></h3>
    <${Table} caption=${title} columns=${columns} rows=${rows} keyOf=${({ key }: DroppedRow) => key} />
  </section>`
}

/** A pod's name, or how many there are: their names unfold where one remedy mends them all. */
function Pods({ row: { dropped, remedy } }: { readonly row: DroppedRow }): VNode | string {
  const text = useWords<Text>(words)
  const { count } = useFormat()
  if (dropped.length === 1) {
    const pod = dropped[0]?.pod ?? null
    return pod === null ? html`<small>${text.allOfNamespace}</small>` : legible(pod)
  }
  const title = text.pods(count(dropped.length))
  return remedy === null ? title : html`<${Fold} title=${title} dropped=${dropped} line=${({ pod }: Dropped) => legible(pod ?? '')} />`
}

function Mending({ row: { dropped, remedy } }: { readonly row: DroppedRow }): VNode {
  const text = useWords<Text>(words)
  const { count } = useFormat()
  if (remedy !== null) return html`<${Remedy} text=${remedy} />`
  const line = (one: Dropped) => html`${legible(one.pod ?? '')}<${Remedy} text=${one.remedy} />`
  return html`<${Fold} title=${text.ofEach(count(dropped.length))} dropped=${dropped} line=${line} />`
}

/** As many are drawn at a time. */
const atATime = 100

interface FoldSetting {
  readonly title: string
  readonly dropped: readonly Dropped[]
  readonly line: (dropped: Dropped) => VNode | string
}

/** A list that is drawn when somebody unfolds it. */
function Fold({ title, dropped, line }: FoldSetting): VNode {
  const { more } = useWords<Text>(words)
  const { count } = useFormat()
  const [shown, setShown] = useState(0)
  const open = (event: Event) => setShown((event.target as HTMLDetailsElement).open ? Math.max(shown, atATime) : 0)
  return html`<details onToggle=${open}>
    <summary>${title}</summary>
    <ul class="fold">
      ${dropped.slice(0, shown).map((one) => html`<li key=${one.pod}>${line(one)}</li>`)}
    </ul>
    ${
      shown > 0 &&
      dropped.length > shown &&
      html`<button type="button" onClick=${() => setShown(shown + atATime)}>${more(count(dropped.length - shown))}</button>`
    }
  </details>`
}
