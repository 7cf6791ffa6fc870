import type { Language, WallboardPage, WallboardSettings, WallboardTheme } from '../../../server/contract/index.ts'

/** How long from now a link is valid; `kept`: as it was before. */
export const wallboardEnds = ['never', 'day', 'week', 'month', 'year'] as const
export type WallboardEnd = (typeof wallboardEnds)[number] | 'kept'

const dayMs = 86_400_000
const lengthMs = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, year: 365 * dayMs } as const

export interface WallboardForm {
  readonly name: string
  /** Empty: all. */
  readonly queues: readonly string[]
  readonly pages: readonly WallboardPage[]
  /** As typed. */
  readonly secondsPerPage: number | string
  readonly language: Language
  readonly theme: WallboardTheme
  readonly end: WallboardEnd
}

export const newWallboard = (language: Language): WallboardForm => ({
  ...{ name: '', queues: [], pages: ['overview', 'queues'], secondsPerPage: 15 },
  ...{ language, theme: 'dark', end: 'never' },
})

export const formOf = (settings: WallboardSettings): WallboardForm => ({
  ...settings,
  queues: settings.queues ?? [],
  end: settings.expiresAtMs === null ? 'never' : 'kept',
})

/** Which fields have to be corrected before it can be saved. `keptMs`: the end it had. */
export function wrongFields(form: WallboardForm, at: { nowMs: number; keptMs: number | null }): ReadonlySet<keyof WallboardForm> {
  const wrong = new Set<keyof WallboardForm>()
  const seconds = Number(form.secondsPerPage)
  if (form.name.trim() === '') wrong.add('name')
  if (form.pages.length === 0) wrong.add('pages')
  if (!Number.isInteger(seconds) || seconds < 5 || seconds > 600) wrong.add('secondsPerPage')
  if (form.end === 'kept' && (at.keptMs ?? 0) <= at.nowMs) wrong.add('end')
  return wrong
}

/** What is saved of a form without wrong fields. Pages in their order on the screen. */
export function settingsOf(form: WallboardForm, at: { nowMs: number; keptMs: number | null }): WallboardSettings {
  const { name, queues, pages, language, theme, end } = form
  return {
    name: name.trim(),
    queues: queues.length === 0 ? null : [...queues],
    pages: wallboardPages.filter((page) => pages.includes(page)),
    secondsPerPage: Number(form.secondsPerPage),
    ...{ language, theme },
    expiresAtMs: end === 'never' ? null : end === 'kept' ? at.keptMs : at.nowMs + lengthMs[end],
  }
}

export const wallboardPages = ['overview', 'queues', 'operators'] as const satisfies readonly WallboardPage[]
