import { createContext, useContext } from 'react'
import type { Language } from '../../server/contract/language.ts'
import type { WallboardTheme } from '../../server/contract/wallboard-view.ts'
import { createFormat, type Format } from '../app/format.ts'
import { words } from './words.ts'

/** How the screen looked last: until its link's settings are here, and where they never come. */
export interface Look {
  readonly language: Language
  readonly theme: WallboardTheme
}

const key = 'callsync.wallboard'

export function lastLook(): Look {
  try {
    const kept = localStorage.getItem(key)?.split(' ') ?? []
    return { language: kept.includes('en') ? 'en' : 'ru', theme: kept.includes('light') ? 'light' : 'dark' }
  } catch {
    return { language: 'ru', theme: 'dark' }
  }
}

export function keepLook({ language, theme }: Look): void {
  try {
    localStorage.setItem(key, `${language} ${theme}`)
  } catch {
    // A browser that keeps nothing begins in Russian and dark.
  }
}

export interface ScreenTexts {
  readonly t: (typeof words)['ru']
  readonly format: Format
}

export const textsOf = (language: Language, timeZone?: string): ScreenTexts => ({
  t: words[language],
  format: createFormat(language, timeZone),
})

/** Words and formats of the link's language and the site's zone; nothing here follows the signed-in person's choice. */
export const TextsContext = createContext<ScreenTexts>(textsOf('ru'))
export const useTexts = (): ScreenTexts => useContext(TextsContext)
