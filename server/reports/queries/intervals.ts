import { type Days, type Grouping, intervalMinutes } from '../../contract/index.ts'
import type { Buckets } from '../fold/buckets.ts'
import { momentsOf } from './site-days.ts'

/** A part of an hour, as the site's clock divides it. */
export interface Interval {
  readonly day: number
  readonly startMs: number
  /** What the clock showed then. */
  readonly minuteOfDay: number
}

/** The one a moment lies in. */
export function intervalAt(ms: number, minutes: number, buckets: (ms: number) => Buckets): Interval {
  const { day, hour_ms, hour_of_day, from_minute } = buckets(ms)
  const into = Math.floor((ms - hour_ms) / (minutes * 60_000)) * minutes
  return { day, startMs: hour_ms + into * 60_000, minuteOfDay: hour_of_day * 60 + from_minute + into }
}

/** When that time of the day began, on each of the days: twice where the clock is put back, never where it is put on. */
export function startsOf(
  { groupBy, minuteOfDay }: { groupBy: Grouping; minuteOfDay: number },
  { days, timeZone, buckets }: { days: Days; timeZone: string; buckets: (ms: number) => Buckets },
): number[] {
  const minutes = intervalMinutes[groupBy] ?? 60
  const { fromMs, toMs } = momentsOf(days, timeZone)
  const starts = new Set<number>()
  for (let ms = fromMs; ms < toMs; ms += 900_000) {
    const found = intervalAt(ms, minutes, buckets)
    if (found.minuteOfDay === minuteOfDay) starts.add(found.startMs)
  }
  return [...starts]
}
