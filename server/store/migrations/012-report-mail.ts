import type { Migration } from '../migration.ts'

/** Reports that are sent by e-mail: when to whom, and what became of each period's. */
export const reportMail: Migration = {
  name: '012-report-mail',
  async up(db) {
    await db.schema
      .createTable('report_schedules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('schedule', 'text', (c) => c.notNull())
      .addColumn('counts_from_ms', 'bigint', (c) => c.notNull())
      .addColumn('created_by_name', 'text', (c) => c.notNull())
      .addColumn('created_at_ms', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('report_mailings')
      .addColumn('schedule_id', 'text', (c) => c.notNull())
      .addColumn('period', 'text', (c) => c.notNull())
      .addColumn('from_day', 'integer', (c) => c.notNull())
      .addColumn('to_day', 'integer', (c) => c.notNull())
      .addColumn('due_at_ms', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('next_at_ms', 'bigint')
      .addColumn('sent_at_ms', 'bigint')
      .addColumn('error', 'text')
      .addPrimaryKeyConstraint('report_mailings_pk', ['schedule_id', 'period'])
      .execute()
  },
}
