import type { Migration } from '../migration.ts'

/** Where call records are kept, and what queues are judged by. */
export const recordSettings: Migration = {
  name: '010-record-settings',
  async up(db) {
    await db.schema
      .createTable('record_sources')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('password', 'text')
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('record_rules')
      .addColumn('queue', 'text', (c) => c.notNull())
      .addColumn('valid_from_ms', 'bigint', (c) => c.notNull())
      .addColumn('target_ms', 'integer', (c) => c.notNull())
      .addColumn('short_ms', 'integer', (c) => c.notNull())
      .addColumn('formula', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('record_rules_pk', ['queue', 'valid_from_ms'])
      .execute()
  },
}
