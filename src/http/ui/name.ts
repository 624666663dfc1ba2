import type { VNode } from 'preact'
import { html } from './element.ts'
import { legible, namespaceOf, shortNameOf } from './who.ts'

/** `NAMESPACE/NAME`: what tells names apart is in front of the eye, the namespace beside it. */
export function Name({ name }: { readonly name: string }): VNode {
  const namespace = namespaceOf(name)
  return html`<span class="name"
    >${namespace && html`<span class="namespace">${legible(namespace)}/</span><wbr />`}${legible(shortNameOf(name))}</span
  >`
}
