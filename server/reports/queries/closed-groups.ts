import { addDays, type Days, type Grouping } from '../../contract/index.ts'
import type { Buckets } from '../fold/buckets.ts'
import { type WorkTimeBook, weekdayOf } from '../fold/work-time.ts'

/**
 * Rows of times in which none of the queues was open at any minute of these days; none for other groups. `keys` are the rows there
 * are: of hours by their moment only those are told.
 */
export function closedGroups(
  groupBy: Grouping,
  of: {
    days: Days
    queues: readonly string[]
    book: WorkTimeBook
    keys: readonly (string | null)[]
    buckets: (ms: number) => Buckets
  },
): string[] {
  const { days, book, buckets } = of
  const schedules = [...new Set(of.queues.map(book.scheduleOf))]
  const openOn = (day: number) => schedules.flatMap((queue) => book.openOn(queue, day))
  const hourIsOpen = (day: number, hour: number) => openOn(day).some(({ from, to }) => from < hour * 60 + 60 && to > hour * 60)
  if (groupBy === 'hour')
    return of.keys.filter((key): key is string => {
      if (key === null) return false
      const { day, hour_of_day } = buckets(Number(key))
      return !hourIsOpen(day, hour_of_day)
    })
  if (groupBy === 'hourOfDay') {
    const open = new Set<number>()
    for (const day of each(days))
      for (const { from, to } of openOn(day)) for (let hour = Math.floor(from / 60); hour * 60 < to; hour++) open.add(hour)
    return Array.from({ length: 24 }, (_, hour) => hour).flatMap((hour) => (open.has(hour) ? [] : [String(hour)]))
  }
  if (groupBy !== 'weekday' && groupBy !== 'day') return []
  const keyOf = (day: number) => String(groupBy === 'day' ? day : weekdayOf(day))
  const open = new Set(each(days).flatMap((day) => (openOn(day).length > 0 ? [keyOf(day)] : [])))
  return [...new Set(each(days).map(keyOf))].filter((key) => !open.has(key))
}

function each({ fromDay, toDay }: Days): number[] {
  const all: number[] = []
  for (let day = fromDay; day <= toDay; day = addDays(day, 1)) all.push(day)
  return all
}
