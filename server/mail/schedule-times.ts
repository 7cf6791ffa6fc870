import { addDays, type Days, dateOfDay, type ReportSchedule } from '../contract/index.ts'
import { momentOfDay, siteDay } from '../site-time.ts'

type Times = Pick<ReportSchedule, 'every' | 'weekday' | 'dayOfMonth' | 'minuteOfDay'>

/** A moment a report is due, and the days it is then of. */
export interface Due {
  readonly atMs: number
  readonly days: Days
  /** The same for the same period: it is sent once. */
  readonly period: string
}

/** So many at the most: a server that was away for longer does not write about years. */
export const mostAtOnce = 31

/** What fell due in (afterMs, untilMs], the oldest first; of many the latest. */
export function duesWithin(times: Times, { afterMs, untilMs }: { afterMs: number; untilMs: number }, timeZone: string): Due[] {
  const dues: Due[] = []
  for (let day = siteDay(untilMs, timeZone); dues.length < mostAtOnce; day = addDays(day, -1)) {
    const atMs = momentOfDay(day, times.minuteOfDay, timeZone)
    if (atMs <= afterMs) break
    if (atMs <= untilMs && isDueOn(times, day)) dues.push(dueOn(times, day, atMs))
  }
  return dues.reverse()
}

/** When it is due next, after a moment. */
export function nextDue(times: Times, afterMs: number, timeZone: string): number {
  for (let day = siteDay(afterMs, timeZone); ; day = addDays(day, 1)) {
    const atMs = momentOfDay(day, times.minuteOfDay, timeZone)
    if (atMs > afterMs && isDueOn(times, day)) return atMs
  }
}

/** Monday is 1. */
const weekdayOf = (day: number): number => ((dateOfDay(day).getUTCDay() + 6) % 7) + 1

function isDueOn({ every, weekday, dayOfMonth }: Times, day: number): boolean {
  if (every === 'week') return weekdayOf(day) === weekday
  return every === 'day' || day % 100 === dayOfMonth
}

function dueOn({ every }: Times, day: number, atMs: number): Due {
  const days = wholeBefore(every, day)
  return { atMs, days, period: `${every}:${days.fromDay}` }
}

/** The last whole day, week from Monday, or month before a day. */
export function wholeBefore(every: Times['every'], day: number): Days {
  if (every === 'day') return { fromDay: addDays(day, -1), toDay: addDays(day, -1) }
  if (every === 'week') {
    const monday = addDays(day, 1 - weekdayOf(day))
    return { fromDay: addDays(monday, -7), toDay: addDays(monday, -1) }
  }
  const toDay = addDays(day, -(day % 100))
  return { fromDay: toDay - (toDay % 100) + 1, toDay }
}
