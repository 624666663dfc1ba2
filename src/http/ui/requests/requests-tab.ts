import type { VNode } from 'preact'
import { Crumbs } from '../crumbs.ts'
import { LazyEdgeView } from '../edge/lazy-edge-view.ts'
import { html } from '../element.ts'
import { lazily } from '../later.ts'
import { useWords } from '../setting.ts'
import { useView } from '../view.ts'
import { SourceList } from './source-list.ts'
import { words } from './words.ts'

const LazySourceView = lazily(async () => (await import('./source-view.ts')).SourceView)

/** Who sends requests; opened, to whom; opened once more, all that is known of the two. */
export function RequestsTab(): VNode {
  const { title } = useWords(words)
  const { path } = useView()
  const [source, destination] = path
  if (source === undefined) return html`<${SourceList} />`
  const crumbs = [title, ...path.slice(0, 2)].map((name, i) => ({ title: name, path: path.slice(0, i) }))
  return html`<${Crumbs} crumbs=${crumbs} /> ${
      destination === undefined
        ? html`<${LazySourceView} key=${source} source=${source} />`
        : html`<${LazyEdgeView} key=${`${source} ${destination}`} source=${source} destination=${destination} />`
    }`
}
