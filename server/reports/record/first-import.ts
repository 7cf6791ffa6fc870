import type SqliteDatabase from 'better-sqlite3'
import { pagesInJournal } from './record-file.ts'

/**
 * Indices that only readers use, and whose new entries lie all over them: a first import leaves them out and builds them at its
 * end. The same as in the migrations.
 */
const lateIndices = {
  ledger_calls_phone: 'ledger_calls (phone_key, started_at_ms)',
  queue_visits_day: 'queue_visits (day, queue)',
} as const

/** Pages in the journal before they go into the file: a long import writes the same ones again and again. */
const pagesAtFirst = 40_000

/** For an empty record that years are to be written to. Safe to be killed in: what is missing is built by the next `endFirstImport`. */
export function beginFirstImport(db: SqliteDatabase.Database): void {
  db.pragma(`wal_autocheckpoint = ${pagesAtFirst}`)
  for (const name of Object.keys(lateIndices)) db.exec(`drop index if exists ${name}`)
}

/** It was begun and never came to its end. */
export function isFirstImport(db: SqliteDatabase.Database): boolean {
  const names = Object.keys(lateIndices)
  const built = db
    .prepare<[string], { n: number }>(
      "select count(*) as n from sqlite_schema where type = 'index' and name in (select value from json_each(?))",
    )
    .get(JSON.stringify(names))
  return (built?.n ?? 0) < names.length
}

/** Does nothing where all is done. */
export function endFirstImport(db: SqliteDatabase.Database): void {
  if (db.pragma('wal_autocheckpoint', { simple: true }) === pagesAtFirst) {
    db.pragma(`wal_autocheckpoint = ${pagesInJournal}`)
    db.pragma('wal_checkpoint(truncate)')
  }
  for (const [name, on] of Object.entries(lateIndices)) db.exec(`create index if not exists ${name} on ${on}`)
}
