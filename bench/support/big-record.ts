/** The record the reports are asked of: made once, in SQLite's file or in PostgreSQL, and kept for another run where a file is named. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import pg from 'pg'
import { systemClock } from '../../server/clock.ts'
import { openRecord, takeStatistics } from '../../server/reports/index.ts'
import { PublishQueue, RecordPublisher } from '../../server/reports/publish/index.ts'
import { recordShape, shapeChange } from '../../server/reports/publish/record-shape.ts'
import { beginFirstImport, endFirstImport } from '../../server/reports/record/first-import.ts'
import { copiedDays, copiedTables, copyStatement, importWeeks, type Past, repeatWeeks } from './repeated-past.ts'

export interface Years {
  readonly past: Past
  /** Of the weeks; each is 28 days. */
  readonly copies: number
}

export interface Filled {
  /** Of the imported weeks. */
  readonly importedRows: number
  readonly importMs: number
  readonly fillMs: number
  /** Bytes of the facts that the whole past would have besides, and has of the imported weeks only. */
  readonly factsLeftOut: number
}

/** Fills `file`, unless it is there already. null: it was. */
export async function fillFile(file: string, { past, copies }: Years): Promise<Filled | null> {
  if (existsSync(file)) {
    await checkKept(file, { past, copies })
    return null
  }
  mkdirSync(dirname(file), { recursive: true })
  const weeksFile = `${file}.weeks`
  const parts = [weeksFile, `${weeksFile}-wal`, `${weeksFile}-shm`]
  try {
    const { imported, facts } = await makeWeeks(weeksFile, past)
    const begun = performance.now()
    const db = await openRecord(file, 0)
    // Nothing of it is needed when it is not whole.
    db.pragma('synchronous = OFF')
    beginFirstImport(db)
    repeatWeeks(db, weeksFile, { past, copies })
    endFirstImport(db)
    takeStatistics(db)
    db.prepare("insert into record_marks (name, value) values ('bench', ?)").run(JSON.stringify({ past, copies }))
    db.pragma('wal_checkpoint(truncate)')
    db.close()
    return { ...imported, fillMs: performance.now() - begun, factsLeftOut: facts * (copies - 1) }
  } finally {
    for (const part of parts) rmSync(part, { force: true })
  }
}

async function checkKept(file: string, years: Years): Promise<void> {
  const db = await openRecord(file, 0)
  try {
    const kept = db.prepare<[], { value: string }>("select value from record_marks where name = 'bench'").get()
    if (kept?.value !== JSON.stringify(years))
      throw new Error(`${file} is another past, or not whole: delete it, or name another file`)
  } finally {
    db.close()
  }
}

async function makeWeeks(file: string, past: Past) {
  const db: SqliteDatabase.Database = await openRecord(file, 0)
  try {
    const { rows, ms } = importWeeks(db, past)
    const facts = db.prepare<[], { bytes: number }>('select sum(length(facts) + length(call_key)) as bytes from call_facts').get()
    return { imported: { importedRows: rows, importMs: ms }, facts: facts?.bytes ?? 0 }
  } finally {
    db.close()
  }
}

