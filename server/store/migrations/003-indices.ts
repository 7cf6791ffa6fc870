import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** Indices for queries that read whole tables without them. */
export const indices: Migration = {
  name: '003-indices',
  async up(db) {
    // Sorted as it is read: by id alone the planner preferred to walk all cards in the order of time.
    await db.schema.dropIndex('cards_open').execute()
    await db.schema
      .createIndex('cards_open_time')
      .on('cards')
      .column('ringing_at_ms')
      .where(sql.ref('state'), 'in', ['ringing', 'talking', 'wrapUp'])
      .execute()
    await db.schema.createIndex('call_backs_done').on('call_backs').column('done_at_ms').execute()
    await db.schema.createIndex('card_writes_time').on('card_writes').column('created_at_ms').execute()
  },
}
