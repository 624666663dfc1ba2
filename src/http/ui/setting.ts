import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { type Format, formatOf } from './format.ts'
import { Store } from './store.ts'

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]
export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** A text in every language of the page: the same members in each. */
export type Words<T> = Readonly<Record<Language, T>>

export interface Setting {
  readonly language: Language
  readonly format: Format
}

const languageKey = 'mesh-telemetry.language'
const themeKey = 'mesh-telemetry.theme'

const kept = (key: string): string | null => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // a browser may be told to keep nothing
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Then the choice holds for this page.
  }
}

const firstLanguage = (): Language => (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')

export const language = new Store<Language>(languages.find((one) => one === kept(languageKey)) ?? firstLanguage())
export const theme = new Store<Theme>(themes.find((one) => one === kept(themeKey)) ?? 'auto')

language.follow((chosen) => keep(languageKey, chosen))
theme.follow((chosen) => keep(themeKey, chosen))

export const settingOf = (chosen: Language): Setting => ({ language: chosen, format: formatOf(chosen) })
export const SettingContext = createContext<Setting>(settingOf('en'))

/** The words of a part of the page, in the reader's language. */
export const useWords = <T>(words: Words<T>): T => words[useContext(SettingContext).language]
/** How numbers and times are written in the reader's language. */
export const useFormat = (): Format => useContext(SettingContext).format
