import type { VNode } from 'preact'
import type { EdgeFigures } from '../../../model/figures.ts'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { totalsOf } from './totals.ts'
import { words } from './words.ts'

interface SumsSetting {
  readonly rows: readonly EdgeFigures[]
  readonly of: 'sources' | 'destinations'
}

/** All that a table shows, in one line; the table below it says the window. */
export function Sums({ rows, of }: SumsSetting): VNode {
  const text = useWords(words)
  const { count, perSecond, share } = useFormat()
  const { edges, errorRatio, clientErrorRatio, ...sums } = totalsOf(rows)
  return html`<p class="sums">
    <strong>${text.sums(perSecond(sums.perSecond))}</strong>
    <span>${text[of](count(edges), edges === 1)}</span>
    <span class=${(errorRatio ?? 0) > 0 ? 'failing-figure' : ''}>${text.errorsOf(share(errorRatio))}</span>
    <span>${text.clientErrorsOf(share(clientErrorRatio))}</span>
  </p>`
}
