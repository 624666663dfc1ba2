import type { VNode } from 'preact'
import { html } from '../element.ts'
import { useFormat, useWords, type Words } from '../setting.ts'
import { legible } from '../who.ts'
import { type Text, words } from './words.ts'

interface LossesSetting {
  /** By reason. */
  readonly counts: Readonly<Record<string, number>>
  readonly meanings?: Words<Readonly<Record<string, string>>>
}

const codes: Words<Readonly<Record<string, string>>> = { en: {}, zh: {} }

/** How many for which reason, the most first; what the reason is called elsewhere stands beside its meaning. */
export function Losses({ counts, meanings = codes }: LossesSetting): VNode | string {
  const { none } = useWords<Text>(words)
  const meaningOf = useWords(meanings)
  const { count } = useFormat()
  const sorted = Object.entries(counts)
    .filter(([, number]) => number > 0)
    .toSorted(([, a], [, b]) => b - a)
  if (sorted.length === 0) return none
  return html`<ul class="losses">
    ${sorted.map(
      ([reason, number]) =>
        html`<li key=${reason}><strong>${count(number)}</strong> ${meaningOf[reason] ?? ''} <code>${legible(reason)}</code></li>`,
    )}
  </ul>`
}
