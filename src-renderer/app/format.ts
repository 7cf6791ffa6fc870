import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { useMemo } from 'react'
import type { Language } from '../../server/contract/index.ts'
import { useLanguage } from './i18n.ts'
import { splitExtension } from './phone-extension.ts'
import { phoneRegion } from './phone-region.ts'

/** What stands where there is nothing to show. */
export const nothing = '—'

const two = (n: number): string => String(n).padStart(2, '0')

/** 1:05 or 1:02:33. Negative times (clocks that differ) show as 0:00. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** Grouped for reading: +7 495 000-07-01, behind a company's number #12. Extensions and what is no number stay as they are. */
export function formatPhone(number: string): string {
  const { number: main, extension } = splitExtension(number)
  if (extension !== null) return `${formatPhone(main)} #${extension}`
  const digits = number.replace(/[\s()-]/g, '')
  if (!/^\+?\d{10,15}$/.test(digits)) return number
  const parsed = parsePhoneNumberFromString(digits, phoneRegion.getState().region)
  if (!parsed?.isPossible()) return number
  if (parsed.countryCallingCode !== '7') return parsed.formatInternational()
  const national = parsed.nationalNumber
  return `+7 ${national.slice(0, 3)} ${national.slice(3, 6)}-${national.slice(6, 8)}-${national.slice(8)}`
}

/** Number formatting that depends on language and, for times, on the computer's zone (or the given one). */
export interface Format {
  /** 14:05 */
  time(ms: number): string
  /** 14:05:09 */
  timeWithSeconds(ms: number): string
  /** 12.11.2026 or Nov 12, 2026 */
  date(ms: number): string
  /** 12.11.2026, 14:05 */
  dateTime(ms: number): string
  /** The shortest that is clear beside now: 14:05 today, «вчера, 14:05», «12 нояб., 14:05», with the year when it is another. */
  moment(ms: number, nowMs: number): string
  number(n: number): string
  /** 4,2 or 4.2 */
  tenths(n: number): string
  /** 0.845 → 85 % */
  percent(share: number): string
}

const localeOf = { ru: 'ru-RU', en: 'en-GB' } as const satisfies Record<Language, string>
const yesterday = { ru: 'вчера', en: 'yesterday' } as const
const tomorrow = { ru: 'завтра', en: 'tomorrow' } as const
const day = 86_400_000

export function createFormat(language: Language, timeZone?: string): Format {
  const zone = timeZone === undefined ? {} : { timeZone }
  const make = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(localeOf[language], { ...options, ...zone })
    return (ms: number) => format.format(ms)
  }
  const time = make({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const date = make({ day: '2-digit', month: language === 'ru' ? '2-digit' : 'short', year: 'numeric' })
  const dayAndMonth = make({ day: 'numeric', month: 'short' })
  const year = make({ year: 'numeric' })
  const numbers = new Intl.NumberFormat(localeOf[language])
  const tenths = new Intl.NumberFormat(localeOf[language], { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const percents = new Intl.NumberFormat(localeOf[language], { style: 'percent', maximumFractionDigits: 0 })
  return {
    time,
    timeWithSeconds: make({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    date,
    dateTime: (ms) => `${date(ms)}, ${time(ms)}`,
    moment: (ms, nowMs) => {
      if (date(ms) === date(nowMs)) return time(ms)
      if (date(ms) === date(nowMs - day)) return `${yesterday[language]}, ${time(ms)}`
      if (date(ms) === date(nowMs + day)) return `${tomorrow[language]}, ${time(ms)}`
      return year(ms) === year(nowMs) ? `${dayAndMonth(ms)}, ${time(ms)}` : `${date(ms)}, ${time(ms)}`
    },
    number: (n) => numbers.format(n),
    tenths: (n) => tenths.format(n),
    percent: (share) => percents.format(share),
  }
}

/** The formats of the chosen language. */
export function useFormat(): Format {
  const language = useLanguage()
  return useMemo(() => createFormat(language), [language])
}
