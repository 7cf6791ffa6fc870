import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { migrate } from '../../store/index.ts'
import { recordMigrations } from '../record/migrations.ts'
import { publishedTables } from './publish-queue.ts'

/**
 * The statements that make the published tables in PostgreSQL: the columns, keys and indices that the record's own migrations make.
 * Not those of a record: a first import leaves some indices for its end.
 */
export async function recordShape(): Promise<string[]> {
  const file = new SqliteDatabase(':memory:')
  try {
    await migrate(new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) }), recordMigrations, 0)
    return publishedTables.flatMap((table) => shapeOf(file, table))
  } finally {
    file.close()
  }
}

function shapeOf(file: SqliteDatabase.Database, table: string): string[] {
  const columns = file
    .prepare<[string], { name: string; type: string; notnull: number; pk: number }>('select * from pragma_table_info(?)')
    .all(table)
  const lines = columns.map(({ name, type, notnull }) => `${name} ${postgresType(type)}${notnull ? ' not null' : ''}`)
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
  const indices = file
    .prepare<[string], { sql: string }>(
      "select sql from sqlite_schema where type = 'index' and sql is not null and tbl_name = ? order by name",
    )
    .all(table)
  return [
    `create table ${table} (${[...lines, `primary key (${key.map(({ name }) => name)})`].join(', ')})`,
    ...indices.map(({ sql }) => sql),
  ]
}

const postgresType = (type: string): string => (type.toLowerCase() === 'integer' ? 'bigint' : type)
