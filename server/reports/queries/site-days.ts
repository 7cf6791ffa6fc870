import { addDays, type Days } from '../../contract/index.ts'
import { startOfDay } from '../../site-time.ts'

/** When these days began and ended, [fromMs, toMs): days of 23 and 25 hours are right. */
export function momentsOf({ fromDay, toDay }: Days, timeZone: string): { fromMs: number; toMs: number } {
  return { fromMs: startOfDay(fromDay, timeZone), toMs: startOfDay(addDays(toDay, 1), timeZone) }
}
