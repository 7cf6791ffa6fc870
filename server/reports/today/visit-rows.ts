import { sql } from 'kysely'
import { z } from 'zod'
import { addDays } from '../../contract/index.ts'
import { detailAmount } from '../queries/questions.ts'
import { sources } from '../queries/sources.ts'
import { allOf, type SqlText, sqlText } from '../queries/sql-text.ts'

/** What visits add to the figures of the floor; a row of a queue's hour, or one visit. */
const sums = { offered: 'offered', answered: 'answered', lost: 'lost', part: 'levelPart', whole: 'levelWhole' } as const
export type VisitSums = Readonly<Record<keyof typeof sums, number>>

export const HourRow = z.object({
  queue: z.string(),
  hourMs: z.coerce.number(),
  offered: z.coerce.number(),
  answered: z.coerce.number(),
  lost: z.coerce.number(),
  part: z.coerce.number(),
  whole: z.coerce.number(),
})
export type HourRow = z.infer<typeof HourRow>

export const VisitRow = HourRow.omit({ hourMs: true }).extend({ enteredMs: z.coerce.number() })
export type VisitRow = z.infer<typeof VisitRow>

export const ExpectedRow = z.object({
  queue: z.string(),
  day: z.coerce.number(),
  hourOfDay: z.coerce.number(),
  offered: z.coerce.number(),
})
export type ExpectedRow = z.infer<typeof ExpectedRow>

/** Which visits are taken from the record. */
export interface FromRecord {
  readonly day: number
  /** Exclusive. */
  readonly untilMs: number
  /** Visits that are known otherwise, though the record may date them before `untilMs`: those that began about then. */
  readonly without: readonly { readonly callKey: string; readonly queue: string; readonly fromMs: number }[]
  readonly nowMs: number
}

const { from } = sources.visits

/** Waiting within the target, a caller is neither a success nor a failure yet. */
const undecided = (nowMs: number): string => `v.outcome = 'waiting' and v.entered_at_ms + v.target_ms >= ${Math.floor(nowMs)}`

const amounts = (nowMs: number, wrap: (amount: string) => string) =>
  sql.join(
    Object.entries(sums).map(([name, id]) => {
      const amount = detailAmount(id)
      const decided = name === 'whole' ? `case when ${undecided(nowMs)} then 0 else ${amount} end` : amount
      return sql`${sql.raw(wrap(decided))} as ${sql.ref(name)}`
    }),
  )

const taken = ({ untilMs, without }: FromRecord) => [
  sql`v.entered_at_ms < ${untilMs}`,
  ...without.map(
    ({ callKey, queue, fromMs }) => sql`not (v.call_key = ${callKey} and v.queue = ${queue} and v.entered_at_ms >= ${fromMs})`,
  ),
]

/** A row a queue and hour: `HourRow`. */
export const hoursQuestion = (of: FromRecord): SqlText =>
  sqlText(sql`
    select v.queue, v.hour_ms as "hourMs", ${amounts(of.nowMs, (amount) => `coalesce(sum(${amount}), 0)`)} from ${sql.raw(from)}
    where ${allOf([sql`v.day = ${of.day}`, ...taken(of)])} group by v.queue, v.hour_ms`)

/** A row a visit since a moment, which may be of the day before: `VisitRow`. */
export const visitsQuestion = (of: FromRecord, sinceMs: number): SqlText =>
  sqlText(sql`
    select v.queue, v.entered_at_ms as "enteredMs", ${amounts(of.nowMs, (amount) => amount)} from ${sql.raw(from)}
    where ${allOf([sql`v.day in (${of.day}, ${addDays(of.day, -1)})`, sql`v.entered_at_ms >= ${sinceMs}`, ...taken(of)])}`)

/** Visits of whole days by queue and hour of the day: `ExpectedRow`. */
export const expectedQuestion = (days: readonly number[]): SqlText =>
  sqlText(sql`
    select h.queue, h.day, h.hour_of_day as "hourOfDay", sum(h.offered) as offered
    from queue_hours h where h.day in (${sql.join([...days])}) group by h.queue, h.day, h.hour_of_day`)
