import type { Migration } from '../migration.ts'

/** Wrap-up stands still while its operator talks on another call: since when, and how long it has before. */
export const wrapUpStands: Migration = {
  name: '021-wrap-up-stands',
  async up(db) {
    await db.schema.alterTable('cards').addColumn('wrap_up_stopped_at_ms', 'bigint').execute()
    await db.schema
      .alterTable('cards')
      .addColumn('wrap_up_stopped_ms', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}
