import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/** What reports add up of finished cards, so that a year of them is read without the cards themselves. */
export const cardFigures: Migration = {
  name: '017-card-figures',
  async up(db) {
    await db.schema
      .createIndex('cards_figures')
      .on('cards')
      // The two of the condition too: SQLite looks into the row for a column that an index does not have, though its condition tells it.
      .columns(['ringing_at_ms', 'operator_id', 'direction', 'wrap_up_ms', 'satisfaction', 'state', 'answered_at_ms'])
      .where(sql.ref('state'), '=', sql.lit('saved'))
      .where(sql.ref('answered_at_ms'), 'is not', null)
      .execute()
  },
}
