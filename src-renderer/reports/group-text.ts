import {
  type Days,
  dateOfDay,
  type Grouping,
  intervalMinutes,
  type Language,
  type ReportRow,
  timeGroupings,
} from '../../server/contract/index.ts'
import { timeOfDayText } from '../../server/contract/report-names.ts'
import type { reportWords } from './report-words.ts'

type Words = (typeof reportWords)['ru']

const localeOf = { ru: 'ru-RU', en: 'en-GB' } as const satisfies Record<Language, string>
const dated = (language: Language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(localeOf[language], options)
const withWeekday = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const

/** A day of the site: «пн, 16 нояб. 2026 г.» */
export const dayText = (day: number, language: Language): string => dated(language, withWeekday).format(dateOfDay(day))

/** 1–15 нояб. 2026 г. */
export const daysText = ({ fromDay, toDay }: Days, language: Language): string =>
  dated(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).formatRange(
    dateOfDay(fromDay),
    dateOfDay(toDay),
  )

export interface GroupNames {
  readonly t: Words
  readonly language: Language
  /** Of the site. */
  readonly timeZone: string
  readonly category: (id: string | null) => string | null
  readonly result: (id: string | null) => string | null
  readonly pause: (code: string) => string
}

/** The name of a report's row. */
export function groupText({ key, name }: Pick<ReportRow, 'key' | 'name'>, groupBy: Grouping, by: GroupNames): string {
  const { t, language } = by
  if (key === null) return timeGroupings.has(groupBy) ? t.notInRecord : t.none
  if (name !== null) return name
  switch (groupBy) {
    case 'day':
      return dayText(Number(key), language)
    case 'hour':
    case 'halfHour':
    case 'quarterHour':
      return dated(language, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        timeZone: by.timeZone,
      }).format(Number(key))
    case 'hourOfDay':
      return timeOfDayText(Number(key) * 60, 60)
    case 'halfHourOfDay':
    case 'quarterHourOfDay':
      return timeOfDayText(Number(key), intervalMinutes[groupBy] ?? 60)
    case 'weekday':
      return t.weekdays[Number(key) - 1] ?? key
    case 'direction':
      return Object.entries(t.directions).find(([direction]) => direction === key)?.[1] ?? key
    case 'cause':
      return Object.entries(t.causes).find(([cause]) => cause === key)?.[1] ?? key
    case 'category':
      return by.category(key) ?? key
    case 'result':
      return by.result(key) ?? key
    case 'pauseReason':
      return key === '' ? t.pauseNone : by.pause(key)
    case 'queue':
    case 'operator':
    case 'score':
      return key
  }
}
