import type { Migration } from '../migration.ts'

/** Recording rules and pauses, audio quality, penalties of queues left. */
export const callControl: Migration = {
  name: '006-call-control',
  async up(db) {
    await db.schema
      .createTable('forced_recordings')
      .addColumn('queue_number', 'text', (c) => c.primaryKey())
      .addColumn('since_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('recording_pauses')
      .addColumn('call_id', 'text', (c) => c.notNull())
      .addColumn('leg_id', 'text', (c) => c.notNull())
      .addColumn('operator_id', 'text', (c) => c.notNull())
      .addColumn('operator_name', 'text', (c) => c.notNull())
      .addColumn('from_ms', 'bigint', (c) => c.notNull())
      .addColumn('to_ms', 'bigint')
      .addPrimaryKeyConstraint('recording_pauses_pk', ['call_id', 'from_ms'])
      .execute()
    await db.schema
      .createTable('leg_quality')
      .addColumn('leg_id', 'text', (c) => c.primaryKey())
      .addColumn('call_id', 'text', (c) => c.notNull())
      .addColumn('operator_id', 'text', (c) => c.notNull())
      .addColumn('operator_name', 'text', (c) => c.notNull())
      .addColumn('samples', 'integer', (c) => c.notNull())
      .addColumn('sum_mos', 'double precision', (c) => c.notNull())
      .addColumn('min_mos', 'double precision', (c) => c.notNull())
      .addColumn('sum_loss', 'double precision', (c) => c.notNull())
      .addColumn('max_loss', 'double precision', (c) => c.notNull())
      .addColumn('sum_jitter_ms', 'double precision', (c) => c.notNull())
      .addColumn('max_jitter_ms', 'double precision', (c) => c.notNull())
      .addColumn('round_trips', 'integer', (c) => c.notNull())
      .addColumn('sum_round_trip_ms', 'double precision', (c) => c.notNull())
      .addColumn('max_round_trip_ms', 'double precision', (c) => c.notNull())
      .addColumn('updated_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('leg_quality_call').on('leg_quality').column('call_id').execute()
    await db.schema
      .createTable('queue_penalties')
      .addColumn('endpoint', 'text', (c) => c.notNull())
      .addColumn('queue_number', 'text', (c) => c.notNull())
      .addColumn('penalty', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('queue_penalties_pk', ['endpoint', 'queue_number'])
      .execute()
  },
}
