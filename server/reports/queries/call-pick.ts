import { type RawBuilder, sql } from 'kysely'
import type { CallOutcome } from '../../contract/index.ts'
import { sources } from './sources.ts'
import type { Person } from './tenures.ts'
import { rowsOf } from './whose.ts'

/** What else picks calls: plain data, for threads. */
export interface CallPick {
  readonly outcome?: CallOutcome
  readonly search?: CallSearch
}

/** What was searched for, as each column has it: any of them will do. LIKE patterns have their escape. */
export interface CallSearch {
  readonly phones: readonly string[]
  /** Of folded text. */
  readonly text: string
  /** By name: what was theirs. */
  readonly people: readonly Person[]
  readonly queues: readonly string[]
}

/** Cards of a call rang within this time of its beginning. */
const aroundMs = 86_400_000

/** Conditions on `ledger_calls c`. Cards and customers are looked through once, not once a call. */
export function pickedCalls(
  { outcome, search }: CallPick,
  moments: { readonly fromMs: number; readonly toMs: number },
): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  if (outcome !== undefined) conditions.push(sql`c.outcome = ${outcome}`)
  if (search === undefined) return conditions
  const found = [
    ...search.phones.map((part) => sql`c.phone_key like ${part}`),
    ...(search.people.length > 0 ? [rowsOf(sources.calls, { people: search.people, moments })] : []),
    ...(search.queues.length > 0 ? [sql`c.queue in (${sql.join(search.queues)})`] : []),
    sql`c.call_key in (
      select coalesce((select a.call_key from call_aliases a where a.unique_id = k.call_id), k.call_id) from app.cards k
      where k.ringing_at_ms >= ${moments.fromMs - aroundMs} and k.ringing_at_ms < ${moments.toMs + aroundMs}
        and k.search_text like ${search.text} escape '\\')`,
    sql`c.phone_key in (
      select p.phone_key from app.customers u join app.customer_phones p on p.customer_id = u.id
      where p.phone_key <> '' and u.name_folded like ${search.text} escape '\\')`,
  ]
  conditions.push(sql`(${sql.join(found, sql` or `)})`)
  return conditions
}
