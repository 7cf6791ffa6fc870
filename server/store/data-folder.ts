import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { StartError } from '../errors.ts'

/**
 * Makes the data folder and takes it for this server alone; the answer gives it free. Throws StartError.
 * The operating system drops this lock with the process, however it ends; a pid file would go stale.
 */
export function takeFolder(dataDir: string): () => void {
  let lock: SqliteDatabase.Database | null = null
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const taken = new SqliteDatabase(join(dataDir, 'server.lock'), { timeout: 0 })
    lock = taken
    taken.pragma('journal_mode = MEMORY')
    taken.exec('BEGIN EXCLUSIVE')
    return () => taken.close()
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

export function notWritable(dataDir: string, cause: unknown): StartError {
  return new StartError(
    `The data folder ${dataDir} cannot be written (${errorText(cause)}). Make it writable for this user, or name another one in CALLSYNC_DATA.`,
    { cause },
  )
}

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const hasCode = (error: unknown, prefix: string): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith(prefix)

/** A row with this key is there already; the message of either database names the columns. */
export const isAlreadyThere = (error: unknown): boolean => hasCode(error, 'SQLITE_CONSTRAINT_UNIQUE') || hasCode(error, '23505')
