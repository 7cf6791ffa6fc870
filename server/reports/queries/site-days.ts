import { dayOf } from '../../site-time.ts'

/** Days of the site are numbers, yyyymmdd; both ends of a period are inside it. */
export interface Days {
  readonly fromDay: number
  readonly toDay: number
}

const utc = (day: number): Date => new Date(Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100))
const number = (date: Date): number => date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()

/** Is there such a day in the calendar? */
export const isDay = (day: number): boolean => number(utc(day)) === day

export const addDays = (day: number, days: number): number => {
  const date = utc(day)
  date.setUTCDate(date.getUTCDate() + days)
  return number(date)
}

export const dayCount = ({ fromDay, toDay }: Days): number =>
  Math.round((utc(toDay).getTime() - utc(fromDay).getTime()) / 86_400_000) + 1

/** The site's day at a moment. */
export function siteDay(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(
    nowMs,
  )
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value)
  return part('year') * 10_000 + part('month') * 100 + part('day')
}

/** When these days began and ended, [fromMs, toMs): days of 23 and 25 hours are right. */
export function momentsOf({ fromDay, toDay }: Days, timeZone: string): { fromMs: number; toMs: number } {
  // Noon in UTC is the same calendar day in every zone but those beyond +12: asked again from where it landed.
  const begin = (day: number): number => {
    const noonMs = utc(day).getTime() + 43_200_000
    const landed = siteDay(noonMs, timeZone)
    return dayOf(landed === day ? noonMs : noonMs + (landed > day ? -86_400_000 : 86_400_000), timeZone).fromMs
  }
  return { fromMs: begin(fromDay), toMs: begin(addDays(toDay, 1)) }
}

/** What a period is compared with: of whole months the same number of months before, else as many days before. */
export function daysBefore({ fromDay, toDay }: Days): Days {
  const after = addDays(toDay, 1)
  if (fromDay % 100 === 1 && after % 100 === 1) {
    const from = utc(fromDay)
    const end = utc(after)
    const months = (end.getUTCFullYear() - from.getUTCFullYear()) * 12 + end.getUTCMonth() - from.getUTCMonth()
    const begin = number(new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1)))
    return { fromDay: begin, toDay: addDays(fromDay, -1) }
  }
  return { fromDay: addDays(fromDay, -dayCount({ fromDay, toDay })), toDay: addDays(fromDay, -1) }
}
