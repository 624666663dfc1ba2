import type { VNode } from 'preact'
import type { EdgesAnswer } from '../../../model/figures.ts'
import { useScrapeMs } from '../collector.ts'
import { flowsOf } from '../connections/flow.ts'
import { html } from '../element.ts'
import { Name } from '../name.ts'
import { useFormat, useWords } from '../setting.ts'
import { addressOf, changed, useView } from '../view.ts'
import { words } from './words.ts'

const mostNamed = 3

/** Connections that fail are in no figure of requests: whose do, worst first, and where to look. */
export function FailingConnections({ answer }: { readonly answer: EdgesAnswer }): VNode | null {
  const text = useWords(words)
  const { share } = useFormat()
  const view = useView()
  const flows = flowsOf(answer, { by: 'source', scrapeMs: useScrapeMs() }).filter(({ hint, name }) => hint === 'failing' && name !== '')
  if (flows.length === 0) return null
  const worst = flows.toSorted((a, b) => (b.failedShare ?? 0) - (a.failedShare ?? 0)).slice(0, mostNamed)
  return html`<p class="sums">
    <strong class="failing-figure">${text.connectionsFail}</strong>
    ${worst.map(
      ({ name, key, failedShare }) =>
        html`<span key=${key}>
          <a href=${addressOf(changed(view, { tab: 'connections', path: [name] }))}><${Name} name=${name} /></a> ${share(failedShare)}
        </span>`,
    )}
  </p>`
}
