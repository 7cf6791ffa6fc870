import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import { z } from 'zod'
import {
  type Card,
  CardChanges,
  CardFields,
  CardState,
  type CardWriteResult,
  CardWriteResult as CardWriteResultSchema,
  Direction,
} from '../contract/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Database, Db } from '../store/index.ts'
import { type CardRecord, type CardRules, extensionMs, type FieldStamps, wrapUpDueAtMs, wrapUpLeftMs } from './card-machine.ts'
import type { CardSetups } from './card-setup.ts'
import type { CardSums } from './card-sums.ts'
import { foldText } from './fold-text.ts'
import { phoneKey } from './phone-numbers.ts'

export type CardRow = Selectable<Database['cards']>

const Stamps = z.record(z.string(), z.number())
const Source = z.enum(['number', 'chosen', 'nobody'])
const Handover = z.object({ cardId: z.string(), operatorId: z.string(), operatorName: z.string(), fields: CardChanges })
const Extra = CardFields.shape.extra

/** What is written together with a card: all of it or nothing. */
export interface CardPut {
  readonly record: CardRecord
  readonly customerName: string | null
  /** Bring the call-back task in line with the card. */
  readonly syncCallBack: boolean
  readonly nowMs: number
  /** Somebody is told that it is saved; otherwise a call did it. */
  readonly promised: boolean
  /** The answer to a save, to be given again when its key comes again. */
  readonly answered: { readonly key: string; readonly answer: CardWriteResult } | null
}

/** Cards as rows. */
export class CardStore {
  readonly #db: Db
  readonly #eventDb: Db
  readonly #sums: CardSums

  constructor(deps: { db: Db; eventDb: Db; sums: CardSums }) {
    this.#db = deps.db
    this.#eventDb = deps.eventDb
    this.#sums = deps.sums
  }

  async put(request: CardPut): Promise<void> {
    const row = toRow(request.record, request.customerName)
    const { id: _, ...update } = row
    const db = request.promised ? this.#db : this.#eventDb
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('cards')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(update))
        .execute()
      if (row.state === 'saved') await this.#sums.addUp(tx, request.record)
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

  /** Cards of one call that somebody answered, the latest first. */
  async answeredParts(callId: string): Promise<CardRecord[]> {
    const rows = await this.#db
      .selectFrom('cards')
      .selectAll()
      .where('call_id', '=', callId)
      .where('answered_at_ms', 'is not', null)
      .orderBy('answered_at_ms', 'desc')
      .execute()
    return rows.map(toRecord)
  }

  /** This operator's saved cards that lack required fields, oldest first. */
  async incomplete(operatorId: string): Promise<CardRecord[]> {
    const rows = await this.#db
      .selectFrom('cards')
      .selectAll()
      .where(sql<boolean>`incomplete = 1`)
      .where('operator_id', '=', operatorId)
      .orderBy('ringing_at_ms')
      .limit(100)
      .execute()
    return rows.map(toRecord)
  }
}

/** Contacts are most of a card and are looked up again: an answer is kept for a week, and there are many. */
const answerText = (answer: CardWriteResult): string => JSON.stringify({ ...answer, card: { ...answer.card, contacts: [] } })

/** A card of the past with its call-back task, for imports: only before the server's start, which makes the sums of cards anew. */
export async function insertClosedCard(
  tx: Db,
  closed: { record: CardRecord; customerName: string | null; callBackDoneAtMs: number | null },
): Promise<void> {
  const { record, customerName, callBackDoneAtMs } = closed
  await tx.insertInto('cards').values(toRow(record, customerName)).execute()
  await tx.deleteFrom('card_sums_made').execute()
  if (!record.fields.callBack) return
  await syncCallBack(tx, record, record.savedAtMs ?? record.ringingAtMs)
  await tx
    .updateTable('call_backs')
    .set({
      done_at_ms: callBackDoneAtMs,
      ...(callBackDoneAtMs !== null && { done_how: 'hand', done_by_id: record.operatorId, done_by_name: record.operatorName }),
    })
    .where('card_id', '=', record.id)
    .execute()
}

