import { addressOf, changed, type View } from '../view.ts'
import type { MapEdge, MapNode } from './graph.ts'

/** Where a call leads: to all that is known of it. */
export const edgeAddress = (view: View, { carries, source, called }: MapEdge): string =>
  addressOf(changed(view, { tab: carries, path: [source, called], filters: { search: '' } }))

/** Where a node leads: to its calls and those of others to it; of connections only a caller has a page of its own. */
export function nodeAddress(view: View, { name, isCaller, carries }: MapNode): string {
  const hasPage = isCaller || carries === 'requests'
  return addressOf(
    changed(view, { tab: carries, path: hasPage ? [name] : [], filters: { search: '', ...(!hasPage && { service: name }) } }),
  )
}
