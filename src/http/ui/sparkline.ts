import type { VNode } from 'preact'
import { html } from './element.ts'

const width = 120
const height = 24

interface Line {
  /** Per step, oldest first. */
  readonly values: readonly number[]
  /** The part of each value that is drawn as trouble. */
  readonly bad?: readonly number[]
  /** What it shows, for those who do not see it. */
  readonly label: string
}

/** A small picture of what happened lately: one bar per step, the trouble in it at the bottom. */
export function Sparkline({ values, bad = [], label }: Line): VNode {
  const most = Math.max(...values, 0)
  const step = width / Math.max(1, values.length)
  const bars = (of: readonly number[]) =>
    of.map((value, i) => {
      const tall = most > 0 && value > 0 ? Math.max(1, (value / most) * height) : 0
      return tall === 0 ? '' : `M${(i * step).toFixed(1)} ${height}v-${tall.toFixed(1)}h${Math.max(0.5, step - 0.5).toFixed(1)}V${height}z`
    })
  return html`<svg class="sparkline" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${label}>
    <path class="good" d=${bars(values).join('')} />
    <path class="bad" d=${bars(bad).join('')} />
  </svg>`
}