async function syncCallBack(tx: Db, record: CardRecord, nowMs: number): Promise<void> {
  const { fields } = record
  if (!fields.callBack) {
    await tx.deleteFrom('call_backs').where('card_id', '=', record.id).where('done_at_ms', 'is', null).execute()
    return
  }
  const change = {
    number: record.number,
    phone_key: phoneKey(record.number),
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
      source: 'card',
      holder_id: record.operatorId,
      holder_name: record.operatorName,
      taken_at_ms: nowMs,
      attempts: 0,
      remind_before_ms: 0,
      created_at_ms: nowMs,
      created_by_id: record.operatorId,
      created_by_name: record.operatorName,
      version: 1,
    })
    // What was changed in the list since then is newer than the card's words.
    .onConflict((conflict) => conflict.column('card_id').doUpdateSet(change).where('call_backs.version', '=', 1))
    .execute()
}

function toRow(record: CardRecord, customerName: string | null): Insertable<Database['cards']> {
  const { fields } = record
  const searched = [record.number, record.callerName, customerName ?? '', record.operatorName, fields.description, fields.notes]
  // Only what was typed: an option's id or a figure would be found by chance.
  searched.push(...Object.values(fields.extra).filter((value) => typeof value === 'string'))
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
    wrap_up_stopped_at_ms: record.wrapUpStoppedAtMs,
    wrap_up_stopped_ms: record.wrapUpStoppedMs,
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
    customer_source: record.customerSource,
    extra: JSON.stringify(fields.extra),
    handover: record.handover && JSON.stringify(record.handover),
    wrap_up_ms: record.wrapUpMs,
    incomplete: record.incomplete ? 1 : 0,
    ring_cancelled: record.ringCancelled ? 1 : 0,
    search_text: foldText(searched.join('\n')),
  }
}

export function toRecord(row: CardRow): CardRecord {
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
    wrapUpStoppedAtMs: row.wrap_up_stopped_at_ms,
    wrapUpStoppedMs: row.wrap_up_stopped_ms,
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
      extra: Extra.parse(JSON.parse(row.extra)),
    },
    stamps: stamps as FieldStamps,
    customerId: row.customer_id,
    customerSource: Source.parse(row.customer_source),
    handover: row.handover === null ? null : Handover.parse(JSON.parse(row.handover)),
    wrapUpMs: row.wrap_up_ms,
    incomplete: row.incomplete === 1,
    ringCancelled: row.ring_cancelled === 1,
  }
}

/** What a card shows besides its record and its customer. */
export interface CardView {
  queueName(number: string): string
  rules(queue: string | null): CardRules
  readonly setupVersion: number
}

export const cardView = ({ queueNames, setups }: { queueNames: QueueNames; setups: CardSetups }): CardView => ({
  queueName: (number) => queueNames.name(number),
  rules: (queue) => setups.rules(queue),
  get setupVersion() {
    return setups.current().version
  },
})

export type FromElsewhere = Pick<Card, 'customer' | 'customerMatch' | 'candidates' | 'contacts'>

/** The card as clients get it. */
export function toCard(record: CardRecord, more: FromElsewhere, view: CardView): Card {
  const {
    queueNumber,
    operatorName: _name,
    extensions,
    wrapUpStoppedAtMs: _stopped,
    wrapUpStoppedMs: _stood,
    stamps: _stamps,
    customerId: _customer,
    customerSource: _source,
    handover,
    ...rest
  } = record
  const rules = view.rules(queueNumber)
  return {
    ...rest,
    wrapUpEndsAtMs: wrapUpDueAtMs(record),
    wrapUpLeftMs: wrapUpLeftMs(record),
    queue: queueNumber === null ? null : { number: queueNumber, name: view.queueName(queueNumber) },
    ...more,
    transferredFrom: handover && {
      cardId: handover.cardId,
      operatorId: handover.operatorId,
      operatorName: handover.operatorName,
    },
    extensionsLeft: Math.max(0, rules.maxExtensions - extensions),
    extensionMs: extensionMs(rules),
    setupVersion: view.setupVersion,
  }
}
