import type { VNode } from 'preact'
import { html } from '../element.ts'
import { Facts } from '../facts.ts'
import { unknown } from '../format.ts'
import { useFormat, useWords } from '../setting.ts'
import { legible } from '../who.ts'
import type { SpanRow } from './span-rows.ts'
import { words } from './words.ts'

/** Everything that is known of a span. */
export function SpanDetails({ row: { span, outside }, startMs }: { readonly row: SpanRow; readonly startMs: number | null }): VNode {
  const text = useWords(words)
  const { latency, time } = useFormat()
  const { id, parentId, offsetMs, tags, annotations } = span
  const began = offsetMs === null || startMs === null ? unknown : text.afterBegin(time(startMs + offsetMs), latency(offsetMs / 1e3))
  const facts = [
    { title: text.offset, value: began },
    { title: text.spanId, value: html`<code>${legible(id)}</code>` },
    { title: text.parentId, value: html`<code>${legible(parentId ?? unknown)}</code>` },
  ]
  const names = Object.keys(tags).sort()
  return html`<div class="span-details">
    ${outside && html`<p>⚠ ${text[outside]}</p>`}
    <${Facts} facts=${facts} />
    <div class="span-tables">
      ${names.length > 0 && html`<${Pairs} title=${text.tags} pairs=${names.map((name) => [name, tags[name] ?? ''])} />`}
      ${
        annotations.length > 0 &&
        html`<${Pairs} title=${text.annotations} pairs=${annotations.map((one) => [latency(one.offsetMs / 1e3), one.value])} />`
      }
    </div>
  </div>`
}

function Pairs({ title, pairs }: { readonly title: string; readonly pairs: readonly (readonly [string, string])[] }): VNode {
  return html`<table>
    <caption>
      ${title}
    </caption>
    <tbody>
      ${pairs.map(
        ([name, value], i) =>
          html`<tr key=${i}>
            <th scope="row">${legible(name)}</th>
            <td>${legible(value)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}
