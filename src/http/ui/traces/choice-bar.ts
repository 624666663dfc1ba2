import type { VNode } from 'preact'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { changed, type Filters, go, useView } from '../view.ts'
import { words } from './words.ts'

interface Counts {
  readonly shown: number
  readonly kept: number
  /** How many wait to be shown. */
  readonly arrived: number
  readonly onShow: () => void
}

/** Which of the traces are listed, and how many these are. */
export function ChoiceBar({ shown, kept, arrived, onShow }: Counts): VNode {
  const text = useWords(words)
  const { count } = useFormat()
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
    <span>${text.shown(count(shown), count(kept))}</span>
    ${arrived > 0 && html`<button type="button" class="arrived" onClick=${onShow}>${text.arrived(count(arrived))}</button>`}
  </div>`
}
