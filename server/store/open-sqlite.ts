import { chmodSync, closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { SqliteDialect } from 'kysely'
import { StartError } from '../errors.ts'
import { errorText, notWritable } from './data-folder.ts'
import type { Engine } from './store.ts'

export const databaseFile = (dataDir: string): string => join(dataDir, 'callsync.db')

/** One connection, taken in turn. Throws StartError. */
export function openSqlite(path: string): Engine {
  makePrivate(path)
  const file = openFile(path)
  let settled = false
  return {
    dialect: new SqliteDialect({ database: file }),
    name: path,
    settle() {
      // FULL: a saved card is on the disk before the operator is told so, power cuts included.
      file.pragma('journal_mode = WAL')
      file.pragma('synchronous = FULL')
      file.pragma('foreign_keys = ON')
      settled = true
    },
    open: () => undefined,
    async close() {
      // Moves the journal into the database.
      if (settled) file.pragma('wal_checkpoint(TRUNCATE)')
      file.close()
    },
  }
}

function makePrivate(path: string): void {
  try {
    // SQLite gives its journal files the mode of the database, so it has to be right before the first open.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
  } catch (cause) {
    throw notWritable(dirname(path), cause)
  }
}

function openFile(path: string): SqliteDatabase.Database {
  try {
    const file = new SqliteDatabase(path, { timeout: 5_000 })
    // The first read is what finds out whether this is a database at all.
    file.pragma('schema_version')
    return file
  } catch (cause) {
    throw new StartError(
      `${path} cannot be opened as a database (${errorText(cause)}). Restore it from a backup, or point CALLSYNC_DATA at another folder.`,
      { cause },
    )
  }
}
