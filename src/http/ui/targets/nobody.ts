import type { VNode } from 'preact'
import type { TargetsAnswer } from '../../../model/figures.ts'
import { useCollector } from '../collector.ts'
import { Command } from '../command.ts'
import { html } from '../element.ts'
import { Empty } from '../empty.ts'
import { NobodyNamed } from '../nothing.ts'
import { useWords } from '../setting.ts'
import { legible } from '../who.ts'
import { words } from './words.ts'

/** Where nobody is scraped and nobody could be: why, and what changes it. */
export function Nobody({ answer }: { readonly answer: TargetsAnswer }): VNode | null {
  const { nobody, nobodyThere, nobodyDoctor, rule } = useWords(words)
  const status = useCollector()
  if (!status) return null
  if (status.discovery.namespaces.length === 0) return html`<${NobodyNamed} status=${status} targets=${answer} />`
  return html`<${Empty} title=${nobody}>
    <p>${rule}: ${legible(answer.rule)}.</p>
    <p>${nobodyThere}</p>
    <p>${nobodyDoctor}</p>
    <${Command} text="npx mesh-telemetry doctor" />
  </${Empty}>`
}
