import type { VNode } from 'preact'
import { html } from './element.ts'
import { useFormat, useWords } from './setting.ts'
import { changed, go, useView, windows } from './view.ts'

const words = {
  en: {
    window: 'Time range',
    last: (window: string) => `last ${window}`,
    ending: (moment: string) => `ending ${moment}`,
    now: 'Back to now',
  },
  zh: {
    window: '时间范围',
    last: (window: string) => `最近 ${window}`,
    ending: (moment: string) => `截至 ${moment}`,
    now: '回到现在',
  },
}

/** Milliseconds of a duration as in `5m`. */
export const windowMs = (window: string): number =>
  Number.parseInt(window, 10) * { s: 1e3, m: 60e3, h: 3_600e3 }[window.at(-1) as 's' | 'm' | 'h']

/** Over how long figures are, and until when. */
export function TimeRange(): VNode {
  const text = useWords(words)
  const format = useFormat()
  const view = useView()
  const { window, until } = view.filters
  const choose = (event: Event) => go(changed(view, { filters: { window: (event.target as HTMLSelectElement).value } }))
  return html`<label class="range">
      <span>${text.window}</span>
      <select value=${window} onChange=${choose}>
        ${windows.map((one) => html`<option key=${one} value=${one} selected=${one === window}>${text.last(format.span(windowMs(one)))}</option>`)}
      </select>
    </label>
    ${
      until !== undefined &&
      html`<span class="until">
        ${text.ending(format.moment(Date.parse(until)))}
        <button type="button" onClick=${() => go(changed(view, { filters: { until: '' } }))}>${text.now}</button>
      </span>`
    }`
}
