import { sql } from 'kysely'
import type { Migration } from '../migration.ts'

/**
 * A card is of the moment its caller came to the queue, as the talk is in the record: one that rang after midnight is of the day
 * before. The index has that moment, and the sums of days are made anew by it.
 */
export const daysOfCards: Migration = {
  name: '024-days-of-cards',
  async up(db) {
    await sql`delete from card_sums_made`.execute(db)
    // Of another queue, to which the caller was handed on later.
    await sql`update cards set queued_at_ms = null where queued_at_ms > ringing_at_ms`.execute(db)
    await db.schema.dropIndex('cards_figures').execute()
    // As 018 had it, but for the first; and what that is made of, or SQLite looks into the row for it where rows are told apart by time.
    await sql`
      create index cards_figures on cards (coalesce(queued_at_ms, ringing_at_ms), operator_id, direction, wrap_up_ms, satisfaction,
        queue_number, category_id, result_id, state, answered_at_ms, queued_at_ms, ringing_at_ms)
      where state = 'saved' and answered_at_ms is not null`.execute(db)
  },
}
