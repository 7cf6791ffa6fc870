import { z } from 'zod'

/** A calendar day of the site: yyyymmdd. */
export const SiteDay = z.number().int().min(19_700_101).max(99_991_231)

/** Days of the site are numbers, yyyymmdd; both ends of a period are inside it. */
export interface Days {
  readonly fromDay: number
  readonly toDay: number
}

export const dateOfDay = (day: number): Date =>
  new Date(Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100))
export const dayOfDate = (date: Date): number =>
  date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()

/** Is there such a day in the calendar? */
export const isDay = (day: number): boolean => dayOfDate(dateOfDay(day)) === day

export const addDays = (day: number, days: number): number => {
  const date = dateOfDay(day)
  date.setUTCDate(date.getUTCDate() + days)
  return dayOfDate(date)
}

export const dayCount = ({ fromDay, toDay }: Days): number =>
  Math.round((dateOfDay(toDay).getTime() - dateOfDay(fromDay).getTime()) / 86_400_000) + 1

/** What a period is compared with: of whole months the same number of months before, else as many days before. */
export function daysBefore({ fromDay, toDay }: Days): Days {
  const after = addDays(toDay, 1)
  if (fromDay % 100 === 1 && after % 100 === 1) {
    const from = dateOfDay(fromDay)
    const end = dateOfDay(after)
    const months = (end.getUTCFullYear() - from.getUTCFullYear()) * 12 + end.getUTCMonth() - from.getUTCMonth()
    const begin = dayOfDate(new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1)))
    return { fromDay: begin, toDay: addDays(fromDay, -1) }
  }
  return { fromDay: addDays(fromDay, -dayCount({ fromDay, toDay })), toDay: addDays(fromDay, -1) }
}