/** Publishes the weeks as the server does, and copies them there. Returns the size of the schema in bytes too. */
export async function fillPostgres(databaseUrl: string, { past, copies }: Years): Promise<Filled & { bytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'callsync-weeks-'))
  const admin = new pg.Client({ connectionString: databaseUrl })
  try {
    const weeksFile = join(folder, 'weeks.db')
    const { imported, facts } = await makeWeeks(weeksFile, past)
    await publishWeeks(weeksFile, databaseUrl)
    const begun = performance.now()
    await admin.connect()
    const run = (sql: string) => admin.query(sql)
    await run('alter schema record rename to past; create schema record; set search_path = record')
    const shape = await recordShape()
    const keys = new Map(Object.entries(shape).map(([table, { key }]) => [table, key.join(', ')]))
    // Keys and indices are made when the rows are there.
    const bare = Object.fromEntries(Object.entries(shape).map(([table, each]) => [table, { ...each, key: [], indices: {} }]))
    for (const statement of shapeChange({}, bare).statements) await run(statement)
    for (const statement of copiedDays(past, copies)) await run(statement)
    const published = copiedTables.filter((table) => keys.has(table))
    for (let n = 0; n < copies; n++)
      for (const table of published) {
        const { rows } = await admin.query<{ name: string }>(
          "select column_name as name from information_schema.columns where table_schema = 'past' and table_name = $1",
          [table],
        )
        await run(copyStatement(table, { columns: rows.map(({ name }) => name), n }))
      }
    for (const [table, key] of keys) await run(`alter table ${table} add primary key (${key})`)
    for (const { indices } of Object.values(shape)) for (const statement of Object.values(indices)) await run(statement)
    await run('drop schema past cascade')
    await run('vacuum analyze')
    const { rows } = await admin.query<{ bytes: string }>(
      "select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c where c.relkind = 'r' and c.relnamespace = 'record'::regnamespace",
    )
    return {
      ...imported,
      fillMs: performance.now() - begun,
      factsLeftOut: facts * (copies - 1),
      bytes: Number(rows[0]?.bytes ?? 0),
    }
  } finally {
    await admin.end().catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function publishWeeks(weeksFile: string, databaseUrl: string): Promise<void> {
  const db = await openRecord(weeksFile, 0)
  const onTrouble = (message: string) => {
    throw new Error(message)
  }
  const publisher = new RecordPublisher({ queue: new PublishQueue(db), databaseUrl, clock: systemClock, onTrouble })
  try {
    await publisher.flush()
  } finally {
    await publisher.stop()
    db.close()
  }
}

/** Everybody who works there, and a finished card of each call of people outside that was answered since then. */
export function cardStatements(sinceMs: number, operators: readonly string[]): string[] {
  const people = operators.map(
    (extension) => `('u${extension}', 'u${extension}@bench', '${extension}', 'operator', '${extension}', 1, '', 0, 0)`,
  )
  const words = 'Клиент уточнял срок доставки заказа, перезвонить не нужно'
  return [
    `insert into app.users (id, email, name, role, extension, active, password_hash, created_at_ms, updated_at_ms) values ${people.join(', ')}`,
    `insert into app.cards (id, call_id, leg_id, operator_id, operator_name, direction, state, number, phone_key, caller_name, queue_number,
        queued_at_ms, ringing_at_ms, answered_at_ms, ended_at_ms, extensions, saved_at_ms, version, category_id, description, result_id, satisfaction, notes,
        call_back, field_stamps, customer_source, extra, wrap_up_ms, incomplete, search_text)
      select 'main:' || call_key, call_key, call_key, 'u' || operator, operator, direction, 'saved', number, phone_key, '', queue,
        queued_at_ms, coalesce(queued_at_ms, started_at_ms), answered_at_ms, ended_at_ms, 0, ended_at_ms + 15000, 2, 'delivery', '${words}', 'resolved',
        case when talk_ms % 3000 = 0 then 1 + talk_ms / 1000 % 5 end, '', 0, '{}', 'number', '{}', 15000, 0, '${words}'
      from record.ledger_calls
      where started_at_ms >= ${sinceMs} and answered_at_ms is not null and direction <> 'internal' and operator is not null`,
  ]
}

/** Returns how many cards were made. */
export function addCards(files: { appFile: string; recordFile: string }, statements: readonly string[]): number {
  const db = new SqliteDatabase(':memory:')
  try {
    db.prepare('attach ? as app').run(files.appFile)
    db.prepare('attach ? as record').run(files.recordFile)
    db.pragma('app.synchronous = OFF')
    let changes = 0
    for (const statement of statements) changes = db.prepare(statement).run().changes
    db.exec('analyze app')
    return changes
  } finally {
    db.close()
  }
}

export async function addCardsThere(databaseUrl: string, statements: readonly string[]): Promise<number> {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  try {
    let changes = 0
    for (const statement of statements) changes = (await admin.query(statement)).rowCount ?? 0
    await admin.query('vacuum analyze')
    return changes
  } finally {
    await admin.end()
  }
}

export const sizeOf = (file: string): number => statSync(file).size
