import type { ComponentChildren, VNode } from 'preact'
import { html } from './element.ts'

/** Where there is nothing to show: why that is so, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }): VNode {
  return html`<section class="empty">
    <h2>${title}</h2>
    ${children}
  </section>`
}
