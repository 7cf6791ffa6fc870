import type { Migration } from '../migration.ts'

/** Which queues an operator may work in, and which request made a call-back. */
export const queueRights: Migration = {
  name: '007-queue-rights',
  async up(db) {
    await db.schema.alterTable('users').addColumn('queues', 'text').execute()
    await db.schema.alterTable('call_backs').addColumn('request_key', 'text').execute()
    await db.schema.createIndex('call_backs_request').unique().on('call_backs').column('request_key').execute()
  },
}
