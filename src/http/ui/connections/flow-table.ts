import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { reasonMeanings } from '../edge/reasons.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useAt, useFiguresOver } from '../over.ts'
import { useFormat, useWords } from '../setting.ts'
import { Sparkline } from '../sparkline.ts'
import { type Column, Table } from '../table.ts'
import { addressOf, changed, useView } from '../view.ts'
import { legible } from '../who.ts'
import { type Flow, isIdle } from './flow.ts'
import { words } from './words.ts'

interface FlowTableSetting {
  readonly caption: string
  /** Title of the column that names a flow. */
  readonly title: string
  readonly flows: readonly Flow[]
  readonly answer: EdgesAnswer
}

/** Callers, or whom one calls, by their connections; each leads on to what is behind it. */
export function FlowTable({ caption, title, flows, answer }: FlowTableSetting): VNode {
  const columns = useColumns(title, answer)
  const note = useFiguresOver(answer)
  return html`<${Table}
    caption=${caption}
    note=${note}
    columns=${columns}
    rows=${flows}
    keyOf=${({ key }: Flow) => key}
    classOf=${(flow: Flow) => (flow.hint === 'failing' ? 'failing' : isIdle(flow) ? 'faint' : '')}
  />`
}

function useColumns(title: string, answer: EdgesAnswer): readonly Column<Flow>[] {
  const at = useAt(answer)
  const text = useWords(words)
  const { count, bytesPerSecond } = useFormat()
  const figure = (key: string, by: (flow: Flow) => number | null, write: typeof count) => ({
    key,
    by,
    cell: (flow: Flow) => write(by(flow)),
    isFigure: true,
  })
  return [
    { key: 'name', title, cell: (flow) => html`<${Who} flow=${flow} />`, by: ({ name }) => name },
    { ...figure('active', ({ active }) => active, count), title: text.active, note: at },
    { ...figure('opened', ({ opened }) => opened, count), title: text.attempts, hint: text.attemptsHint, isMinor: true },
    {
      ...figure('failed', ({ failed }) => failed, count),
      title: text.failed,
      hint: text.failedHint,
      cell: (flow) => html`<${Failed} flow=${flow} />`,
    },
    {
      key: 'reasons',
      title: text.reasons,
      hint: text.reasonsHint,
      isMinor: true,
      cell: ({ reasons }) => html`<${ReasonList} reasons=${reasons} />`,
    },
    { ...figure('sent', ({ sentPerSecond }) => sentPerSecond, bytesPerSecond), title: text.sent, isMinor: true },
    { ...figure('received', ({ receivedPerSecond }) => receivedPerSecond, bytesPerSecond), title: text.received, isMinor: true },
    { ...figure('requests', ({ requests }) => requests, count), title: text.requests, isMinor: true },
    {
      key: 'trend',
      title: text.trend,
      isMinor: true,
      cell: ({ trend, name, opened }) => html`<${Sparkline} values=${trend} label=${text.trendOf(legible(name), count(opened))} />`,
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
