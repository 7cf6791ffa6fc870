import type { Migration } from '../migration.ts'

/** Links that open a wallboard without a session. */
export const wallboards: Migration = {
  name: '014-wallboards',
  async up(db) {
    await db.schema
      .createTable('wallboards')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('token_hash', 'text', (c) => c.notNull())
      .addColumn('created_by_name', 'text', (c) => c.notNull())
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('last_seen_ms', 'bigint')
      .execute()
  },
}
