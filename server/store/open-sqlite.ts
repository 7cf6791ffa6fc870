import { chmodSync, closeSync, openSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { StartError } from '../errors.ts'
import { Checkpoints } from './checkpoints.ts'
import { errorText, notWritable } from './data-folder.ts'
import { JournalSync } from './journal-sync.ts'
import { OneWriterDriver, WriteTurns } from './one-writer-driver.ts'
import { SqliteSession } from './sqlite-session.ts'
import type { Engine } from './store.ts'

export const databaseFile = (dataDir: string): string => join(dataDir, 'callsync.db')

/** Pages of the journal at which the writing connection moves them itself: only where the thread for that could not. */
const ownCheckpointPages = 8_000

const lockWaitMs = 5_000
/** For readers to leave the journal, while everybody waits. */
const rewriteWaitMs = 200

export interface SqliteDeps {
  /** Other than the disk's own. */
  readonly flush?: (journal: FileHandle) => Promise<void>
  /** See `StoreDeps.onJournalStays`. */
  readonly onJournalStays?: ((error: Error) => void) | undefined
}

/**
 * One connection, taken in turn. A commit is in the journal at once, which a crash of this process does not touch; on the disk it
 * is after a flush that others share, off the event loop: a disk takes 5 ms for one, and 200 when it is busy. Throws StartError.
 */
export function openSqlite(
  path: string,
  { flush = (journal) => journal.datasync(), onJournalStays = () => undefined }: SqliteDeps = {},
): Engine {
  makePrivate(path)
  const file = openFile(path)
  let settled = false
  let journal: FileHandle | null = null
  let keeps = false
  const turns = new WriteTurns()
  const sync = new JournalSync({
    async flush() {
      journal ??= await open(`${path}-wal`, 'r+')
      await flush(journal)
    },
    async rewrite() {
      // Not within somebody's transaction.
      const give = await turns.take()
      try {
        file.pragma(`busy_timeout = ${rewriteWaitMs}`)
        if (file.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) !== 0) throw new Error('the journal is being read')
      } finally {
        file.pragma(`busy_timeout = ${lockWaitMs}`)
        give()
      }
    },
  })
  const checkpoints = new Checkpoints({ path, onFailure: onJournalStays })
  const session = new SqliteSession({
    file,
    committed() {
      if (!keeps) return
      sync.wrote()
      checkpoints.committed()
    },
  })
  const dialect = (kept: () => Promise<void>): Dialect => ({
    createAdapter: () => new TurnsAdapter(),
    createDriver: () => new OneWriterDriver({ turns, writer: async () => session, readers: session.reads, kept }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  })
  return {
    dialect: dialect(() => sync.kept()),
    // A disk that refuses is told to the next one who waits for it.
    eventDialect: dialect(async () => void sync.kept().catch(() => undefined)),
    name: path,
    settle() {
      // Not on every file system there is.
      keeps = file.pragma('journal_mode = WAL', { simple: true }) === 'wal'
      // NORMAL: a commit does not wait for the disk, whoever is promised something does (see above).
      file.pragma(`synchronous = ${keeps ? 'NORMAL' : 'FULL'}`)
      file.pragma(`wal_autocheckpoint = ${ownCheckpointPages}`)
      file.pragma('foreign_keys = ON')
      // A server that was killed may have left what no disk has taken (see JournalSync).
      if (keeps) file.pragma('wal_checkpoint(TRUNCATE)')
      settled = true
    },
    open: () => session.forgetStatements(),
    async close() {
      await checkpoints.stop()
      await sync.kept().catch(() => undefined)
      await journal?.close()
      // Moves the journal into the database.
      if (settled) file.pragma('wal_checkpoint(TRUNCATE)')
      file.close()
    },
  }
}

/** Whose turn it is, the driver knows. */
class TurnsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
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
    const file = new SqliteDatabase(path, { timeout: lockWaitMs })
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
