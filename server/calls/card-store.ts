import type { Insertable, Selectable } from 'kysely'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import {
  type Card,
  type CardFields,
  CardState,
  type CardWriteResult,
  CardWriteResult as CardWriteResultSchema,
  type Customer,
  cardFieldNames,
  Direction,
  type User,
} from '../contract/index.ts'
import type { Database, Db } from '../store/index.ts'
import type { CardRecord, FieldStamps } from './card-machine.ts'
import { type CustomerColumns, customerColumns, searchDigits, toCustomer } from './customers.ts'
import { containsPattern, foldText } from './fold-text.ts'
import { phoneKey } from './phone-numbers.ts'

type CardRow = Selectable<Database['cards']>

const Stamps = z.partialRecord(z.enum(cardFieldNames as [keyof CardFields, ...(keyof CardFields)[]]), z.number())

/** What is written together with a card: all of it or nothing. */
export interface CardPut {
  readonly record: CardRecord
  readonly customerName: string | null
  /** Bring the call-back task in line with the card. */
  readonly syncCallBack: boolean
  readonly nowMs: number
  /** The answer to a save, to be given again when its key comes again. */
  readonly answered: { readonly key: string; readonly answer: CardWriteResult } | null
}

export interface HistoryPage {
  readonly operatorId: string | null
  readonly beforeMs: number | null
  readonly search: string
  readonly limit: number
}

/** Cards as rows. */
export class CardStore {
  readonly #db: Db

  constructor(deps: { db: Db }) {
    this.#db = deps.db
  }

  async put(request: CardPut): Promise<void> {
    const row = toRow(request.record, request.customerName)
    const { id: _, ...update } = row
    await this.#db.transaction().execute(async (tx) => {
      await tx
        .insertInto('cards')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(update))
        .execute()
      if (request.syncCallBack) await syncCallBack(tx, request.record, request.nowMs)
      if (request.answered) {
        const { key, answer } = request.answered
        await tx
          .insertInto('card_writes')
          .values({
            key,
            card_id: request.record.id,
            operator_id: request.record.operatorId,
            answer: answerText(answer),
            created_at_ms: request.nowMs,
          })
          .execute()
      }
    })
  }

  async remember(request: { key: string; record: CardRecord; answer: CardWriteResult; nowMs: number }): Promise<void> {
    const { key, record, answer, nowMs } = request
    await this.#db
      .insertInto('card_writes')
      .values({ key, card_id: record.id, operator_id: record.operatorId, answer: answerText(answer), created_at_ms: nowMs })
      .execute()
  }

  /** The card in it comes without contacts. */
  async answerFor(key: string): Promise<{ cardId: string; operatorId: string; answer: CardWriteResult } | null> {
    const row = await this.#db.selectFrom('card_writes').selectAll().where('key', '=', key).executeTakeFirst()
    if (!row) return null
    return { cardId: row.card_id, operatorId: row.operator_id, answer: CardWriteResultSchema.parse(JSON.parse(row.answer)) }
  }

  async forgetAnswersBefore(ms: number): Promise<void> {
    await this.#db.deleteFrom('card_writes').where('created_at_ms', '<', ms).execute()
  }

  async byId(id: string): Promise<CardRecord | null> {
    const row = await this.#db.selectFrom('cards').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? toRecord(row) : null
  }

  /** Cards that were not closed when the server ended. */
  async open(): Promise<CardRecord[]> {
    const rows = await this.#db
      .selectFrom('cards')
      .selectAll()
      // Literals, not parameters, or SQLite cannot use the index of open cards.
      .where(sql<boolean>`state in ('ringing', 'talking', 'wrapUp')`)
      .orderBy('ringing_at_ms')
      .execute()
    return rows.map(toRecord)
  }

  /** Closed cards, newest first. Cards of the same millisecond as the last one come with it, so that paging by time loses none. */
  async history(page: HistoryPage): Promise<{ record: CardRecord; customer: Customer | null }[]> {
    const conditions = [sql`k.state in ('saved', 'missed')`]
    if (page.operatorId !== null) conditions.push(sql`k.operator_id = ${page.operatorId}`)
    if (page.beforeMs !== null) conditions.push(sql`k.ringing_at_ms < ${page.beforeMs}`)
    if (page.search.trim() !== '') {
      const byPhone = searchDigits(page.search).map((part) => sql`k.phone_key like ${part}`)
      const byText = sql`k.search_text like ${containsPattern(foldText(page.search.trim()))} escape '\\'`
      conditions.push(sql`(${sql.join([byText, ...byPhone], sql` or `)})`)
    }
    const where = sql.join(conditions, sql` and `)
    const read = async (among: RawBuilder<unknown>, limit: RawBuilder<unknown>) => {
      const { rows } = await sql<CardRow & CustomerColumns>`
        select ${customerColumns}, k.* from cards k left join customers c on c.id = k.customer_id
        where ${where} and ${among} order by k.ringing_at_ms desc, k.id ${limit}`.execute(this.#db)
      return rows
    }
    const rows = await read(sql`1 = 1`, sql`limit ${page.limit}`)
    const last = rows.at(-1)
    // Not asked for in one query: a search for a rare word would look through all cards twice.
    if (last && rows.length === page.limit) {
      const known = new Set(rows.map((row) => row.id))
      const tied = await read(sql`k.ringing_at_ms = ${last.ringing_at_ms}`, sql``)
      rows.push(...tied.filter((row) => !known.has(row.id)))
    }
    return rows.map((row) => ({ record: toRecord(row), customer: toCustomer(row) }))
  }
}

