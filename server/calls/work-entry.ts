import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { type CallBack, DoneHow, isFreeWork, type PersonName, takeLapsesMs, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import { type CustomerColumns, customerColumns, toCustomer } from './customers.ts'
import { seesAll } from './work-access.ts'

/** The two tables whose rows a person takes, tries and closes. */
export type WorkTable = 'call_backs' | 'missed_calls'

export interface WorkRow extends CustomerColumns {
  id: string
  number: string
  phone_key: string
  queue_number: string | null
  holder_id: string | null
  holder_name: string | null
  taken_at_ms: number | null
  attempts: number
  last_attempt_at_ms: number | null
  done_at_ms: number | null
  done_how: string | null
  done_by_id: string | null
  done_by_name: string | null
  done_card_id: string | null
}

/** In the place of a card's id, before the id of a call that has none: taken from the PBX's record, or of a phone that is nobody's. */
export const cardless = 'call:'

/** Rows `w` of a work table with the customer as known now: one made since the entry is found too. */
export const selectWork = (table: WorkTable): RawBuilder<unknown> => sql`
  select w.*, ${customerColumns} from ${sql.table(table)} w left join customers c on c.id = coalesce(w.customer_id, (
    select case when count(*) = 1 then min(customer_id) end from customer_phones
    where phone_key = w.phone_key and w.phone_key <> ''))`

type SharedFields = Pick<
  CallBack,
  | 'id'
  | 'number'
  | 'customer'
  | 'holder'
  | 'takenAtMs'
  | 'attempts'
  | 'lastAttemptAtMs'
  | 'doneAtMs'
  | 'doneHow'
  | 'doneBy'
  | 'doneCardId'
>

export function toWorkEntry(row: WorkRow, users: UserDirectory): SharedFields {
  return {
    id: row.id,
    number: row.number,
    customer: toCustomer(row),
    holder: personName(row.holder_id, row.holder_name, users),
    takenAtMs: row.taken_at_ms,
    attempts: row.attempts,
    lastAttemptAtMs: row.last_attempt_at_ms,
    doneAtMs: row.done_at_ms,
    doneHow: row.done_how === null ? null : DoneHow.parse(row.done_how),
    doneBy: personName(row.done_by_id, row.done_by_name, users),
    doneCardId: row.done_card_id?.startsWith(cardless) ? null : row.done_card_id,
  }
}

export const personName = (id: string | null, name: string | null, users: UserDirectory): PersonName | null =>
  id === null ? null : { id, name: users.byId(id)?.name ?? name ?? id }

/** `isFreeWork`, of a row. */
export const inNobodysHands = (nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`(holder_id is null or (queue_number is not null and taken_at_ms < ${nowMs - takeLapsesMs}))`

/** One statement decides between two people who take at the same time. False: somebody was first. */
export async function takeEntry(db: Db, table: WorkTable, by: { id: string; user: User; nowMs: number }): Promise<boolean> {
  const { id, user, nowMs } = by
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set holder_id = ${user.id}, holder_name = ${user.name}, taken_at_ms = ${nowMs}
    where id = ${id} and done_at_ms is null
      and (holder_id = ${user.id} or ${inNobodysHands(nowMs)})
  `.execute(db)
  return numAffectedRows === 1n
}

/** Gives back what was taken then; what has been taken anew since, or done, stays as it is. */
export async function releaseEntry(db: Db, table: WorkTable, by: { id: string; takenAtMs: number | null }): Promise<void> {
  await db
    .updateTable(table)
    .set({ holder_id: null, holder_name: null, taken_at_ms: null })
    .where('id', '=', by.id)
    .where('taken_at_ms', '=', by.takenAtMs)
    .where('done_at_ms', 'is', null)
    .execute()
}

/** Done by hand, or open again. False: it was so already. */
export async function setDone(
  db: Db,
  table: WorkTable,
  by: { id: string; user: User; done: boolean; nowMs: number },
): Promise<boolean> {
  const { id, user, done, nowMs } = by
  const { numUpdatedRows } = await db
    .updateTable(table)
    .set({
      done_at_ms: done ? nowMs : null,
      done_how: done ? 'hand' : null,
      done_by_id: done ? user.id : null,
      done_by_name: done ? user.name : null,
      done_card_id: null,
      // A talk that closed it may have ended after now, by the clock of the PBX.
      ...(done ? {} : { reopened_at_ms: sql<number>`case when done_at_ms > ${nowMs} then done_at_ms else ${nowMs} end` }),
    })
    .where('id', '=', id)
    .where('done_at_ms', done ? 'is' : 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Says who was first, so that the person need not guess. */
export function taken(row: WorkRow, users: UserDirectory): AppError {
  if (row.done_at_ms !== null) return new AppError('conflict', 'It is done already', { fields: { done: row.done_how ?? 'hand' } })
  const holder = personName(row.holder_id, row.holder_name, users)
  return new AppError('conflict', 'Somebody else has it', { fields: { holder: holder?.name ?? '' } })
}

/** Throws conflict for an entry that another operator has in hand. Supervisors may do anything with it. */
export function assertNotHeldByOther(
  row: WorkRow,
  user: User,
  { users, clock }: { readonly users: UserDirectory; readonly clock: Clock },
): void {
  const entry = { holder: row.holder_id, queue: row.queue_number, takenAtMs: row.taken_at_ms }
  if (row.holder_id !== user.id && !seesAll(user) && !isFreeWork(entry, clock.nowMs())) throw taken(row, users)
}
