import type { QueryResult } from 'kysely'
import pg from 'pg'
import { AppError } from '../../errors.ts'
import { appSchema } from '../migration.ts'
import type { SqlRunner } from './one-writer-driver.ts'
import { readValue, writeValue } from './values.ts'

/** One server at a time writes: its session holds this lock of the database. */
const ownerLock = 0x43_53_43
/** A session that ended badly may hold it a moment longer. */
const lockWaitMs = 2_000
const connectLimitMs = 10_000
const queryLimitMs = 60_000
const readerCount = 8

export interface ReadersOptions {
  /** Where tables are looked for, in this order. */
  readonly schemas: string
  readonly size: number
  /** Longest question. */
  readonly limitMs: number
}

const ownTables: ReadersOptions = { schemas: appSchema, size: readerCount, limitMs: queryLimitMs }

const access = (url: string, settings: string, schemas: string = appSchema): pg.ClientConfig => {
  const whole = new URL(url)
  const given = whole.searchParams.get('options') ?? ''
  whole.searchParams.set('options', `${given} -c search_path=${schemas} -c TimeZone=UTC ${settings}`.trim())
  return {
    connectionString: whole.href,
    connectionTimeoutMillis: connectLimitMs,
    keepAlive: true,
    application_name: 'callsync',
    types: { getTypeParser: (type: number) => readValue(type, pg.types.getTypeParser(type)) },
  }
}

async function ask<R>(client: pg.Client | pg.Pool, sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
  try {
    const { command, rowCount, rows } = await client.query(sql, parameters.map(writeValue))
    // How PostgreSQL ends a transaction in which a statement failed.
    if (sql === 'commit' && command === 'ROLLBACK')
      throw new TransactionGivenUp('a statement of the transaction failed: it was given up')
    const writes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
    return { rows, ...(writes && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  } catch (error) {
    throw isAway(error) ? new AppError('busy', 'the database cannot be reached', { retryAfterMs: 2_000, cause: error }) : error
  }
}

class TransactionGivenUp extends Error {}

/** The connection failed, or the server is ending or full; not the statement. */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|53|57)/.test(error.code ?? '')
  return !(error instanceof TransactionGivenUp || error instanceof RangeError)
}

/** Sessions that read; PostgreSQL itself keeps them from writing. */
export class Readers implements SqlRunner {
  readonly #pool: pg.Pool

  constructor(url: string, { schemas, size, limitMs } = ownTables) {
    this.#pool = new pg.Pool({
      ...access(url, '-c default_transaction_read_only=on', schemas),
      query_timeout: limitMs + 1_000,
      statement_timeout: limitMs,
      max: size,
    })
    // An idle session was lost: the next question opens another.
    this.#pool.on('error', () => undefined)
  }

  run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    return ask(this.#pool, sql, parameters)
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}

/** The session that writes. Whoever has it owns the database: a server that lost it writes nothing before it has it again. */
export class Writer {
  readonly #url: string
  #open: Promise<Session> | null = null
  /** The last session's backend: one whose connection broke may not know yet. */
  #last: { readonly pid: number; readonly began: string } | null = null
  #closed = false

  constructor(url: string) {
    this.#url = url
  }

  session(): Promise<Session> {
    if (this.#closed) return Promise.reject(new Error('the store is not started'))
    this.#open ??= this.#connect()
    return this.#open
  }

  async close(): Promise<void> {
    this.#closed = true
    const session = await this.#open?.catch(() => null)
    await session?.close()
  }

  async #connect(): Promise<Session> {
    const session = new Session(access(this.#url, `-c lock_timeout=${lockWaitMs}`), () => {
      this.#open = null
    })
    try {
      await session.open()
      if (this.#last)
        await session.run('select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2', [
          this.#last.pid,
          this.#last.began,
        ])
      await session.run('select pg_advisory_lock($1)', [ownerLock])
      const { rows } = await session.run<{ pid: number; began: string }>(
        'select pid, backend_start::text as began from pg_stat_activity where pid = pg_backend_pid()',
        [],
      )
      this.#last = rows[0] ?? null
      return session
    } catch (error) {
      this.#open = null
      await session.close()
      throw error
    }
  }
}

class Session implements SqlRunner {
  readonly #client: pg.Client
  readonly #lost: () => void
  #over = false

  constructor(config: pg.ClientConfig, lost: () => void) {
    this.#client = new pg.Client(config)
    this.#lost = lost
    this.#client.on('error', () => this.#end())
    this.#client.on('end', () => this.#end())
  }

  async open(): Promise<void> {
    await this.#client.connect()
  }

  async run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    try {
      return await ask<R>(this.#client, sql, parameters)
    } catch (error) {
      if (error instanceof AppError) await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#end()
    await this.#client.end().catch(() => undefined)
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#lost()
  }
}
