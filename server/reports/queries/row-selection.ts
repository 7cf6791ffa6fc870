import { type Days, type Grouping, intervalMinutes, isDay, isOfDay, timeGroupings } from '../../contract/index.ts'
import type { Buckets } from '../fold/buckets.ts'
import { type SumId, sumOf } from '../metrics/index.ts'
import { intervalAt, startsOf } from './intervals.ts'
import type { Group, Selection } from './questions.ts'
import { sources } from './sources.ts'

/** The rows of a sum that lie in one row of a report; null: its key is none of this grouping. */
export function rowSelection(
  { by, key }: { by: Grouping; key: string | null },
  of: { sum: SumId; selection: Selection; timeZone: string; buckets: (ms: number) => Buckets },
): { readonly selection: Selection; readonly group: Group } | null {
  const { selection } = of
  const group = { by, key }
  if (key === null) return { selection, group }
  if (!isKey(by, key)) return null
  const minutes = intervalMinutes[by]
  if (minutes === undefined) return { selection, group }
  if (isOfDay(by))
    return {
      selection,
      group: { ...group, starts: startsOf({ groupBy: by, minuteOfDay: Number(key) }, { days: selection.days, ...of }) },
    }
  // Parts of hours have no index, but lie in a day that has one.
  const { day } = intervalAt(Number(key), minutes, of.buckets)
  // Answers are found by their own moment, which may be of the day after their call.
  const isOfDays = sources[sumOf(of.sum).source].period !== 'ms' && isIn(selection.days, day)
  return { selection: isOfDays ? { ...selection, days: { fromDay: day, toDay: day } } : selection, group }
}

/** What is kept as a number is asked for by one that its column can have. */
function isKey(by: Grouping, key: string): boolean {
  if (!timeGroupings.has(by) && by !== 'score') return true
  const isMoment = by === 'hour' || (intervalMinutes[by] !== undefined && !isOfDay(by))
  const number = Number(key)
  if (by === 'day') return isDay(number)
  return Number.isInteger(number) && number >= 0 && number <= (isMoment ? latestMs : largestInteger)
}

const isIn = ({ fromDay, toDay }: Days, day: number): boolean => day >= fromDay && day <= toDay
/** Of a date. */
const latestMs = 8.64e15
/** Of a column of four bytes. */
const largestInteger = 2 ** 31 - 1
