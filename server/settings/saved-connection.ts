import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import type { PbxConnection } from '../contract/index.ts'
import { databaseFile } from '../store/index.ts'
import { connectionKey, parseStored } from './connection-settings.ts'

/**
 * The PBX connection an administrator saved in this data folder, null when there is none. For the launcher, before any
 * server runs: creates nothing, migrates nothing, and does not mind a server that is running.
 */
export function readSavedConnection(dataDir: string): PbxConnection | null {
  const path = databaseFile(dataDir)
  if (!existsSync(path)) return null
  let db: SqliteDatabase.Database | null = null
  try {
    // A read-only connection would leave SQLite's journal files behind in a folder that was closed cleanly; this one clears them away.
    db = new SqliteDatabase(path, { fileMustExist: true, timeout: 1_000 })
    db.pragma('query_only = ON')
    const row: unknown = db.prepare('select value from settings where key = ?').get(connectionKey)
    if (typeof row !== 'object' || row === null || !('value' in row) || typeof row.value !== 'string') return null
    return parseStored(row.value)?.connection ?? null
  } catch {
    // No such table, or no database at all: the server itself will say what is wrong.
    return null
  } finally {
    db?.close()
  }
}
