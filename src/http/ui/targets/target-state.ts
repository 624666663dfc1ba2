import type { VNode } from 'preact'
import { html } from '../element.ts'
import { type Mood, State } from '../facts.ts'
import { useWords } from '../setting.ts'
import type { Target, TargetState as Name } from './scraped.ts'
import { words } from './words.ts'

const moods: Readonly<Record<Name | 'leaving', Mood>> = { up: 'good', failing: 'bad', stale: 'bad', waiting: 'faint', leaving: 'faint' }

/** How a target is doing, in a word and what that means. */
export function TargetState({ target: { state, terminating } }: { readonly target: Target }): VNode {
  const text = useWords(words)
  const word = terminating && state !== 'failing' && state !== 'stale' ? 'leaving' : state
  return html`<span title=${text.stateHints[word]}><${State} mood=${moods[word]} word=${text.states[word]} /></span>`
}
