import { type Kysely, sql } from 'kysely'

/** One step of the database's shape. Its place in the list is its number; a released step is never changed. */
export interface Migration {
  /** `NNN-name`, the file's name. */
  readonly name: string
  /** Runs in a transaction of its own. Sees the shape as it was then, so no table types. */
  up(db: Kysely<unknown>): Promise<void>
}

/** Of PostgreSQL: where the tables of all migrations are. */
export const appSchema = 'app'

type VersionTable = {
  schema_migrations: { number: number; name: string; applied_at_ms: number }
}

/** How many steps the database has taken; 0 for a new one. Changes nothing. */
export async function schemaVersion(db: Kysely<unknown>): Promise<number> {
  const tables = await db.introspection.getTables()
  if (!tables.some(({ name, schema = appSchema }) => name === 'schema_migrations' && schema === appSchema)) return 0
  const row = await db
    .$extendTables<VersionTable>()
    .selectFrom('schema_migrations')
    .select(sql<number>`coalesce(max(number), 0)`.as('version'))
    .executeTakeFirstOrThrow()
  return Number(row.version)
}

/** Takes the steps the database has not taken yet, each in its own transaction. */
export async function migrate(db: Kysely<unknown>, migrations: readonly Migration[], nowMs: number): Promise<void> {
  const version = await schemaVersion(db)
  if (version === 0) {
    await db.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('number', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('applied_at_ms', 'bigint', (column) => column.notNull())
      .execute()
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue
    await db.transaction().execute(async (transaction) => {
      await migration.up(transaction)
      await transaction
        .$extendTables<VersionTable>()
        .insertInto('schema_migrations')
        .values({ number: index + 1, name: migration.name, applied_at_ms: nowMs })
        .execute()
    })
  }
}
