import type { Migration } from '../migration.ts'

/** A ring that the queue took back was missed by nobody. How those of before ended is not known. */
export const cancelledRings: Migration = {
  name: '023-cancelled-rings',
  async up(db) {
    await db.schema
      .alterTable('cards')
      .addColumn('ring_cancelled', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
  },
}
