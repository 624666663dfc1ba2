import { addressOf, changed, type View } from '../view.ts'
import type { MapEdge, MapNode } from './graph.ts'

/** Where a call leads: to all that is known of it. */
export const edgeAddress = (view: View, { carries, source, called }: MapEdge): string =>
  addressOf(changed(view, { tab: carries, path: [source, called], filters: { search: '' } }))

/** Where a node leads: to its own calls, or to the calls of others to it where it makes none. */
export const nodeAddress = (view: View, { name, isCaller, carries }: MapNode): string =>
  addressOf(changed(view, { tab: carries, path: isCaller ? [name] : [], filters: { search: '', ...(!isCaller && { service: name }) } }))
