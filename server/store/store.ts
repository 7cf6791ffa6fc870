import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect, type Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import { StartError } from '../errors.ts'
import { type Migration, migrate, schemaVersion } from './migration.ts'
import { migrations as allMigrations } from './migrations/index.ts'
import type { Database } from './schema.ts'

export type Db = Kysely<Database>
export type Tx = Transaction<Database>

export const databaseFile = (dataDir: string): string => join(dataDir, 'callsync.db')

interface Parts {
  readonly db: Db
  readonly file: SqliteDatabase.Database
  readonly lock: SqliteDatabase.Database
}

/** The record: one SQLite database in one data folder, of which one server at a time is the owner. */
export class Store {
  readonly #deps: { dataDir: string; clock: Clock; migrations?: readonly Migration[] }
  #parts: Parts | null = null

  constructor(deps: { dataDir: string; clock: Clock; migrations?: readonly Migration[] }) {
    this.#deps = deps
  }

  /**
   * The connection. There is one, taken in turn: inside `transaction` use only what it hands out,
   * a query on `db` there would wait for itself.
   */
  get db(): Db {
    if (!this.#parts) throw new Error('the store is not started')
    return this.#parts.db
  }

  /** Everything in `work` is written, or nothing when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(work)
  }

  /** Takes the data folder, opens the database and brings it to this version. Throws StartError. */
  async start(): Promise<void> {
    const { dataDir, clock, migrations = allMigrations } = this.#deps
    const path = databaseFile(dataDir)
    prepareFolder(dataDir, path)
    const lock = takeFolder(dataDir)
    const file = openFile(path, lock)
    const dialect = new SqliteDialect({ database: file })
    try {
      const untyped = new Kysely<unknown>({ dialect })
      const version = await schemaVersion(untyped)
      if (version > migrations.length) {
        throw new StartError(
          `The database ${path} is of version ${version}, this server knows version ${migrations.length}: it was written by a newer server. ` +
            `Nothing was changed; install that version again, or point CALLSYNC_DATA at another folder.`,
        )
      }
      // FULL: a saved card is on the disk before the operator is told so, power cuts included.
      file.pragma('journal_mode = WAL')
      file.pragma('synchronous = FULL')
      file.pragma('foreign_keys = ON')
      await migrate(untyped, migrations, clock.nowMs())
    } catch (error) {
      file.close()
      lock.close()
      throw error
    }
    this.#parts = { db: new Kysely<Database>({ dialect }), file, lock }
  }

  /** Moves the journal into the database and gives the folder free. */
  stop(): void {
    const parts = this.#parts
    if (!parts) return
    this.#parts = null
    parts.file.pragma('wal_checkpoint(TRUNCATE)')
    parts.file.close()
    parts.lock.close()
  }
}

function prepareFolder(dataDir: string, path: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    // SQLite gives its journal files the mode of the database, so it has to be right before the first open.
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
  } catch (cause) {
    throw notWritable(dataDir, cause)
  }
}

/** The operating system drops this lock with the process, however it ends; a pid file would go stale. */
function takeFolder(dataDir: string): SqliteDatabase.Database {
  let lock: SqliteDatabase.Database | null = null
  try {
    lock = new SqliteDatabase(join(dataDir, 'server.lock'), { timeout: 0 })
    lock.pragma('journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock?.close()
    if (hasCode(cause, 'SQLITE_BUSY')) {
      throw new StartError(
        `Another CallSync server is running on the data folder ${dataDir}. Stop it, or give this one another folder with CALLSYNC_DATA.`,
        { cause },
      )
    }
    throw notWritable(dataDir, cause)
  }
}

function openFile(path: string, lock: SqliteDatabase.Database): SqliteDatabase.Database {
  try {
    const file = new SqliteDatabase(path, { timeout: 5_000 })
    // The first read is what finds out whether this is a database at all.
    file.pragma('schema_version')
    return file
  } catch (cause) {
    lock.close()
    throw new StartError(
      `${path} cannot be opened as a database (${text(cause)}). Restore it from a backup, or point CALLSYNC_DATA at another folder.`,
      { cause },
    )
  }
}

function notWritable(dataDir: string, cause: unknown): StartError {
  return new StartError(
    `The data folder ${dataDir} cannot be written (${text(cause)}). Make it writable for this user, or name another one in CALLSYNC_DATA.`,
    { cause },
  )
}

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const hasCode = (error: unknown, prefix: string): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith(prefix)
