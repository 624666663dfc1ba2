import type { VNode } from 'preact'
import { DrillDown } from '../edge/drill-down.ts'
import { html } from '../element.ts'
import { lazily } from '../later.ts'
import { useWords } from '../setting.ts'
import { SourceList } from './source-list.ts'
import { words } from './words.ts'

const LazyServiceView = lazily(async () => (await import('./service-view.ts')).ServiceView)

/** Who sends requests; opened, to whom, and who to it; opened once more, all that is known of the two. */
export function RequestsTab(): VNode {
  const { title } = useWords(words)
  return html`<${DrillDown} title=${title} All=${SourceList} One=${LazyServiceView} />`
}
