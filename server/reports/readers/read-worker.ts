import { statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'
import { isDamage } from '../record/record-file.ts'
import type { ReadAnswer, ReaderFiles, ReadQuestion } from './read-protocol.ts'

/** A thread that reads the record, with the cards beside it as `app`. It cannot write: both are opened read-only. */
const { recordFile, appFile }: ReaderFiles = workerData
const statements = new Map<string, SqliteDatabase.Statement<unknown[]>>()
let database: { readonly file: SqliteDatabase.Database; readonly inode: number } | null = null

function open(inode: number): SqliteDatabase.Database {
  // Attached files are opened in the same mode.
  const opened = new SqliteDatabase(recordFile, { readonly: true, fileMustExist: true, timeout: 2_000 })
  try {
    if (appFile !== null) opened.prepare('attach ? as app').run(appFile)
    opened.pragma('query_only = 1')
    opened.pragma('temp_store = MEMORY')
    opened.pragma('cache_size = -32768')
  } catch (error) {
    opened.close()
    throw error
  }
  database = { file: opened, inode }
  return opened
}

/** The record; another one, where a damaged one was set aside. */
function current(): SqliteDatabase.Database {
  const inode = statSync(recordFile).ino
  if (database?.inode === inode) return database.file
  statements.clear()
  database?.file.close()
  database = null
  return open(inode)
}

function statement(file: SqliteDatabase.Database, sql: string): SqliteDatabase.Statement<unknown[]> {
  const known = statements.get(sql)
  if (known) return known
  const prepared = file.prepare<unknown[]>(sql)
  // Texts are few: one a report, a grouping and a set of filters.
  if (statements.size >= 200) statements.clear()
  statements.set(sql, prepared)
  return prepared
}

function release(): void {
  if (database?.file.inTransaction) database.file.exec('commit')
}

parentPort?.on('message', (question: ReadQuestion) => {
  if ('release' in question) return release()
  const { id, texts, held } = question
  let answer: ReadAnswer
  let closed = true
  try {
    const file = held && database?.file.inTransaction ? database.file : current()
    closed = false
    if (held && !file.inTransaction) file.exec('begin')
    answer = { id, rows: texts.map(({ sql, parameters }) => statement(file, sql).all(...parameters)) }
  } catch (error) {
    answer = { id, closed, damaged: isDamage(error), error: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
