import { create } from 'zustand'
import type { Language } from '../../server/contract/index.ts'

/** One feature's texts. Functions are for plurals and interpolation. The English half must have exactly the Russian half's keys. */
export interface Words<T> {
  readonly ru: T
  readonly en: T
}

/** Checks at compile time that both languages have the same keys of the same types. */
export const defineWords = <T extends object>(words: { ru: T; en: NoInfer<T> }): Words<T> => words

const storageKey = 'callsync.language'

function storedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'ru'
  } catch {
    return 'ru'
  }
}

const languageStore = create<{ language: Language }>(() => ({ language: storedLanguage() }))

export const useLanguage = (): Language => languageStore((state) => state.language)

/** Remembered on this computer. */
export function setLanguage(language: Language): void {
  languageStore.setState({ language })
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Storage is closed to us (private mode): the choice lasts as long as the page.
  }
}

/** The texts of the chosen language. */
export const useWords = <T>(words: Words<T>): T => words[useLanguage()]

/** Russian: [1 звонок, 2 звонка, 5 звонков]; English: [1 call, 2 calls]. */
export type PluralForms = readonly [one: string, few: string, many: string] | readonly [one: string, other: string]

const rules = { ru: new Intl.PluralRules('ru'), en: new Intl.PluralRules('en') }

/** The form that goes with `n`, without the number itself. */
export function plural(language: Language, n: number, forms: PluralForms): string {
  const category = rules[language].select(n)
  if (category === 'one') return forms[0]
  if (category === 'few' || forms.length === 2) return forms[1]
  // Russian fractions (2,5 звонка) take the same form as 2–4.
  return category === 'other' ? forms[1] : forms[2]
}
