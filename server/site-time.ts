import type { z } from 'zod'
import { type DayPeriod, dateOfDay, dayOfDate, historyPresets, readDaySpan } from './contract/index.ts'

interface Span {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

/** The calendar day of a moment, in a place. */
export function dayOf(nowMs: number, timeZone: string): Span {
  return lastDays(1, nowMs, timeZone)
}

/** The days a filter asks for; a preset ends with the day of `nowMs`. */
export function spanOfPeriod(period: z.infer<typeof DayPeriod>, nowMs: number, timeZone: string): Span {
  const days = readDaySpan(period)
  if (days) return spanOfDays(days.from, days.to, timeZone)
  const preset = Object.entries(historyPresets).find(([name]) => name === period)
  return lastDays(preset?.[1] ?? 1, nowMs, timeZone)
}

/** So many calendar days, the last of them that of `nowMs`. */
function lastDays(days: number, nowMs: number, timeZone: string): Span {
  const wallMs = wallClock(timeZone)
  const today = new Date(wallMs(Math.floor(nowMs / 1_000) * 1_000)).setUTCHours(0, 0, 0, 0)
  return { fromMs: midnight(wallMs, today, 1 - days), toMs: midnight(wallMs, today, 1) }
}

/** Whole days, both included; `2026-11-20`. */
function spanOfDays(from: string, to: string, timeZone: string): Span {
  const wallMs = wallClock(timeZone)
  return { fromMs: midnight(wallMs, Date.parse(from), 0), toMs: midnight(wallMs, Date.parse(to), 1) }
}

const clocks = new Map<string, (ms: number) => number>()

/** What a clock on the wall shows at a whole second, as if it were UTC. Kept: to make one takes as long as to read it fifty times. */
export function wallClock(timeZone: string): (ms: number) => number {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = newClock(timeZone)
  clocks.set(timeZone, clock)
  return clock
}

function newClock(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (ms) => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const [year = 0, month = 1, day = 1, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(
      (name) => part[name],
    )
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}

/** Asked of the zone, so that days of 23 and 25 hours are right. `dayMs`: that day's midnight if it were UTC. */
function midnight(wallMs: (ms: number) => number, dayMs: number, daysOn: number): number {
  const wanted = new Date(dayMs).setUTCDate(new Date(dayMs).getUTCDate() + daysOn)
  // The offset at midnight may be another than the one of that moment in UTC: the second step corrects by it.
  const guess = wanted - (wallMs(wanted) - wanted)
  const exact = guess - (wallMs(guess) - wanted)
  // Where the clock is put forward at midnight, the day begins at one.
  return wallMs(exact) < wanted ? guess : exact
}

/** When the site's clock shows so many minutes after midnight of a day; where it never does, as much later as the clock was put on. */
export function momentOfDay(day: number, minutes: number, timeZone: string): number {
  const wanted = dateOfDay(day).getTime() + minutes * 60_000
  return midnight(wallClock(timeZone), wanted, 0)
}

/** The site's day at a moment. */
export function siteDay(nowMs: number, timeZone: string): number {
  return dayOfDate(new Date(wallClock(timeZone)(nowMs)))
}

/** When a day of the site began: days of 23 and 25 hours are right. */
export function startOfDay(day: number, timeZone: string): number {
  // Noon in UTC is the same calendar day in every zone but those beyond +12: asked again from where it landed.
  const noonMs = dateOfDay(day).getTime() + 43_200_000
  const landed = siteDay(noonMs, timeZone)
  return dayOf(landed === day ? noonMs : noonMs + (landed > day ? -86_400_000 : 86_400_000), timeZone).fromMs
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
