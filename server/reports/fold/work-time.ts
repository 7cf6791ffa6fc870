import { addDays, type DayHours, dateOfDay, type Holiday, type WorkTime } from '../../contract/index.ts'
import type { Buckets } from './buckets.ts'

/** When queues are open, as people set it. */
export interface WorkTimes {
  readonly times: readonly WorkTime[]
  readonly holidays: readonly Holiday[]
}

const dayMinutes = 1_440

/** Minutes of the local clock, [from, to). */
interface Stretch {
  readonly from: number
  readonly to: number
}

export interface WorkTimeBook {
  /** Is the queue open then? A queue without work time always is. */
  readonly isOpen: (queue: string, at: { readonly day: number; readonly minute: number }) => boolean
  /** When it is open on a day; stretches may touch. */
  readonly openOn: (queue: string, day: number) => readonly Stretch[]
  /** Whether a holiday stands in the week's place on that day. */
  readonly isHoliday: (queue: string, day: number) => boolean
  /** The same for queues that are open at the same times. */
  readonly scheduleOf: (queue: string) => string
}

/**
 * Work time is dated: a day goes by what is in force on it, the queue's own before everybody's (`*`). A holiday stands in the week's
 * place: the queue's own, else everybody's, where the work time keeps holidays. Hours are of the local clock, so a shift over a DST
 * night is as long as the night. What begins on a day and goes on after midnight goes on whatever the next day is.
 */
export function workTimeBook({ times, holidays }: WorkTimes): WorkTimeBook {
  const newestFirst = times.toSorted((a, b) => (b.fromDay ?? 0) - (a.fromDay ?? 0))
  const named = new Set([...times, ...holidays].map(({ queue }) => queue))
  const scheduleOf = (queue: string): string => (named.has(queue) ? queue : '*')
  const known = new Map<string, readonly Stretch[]>()

  const timeOn = (queue: string, day: number): WorkTime | undefined => {
    const inForce = (of: string) => newestFirst.find((time) => time.queue === of && (time.fromDay ?? 0) <= day)
    return inForce(queue) ?? inForce('*')
  }
  const holidayOn = (queue: string, day: number): Holiday | undefined => {
    const holiday = (of: string) => holidays.find((one) => one.queue === of && one.day === day)
    const own = queue === '*' ? undefined : holiday(queue)
    return own ?? (timeOn(queue, day)?.keepsHolidays === false ? undefined : holiday('*'))
  }
  const hoursFrom = (queue: string, day: number): DayHours | null =>
    holidayOn(queue, day)?.hours ?? timeOn(queue, day)?.week[weekdayOf(day) - 1] ?? null
  const openOn = (of: string, day: number): readonly Stretch[] => {
    const queue = scheduleOf(of)
    const key = `${day} ${queue}`
    const found = known.get(key)
    if (found) return found
    const today = hoursFrom(queue, day)
    const before = hoursFrom(queue, addDays(day, -1))
    const made = [
      ...(today ?? [{ from: 0, to: 0 }]).map(({ from, to }) => ({ from, to: to > from ? to : dayMinutes })),
      ...(before ?? []).flatMap(({ from, to }) => (to > from || to === 0 ? [] : [{ from: 0, to }])),
    ]
    if (known.size >= mostKept) known.clear()
    known.set(key, made)
    return made
  }
  const always = times.length === 0 && holidays.length === 0
  return {
    isOpen: (queue, { day, minute }) => always || openOn(queue, day).some(({ from, to }) => minute >= from && minute < to),
    openOn,
    isHoliday: (queue, day) => holidayOn(scheduleOf(queue), day) !== undefined,
    scheduleOf,
  }
}

const mostKept = 50_000

/** 1 Monday – 7 Sunday. */
export const weekdayOf = (day: number): number => dateOfDay(day).getUTCDay() || 7

/** Of the local clock, where the moment is in its hour. */
export const localMinute = (at: Buckets, ms: number): number =>
  at.hour_of_day * 60 + at.from_minute + Math.floor((ms - at.hour_ms) / 60_000)

/** Days of a queue (`*`: of every one) on which something is otherwise, both inclusive; `toDay` null: from then on. */
export interface ChangedDays {
  readonly queue: string
  readonly fromDay: number
  readonly toDay: number | null
}

/** Where the one work time differs from the other. */
export function workTimeChanges(before: WorkTimes, after: WorkTimes): ChangedDays[] {
  const times = differing(before.times, after.times).map(
    ({ queue, fromDay }): ChangedDays => ({ queue, fromDay: fromDay ?? 0, toDay: null }),
  )
  const days = differing(before.holidays, after.holidays).map(
    // A night shift of that day is over on the next.
    ({ queue, day }): ChangedDays => ({ queue, fromDay: day, toDay: addDays(day, 1) }),
  )
  return [...times, ...days]
}

function differing<One>(before: readonly One[], after: readonly One[]): One[] {
  const only = (of: readonly One[], not: readonly One[]) => {
    const known = new Set(not.map((one) => JSON.stringify(one)))
    return of.filter((one) => !known.has(JSON.stringify(one)))
  }
  return [...only(before, after), ...only(after, before)]
}
