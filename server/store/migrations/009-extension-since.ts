import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Since when an extension is somebody's: the calls before were another's. */
export const extensionSince: Migration = {
  name: '009-extension-since',
  async up(db) {
    await db.schema.alterTable('users').addColumn('extension_since_ms', 'bigint').execute()
    await sql`update users set extension_since_ms = created_at_ms where extension is not null`.execute(db)
  },
}
