import { addDays, type Days, dateOfDay } from '../../contract/index.ts'
import { dayOf } from '../../site-time.ts'

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
    const noonMs = dateOfDay(day).getTime() + 43_200_000
    const landed = siteDay(noonMs, timeZone)
    return dayOf(landed === day ? noonMs : noonMs + (landed > day ? -86_400_000 : 86_400_000), timeZone).fromMs
  }
  return { fromMs: begin(fromDay), toMs: begin(addDays(toDay, 1)) }
}
