import { parentPort, workerData } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'
import type { ReadAnswer, ReaderFiles, ReadQuestion } from './read-protocol.ts'

/** A thread that reads the record, with the cards beside it as `app`. It cannot write: both are opened read-only. */
const { recordFile, appFile }: ReaderFiles = workerData
const statements = new Map<string, SqliteDatabase.Statement<unknown[]>>()
let database: SqliteDatabase.Database | null = null

function open(): SqliteDatabase.Database {
  // Attached files are opened in the same mode.
  const opened = new SqliteDatabase(recordFile, { readonly: true, fileMustExist: true, timeout: 2_000 })
  opened.prepare('attach ? as app').run(appFile)
  opened.pragma('query_only = 1')
  opened.pragma('temp_store = MEMORY')
  opened.pragma('cache_size = -32768')
  return opened
}

function statement(sql: string): SqliteDatabase.Statement<unknown[]> {
  database ??= open()
  const known = statements.get(sql)
  if (known) return known
  const prepared = database.prepare<unknown[]>(sql)
  // Texts are few: one a report, a grouping and a set of filters.
  if (statements.size >= 200) statements.clear()
  statements.set(sql, prepared)
  return prepared
}

parentPort?.on('message', ({ id, text }: ReadQuestion) => {
  let answer: ReadAnswer
  try {
    answer = { id, rows: statement(text.sql).all(...text.parameters) }
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
