import SqliteDatabase from 'better-sqlite3'
import pg from 'pg'
import type { Clock } from '../../clock.ts'
import { StartError } from '../../errors.ts'
import { appSchema } from '../migration.ts'
import { databaseFile } from '../open-sqlite.ts'
import { Store } from '../store.ts'
import { writeValue } from './values.ts'

type Row = Readonly<Record<string, unknown>>

const atOnce = 1_000

/**
 * Copies everything from the SQLite database of a data folder into a PostgreSQL database in which nobody has worked yet, all of it
 * or nothing. Both are taken for the time, so neither server may run. Resolves to the number of rows. Throws StartError.
 */
export async function copyToPostgres(at: { dataDir: string; databaseUrl: string; clock: Clock }): Promise<number> {
  const { dataDir, databaseUrl, clock } = at
  // Brings the file to this version.
  const source = new Store({ dataDir, clock })
  await source.start()
  await source.stop()
  const target = new Store({ dataDir, databaseUrl, clock })
  await target.start()
  const file = new SqliteDatabase(databaseFile(dataDir), { readonly: true })
  try {
    const people = await target.db.selectFrom('users').select('id').limit(1).execute()
    if (people.length > 0)
      throw new StartError(
        'The PostgreSQL database has people in it already. Nothing was changed; name an empty one in CALLSYNC_DATABASE_URL.',
      )
    return await copyTables(file, databaseUrl)
  } finally {
    file.close()
    await target.stop()
  }
}

async function copyTables(file: SqliteDatabase.Database, databaseUrl: string): Promise<number> {
  // As they were made: what others point at comes first.
  const tables = file
    .prepare<[], { name: string }>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name <> 'schema_migrations' order by rowid",
    )
    .all()
    .map(({ name }) => name)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`begin; set local search_path = ${appSchema}`)
    // What the migrations put there is in the file too, as people changed it.
    for (const table of tables.toReversed()) await client.query(`delete from ${table}`)
    let rows = 0
    for (const table of tables) rows += await copyTable(file, client, table)
    await client.query('commit')
    return rows
  } finally {
    await client.end()
  }
}

async function copyTable(file: SqliteDatabase.Database, client: pg.Client, table: string): Promise<number> {
  const names = file.prepare<[string], { name: string }>('select name from pragma_table_info(?)').all(table)
  const columns = names.map(({ name }) => `"${name}"`).join(', ')
  let rows: Row[] = []
  let copied = 0
  const put = async () => {
    await client.query(`insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows, (_, value) => writeValue(value)),
    ])
    copied += rows.length
    rows = []
  }
  for (const row of file.prepare<[], Row>(`select * from ${table}`).iterate()) {
    rows.push(row)
    if (rows.length >= atOnce) await put()
  }
  if (rows.length > 0) await put()
  return copied
}
