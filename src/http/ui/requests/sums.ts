import type { VNode } from 'preact'
import type { EdgeFigures, EdgesAnswer } from '../../../model/figures.ts'
import { coveredOf, isShort } from '../covered.ts'
import { html } from '../element.ts'
import { useFormat, useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { totalsOf } from './totals.ts'
import { words } from './words.ts'

interface SumsSetting {
  readonly answer: EdgesAnswer
  readonly rows: readonly EdgeFigures[]
  readonly of: 'sources' | 'destinations'
}

/** All that is shown, in one line, and the window that it is over. */
export function Sums({ answer, rows, of }: SumsSetting): VNode {
  const text = useWords(words)
  const { until } = useView().filters
  const { count, perSecond, share, span, moment } = useFormat()
  const { edges, errorRatio, clientErrorRatio, ...sums } = totalsOf(rows)
  return html`<p class="sums">
      <strong>${text.sums(perSecond(sums.perSecond))}</strong>
      <span>${text[of](count(edges), edges === 1)}</span>
      <span class=${(errorRatio ?? 0) > 0 ? 'failing-figure' : ''}>${text.errorsOf(share(errorRatio))}</span>
      <span>${text.clientErrorsOf(share(clientErrorRatio))}</span>
      <span class="said">${text.over(span(coveredOf(answer)))}${until !== undefined && `, ${text.ending(moment(answer.atMs))}`}</span>
    </p>
    ${isShort(answer) && html`<p class="said">${text.short(span(answer.coveredMs), span(answer.windowMs))}</p>`}`
}
