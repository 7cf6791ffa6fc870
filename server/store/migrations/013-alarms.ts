import type { Migration } from '../migration.ts'

/** Alarms of the floor, and who was told of each. */
export const alarms: Migration = {
  name: '013-alarms',
  async up(db) {
    await db.schema
      .createTable('alarms')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('level', 'text', (c) => c.notNull())
      .addColumn('queue_number', 'text')
      .addColumn('queue_name', 'text')
      .addColumn('operator_id', 'text')
      .addColumn('operator_name', 'text')
      .addColumn('limit_value', 'double precision', (c) => c.notNull())
      .addColumn('worst_value', 'double precision', (c) => c.notNull())
      .addColumn('began_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('critical_at_ms', 'bigint')
      .addColumn('ended_at_ms', 'bigint')
      .addColumn('acknowledged_by', 'text')
      .addColumn('acknowledged_at_ms', 'bigint')
      .execute()
    await db.schema.createIndex('alarms_newest').on('alarms').columns(['began_at_ms']).execute()
    await db.schema
      .createTable('alarm_told')
      .addColumn('alarm_id', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('level', 'text', (c) => c.notNull())
      .addColumn('user_name', 'text', (c) => c.notNull())
      .addColumn('at_ms', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('alarm_told_pk', ['alarm_id', 'user_id', 'level'])
      .execute()
  },
}
