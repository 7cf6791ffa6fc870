import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** When somebody opened a call-back or a missed call again: talks of before close it no more. */
export const reopenedWork: Migration = {
  name: '019-reopened-work',
  async up(db) {
    for (const table of ['call_backs', 'missed_calls']) {
      await db.schema.alterTable(table).addColumn('reopened_at_ms', 'bigint').execute()
      // An open one with the call that closed it was opened again; when is not known, at the latest now.
      await sql`update ${sql.table(table)} set reopened_at_ms = ${Date.now()}, done_card_id = null
        where done_at_ms is null and done_card_id is not null`.execute(db)
    }
  },
}
