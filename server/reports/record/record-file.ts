import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { StartError } from '../../errors.ts'
import { hasCode, migrate, schemaVersion } from '../../store/index.ts'
import { recordMigrations } from './migrations.ts'

export const recordFile = (dataDir: string): string => join(dataDir, 'reports.db')

/** Source of the problems that are of no single source, but of the record itself. */
export const recordProblems = 'record'

/** Before they go into the file: fewer rounds than SQLite's own 1000. */
export const pagesInJournal = 8_000

/** The file's content is not what was written to it. */
export const isDamage = (error: unknown): boolean => hasCode(error, 'SQLITE_NOTADB') || hasCode(error, 'SQLITE_CORRUPT')

/**
 * Opens the record for its one writer and brings it to this version. A damaged one is set aside and begun anew: it is imported
 * again. `onUpgrade`: it is of an older version, which takes minutes where it is large. Throws StartError.
 */
export async function openRecord(
  path: string,
  nowMs: number,
  onUpgrade: () => void = () => undefined,
): Promise<SqliteDatabase.Database> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    return await open(path, nowMs, onUpgrade)
  } catch (error) {
    if (!isDamage(error)) throw error
    return setAside(path, nowMs)
  }
}

/** Looks through the whole file: minutes, where it is large. By itself, for an open connection believes what it has read before. */
export function isWhole(path: string): boolean {
  let file: SqliteDatabase.Database | null = null
  try {
    file = new SqliteDatabase(path, { readonly: true, timeout: 5_000 })
    return file.pragma('quick_check(1)', { simple: true }) === 'ok'
  } catch (error) {
    if (isDamage(error)) return false
    throw error
  } finally {
    file?.close()
  }
}

/** Puts a damaged record, closed by its writer, out of the way, begins a new one and tells in it. */
export async function setAside(path: string, nowMs: number): Promise<SqliteDatabase.Database> {
  const kept = `${path}.damaged-${nowMs}`
  // The journal belongs to the damaged file: beside the new one it would be taken for its own.
  for (const part of ['-wal', '-shm', '']) if (existsSync(path + part)) renameSync(path + part, kept + part)
  const db = await open(path, nowMs, () => undefined)
  db.prepare('insert into import_problems (source_id, place, kind, text, raw, seen_at_ms) values (?, ?, ?, ?, ?, ?)').run(
    recordProblems,
    basename(kept),
    'damaged',
    'the record of calls was damaged and is kept under this name; it is being imported again from the PBX’s own records',
    '',
    nowMs,
  )
  return db
}

async function open(path: string, nowMs: number, onUpgrade: () => void): Promise<SqliteDatabase.Database> {
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
    file.pragma(`wal_autocheckpoint = ${pagesInJournal}`)
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) })
    const version = await schemaVersion(db)
    if (version > recordMigrations.length) {
      throw new StartError(
        `The record of calls ${path} was written by a newer server. Nothing was changed; install that version again, ` +
          'or move the file away: it is imported anew from the PBX’s own records.',
      )
    }
    if (version > 0 && version < recordMigrations.length) onUpgrade()
    await migrate(db, recordMigrations, nowMs)
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

/** Tells the planner how the rows are spread, by samples: for the writer, when much is new. Readers open after it know too. */
export function takeStatistics(db: SqliteDatabase.Database): void {
  db.pragma('analysis_limit = 1000')
  db.exec('analyze')
}
