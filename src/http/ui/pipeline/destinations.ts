import type { VNode } from 'preact'
import type { StatusAnswer } from '../../../model/figures.ts'
import { Age } from '../clock.ts'
import { Command } from '../command.ts'
import { html } from '../element.ts'
import { State } from '../facts.ts'
import { type Format, unknown } from '../format.ts'
import { Problem } from '../notices.ts'
import { useFormat, useWords } from '../setting.ts'
import { type Column, Table } from '../table.ts'
import { legible } from '../who.ts'
import { Losses } from './losses.ts'
import { reasonWords } from './reasons.ts'
import { type Destination, goodsOf } from './stages.ts'
import { type Text, words } from './words.ts'

/** Where rows and spans go: what waits, what arrived, what was lost, and why the last try failed. */
export function Destinations({ status: { destinations, startedMs } }: { readonly status: StatusAnswer }): VNode {
  const text = useWords<Text>(words)
  const format = useFormat()
  return html`<section class="part">
    <h2>${text.destinations}</h2>
    ${
      destinations.length === 0
        ? html`<${Nowhere} />`
        : html`<${Table}
            caption=${text.destinations}
            columns=${columnsOf(text, format, startedMs)}
            rows=${destinations}
            keyOf=${({ name }: Destination) => name}
            classOf=${({ error }: Destination) => (error ? 'failing' : '')}
            below=${(destination: Destination) => destination.error && html`<${LastError} error=${destination.error} />`}
          />`
    }
  </section>`
}

const columnsOf = (text: Text, format: Format, startedMs: number): readonly Column<Destination>[] => [
  { key: 'name', title: text.destination, cell: (one) => html`${legible(one.name)} <small>${text.goods[goodsOf(one)]}</small>` },
  {
    key: 'state',
    title: text.state,
    cell: ({ error }) => html`<${State} mood=${error ? 'bad' : 'good'} word=${error ? text.failingWord : text.working} />`,
  },
  {
    key: 'lag',
    title: text.lag,
    hint: text.lagHint,
    isFigure: true,
    cell: ({ lagSeconds }) => (lagSeconds === null ? text.none : format.span(lagSeconds * 1e3)),
  },
  { key: 'waiting', title: text.waiting, hint: text.limitHint, cell: (one) => html`<${Waiting} destination=${one} />` },
  { key: 'sent', title: text.sent, note: text.since(format.time(startedMs)), isFigure: true, cell: ({ sent }) => format.count(sent) },
  {
    key: 'last',
    title: text.lastSent,
    note: text.ages,
    isFigure: true,
    cell: ({ sentMs }) => (sentMs === null ? unknown : html`<${Age} sinceMs=${sentMs} />`),
  },
  {
    key: 'lost',
    title: text.lost,
    note: text.since(format.time(startedMs)),
    cell: ({ dropped }) => html`<${Losses} counts=${dropped} meanings=${reasonWords} />`,
  },
]

function Waiting({ destination }: { readonly destination: Destination }): VNode | string {
  const text = useWords<Text>(words)
  const { bytes, count: number, share } = useFormat()
  const { count, bytes: waiting, limitBytes } = destination.queued
  if (count === 0) return text.none
  const said = text.ofLimit(share(Math.round((waiting / limitBytes) * 1e3) / 1e3), bytes(limitBytes))
  return html`${text.counted[goodsOf(destination)](number(count))}, ${bytes(waiting)}
    <span class="fullness"
      ><meter min="0" max=${limitBytes} value=${waiting} aria-label=${text.waiting}></meter> <small>${said}</small></span
    >`
}

function LastError({ error }: { readonly error: NonNullable<Destination['error']> }): VNode {
  const text = useWords<Text>(words)
  const { moment } = useFormat()
  return html`<div>
    <p class="said"><time datetime=${new Date(error.atMs).toISOString()}>${moment(error.atMs)}</time>: ${text.lastTry}</p>
    <${Problem} message=${error.message} remedy=${error.remedy} />
  </div>`
}

const examples = {
  toFiles: `forward:
  files: { path: ./rows }`,
  toAzure: `rows: { clusterId: /subscriptions/…/managedClusters/NAME }
state: { path: ./state }
forward:
  azure: { endpoint: https://…, ruleId: dcr-…, stream: Custom-OsmInsightsMetrics_CL }`,
  toOtlp: `traces: { listen: 0.0.0.0:9411 }
forward:
  otlp: { endpoint: http://jaeger.jaeger:4318 }`,
} as const

function Nowhere(): VNode {
  const text = useWords<Text>(words)
  return html`<div class="empty">
    <p>${text.nowhere}</p>
    ${Object.entries(examples).map(
      ([name, yaml]) =>
        html`<p key=${name}>${text[name as keyof typeof examples]}</p>
          <${Command} key=${yaml} text=${yaml} />`,
    )}
  </div>`
}
