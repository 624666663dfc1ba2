import type { VNode } from 'preact'
import { html } from './element.ts'
import { useWords } from './setting.ts'
import { addressOf, changed, useView } from './view.ts'
import { legible } from './who.ts'

const words = { en: { label: 'Where you are' }, zh: { label: '当前位置' } }

interface Crumb {
  readonly title: string
  readonly path: readonly string[]
}

/** The way back: from the whole tab to what is open, which is the last one and no link. */
export function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }): VNode {
  const { label } = useWords(words)
  const view = useView()
  return html`<nav class="crumbs" aria-label=${label}>
    <ol>
      ${crumbs.map(
        ({ title, path }, i) =>
          html`<li key=${i}>
            ${
              i === crumbs.length - 1
                ? html`<span aria-current="page">${legible(title)}</span>`
                : html`<a href=${addressOf(changed(view, { path }))}>${legible(title)}</a>`
            }
          </li>`,
      )}
    </ol>
  </nav>`
}
