import type { Migration } from '../migration.ts'

/** Queues whose callers are asked how satisfied they are, and what they answered. */
export const callerSurveys: Migration = {
  name: '020-caller-surveys',
  async up(db) {
    await db.schema
      .createTable('surveyed_queues')
      .addColumn('queue_number', 'text', (c) => c.primaryKey())
      .addColumn('since_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('call_surveys')
      .addColumn('call_id', 'text', (c) => c.primaryKey())
      .addColumn('queue_number', 'text', (c) => c.notNull())
      .addColumn('operator_id', 'text')
      .addColumn('asked_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('score', 'integer')
      .execute()
    // What reports read of a year is in it.
    await db.schema
      .createIndex('call_surveys_figures')
      .on('call_surveys')
      .columns(['asked_at_ms', 'operator_id', 'queue_number', 'score'])
      .execute()
  },
}
