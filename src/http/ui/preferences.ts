import type { VNode } from 'preact'
import { html } from './element.ts'
import { language, languages, type Language, theme, themes, type Theme, useWords } from './setting.ts'
import { useStore } from './store.ts'

const words = {
  en: { colours: 'Colours', auto: 'as the system', light: 'light', dark: 'dark', language: 'Language' },
  zh: { colours: '配色', auto: '跟随系统', light: '浅色', dark: '深色', language: '语言' },
}

/** Each in its own words: whoever looks for his language cannot read the others. */
const names: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' }

/** How the page looks, and which language it speaks. */
export function Preferences(): VNode {
  const text = useWords(words)
  const chosen = useStore(language)
  const colours = useStore(theme)
  return html`<div class="preferences">
    <label>
      <span>${text.colours}</span>
      <select onChange=${(event: Event) => theme.set((event.target as HTMLSelectElement).value as Theme)}>
        ${themes.map((one) => html`<option key=${one} value=${one} selected=${one === colours}>${text[one]}</option>`)}
      </select>
    </label>
    <label>
      <span>${text.language}</span>
      <select onChange=${(event: Event) => language.set((event.target as HTMLSelectElement).value as Language)}>
        ${languages.map((one) => html`<option key=${one} value=${one} lang=${one} selected=${one === chosen}>${names[one]}</option>`)}
      </select>
    </label>
  </div>`
}
