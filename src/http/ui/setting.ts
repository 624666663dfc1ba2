import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { type Format, formatOf } from './format.ts'
import { keep, kept } from './kept.ts'
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

const firstLanguage = (): Language => (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')

export const language = new Store<Language>(languages.find((one) => one === kept('localStorage', languageKey)) ?? firstLanguage())
export const theme = new Store<Theme>(themes.find((one) => one === kept('localStorage', themeKey)) ?? 'auto')

language.follow((chosen) => keep('localStorage', languageKey, chosen))
theme.follow((chosen) => keep('localStorage', themeKey, chosen))

export const settingOf = (chosen: Language): Setting => ({ language: chosen, format: formatOf(chosen) })
export const SettingContext = createContext<Setting>(settingOf('en'))

/** The words of a part of the page, in the reader's language. */
export const useWords = <T>(words: Words<T>): T => words[useContext(SettingContext).language]
/** How numbers and times are written in the reader's language. */
export const useFormat = (): Format => useContext(SettingContext).format
