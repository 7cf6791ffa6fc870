import { addDays } from '../../contract/index.ts'
import type { WorkTimeBook } from '../fold/work-time.ts'

/** How many days a mean is of, at most. */
const most = 8
/** So far back, for holidays and other hours in between leave some out. */
const weeks = 12
/** Holidays come back each year. */
const holidayDays = 400

/** Days that are over and of the same kind as a day, for the queues of one schedule. */
export interface LikeDays {
  readonly holiday: boolean
  /** Newest first; the first of these the record has any day of is what there is to go by. */
  readonly choices: readonly (readonly number[])[]
  /** Of the same weekday, but holidays or of other hours. */
  readonly others: readonly number[]
}

/**
 * A day is like those of the same weekday that are no holidays, with the same hours; after a change of hours the older ones have
 * to do. A holiday is like other holidays of the same hours, else like days that always have them: one that is closed, like a Sunday.
 */
export function likeDays(book: WorkTimeBook, queue: string, day: number): LikeDays {
  const hoursOf = (one: number) => JSON.stringify(book.openOn(queue, one))
  const sameHours = (one: number) => hoursOf(one) === hoursOf(day)
  const isOrdinary = (one: number) => !book.isHoliday(queue, one)
  if (!isOrdinary(day)) {
    const before = daysBack(day, holidayDays, 1)
    const holidays = before.filter((one) => !isOrdinary(one) && sameHours(one))
    const always = before.slice(0, most * 7).filter((one) => isOrdinary(one) && sameHours(one))
    return { holiday: true, choices: [holidays.slice(0, most), always.slice(0, most)], others: [] }
  }
  const before = daysBack(day, weeks, 7)
  const ordinary = before.filter(isOrdinary)
  const alike = ordinary.filter(sameHours).slice(0, most)
  const oldest = alike.at(-1) ?? day
  return {
    holiday: false,
    choices: [alike, ordinary.slice(0, most)],
    others: before.filter((one) => one > oldest && !alike.includes(one)),
  }
}

const daysBack = (day: number, count: number, step: number): number[] =>
  Array.from({ length: count }, (_, n) => addDays(day, -step * (n + 1)))