/** Contacts are most of a card and are looked up again: an answer is kept for a week, and there are many. */
const answerText = (answer: CardWriteResult): string => JSON.stringify({ ...answer, card: { ...answer.card, contacts: [] } })

/** A card of the past with its call-back task, for imports. */
export async function insertClosedCard(
  tx: Db,
  closed: { record: CardRecord; customerName: string | null; callBackDoneAtMs: number | null },
): Promise<void> {
  const { record, customerName, callBackDoneAtMs } = closed
  await tx.insertInto('cards').values(toRow(record, customerName)).execute()
  if (!record.fields.callBack) return
  await syncCallBack(tx, record, record.savedAtMs ?? record.ringingAtMs)
  await tx.updateTable('call_backs').set({ done_at_ms: callBackDoneAtMs }).where('card_id', '=', record.id).execute()
}

/** History of one person for an operator, of everybody for the others. */
export const historyOwner = (user: User): string | null => (user.role === 'operator' ? user.id : null)

async function syncCallBack(tx: Db, record: CardRecord, nowMs: number): Promise<void> {
  const { fields } = record
  if (!fields.callBack) {
    await tx.deleteFrom('call_backs').where('card_id', '=', record.id).where('done_at_ms', 'is', null).execute()
    return
  }
  const change = {
    number: record.number,
    customer_id: record.customerId,
    reason: [fields.description, fields.notes].map((text) => text.trim()).find((text) => text !== '') ?? '',
    due_at_ms: fields.callBackAtMs,
  }
  await tx
    .insertInto('call_backs')
    .values({
      ...change,
      id: `cb:${record.id}`,
      card_id: record.id,
      operator_id: record.operatorId,
      operator_name: record.operatorName,
      created_at_ms: nowMs,
      done_at_ms: null,
    })
    .onConflict((conflict) => conflict.column('card_id').doUpdateSet(change))
    .execute()
}

function toRow(record: CardRecord, customerName: string | null): Insertable<Database['cards']> {
  const { fields } = record
  const searched = [record.number, record.callerName, customerName ?? '', record.operatorName, fields.description, fields.notes]
  return {
    id: record.id,
    call_id: record.callId,
    leg_id: record.legId,
    operator_id: record.operatorId,
    operator_name: record.operatorName,
    direction: record.direction,
    state: record.state,
    number: record.number,
    phone_key: phoneKey(record.number),
    caller_name: record.callerName,
    queue_number: record.queueNumber,
    queued_at_ms: record.queuedAtMs,
    ringing_at_ms: record.ringingAtMs,
    answered_at_ms: record.answeredAtMs,
    ended_at_ms: record.endedAtMs,
    wrap_up_ends_at_ms: record.wrapUpEndsAtMs,
    extensions: record.extensions,
    saved_at_ms: record.savedAtMs,
    version: record.version,
    category_id: fields.categoryId,
    description: fields.description,
    result_id: fields.resultId,
    satisfaction: fields.satisfaction,
    notes: fields.notes,
    call_back: fields.callBack ? 1 : 0,
    call_back_at_ms: fields.callBackAtMs,
    field_stamps: JSON.stringify(record.stamps),
    customer_id: record.customerId,
    search_text: foldText(searched.join('\n')),
  }
}

function toRecord(row: CardRow): CardRecord {
  const stamps = Stamps.parse(JSON.parse(row.field_stamps))
  return {
    id: row.id,
    callId: row.call_id,
    legId: row.leg_id,
    operatorId: row.operator_id,
    operatorName: row.operator_name,
    direction: Direction.parse(row.direction),
    state: CardState.parse(row.state),
    number: row.number,
    callerName: row.caller_name,
    queueNumber: row.queue_number,
    queuedAtMs: row.queued_at_ms,
    ringingAtMs: row.ringing_at_ms,
    answeredAtMs: row.answered_at_ms,
    endedAtMs: row.ended_at_ms,
    wrapUpEndsAtMs: row.wrap_up_ends_at_ms,
    extensions: row.extensions,
    savedAtMs: row.saved_at_ms,
    version: row.version,
    fields: {
      categoryId: row.category_id,
      description: row.description,
      resultId: row.result_id,
      satisfaction: row.satisfaction,
      notes: row.notes,
      callBack: row.call_back === 1,
      callBackAtMs: row.call_back_at_ms,
    },
    stamps: stamps as FieldStamps,
    customerId: row.customer_id,
  }
}

/** The card as clients get it. */
export function toCard(
  record: CardRecord,
  more: Pick<Card, 'customer' | 'contacts'>,
  queueName: (number: string) => string,
): Card {
  const { queueNumber, operatorName: _name, extensions: _extensions, stamps: _stamps, customerId: _customer, ...rest } = record
  return { ...rest, queue: queueNumber === null ? null : { number: queueNumber, name: queueName(queueNumber) }, ...more }
}
