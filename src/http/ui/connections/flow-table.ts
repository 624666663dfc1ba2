import type { VNode } from 'preact'
import { reasonMeanings } from '../edge/reasons.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFormat, useWords } from '../setting.ts'
import { Sparkline } from '../sparkline.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { type Flow, isIdle } from './flow.ts'
import { words } from './words.ts'

interface FlowTableSetting {
  readonly caption: string
  /** Title of the column that names a flow. */
  readonly title: string
  readonly flows: readonly Flow[]
  /** The window that figures are over, in words. */
  readonly over: string
}

/** Callers, or whom one calls, by their connections; each leads on to what is behind it. */
export function FlowTable({ caption, title, flows, over }: FlowTableSetting): VNode {
  const columns = useColumns(title, over)
  return html`<${Table}
    caption=${caption}
    columns=${columns}
    rows=${flows}
    keyOf=${({ name }: Flow) => name}
    classOf=${(flow: Flow) => (flow.hint === 'failing' ? 'failing' : isIdle(flow) ? 'faint' : '')}
  />`
}

function useColumns(title: string, over: string): readonly Column<Flow>[] {
  const text = useWords(words)
  const { count, bytesPerSecond } = useFormat()
  const figure = (key: string, by: (flow: Flow) => number | null, write: typeof count) => ({
    key,
    by,
    cell: (flow: Flow) => write(by(flow)),
    isFigure: true,
    note: over,
  })
  return [
    { key: 'name', title, cell: (flow) => html`<${Who} flow=${flow} />`, by: ({ name }) => name },
    { ...figure('active', ({ active }) => active, count), title: text.active, note: text.activeNote },
    { ...figure('opened', ({ opened }) => opened, count), title: text.opened },
    {
      ...figure('failed', ({ failed }) => failed, count),
      title: text.failed,
      hint: text.failedHint,
      cell: (flow) => html`<${Failed} flow=${flow} />`,
    },
    {
      key: 'reasons',
      title: text.reasons,
      note: over,
      hint: text.reasonsHint,
      cell: ({ reasons }) => html`<${ReasonList} reasons=${reasons} />`,
    },
    { ...figure('sent', ({ sentPerSecond }) => sentPerSecond, bytesPerSecond), title: text.sent },
    { ...figure('received', ({ receivedPerSecond }) => receivedPerSecond, bytesPerSecond), title: text.received },
    { ...figure('requests', ({ requests }) => requests, count), title: text.requests },
    {
      key: 'trend',
      title: text.trend,
      note: over,
      cell: ({ trend, name, opened }) => html`<${Sparkline} values=${trend} label=${text.trendOf(name, count(opened))} />`,
    },
  ]
}

function Who({ flow: { name, requests, hint } }: { readonly flow: Flow }): VNode {
  const text = useWords(words)
  const view = useView()
  return html`<a href=${addressOf(changed(view, { path: [...view.path, name] }))}><${Name} name=${name} /></a>
    ${requests === null && html` <span class="tag" title=${text.tcpHint}>${text.tcp}</span>`}
    ${hint && html`<small class="hint">${text.hints[hint]}</small>`}`
}

function Failed({ flow: { failed, failedShare } }: { readonly flow: Flow }): VNode {
  const text = useWords(words)
  const { count, share } = useFormat()
  if (failed === 0) return html`${count(0)}`
  return html`<span class="failing-figure">${count(failed)}</span><small class="hint">${text.share(share(failedShare))}</small>`
}

function ReasonList({ reasons }: Pick<Flow, 'reasons'>): VNode | null {
  const { count } = useFormat()
  const meaning = useWords(reasonMeanings)
  if (reasons.length === 0) return null
  return html`<ul class="reason-list">
    ${reasons.map(([reason, times]) => html`<li key=${reason} title=${meaning[reason]}><code>${reason}</code> ${count(times)}</li>`)}
  </ul>`
}
