import { addDays, type Days, dayCount, daysBefore, type Grouping, intervalMinutes, isOfDay } from '../contract/index.ts'
import { momentOfDay, siteDay } from '../site-time.ts'
import { siteBuckets } from './fold/buckets.ts'
import { intervalAt } from './queries/intervals.ts'

/** What a period is compared with. */
export interface Before {
  readonly days: Days
  /** The last day only up to this moment; null: the whole of it. */
  readonly untilMs: number | null
}

/** The period before: of one that is not over as much as has passed of it, to the hour and minute, else a part would stand beside a whole. */
export function beforeOf(days: Days, { nowMs, timeZone }: { nowMs: number; timeZone: string }): Before {
  const whole = daysBefore(days)
  const today = siteDay(nowMs, timeZone)
  if (days.toDay < today || days.fromDay > today) return { days: whole, untilMs: null }
  const passed = dayCount({ fromDay: days.fromDay, toDay: today })
  // March has days that February has not.
  if (passed > dayCount(whole)) return { days: whole, untilMs: null }
  const toDay = addDays(whole.fromDay, passed - 1)
  return { days: { fromDay: whole.fromDay, toDay }, untilMs: sameTimeOn(toDay, { nowMs, timeZone }) }
}

/** When the site's clock shows on that day what it shows now, however long either day is; where it never does, when it is put on. */
function sameTimeOn(day: number, { nowMs, timeZone }: { nowMs: number; timeZone: string }): number {
  const buckets = siteBuckets(timeZone)
  const { startMs, minuteOfDay } = intervalAt(nowMs, 15, buckets)
  const atMs = momentOfDay(day, minuteOfDay, timeZone)
  const found = intervalAt(atMs, 15, buckets)
  return found.minuteOfDay === minuteOfDay ? atMs + nowMs - startMs : buckets(atMs).hour_ms
}

/** The days, whole ones apart from one that is read up to a moment only. */
export function partsOf({ days, untilMs }: Before): { days: Days; untilMs?: number; endMs?: number }[] {
  if (untilMs === null) return [{ days }]
  const last = { days: { fromDay: days.toDay, toDay: days.toDay }, untilMs, endMs: untilMs }
  if (days.fromDay === days.toDay) return [last]
  return [{ days: { ...days, toDay: addDays(days.toDay, -1) }, endMs: untilMs }, last]
}

/**
 * The key of a row of the period for one of the period before: days and intervals of them are compared by their place in it, as the site's
 * clock shows it, others by themselves. undefined: the period has no such place, as November has no 31st.
 */
export function besideKey(groupBy: Grouping, { now, before, timeZone }: { now: Days; before: Days; timeZone: string }) {
  const buckets = siteBuckets(timeZone)
  const besideDay = (day: number): number | undefined => {
    const beside = addDays(now.fromDay, dayCount({ fromDay: before.fromDay, toDay: day }) - 1)
    return beside <= now.toDay ? beside : undefined
  }
  const minutes = groupBy === 'hour' ? 60 : isOfDay(groupBy) ? undefined : intervalMinutes[groupBy]
  const besideInterval = (ms: number, minutes: number): number | undefined => {
    const { day, minuteOfDay } = intervalAt(ms, minutes, buckets)
    const beside = besideDay(day)
    if (beside === undefined) return undefined
    const found = intervalAt(momentOfDay(beside, minuteOfDay, timeZone), minutes, buckets)
    // A night in which the clock is put on lacks an hour. One that is cut by a change begins later within itself.
    const isSame = Math.floor(found.minuteOfDay / minutes) === Math.floor(minuteOfDay / minutes)
    return found.day === beside && isSame ? found.startMs : undefined
  }
  return (key: string | null): string | null | undefined => {
    if (key === null || (groupBy !== 'day' && minutes === undefined)) return key
    const beside = minutes === undefined ? besideDay(Number(key)) : besideInterval(Number(key), minutes)
    return beside === undefined ? undefined : String(beside)
  }
}
