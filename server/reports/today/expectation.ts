import type { z } from 'zod'
import { addDays } from '../../contract/index.ts'
import { startOfDay } from '../../site-time.ts'
import { siteBuckets } from '../fold/buckets.ts'
import type { SqlText } from '../queries/sql-text.ts'
import { ExpectedRow, expectedQuestion } from './visit-rows.ts'

const weeks = 8
const keptMs = 3_600_000

/** What a day's calls are expected to be. */
export interface Expected {
  /** Days it is the mean of, the newest first. */
  readonly days: readonly number[]
  /** Of the same weekday, left out: no caller was in any queue. */
  readonly emptyDays: readonly number[]
  /** Callers in this hour of the day; null: no such day is known. */
  mean(queue: string | null, hourOfDay: number): number | null
}

interface ExpectationDeps {
  readonly rows: <T extends z.ZodType>(text: SqlText, row: T) => Promise<z.output<T>[]>
}

/** The mean of the same weekday of the last eight weeks. The record of days that are over hardly changes: asked once an hour. */
export class Expectation {
  readonly #deps: ExpectationDeps
  #kept: { readonly day: number; readonly atMs: number; readonly expected: Expected } | null = null

  constructor(deps: ExpectationDeps) {
    this.#deps = deps
  }

  async of(day: number, nowMs: number): Promise<Expected> {
    if (this.#kept?.day === day && nowMs - this.#kept.atMs < keptMs) return this.#kept.expected
    const asked = Array.from({ length: weeks }, (_, week) => addDays(day, -7 * (week + 1)))
    const expected = meanOf(await this.#deps.rows(expectedQuestion(asked), ExpectedRow), asked)
    // Without any, the first import may be under way.
    if (expected.days.length > 0) this.#kept = { day, atMs: nowMs, expected }
    return expected
  }
}

export function meanOf(rows: readonly ExpectedRow[], asked: readonly number[]): Expected {
  const known = new Set(rows.map(({ day }) => day))
  const days = asked.filter((day) => known.has(day))
  const oldest = days.at(-1)
  const sums = new Map<string, number>()
  const add = (key: string, offered: number) => sums.set(key, (sums.get(key) ?? 0) + offered)
  for (const { queue, hourOfDay, offered } of rows) {
    add(`${hourOfDay}`, offered)
    add(`${hourOfDay} ${queue}`, offered)
  }
  return {
    days,
    // Before the oldest there is no record; between, a holiday or a day the record lacks.
    emptyDays: oldest === undefined ? [] : asked.filter((day) => day > oldest && !known.has(day)),
    mean: (queue, hourOfDay) =>
      days.length === 0 ? null : (sums.get(queue === null ? `${hourOfDay}` : `${hourOfDay} ${queue}`) ?? 0) / days.length,
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
