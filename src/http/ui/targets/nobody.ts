import type { VNode } from 'preact'
import type { TargetsAnswer } from '../../../model/figures.ts'
import { useCollector } from '../collector.ts'
import { html } from '../element.ts'
import { NobodyNamed, NoPods } from '../nothing.ts'

/** Where nobody is scraped and nobody could be: why, and what changes it. */
export function Nobody({ answer }: { readonly answer: TargetsAnswer }): VNode | null {
  const status = useCollector()
  if (!status) return null
  if (status.discovery.namespaces.length === 0) return html`<${NobodyNamed} status=${status} targets=${answer} />`
  return html`<${NoPods} status=${status} reasons=${[]} />`
}
