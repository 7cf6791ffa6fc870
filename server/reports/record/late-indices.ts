import type SqliteDatabase from 'better-sqlite3'

/**
 * Indices that only readers use, and whose new entries lie all over them: a first import leaves them out and builds them at its
 * end. The same as in the migrations.
 */
const lateIndices = {
  ledger_calls_phone: 'ledger_calls (phone_key, started_at_ms)',
  queue_visits_day: 'queue_visits (day, queue)',
} as const

/** Safe to be killed in: what is missing is built by the next `buildLateIndices`. */
export function dropLateIndices(db: SqliteDatabase.Database): void {
  for (const name of Object.keys(lateIndices)) db.exec(`drop index if exists ${name}`)
}

/** Does nothing where they are there. */
export function buildLateIndices(db: SqliteDatabase.Database): void {
  for (const [name, on] of Object.entries(lateIndices)) db.exec(`create index if not exists ${name} on ${on}`)
}
