import type { Migration } from '../migration.ts'

/** When queues are open. */
export const workTime: Migration = {
  name: '015-work-time',
  async up(db) {
    await db.schema
      .createTable('work_times')
      .addColumn('queue', 'text', (c) => c.notNull())
      .addColumn('from_day', 'integer', (c) => c.notNull())
      .addColumn('week', 'text', (c) => c.notNull())
      .addColumn('keeps_holidays', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('work_times_pk', ['queue', 'from_day'])
      .execute()
    await db.schema
      .createTable('holidays')
      .addColumn('queue', 'text', (c) => c.notNull())
      .addColumn('day', 'integer', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('hours', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('holidays_pk', ['queue', 'day'])
      .execute()
  },
}
