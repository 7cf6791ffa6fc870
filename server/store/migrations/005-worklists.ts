import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Shared call-backs, missed calls as work, pause reasons. */
export const worklists: Migration = { name: '005-worklists', up }

const entryColumns = <T extends string>(table: CreateTableBuilder<T, never>) =>
  table
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('phone_key', 'text', (c) => c.notNull())
    .addColumn('customer_id', 'text')
    .addColumn('holder_id', 'text')
    .addColumn('holder_name', 'text')
    .addColumn('taken_at_ms', 'bigint')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('last_attempt_at_ms', 'bigint')
    .addColumn('done_at_ms', 'bigint')
    .addColumn('done_how', 'text')
    .addColumn('done_by_id', 'text')
    .addColumn('done_by_name', 'text')
    .addColumn('done_card_id', 'text')

async function up(db: Kysely<unknown>): Promise<void> {
  // Not altered but made anew: a call-back needs no card any more, and SQLite cannot lift NOT NULL.
  await db.schema.alterTable('call_backs').renameTo('call_backs_before').execute()
  await db.schema.dropIndex('call_backs_operator').execute()
  await db.schema.dropIndex('call_backs_done').execute()
  await entryColumns(db.schema.createTable('call_backs'))
    .addColumn('card_id', 'text', (c) => c.unique())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('queue_number', 'text')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('due_at_ms', 'bigint')
    .addColumn('remind_before_ms', 'bigint')
    .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by_id', 'text', (c) => c.notNull())
    .addColumn('created_by_name', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute()
  // The card's key is that of the same number.
  await sql`
    insert into call_backs (id, number, phone_key, customer_id, holder_id, holder_name, taken_at_ms, done_at_ms, done_how,
      done_by_id, done_by_name, card_id, source, reason, due_at_ms, remind_before_ms, created_at_ms, created_by_id, created_by_name)
    select b.id, b.number, coalesce(k.phone_key, ''), b.customer_id, b.operator_id, b.operator_name, b.created_at_ms, b.done_at_ms,
      case when b.done_at_ms is null then null else 'hand' end,
      case when b.done_at_ms is null then null else b.operator_id end,
      case when b.done_at_ms is null then null else b.operator_name end,
      b.card_id, 'card', b.reason, b.due_at_ms, 0, b.created_at_ms, b.operator_id, b.operator_name
    from call_backs_before b left join cards k on k.id = b.card_id`.execute(db)
  await db.schema.dropTable('call_backs_before').execute()
  await db.schema.createIndex('call_backs_holder').on('call_backs').columns(['holder_id', 'done_at_ms']).execute()
  await db.schema.createIndex('call_backs_done').on('call_backs').column('done_at_ms').execute()
  await openIndex(db, 'call_backs')

  await entryColumns(db.schema.createTable('missed_calls'))
    .addColumn('caller_name', 'text', (c) => c.notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('first_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_at_ms', 'bigint', (c) => c.notNull())
    .addColumn('longest_wait_ms', 'bigint', (c) => c.notNull())
    .addColumn('queue_number', 'text')
    .addColumn('cause', 'text')
    .execute()
  await openIndex(db, 'missed_calls')
  await db.schema.createIndex('missed_calls_done').on('missed_calls').column('done_at_ms').execute()

  await db.schema
    .createTable('missed_attempts')
    .addColumn('call_id', 'text', (c) => c.primaryKey())
    .addColumn('entry_id', 'text', (c) => c.notNull().references('missed_calls.id').onDelete('cascade'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('queue_number', 'text')
    .addColumn('operator_id', 'text')
    .execute()
  await db.schema.createIndex('missed_attempts_entry').on('missed_attempts').column('entry_id').execute()

  await db.schema
    .createTable('pause_reasons')
    .addColumn('code', 'text', (c) => c.primaryKey())
    .addColumn('ru', 'text', (c) => c.notNull())
    .addColumn('en', 'text', (c) => c.notNull())
    .addColumn('limit_min', 'integer')
    .addColumn('position', 'integer', (c) => c.notNull())
    .execute()
  await db
    .$extendTables<{ pause_reasons: { code: string; ru: string; en: string; limit_min: number | null; position: number } }>()
    .insertInto('pause_reasons')
    .values(firstReasons())
    .execute()
}

/** Open entries by number: each call looks whether it closes one. */
const openIndex = (db: Kysely<unknown>, table: string) =>
  db.schema.createIndex(`${table}_open`).on(table).column('phone_key').where(sql.ref('done_at_ms'), 'is', null).execute()

/** The codes that were built in before. */
function firstReasons() {
  const reasons = [
    ['lunch', 'Обед', 'Lunch', 60],
    ['break', 'Перерыв', 'Break', 15],
    ['training', 'Обучение', 'Training', null],
    ['callBacks', 'Перезвоны', 'Call-backs', null],
    ['meeting', 'Совещание', 'Meeting', null],
  ] as const
  return reasons.map(([code, ru, en, limit_min], position) => ({ code, ru, en, limit_min, position }))
}
