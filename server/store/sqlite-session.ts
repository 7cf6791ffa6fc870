import type SqliteDatabase from 'better-sqlite3'
import type { QueryResult } from 'kysely'
import type { SqlRunner } from './one-writer-driver.ts'

/** Texts are few: tables and columns are known, lists of values are of few lengths. */
const mostStatements = 150

/** The one connection to a SQLite file: each statement runs at once, on this thread. */
export class SqliteSession implements SqlRunner {
  readonly #file: SqliteDatabase.Database
  readonly #committed: () => void
  readonly #statements = new Map<string, SqliteDatabase.Statement<unknown[], unknown>>()
  #wroteInTransaction = false

  /** `committed`: after each commit of something written. */
  constructor(deps: { file: SqliteDatabase.Database; committed: () => void }) {
    this.#file = deps.file
    this.#committed = deps.committed
  }

  /** For `SqlRunner.run` of what must not write. */
  get reads(): SqlRunner {
    return {
      run: async <R>(sql: string, parameters: readonly unknown[]) => {
        if (!this.#statement(sql).readonly) throw new Error('a statement that writes cannot be asked as a read')
        return this.#run<R>(sql, parameters)
      },
    }
  }

  async run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    if (sql === 'commit') this.#commit()
    else if (sql === 'rollback') this.#rollback()
    else return this.#run(sql, parameters)
    return { rows: [] }
  }

  /** The tables are others now. */
  forgetStatements(): void {
    this.#statements.clear()
  }

  #run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const statement = this.#statement(sql)
    const result = answerOf<R>(statement, parameters)
    if (!statement.readonly) {
      if (this.#file.inTransaction) this.#wroteInTransaction = true
      else this.#committed()
    }
    return result
  }

  #commit(): void {
    try {
      this.#statement('commit').run()
    } catch (error) {
      // A full disk leaves the transaction open, and everybody else in it.
      this.#rollback()
      throw error
    }
    if (this.#wroteInTransaction) this.#committed()
    this.#wroteInTransaction = false
  }

  #rollback(): void {
    this.#wroteInTransaction = false
    // Some failures have ended it already.
    if (this.#file.inTransaction) this.#statement('rollback').run()
  }

  #statement(sql: string): SqliteDatabase.Statement<unknown[], unknown> {
    const known = this.#statements.get(sql)
    if (known) return known
    const prepared = this.#file.prepare<unknown[], unknown>(sql)
    if (this.#statements.size >= mostStatements) this.#statements.clear()
    this.#statements.set(sql, prepared)
    return prepared
  }
}

/** The columns are those of the query that Kysely has typed. */
function answerOf<R>(statement: SqliteDatabase.Statement<unknown[]>, parameters: readonly unknown[]): QueryResult<R>
function answerOf(statement: SqliteDatabase.Statement<unknown[]>, parameters: readonly unknown[]): QueryResult<unknown> {
  if (statement.reader) return { rows: statement.all(...parameters) }
  const { changes, lastInsertRowid } = statement.run(...parameters)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}
