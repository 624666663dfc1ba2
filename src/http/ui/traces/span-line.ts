import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { TraceSpan } from '../../../model/trace-figures.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFormat, useWords } from '../setting.ts'
import { isFound, legible } from '../who.ts'
import { SpanDetails } from './span-details.ts'
import type { SpanRow } from './span-rows.ts'
import { marksPath, shareOf } from './time-scale.ts'
import { edgeNameOf } from './trace-path.ts'
import { words } from './words.ts'

/** Deeper ones are not moved further in: their names need room. */
const deepest = 16

interface Line {
  readonly row: SpanRow
  /** Of the whole axis. */
  readonly lengthMs: number
  /** When the trace began, milliseconds since the epoch. */
  readonly startMs: number | null
  readonly isFolded: boolean
  readonly onFold: (key: string) => void
  readonly search: string | undefined
}

/** A span: whose it is, how it went, and when it was; its details on demand. */
export function SpanLine({ row, lengthMs, startMs, isFolded, onFold, search }: Line): VNode {
  const text = useWords(words)
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const { key, span, below, outside } = row
  const { depth, service, name, kind, durationMs, statusCode, error } = span
  const isFaint = !isFound(search, service ?? '', name ?? '', ...Object.values(span.tags))
  return html`<li class=${`${error ? 'failing' : ''} ${isFaint ? 'faint' : ''}`} aria-level=${depth + 1}>
    <div class="span-line">
      <div class="span-name" style=${{ '--depth': Math.min(depth, deepest) }}>
        ${
          below > 0
            ? html`<button
                type="button"
                class="span-fold"
                aria-expanded=${!isFolded}
                aria-label=${text.fold(format.count(below))}
                onClick=${() => onFold(key)}
              >
                ${isFolded ? '▸' : '▾'}
              </button>`
            : html`<span class="span-fold"></span>`
        }
        <button type="button" class="span-open" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
          <strong>${service === null ? text.unknownService : html`<${Name} name=${edgeNameOf(service)} />`}</strong>
          ${legible(name ?? text.unnamed)}
          <small>${kind ? text.kinds[kind] : ''}</small>
        </button>
      </div>
      <span class="figure">${format.latency(durationMs === null ? null : durationMs / 1e3)}</span>
      <span class="span-status"
        >${statusCode === '0' ? text.noAnswer : legible(statusCode ?? '')}${error && html` <strong class="failing-figure">${text.error}</strong>`}</span
      >
      <${Bar} span=${span} lengthMs=${lengthMs} note=${outside && text[outside]} />
    </div>
    ${isOpen && html`<${SpanDetails} row=${row} startMs=${startMs} />`}
  </li>`
}

interface BarSetting {
  readonly span: TraceSpan
  readonly lengthMs: number
  /** What is odd about its place. */
  readonly note: string | null
}

function Bar({ span: { offsetMs, durationMs, kind, annotations }, lengthMs, note }: BarSetting): VNode {
  const place = { '--at': shareOf(offsetMs ?? 0, lengthMs), '--long': shareOf(durationMs ?? 0, lengthMs) }
  return html`<div class="bars">
    ${offsetMs !== null && html`<span class=${`bar ${kind === 'CLIENT' ? 'calling' : ''}`} style=${place}></span>`}
    <svg viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true"><path d=${marksPath(annotations, lengthMs)} /></svg>
    ${note && html`<span class="odd" role="img" aria-label=${note} title=${note}>⚠</span>`}
  </div>`
}
