import type { VNode } from 'preact'
import { html } from '../element.ts'
import { Name } from '../name.ts'

interface CallItemSetting {
  /** `NAMESPACE/NAME`. */
  readonly source: string
  readonly destination: string
  readonly address: string
  readonly isFailing: boolean
  /** How often, and how often it failed. */
  readonly note: string
}

/** Who calls whom, as one item of a list. */
export function CallItem({ source, destination, address, isFailing, note }: CallItemSetting): VNode {
  return html`<li class=${isFailing ? 'failing' : ''}>
    <a href=${address}><${Name} name=${source} /> → <${Name} name=${destination} /></a>
    <small>${note}</small>
  </li>`
}
