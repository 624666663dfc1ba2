import type { ComponentChildren, VNode } from 'preact'
import { html } from './element.ts'

export interface Fact {
  readonly title: string
  readonly value: ComponentChildren
  /** Below the value, as the window of a rate. */
  readonly note?: ComponentChildren
}

/** Figures side by side, each with its name. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): VNode {
  return html`<dl class="facts">
    ${facts.map(
      ({ title, value, note }) =>
        html`<div key=${title}>
          <dt>${title}</dt>
          <dd>${value}${note && html` <small>${note}</small>`}</dd>
        </div>`,
    )}
  </dl>`
}

export type Mood = 'good' | 'warn' | 'bad' | 'faint'

/** How something is doing: a word, and a colour for the hasty. */
export function State({ mood, word }: { readonly mood: Mood; readonly word: string }): VNode {
  return html`<span class=${`state ${mood}`}>${word}</span>`
}
