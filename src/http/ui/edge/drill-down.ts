import type { ComponentType, VNode } from 'preact'
import { Crumbs } from '../crumbs.ts'
import { html } from '../element.ts'
import { useView } from '../view.ts'
import { LazyEdgeView } from './lazy-edge-view.ts'

interface DrillDownSetting {
  readonly title: string
  readonly All: ComponentType
  readonly One: ComponentType<{ readonly source: string }>
}

/** A tab of who calls whom: all sources; opened, what is told of one; opened once more, all that is known of the two. */
export function DrillDown({ title, All, One }: DrillDownSetting): VNode {
  const [source, destination] = useView().path
  if (source === undefined) return html`<${All} />`
  const names = destination === undefined ? [source] : [source, destination]
  const crumbs = [title, ...names].map((name, i) => ({ title: name, path: names.slice(0, i) }))
  return html`<${Crumbs} crumbs=${crumbs} /> ${
      destination === undefined
        ? html`<${One} key=${source} source=${source} />`
        : html`<${LazyEdgeView} key=${JSON.stringify(names)} source=${source} destination=${destination} />`
    }`
}
