import type { VNode } from 'preact'
import { useCollector } from '../collector.ts'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { changed, type Filters, go, useView } from '../view.ts'
import type { Reach } from './trace-reach.ts'
import { words } from './words.ts'

interface Counts {
  readonly shown: number
  readonly kept: number
  readonly reach: Reach
  /** How many wait to be shown. */
  readonly arrived: number
  readonly onShow: () => void
}

/** Which of the traces are listed, and how many these are. */
export function ChoiceBar({ shown, kept, reach: { fromMs, toMs, hasGone }, arrived, onShow }: Counts): VNode {
  const text = useWords(words)
  const { count, time, moment } = useFormat()
  const collector = useCollector()
  const jaeger = collector?.links.jaeger
  // Nothing came before it ran.
  const sinceMs = Math.max(fromMs, collector?.startedMs ?? 0)
  const view = useView()
  const set = (filters: Partial<Filters>) => go(changed(view, { filters }), { replace: true })
  return html`<div class="traces-choice">
    <label>
      <input
        type="checkbox"
        checked=${view.filters.errorsOnly}
        onChange=${(event: Event) => set({ errorsOnly: (event.target as HTMLInputElement).checked })}
      />
      ${text.errorsOnly}
    </label>
    <label>
      ${text.atLeast}
      <input
        type="number"
        min="0"
        max="999999999"
        value=${view.filters.minDuration ?? ''}
        onInput=${(event: Event) => set({ minDuration: (event.target as HTMLInputElement).value })}
      />
      ${text.ms}
    </label>
    <span>
      ${toMs === null ? text.shown(count(shown), time(sinceMs), null) : text.shown(count(shown), moment(fromMs), moment(toMs))}
      ${hasGone && html`<br />${text.hasGone(count(kept))}`}
      ${hasGone && jaeger && html` <a href=${jaeger} target="_blank" rel="noopener noreferrer">${text.jaegerHasMore}</a>`}
    </span>
    ${arrived > 0 && html`<button type="button" class="arrived" onClick=${onShow}>${text.arrived(count(arrived))}</button>`}
  </div>`
}
