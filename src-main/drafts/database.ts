import { chmodSync, closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { StorageNotice } from '../../src-preload/contract/index.ts'
import { type DamagedFiles, damagedFiles } from './damaged-files.ts'
import { migrations } from './migrations.ts'
import { sortStoredRows } from './set-aside.ts'
import { StorageFailure, toStorageFailure } from './storage-failure.ts'

export interface OpenedDatabase {
  readonly database: Database.Database
  readonly notice: StorageNotice | null
  readonly damaged: DamagedFiles
}

export interface DatabaseDeps {
  readonly file: string
  /** For the name of a damaged file that is set aside. */
  readonly now: () => number
}

/** Opens and migrates the database of drafts. A damaged file is set aside and told, never overwritten. */
export function openDatabase(deps: DatabaseDeps): OpenedDatabase {
  const damaged = damagedFiles(deps.file)
  try {
    return { database: openHealthy(deps.file), notice: null, damaged }
  } catch (cause) {
    if (!isDamage(cause)) throw toStorageFailure(cause)
    const setAsideAs = damaged.setAside(deps.now())
    return { database: openHealthy(deps.file), notice: { kind: 'setAside', setAsideAs }, damaged }
  }
}

function openHealthy(file: string): Database.Database {
  // SQLite gives its log files the mode of the database, so the mode has to be right before it first writes.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  const database = new Database(file, { timeout: 2_000 })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    // What is deleted or overwritten is customers' data: its bytes are not left in free pages.
    database.pragma('secure_delete = ON')
    if (database.pragma('quick_check', { simple: true }) !== 'ok') throw new DamagedDatabase('quick_check failed')
    migrate(database)
    sortStoredRows(database)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

class DamagedDatabase extends Error {}

function isDamage(cause: unknown): boolean {
  if (cause instanceof DamagedDatabase) return true
  return cause instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(cause.code)
}

/** Each step in its own transaction with its version, so that a kill between two of them is no harm. */
export function migrate(database: Database.Database, steps: readonly string[] = migrations): void {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > steps.length) {
    throw new StorageFailure('The data on this computer was written by a newer version of the program. Install that version.', {
      problem: 'newerVersion',
    })
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue
    database.transaction(() => {
      database.exec(step)
      database.pragma(`user_version = ${index + 1}`)
    })()
  }
}
