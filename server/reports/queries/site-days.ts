import { addDays, type Days } from '../../contract/index.ts'
import { startOfDay } from '../../site-time.ts'

/** When these days began and ended, [fromMs, toMs): days of 23 and 25 hours are right. */
export function momentsOf({ fromDay, toDay }: Days, timeZone: string): { fromMs: number; toMs: number } {
  return { fromMs: beginOf(fromDay, timeZone), toMs: beginOf(addDays(toDay, 1), timeZone) }
}

/** Asking the zone takes longer than reading the sums of a day. */
const known = new Map<string, number>()
const mostKnown = 5_000

function beginOf(day: number, timeZone: string): number {
  const name = `${timeZone} ${day}`
  const begun = known.get(name) ?? startOfDay(day, timeZone)
  if (known.size >= mostKnown) known.clear()
  known.set(name, begun)
  return begun
}
