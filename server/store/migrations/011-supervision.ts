import type { Migration } from '../migration.ts'

/** What supervisors write to operators, and who may listen without being told of. */
export const supervision: Migration = {
  name: '011-supervision',
  async up(db) {
    await db.schema.alterTable('users').addColumn('listens_privately', 'integer').execute()
    await db.schema
      .createTable('messages')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at_ms', 'bigint', (c) => c.notNull())
      .addColumn('from_id', 'text', (c) => c.notNull())
      .addColumn('from_name', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('message_readers')
      .addColumn('message_id', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('at_ms', 'bigint', (c) => c.notNull())
      .addColumn('read_at_ms', 'bigint')
      .addPrimaryKeyConstraint('message_readers_pk', ['message_id', 'user_id'])
      .execute()
    await db.schema.createIndex('message_readers_newest').on('message_readers').columns(['user_id', 'at_ms']).execute()
  },
}
