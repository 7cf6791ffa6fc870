import { SqliteAdapter, sql } from 'kysely'
import type { Migration } from '../migration.ts'

/**
 * Sums of finished cards by day and operator, so that a report of a year reads no cards. Empty until the server has made them. What
 * asks for more than they tell reads the index alone.
 */
export const cardSums: Migration = {
  name: '018-card-sums',
  async up(db) {
    await db.schema
      .createTable('card_sums')
      .addColumn('day', 'integer', (c) => c.notNull())
      .addColumn('operator_id', 'text', (c) => c.notNull())
      .addColumn('cards', 'integer', (c) => c.notNull())
      .addColumn('wrap_ups', 'integer', (c) => c.notNull())
      .addColumn('wrap_up_ms', 'bigint', (c) => c.notNull())
      .addColumn('rated', 'integer', (c) => c.notNull())
      .addColumn('satisfied', 'integer', (c) => c.notNull())
      .addColumn('scores', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('card_sums_pk', ['day', 'operator_id'])
      // Days are read together.
      .$call((table) => (db.getExecutor().adapter instanceof SqliteAdapter ? table.modifyEnd(sql`without rowid`) : table))
      .execute()
    await db.schema
      .createTable('card_sums_made')
      .addColumn('time_zone', 'text', (c) => c.primaryKey())
      .execute()
    await db.schema.dropIndex('cards_figures').execute()
    await db.schema
      .createIndex('cards_figures')
      .on('cards')
      // Those of the condition too: SQLite looks into the row for a column that an index does not have, though its condition tells it.
      .columns([
        ...[
          'ringing_at_ms',
          'operator_id',
          'direction',
          'wrap_up_ms',
          'satisfaction',
          'queue_number',
          'category_id',
          'result_id',
        ],
        ...['state', 'answered_at_ms'],
      ])
      .where(sql.ref('state'), '=', sql.lit('saved'))
      .where(sql.ref('answered_at_ms'), 'is not', null)
      .execute()
  },
}
