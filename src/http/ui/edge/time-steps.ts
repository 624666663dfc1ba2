import type { VNode } from 'preact'
import { collectorMs } from '../clock.ts'
import { html } from '../element.ts'
import { windowMs } from '../time-range.ts'
import { useFormat, useWords } from '../setting.ts'
import { changed, go, useView } from '../view.ts'

const words = {
  en: { label: 'Move the time range', earlier: (span: string) => `${span} earlier`, later: (span: string) => `${span} later` },
  zh: { label: '移动时间范围', earlier: (span: string) => `往前 ${span}`, later: (span: string) => `往后 ${span}` },
}

/** What marking a stretch of a trend does, for those without a pointer: the window as long as it is, one of its lengths back or forth. */
export function TimeSteps(): VNode {
  const text = useWords(words)
  const view = useView()
  const { window, until } = view.filters
  const length = windowMs(window)
  const span = useFormat().span(length)
  const move = (byMs: number) => {
    const endMs = (until === undefined ? collectorMs() : Date.parse(until)) + byMs
    go(changed(view, { filters: { until: endMs < collectorMs() ? new Date(endMs).toISOString() : '' } }))
  }
  return html`<div class="time-steps" role="group" aria-label=${text.label}>
    <button type="button" onClick=${() => move(-length)}>← ${text.earlier(span)}</button>
    <button type="button" disabled=${until === undefined} onClick=${() => move(length)}>${text.later(span)} →</button>
  </div>`
}
