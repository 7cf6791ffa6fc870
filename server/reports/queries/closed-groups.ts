import { addDays, type Days, everyInterval, type Grouping, intervalMinutes, isOfDay } from '../../contract/index.ts'
import type { Buckets } from '../fold/buckets.ts'
import { type WorkTimeBook, weekdayOf } from '../fold/work-time.ts'
import { intervalAt } from './intervals.ts'

/**
 * Rows of times in which none of the queues was open at any minute of these days; none for other groups. `keys` are the rows there
 * are: of hours by their moment only those are told, of parts of hours all from the first to the last.
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
  const minutes = intervalMinutes[groupBy] ?? 60
  if (groupBy === 'hourOfDay' || isOfDay(groupBy)) {
    const open = new Set<number>()
    for (const day of each(days))
      for (const { from, to } of openOn(day))
        for (let place = Math.floor(from / minutes); place * minutes < to; place++) open.add(place)
    const places = Array.from({ length: 1_440 / minutes }, (_, place) => place)
    return places.flatMap((place) => (open.has(place) ? [] : [String(groupBy === 'hourOfDay' ? place : place * minutes)]))
  }
  if (groupBy === 'hour' || intervalMinutes[groupBy] !== undefined) {
    const moments = of.keys.flatMap((key) => (key === null ? [] : [Number(key)]))
    return (groupBy === 'hour' ? moments : everyInterval(moments, minutes)).flatMap((ms) => {
      const { day, minuteOfDay } = intervalAt(ms, minutes, buckets)
      const begin = minuteOfDay - (minuteOfDay % minutes)
      return openOn(day).some(({ from, to }) => from < begin + minutes && to > begin) ? [] : [String(ms)]
    })
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
