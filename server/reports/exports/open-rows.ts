import SqliteDatabase from 'better-sqlite3'
import type { SqlText } from '../queries/sql-text.ts'
import type { StoredListRow } from './list-rows.ts'
import type { WriteOrder } from './protocol.ts'

/** The record with the cards beside it, to be read by one export. */
interface Rows {
  /** Of one question at a time. */
  rows(text: SqlText): Promise<Iterable<StoredListRow>>
  close(): Promise<void>
}

/** Nobody waits for an export at a screen. */
const limitMs = 600_000

export async function openRows({ databaseUrl, recordFile, appFile }: WriteOrder): Promise<Rows> {
  return databaseUrl === null ? inFiles(recordFile, appFile) : inPostgres(databaseUrl)
}

function inFiles(recordFile: string, appFile: string | null): Rows {
  const db = new SqliteDatabase(recordFile, { readonly: true, fileMustExist: true, timeout: 5_000 })
  if (appFile !== null) db.prepare('attach ? as app').run(appFile)
  db.pragma('query_only = 1')
  db.pragma('cache_size = -4096')
  const statements = new Map<string, SqliteDatabase.Statement<unknown[], StoredListRow>>()
  return {
    async rows({ sql, parameters }) {
      const statement = statements.get(sql) ?? db.prepare<unknown[], StoredListRow>(sql)
      statements.set(sql, statement)
      return statement.iterate(...parameters)
    },
    async close() {
      db.close()
    },
  }
}

async function inPostgres(databaseUrl: string): Promise<Rows> {
  const { PostgresReader } = await import('../readers/postgres-reader.ts')
  const reader = new PostgresReader({ databaseUrl, size: 1, deadlineMs: limitMs })
  return {
    // A few days' rows at most.
    rows: (text) => reader.rows<StoredListRow>(text),
    close: () => reader.stop(),
  }
}
