import { existsSync } from 'node:fs'
import SqliteDatabase from 'better-sqlite3'
import type { PbxConnection } from '../contract/index.ts'
import { appSchema, databaseFile } from '../store/index.ts'
import { connectionKey, parseStored } from './connection-settings.ts'

/**
 * The PBX connection an administrator saved in this database, null when there is none. For the launcher, before any server runs:
 * creates nothing, migrates nothing, and does not mind a server that is running.
 */
export async function readSavedConnection(at: { dataDir: string; databaseUrl: string | null }): Promise<PbxConnection | null> {
  try {
    const value = at.databaseUrl === null ? fromFile(databaseFile(at.dataDir)) : await fromPostgres(at.databaseUrl)
    return value === null ? null : (parseStored(value)?.connection ?? null)
  } catch {
    // No such table, or no database at all: the server itself will say what is wrong.
    return null
  }
}

function fromFile(path: string): string | null {
  if (!existsSync(path)) return null
  // A read-only connection would leave SQLite's journal files behind in a folder that was closed cleanly; this one clears them away.
  const db = new SqliteDatabase(path, { fileMustExist: true, timeout: 1_000 })
  try {
    db.pragma('query_only = ON')
    const row: unknown = db.prepare('select value from settings where key = ?').get(connectionKey)
    return typeof row === 'object' && row !== null && 'value' in row && typeof row.value === 'string' ? row.value : null
  } finally {
    db.close()
  }
}

async function fromPostgres(databaseUrl: string): Promise<string | null> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ value: string }>(`select value from ${appSchema}.settings where key = $1`, [
      connectionKey,
    ])
    return rows[0]?.value ?? null
  } finally {
    await client.end()
  }
}
