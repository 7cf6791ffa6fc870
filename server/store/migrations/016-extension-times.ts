import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Which extension was whose, and when: calls are known by extension, and people change theirs. */
export const extensionTimes: Migration = {
  name: '016-extension-times',
  async up(db) {
    await db.schema
      .createTable('extension_times')
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('extension', 'text', (c) => c.notNull())
      .addColumn('from_ms', 'bigint', (c) => c.notNull())
      .addColumn('to_ms', 'bigint')
      .addPrimaryKeyConstraint('extension_times_pk', ['user_id', 'from_ms'])
      .execute()
    // What was whose before is not known any more.
    await sql`insert into extension_times (user_id, extension, from_ms)
      select id, extension, coalesce(extension_since_ms, created_at_ms) from users where extension is not null`.execute(db)
    await db.schema.alterTable('users').dropColumn('extension_since_ms').execute()
  },
}
