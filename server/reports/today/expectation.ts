import type { Logger } from 'pino'
import type { z } from 'zod'
import { AppError } from '../../errors.ts'
import { startOfDay } from '../../site-time.ts'
import { siteBuckets } from '../fold/buckets.ts'
import { type WorkTimeBook, type WorkTimes, workTimeBook } from '../fold/work-time.ts'
import type { SqlText } from '../queries/sql-text.ts'
import { type LikeDays, likeDays } from './like-days.ts'
import { ExpectedRow, expectedQuestion } from './visit-rows.ts'

const keptMs = 3_600_000
/** Without any day known, the first import may be under way. */
const emptyKeptMs = 60_000

/** What a day's calls are expected to be, of one queue or of all. */
export interface Expected {
  /** It is a holiday of everybody, or of this queue. */
  readonly holiday: boolean
  /** Days it is the mean of, the newest first. */
  readonly days: readonly number[]
  /** Of that kind, left out: no caller was in any queue, though it was open. */
  readonly emptyDays: readonly number[]
  /** Of the same weekday, left out for being of another kind. */
  readonly otherDays: readonly number[]
  /** Callers in this hour of the day; null: no such day is known. */
  mean(hourOfDay: number): number | null
}

/** Of a queue, null: of all together. */
export type ExpectedOf = (queue: string | null) => Expected

interface ExpectationDeps {
  readonly rows: <T extends z.ZodType>(text: SqlText, row: T) => Promise<z.output<T>[]>
  readonly workTimes: { all(): WorkTimes }
  readonly logger: Logger
}

interface Kept {
  readonly day: number
  readonly workTimes: WorkTimes
  readonly atMs: number
  readonly expected: ExpectedOf
}

interface Asking {
  readonly day: number
  readonly workTimes: WorkTimes
  readonly answer: Promise<ExpectedOf>
}

/** The mean of days of the same kind. The record of days that are over hardly changes: asked once an hour, by one at a time. */
export class Expectation {
  readonly #deps: ExpectationDeps
  #kept: Kept | null = null
  #asking: Asking | null = null

  constructor(deps: ExpectationDeps) {
    this.#deps = deps
  }

  /** When it cannot be read, what was known of that day before; else nothing is expected. */
  async of(day: number, nowMs: number): Promise<ExpectedOf> {
    const workTimes = this.#deps.workTimes.all()
    const kept = this.#kept?.day === day && this.#kept.workTimes === workTimes ? this.#kept : null
    if (kept && nowMs - kept.atMs < (kept.expected(null).days.length > 0 ? keptMs : emptyKeptMs)) return kept.expected
    try {
      return await this.#shared(day, workTimes, nowMs)
    } catch (error) {
      // A busy record: the hours of today are at hand all the same.
      if (!(error instanceof AppError)) this.#deps.logger.error({ err: error }, 'what a day leads to expect could not be read')
      return kept?.expected ?? expectedOf([], { book: workTimeBook(workTimes), queues: ['*'], day })
    }
  }

  #shared(day: number, workTimes: WorkTimes, nowMs: number): Promise<ExpectedOf> {
    if (this.#asking?.day === day && this.#asking.workTimes === workTimes) return this.#asking.answer
    const answer = this.#ask(day, workTimes, nowMs).finally(() => {
      if (this.#asking?.answer === answer) this.#asking = null
    })
    this.#asking = { day, workTimes, answer }
    return answer
  }

  async #ask(day: number, workTimes: WorkTimes, nowMs: number): Promise<ExpectedOf> {
    const book = workTimeBook(workTimes)
    const queues = [
      ...new Set(['*', ...workTimes.times.map(({ queue }) => queue), ...workTimes.holidays.map(({ queue }) => queue)]),
    ]
    const asked = new Set(queues.flatMap((queue) => likeDays(book, queue, day).choices.flat()))
    const rows = asked.size === 0 ? [] : await this.#deps.rows(expectedQuestion([...asked]), ExpectedRow)
    const expected = expectedOf(rows, { book, queues, day })
    this.#kept = { day, workTimes, atMs: nowMs, expected }
    return expected
  }
}

/** `queues`: those with work time or holidays of their own, and `*`. */
export function expectedOf(
  rows: readonly ExpectedRow[],
  { book, queues, day }: { book: WorkTimeBook; queues: readonly string[]; day: number },
): ExpectedOf {
  const known = new Set(rows.map((row) => row.day))
  const oldest = Math.min(...known)
  const chosen = new Map(queues.map((queue) => [queue, choose(likeDays(book, queue, day), { known, oldest, queue, book })]))
  const everybody = choose(likeDays(book, '*', day), { known, oldest, queue: '*', book })
  const ofSchedule = (queue: string) => chosen.get(book.scheduleOf(queue)) ?? everybody
  const queuesSeen = new Set(rows.map(({ queue }) => queue))
  const sums = new Map<string, number>()
  for (const { queue, day: of, hourOfDay, offered } of rows) {
    const key = `${hourOfDay} ${queue}`
    if (ofSchedule(queue).days.includes(of)) sums.set(key, (sums.get(key) ?? 0) + offered)
  }
  const meanOf = (queue: string, hourOfDay: number): number => {
    const { days } = ofSchedule(queue)
    return days.length === 0 ? 0 : (sums.get(`${hourOfDay} ${queue}`) ?? 0) / days.length
  }
  const newestFirst = (all: readonly (readonly number[])[]) => [...new Set(all.flat())].sort((a, b) => b - a)
  return (queue) => {
    if (queue !== null) {
      const own = ofSchedule(queue)
      return { ...own, mean: (hour) => (own.days.length === 0 ? null : meanOf(queue, hour)) }
    }
    const parts = [everybody, ...[...queuesSeen].map(ofSchedule)]
    const days = newestFirst(parts.map((part) => part.days))
    return {
      holiday: everybody.holiday,
      days,
      emptyDays: newestFirst(parts.map((part) => part.emptyDays)),
      otherDays: newestFirst(parts.map((part) => part.otherDays)).filter((one) => !days.includes(one)),
      mean: (hour) => (days.length === 0 ? null : [...queuesSeen].reduce((sum, one) => sum + meanOf(one, hour), 0)),
    }
  }
}

interface InRecord {
  readonly known: ReadonlySet<number>
  /** Before there is no record. */
  readonly oldest: number
  readonly queue: string
  readonly book: WorkTimeBook
}

function choose({ holiday, choices, others }: LikeDays, { known, oldest, queue, book }: InRecord): Omit<Expected, 'mean'> {
  const isClosed = (day: number) => book.openOn(queue, day).length === 0
  // On a day that is closed nobody need have called.
  const has = (day: number) => known.has(day) || (day > oldest && isClosed(day))
  const days = choices.find((choice) => choice.some(has)) ?? []
  return {
    holiday,
    days: days.filter(has),
    emptyDays: days.filter((day) => day > oldest && !has(day)),
    otherDays: others.filter((day) => day > oldest && !days.includes(day)),
  }
}

/** The hours of a day of the site: 23 to 25 of them. */
export function hoursOfDay(day: number, timeZone: string): { hourMs: number; hourOfDay: number }[] {
  const buckets = siteBuckets(timeZone)
  const hours = new Map<number, number>()
  for (let ms = startOfDay(day, timeZone); buckets(ms).day === day; ms += 900_000) {
    const { hour_ms, hour_of_day } = buckets(ms)
    hours.set(hour_ms, hour_of_day)
  }
  return [...hours].map(([hourMs, hourOfDay]) => ({ hourMs, hourOfDay }))
}
