import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { z } from 'zod'
import { migrate } from '../../store/index.ts'
import { recordMigrations } from '../record/migrations.ts'
import { publishedTables } from './publish-queue.ts'

const TableShape = z.object({
  /** By name, as they are declared; `byDefault`: what rows have that were there before the column, null: nothing. */
  columns: z.array(z.object({ name: z.string(), type: z.string(), byDefault: z.string().nullable() })),
  key: z.array(z.string()),
  /** The statement of each, by its name. */
  indices: z.record(z.string(), z.string()),
})
type TableShape = z.output<typeof TableShape>
const RecordShape = z.record(z.string(), TableShape)
/** The published tables, as PostgreSQL has them. */
export type RecordShape = z.output<typeof RecordShape>

/**
 * The columns, keys and indices that the record's own migrations make. Not those of a record: a first import leaves some indices
 * for its end.
 */
export async function recordShape(): Promise<RecordShape> {
  const file = new SqliteDatabase(':memory:')
  try {
    await migrate(new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) }), recordMigrations, 0)
    return Object.fromEntries(publishedTables.map((table) => [table, shapeOf(file, table)]))
  } finally {
    file.close()
  }
}

/** As it was kept; null: by an older server, in another way. */
export function parseShape(text: string): RecordShape | null {
  try {
    return RecordShape.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

export interface ShapeChange {
  readonly statements: readonly string[]
  /** Tables whose rows have to be published again: reports read what there is of them until then. */
  readonly refill: readonly string[]
}

/** What makes the one of the other; columns of a table that are only added leave its rows where they are. */
export function shapeChange(before: RecordShape, after: RecordShape): ShapeChange {
  const statements: string[] = []
  const refill: string[] = []
  for (const table of Object.keys(before)) if (!(table in after)) statements.push(`drop table ${table}`)
  for (const [table, shape] of Object.entries(after)) {
    const old = before[table]
    const added = old ? addedColumns(old, shape) : null
    if (!old || !added) {
      if (old) statements.push(`drop table ${table}`)
      statements.push(createTable(table, shape), ...Object.values(shape.indices))
      refill.push(table)
      continue
    }
    for (const column of added) statements.push(`alter table ${table} add column ${declared(column)}`)
    if (added.length > 0) refill.push(table)
    for (const [name, statement] of Object.entries(old.indices))
      if (shape.indices[name] !== statement) statements.push(`drop index ${name}`)
    for (const [name, statement] of Object.entries(shape.indices)) if (old.indices[name] !== statement) statements.push(statement)
  }
  return { statements, refill }
}

/** null: more differs than columns that are added. */
function addedColumns(before: TableShape, after: TableShape): TableShape['columns'] | null {
  const same = JSON.stringify(after.columns.slice(0, before.columns.length)) === JSON.stringify(before.columns)
  return same && JSON.stringify(after.key) === JSON.stringify(before.key) ? after.columns.slice(before.columns.length) : null
}

const declared = ({ name, type, byDefault }: TableShape['columns'][number]): string =>
  `${name} ${type}${byDefault === null ? '' : ` default ${byDefault}`}`

const createTable = (table: string, { columns, key }: TableShape): string =>
  `create table ${table} (${[...columns.map(declared), ...(key.length > 0 ? [`primary key (${key.join(', ')})`] : [])].join(', ')})`

function shapeOf(file: SqliteDatabase.Database, table: string): TableShape {
  const columns = file
    .prepare<[string], { name: string; type: string; notnull: number; byDefault: string | null; pk: number }>(
      'select name, type, "notnull", dflt_value as byDefault, pk from pragma_table_info(?)',
    )
    .all(table)
  const indices = file
    .prepare<[string], { name: string; sql: string }>(
      "select name, sql from sqlite_schema where type = 'index' and sql is not null and tbl_name = ? order by name",
    )
    .all(table)
  return {
    columns: columns.map(({ name, type, notnull, byDefault }) => ({
      name,
      type: postgresType(type) + (notnull ? ' not null' : ''),
      byDefault,
    })),
    key: columns
      .filter(({ pk }) => pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map(({ name }) => name),
    indices: Object.fromEntries(indices.map(({ name, sql }) => [name, sql])),
  }
}

const postgresType = (type: string): string => (type.toLowerCase() === 'integer' ? 'bigint' : type)
