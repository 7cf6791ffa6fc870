import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { StartError } from '../../errors.ts'
import { migrate, schemaVersion } from '../../store/index.ts'
import { recordMigrations } from './migrations.ts'

export const recordFile = (dataDir: string): string => join(dataDir, 'reports.db')

/** Opens the record for its one writer and brings it to this version. Throws StartError. */
export async function openRecord(path: string, nowMs: number): Promise<SqliteDatabase.Database> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite gives its journal files the mode of the database, so it has to be right before the first open.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const file = new SqliteDatabase(path, { timeout: 5_000 })
  try {
    file.pragma('journal_mode = WAL')
    // What a power cut takes can be imported again, and the cursors go with it.
    file.pragma('synchronous = NORMAL')
    file.pragma('cache_size = -65536')
    file.pragma('temp_store = MEMORY')
    // A long import writes the same pages again and again: fewer rounds into the database.
    file.pragma('wal_autocheckpoint = 8000')
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) })
    if ((await schemaVersion(db)) > recordMigrations.length) {
      throw new StartError(
        `The record of calls ${path} was written by a newer server. Nothing was changed; install that version again, ` +
          'or move the file away: it is imported anew from the PBX’s own records.',
      )
    }
    await migrate(db, recordMigrations, nowMs)
    return file
  } catch (error) {
    file.close()
    throw error
  }
}
