import { type RawBuilder, sql } from 'kysely'

/** Conditions on a finished card `k`, shared by the history and the figures: what a figure counts is what it opens. */

/** Two operators' phones stop ringing this long after a third one was answered, at most. */
export const answerSpreadMs = 1_000

/** The moment whose day and hour a card is in: that of its caller's visit to the queue, as the talk is in the record. */
export const cardAtMs: RawBuilder<unknown> = sql`coalesce(queued_at_ms, ringing_at_ms)`

/** Nobody waits longer in a queue. */
const longestWaitMs = 86_400_000

/** By the ring too, whose indices would not find it else. */
export const cardsWithin = ({ fromMs, toMs }: { fromMs: number; toMs: number }): RawBuilder<unknown> =>
  sql`${cardAtMs} >= ${fromMs} and ${cardAtMs} < ${toMs} and ringing_at_ms >= ${fromMs} and ringing_at_ms < ${toMs + longestWaitMs}`

export const closed: RawBuilder<unknown> = sql`k.state in ('saved', 'missed')`
export const external: RawBuilder<unknown> = sql`k.direction <> 'internal'`
export const answered: RawBuilder<unknown> = sql`k.answered_at_ms is not null`

/** The ring ended because a colleague took the call: nobody missed anything. */
export const takenElsewhere: RawBuilder<unknown> = sql`exists (select 1 from cards o where o.call_id = k.call_id and o.id <> k.id
  and o.answered_at_ms >= k.ringing_at_ms and o.answered_at_ms <= k.ended_at_ms + ${sql.lit(answerSpreadMs)})`

/** As `madeByOperator` of the contract. */
const made: RawBuilder<unknown> = sql`(k.direction = 'outbound' or (k.direction = 'internal' and k.leg_id = k.call_id))`

/** Rang here while the call was this person's to take, and was not taken: as the record, not where the caller ended a queue's ring. Once per ring. */
export const missed: RawBuilder<unknown> = sql`(k.state = 'missed' and k.ring_cancelled = 0 and not ${made} and not ${takenElsewhere})`

/** An own call that reached nobody. */
export const notReached: RawBuilder<unknown> = sql`(k.state = 'missed' and ${made})`

/** A score is of a talk: one noted on a call that was missed is nobody's answer. */
export const rated: RawBuilder<unknown> = sql`(${answered} and k.satisfaction is not null)`
