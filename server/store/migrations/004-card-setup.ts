import { type Kysely, sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Configured forms with their dictionaries, note templates, extra fields, customers that are written here, and the audit. */
export const cardSetup: Migration = { name: '004-card-setup', up }

async function up(db: Kysely<unknown>): Promise<void> {
  await setupTable(db)
  await db.schema
    .createTable('note_templates')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('owner_id', 'text')
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor_id', 'text', (c) => c.notNull())
    .addColumn('actor_name', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('details', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('audit_time').on('audit').column('at_ms').execute()
  await customerColumns(db)
  await db.schema
    .alterTable('cards')
    .addColumn('extra', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
  await db.schema
    .alterTable('cards')
    .addColumn('customer_source', 'text', (c) => c.notNull().defaultTo('number'))
    .execute()
  await db.schema.alterTable('cards').addColumn('handover', 'text').execute()
  await db.schema.alterTable('cards').addColumn('wrap_up_ms', 'bigint').execute()
  await db.schema
    .alterTable('cards')
    .addColumn('incomplete', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('cards_incomplete').on('cards').column('operator_id').where(sql.ref('incomplete'), '=', 1).execute()
}

async function customerColumns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('customers')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute()
  await db.schema
    .alterTable('customers')
    .addColumn('field_stamps', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
  await db.schema.alterTable('customers').addColumn('merged_into', 'text').execute()
  await db.schema.createIndex('customers_merged').on('customers').column('merged_into').execute()
  await db.schema
    .alterTable('customer_phones')
    .addColumn('phone_tail', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await sql`update customer_phones set phone_tail =
    case when length(phone_key) > 7 then substr(phone_key, length(phone_key) - 6) else phone_key end`.execute(db)
  await db.schema.createIndex('customer_phones_tail').on('customer_phones').column('phone_tail').execute()
  await db.schema
    .createTable('customer_merges')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kept_id', 'text', (c) => c.notNull())
    .addColumn('merged_id', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('undone_at_ms', 'bigint')
    .addColumn('before', 'text', (c) => c.notNull())
    .execute()
}

type OldEntries = {
  dictionary_entries: { kind: string; id: string; ru: string; en: string; position: number }
  card_setup: { id: string; version: number; body: string; updated_at_ms: number }
}

/** The dictionaries become the first setup; the default form asks for what every card asked for so far. */
async function setupTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('card_setup')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
    .execute()
  const typed = db.$extendTables<OldEntries>()
  const rows = await typed.selectFrom('dictionary_entries').selectAll().orderBy('position').execute()
  const noScript = { ru: '', en: '' }
  const entries = (kind: string) => rows.filter((row) => row.kind === kind).map(({ id, ru, en }) => ({ id, ru, en }))
  const setup = {
    categories: entries('category').map((entry) => ({ ...entry, parentId: null, script: noScript, archived: false })),
    results: entries('result').map((entry) => ({ ...entry, categoryIds: [], archived: false })),
    extraFields: [],
    forms: [
      {
        queue: null,
        fields: ['categoryId', 'resultId', 'description', 'satisfaction', 'callBack', 'notes'].map((name) => ({
          name,
          required: false,
        })),
        categoryIds: [],
        script: noScript,
        wrapUpMs: 60_000,
        maxExtensions: 5,
      },
    ],
  }
  await typed
    .insertInto('card_setup')
    .values({ id: 'current', version: 1, body: JSON.stringify(setup), updated_at_ms: 0 })
    .execute()
  await db.schema.dropTable('dictionary_entries').execute()
}
