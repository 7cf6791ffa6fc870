import { type RawBuilder, sql } from 'kysely'

/** A shorter talk is an answering machine or a wrong connection: it closes nothing. */
export const leastTalkMs = 5_000

/** Whether the caller of `call` (what `calls` is named in the query) talked with us after its end, or does now: no work is left of it. */
export const reachedSince = (call: string): RawBuilder<boolean> => {
  const of = (column: string) => sql.ref(`${call}.${column}`)
  return sql<boolean>`exists (select 1 from calls r where r.phone_key = ${of('phone_key')} and r.phone_key <> ''
    and r.answered_at_ms > ${of('ended_at_ms')} and (r.ended_at_ms is null
      or (r.ended_at_ms > ${of('ended_at_ms')} and r.ended_at_ms - r.answered_at_ms >= ${leastTalkMs})))`
}
