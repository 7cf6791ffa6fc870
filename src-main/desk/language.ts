import { readFileSync } from 'node:fs'
import type { DeskState } from '../../src-preload/contract/index.ts'
import { writePrivateFile } from '../private-file.ts'

export type Language = DeskState['language']

export interface LanguageDeps {
  /** Where the last one is remembered. */
  readonly file: string
  /** The system's, as Electron gives it: `ru`, `ru-RU`, `en-US`. */
  readonly locale: string
}

/** The language outside the pages: what the workplace last said, on this computer ever, else the system's. */
export function createLanguage({ file, locale }: LanguageDeps) {
  let current = read(file) ?? (/^ru\b/i.test(locale) ? 'ru' : 'en')
  return {
    current: () => current,
    /** To be called with each state of the desk. */
    follow(state: DeskState | null): void {
      if (state === null || state.language === current) return
      current = state.language
      try {
        writePrivateFile(file, current)
      } catch {
        // Asked of the system again at the next start.
      }
    },
  }
}

function read(file: string): Language | null {
  try {
    const text = readFileSync(file, 'utf8')
    return text === 'ru' || text === 'en' ? text : null
  } catch {
    return null
  }
}
