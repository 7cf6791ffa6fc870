import type { Migration } from '../migration.ts'

/** What people were called before: a PBX that names queue members by people's names wrote those. */
export const formerNames: Migration = {
  name: '022-former-names',
  async up(db) {
    await db.schema
      .createTable('former_names')
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('until_ms', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('former_names_pk', ['user_id', 'name'])
      .execute()
  },
}
