import { type Kysely, sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Customers, cards, call-backs, dictionaries and the ledger of calls. */
export const calls: Migration = { name: '002-calls', up }

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('customers')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_folded', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('notes', 'text', (c) => c.notNull())
    .addColumn('tag', 'text')
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('customer_phones')
    .addColumn('customer_id', 'text', (c) => c.notNull().references('customers.id').onDelete('cascade'))
    .addColumn('phone', 'text', (c) => c.notNull())
    .addColumn('phone_key', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('customer_phones_pk', ['customer_id', 'phone'])
    .execute()
  await db.schema.createIndex('customer_phones_key').on('customer_phones').column('phone_key').execute()

  await db.schema
    .createTable('cards')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('call_id', 'text', (c) => c.notNull())
    .addColumn('leg_id', 'text', (c) => c.notNull())
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addColumn('operator_name', 'text', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('phone_key', 'text', (c) => c.notNull())
    .addColumn('caller_name', 'text', (c) => c.notNull())
    .addColumn('queue_number', 'text')
    .addColumn('queued_at_ms', 'bigint')
    .addColumn('ringing_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('answered_at_ms', 'bigint')
    .addColumn('ended_at_ms', 'bigint')
    .addColumn('wrap_up_ends_at_ms', 'bigint')
    .addColumn('extensions', 'integer', (c) => c.notNull())
    .addColumn('saved_at_ms', 'bigint')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('category_id', 'text')
    .addColumn('description', 'text', (c) => c.notNull())
    .addColumn('result_id', 'text')
    .addColumn('satisfaction', 'integer')
    .addColumn('notes', 'text', (c) => c.notNull())
    .addColumn('call_back', 'integer', (c) => c.notNull())
    .addColumn('call_back_at_ms', 'bigint')
    .addColumn('field_stamps', 'text', (c) => c.notNull())
    .addColumn('customer_id', 'text')
    .addColumn('search_text', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('cards_call').on('cards').column('call_id').execute()
  // Only the few open ones: an index on every state would tempt the planner to read all saved cards for one customer.
  await db.schema
    .createIndex('cards_open')
    .on('cards')
    .column('id')
    .where(sql.ref('state'), 'in', ['ringing', 'talking', 'wrapUp'])
    .execute()
  await db.schema.createIndex('cards_time').on('cards').column('ringing_at_ms').execute()
  await db.schema.createIndex('cards_operator_time').on('cards').columns(['operator_id', 'ringing_at_ms']).execute()
  await db.schema.createIndex('cards_customer_time').on('cards').columns(['customer_id', 'ringing_at_ms']).execute()
  await db.schema.createIndex('cards_phone_time').on('cards').columns(['phone_key', 'ringing_at_ms']).execute()

  await db.schema
    .createTable('card_writes')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('card_id', 'text', (c) => c.notNull())
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addColumn('answer', 'text', (c) => c.notNull())
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .execute()

  await db.schema
    .createTable('call_backs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('card_id', 'text', (c) => c.notNull().unique())
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addColumn('operator_name', 'text', (c) => c.notNull())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('customer_id', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('due_at_ms', 'bigint')
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('done_at_ms', 'bigint')
    .execute()
  await db.schema.createIndex('call_backs_operator').on('call_backs').columns(['operator_id', 'done_at_ms']).execute()

  await db.schema
    .createTable('calls')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('phone_key', 'text', (c) => c.notNull())
    .addColumn('queue_number', 'text')
    .addColumn('started_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('queued_at_ms', 'bigint')
    .addColumn('answered_at_ms', 'bigint')
    .addColumn('ended_at_ms', 'bigint')
    .addColumn('end_unseen', 'integer', (c) => c.notNull())
    .addColumn('operator_id', 'text')
    .addColumn('operator_name', 'text')
    .execute()
  await db.schema.createIndex('calls_time').on('calls').column('started_at_ms').execute()
  await db.schema.createIndex('calls_ended').on('calls').column('ended_at_ms').execute()

  await db.schema
    .createTable('dictionary_entries')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('ru', 'text', (c) => c.notNull())
    .addColumn('en', 'text', (c) => c.notNull())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('dictionary_entries_pk', ['kind', 'id'])
    .execute()
  const typed = db.$extendTables<{ dictionary_entries: { kind: string; id: string; ru: string; en: string; position: number } }>()
  await typed.insertInto('dictionary_entries').values(firstEntries()).execute()
}

function firstEntries(): { kind: string; id: string; ru: string; en: string; position: number }[] {
  const categories = [
    ['new-order', 'Новый заказ', 'New order'],
    ['price-question', 'Вопрос о цене', 'Price question'],
    ['order-status', 'Статус заказа', 'Order status'],
    ['delivery', 'Доставка', 'Delivery'],
    ['payment', 'Оплата и документы', 'Payment and documents'],
    ['tech-support', 'Техническая поддержка', 'Technical support'],
    ['warranty', 'Гарантия и возврат', 'Warranty and returns'],
    ['complaint', 'Жалоба', 'Complaint'],
    ['other', 'Другое', 'Other'],
  ] as const
  const results = [
    ['order-placed', 'Заказ оформлен', 'Order placed'],
    ['quote-sent', 'Отправлено предложение', 'Quote sent'],
    ['resolved', 'Вопрос решён', 'Resolved'],
    ['escalated', 'Передано специалисту', 'Escalated'],
    ['thinking', 'Клиент думает', 'Customer is thinking'],
    ['refused', 'Отказ', 'Refused'],
    ['call-later', 'Просил перезвонить', 'Asked to call later'],
    ['wrong-number', 'Ошиблись номером', 'Wrong number'],
  ] as const
  const rows = (kind: string, entries: readonly (readonly [string, string, string])[]) =>
    entries.map(([id, ru, en], position) => ({ kind, id, ru, en, position }))
  return [...rows('category', categories), ...rows('result', results)]
}
