import type { VNode } from 'preact'
import type { Refused } from './api.ts'
import { html } from './element.ts'

/** In the place of an answer: it is on its way, or why there is none. */
export function Waiting({ refused }: { readonly refused: Refused | undefined }): VNode {
  return refused ? html`<p class="notice failing" role="alert">${refused.message}</p>` : html`<p aria-busy="true"></p>`
}
