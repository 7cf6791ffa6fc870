import type { QueryResult } from 'kysely'
import pg from 'pg'
import { AppError } from '../../errors.ts'
import { appSchema } from '../migration.ts'
import type { SqlRunner } from '../one-writer-driver.ts'
import { readValue, writeValue } from './values.ts'

/** One server at a time writes: its session holds this lock of the database. */
const ownerLock = 0x43_53_43
/** A session that ended badly may hold it a moment longer. */
const lockWaitMs = 2_000
const readerCount = 8
/** No connect of its own for each of those who wait while nothing answers. */
const connectPauseMs = 1_000

export interface StoreLimits {
  /** How long the first session waits for the database to be free: that of a machine that died holds it till PostgreSQL has missed it. */
  readonly takeMs: number
  readonly connectMs: number
  /** The longest statement once people work: a silent network must not hold up everything. */
  readonly writeMs: number
  /** The longest read. */
  readonly readMs: number
}

export const usualLimits: StoreLimits = { takeMs: 30_000, connectMs: 10_000, writeMs: 20_000, readMs: 30_000 }

/** PostgreSQL misses a machine that died within these 20 s, not after two hours. */
const missing = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000'

export interface ReadersOptions {
  /** Where tables are looked for, in this order. */
  readonly schemas: string
  readonly size: number
  /** Longest question. */
  readonly limitMs: number
  readonly connectMs?: number
}

export const ownTables = ({ readMs, connectMs }: StoreLimits): ReadersOptions => ({
  schemas: appSchema,
  size: readerCount,
  limitMs: readMs,
  connectMs,
})

const access = (url: string, settings: string, schemas: string = appSchema): pg.ClientConfig => {
  const whole = new URL(url)
  const given = whole.searchParams.get('options') ?? ''
  whole.searchParams.set('options', `${given} -c search_path=${schemas} -c TimeZone=UTC ${missing} ${settings}`.trim())
  return {
    connectionString: whole.href,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    application_name: 'callsync',
    types: { getTypeParser: (type: number) => readValue(type, pg.types.getTypeParser(type)) },
  }
}

async function ask<R>(
  client: pg.ClientBase | pg.Pool,
  sql: string,
  { parameters, limitMs }: { parameters: readonly unknown[]; limitMs?: number | undefined },
): Promise<QueryResult<R>> {
  try {
    const limit = limitMs === undefined ? {} : { query_timeout: limitMs }
    const { command, rowCount, rows } = await client.query({ text: sql, values: parameters.map(writeValue), ...limit })
    // How PostgreSQL ends a transaction in which a statement failed.
    if (sql === 'commit' && command === 'ROLLBACK')
      throw new TransactionGivenUp('a statement of the transaction failed: it was given up')
    const writes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
    return { rows, ...(writes && { numAffectedRows: BigInt(rowCount ?? 0) }) }
  } catch (error) {
    throw isAway(error) ? away(error) : error
  }
}

const away = (cause: unknown): AppError => new AppError('busy', 'the database cannot be reached', { retryAfterMs: 2_000, cause })

class TransactionGivenUp extends Error {}

/** The connection failed, or the server is ending or full; not the statement. */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return /^(08|53|57)/.test(error.code ?? '')
  return !(error instanceof TransactionGivenUp || error instanceof RangeError)
}

/** Sessions that read; PostgreSQL itself keeps them from writing. */
export class Readers implements SqlRunner {
  readonly #pool: pg.Pool

  constructor(url: string, { schemas, size, limitMs, connectMs = usualLimits.connectMs }: ReadersOptions) {
    this.#pool = new pg.Pool({
      ...access(url, '-c default_transaction_read_only=on', schemas),
      connectionTimeoutMillis: connectMs,
      query_timeout: limitMs + 1_000,
      statement_timeout: limitMs,
      max: size,
    })
    // An idle session was lost: the next question opens another.
    this.#pool.on('error', () => undefined)
  }

  run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    return ask(this.#pool, sql, { parameters })
  }

  /** What `work` asks, one question after another, is answered as the database was at the first of them. */
  async snapshot<T>(work: (session: SqlRunner) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((cause) => {
      throw isAway(cause) ? away(cause) : cause
    })
    // Lost between two questions: the next one says so.
    const lost = () => undefined
    client.on('error', lost)
    let over = false
    try {
      await ask(client, 'begin isolation level repeatable read read only', { parameters: [] })
      const made = await work({ run: (sql, parameters) => ask(client, sql, { parameters }) })
      await ask(client, 'commit', { parameters: [] })
      over = true
      return made
    } finally {
      client.off('error', lost)
      // With its transaction, where it did not end.
      client.release(!over)
    }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}

/** The session that writes. Whoever has it owns the database: a server that lost it writes nothing before it has it again. */
export class Writer {
  readonly #deps: WriterDeps
  #open: Promise<Session> | null = null
  /** The last session's backend: one whose connection broke may not know yet. */
  #last: { readonly pid: number; readonly began: string } | null = null
  #closed = false
  #limitMs: number | undefined

  constructor(deps: WriterDeps) {
    this.#deps = deps
  }

  session(): Promise<Session> {
    if (this.#closed) return Promise.reject(new Error('the store is not started'))
    this.#open ??= this.#connect()
    return this.#open
  }

  /** From here on people wait for what is written. */
  limit(): void {
    this.#limitMs = this.#deps.limits.writeMs
  }

  async close(): Promise<void> {
    this.#closed = true
    const session = await this.#open?.catch(() => null)
    await session?.close()
  }

  async #connect(): Promise<Session> {
    const { url, limits } = this.#deps
    const config = { ...access(url, `-c lock_timeout=${lockWaitMs}`), connectionTimeoutMillis: limits.connectMs }
    let opened = false
    const session = new Session(config, {
      limitMs: () => this.#limitMs,
      lost: () => {
        if (opened) this.#open = null
      },
    })
    try {
      await session.open()
      opened = true
    } catch (error) {
      setTimeout(() => {
        this.#open = null
      }, connectPauseMs).unref()
      await session.close()
      throw isAway(error) ? away(error) : error
    }
    try {
      if (this.#last)
        await session.run('select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2', [
          this.#last.pid,
          this.#last.began,
        ])
      await this.#take(session)
      const { rows } = await session.run<{ pid: number; began: string }>(
        'select pid, backend_start::text as began from pg_stat_activity where pid = pg_backend_pid()',
        [],
      )
      this.#last = rows[0] ?? null
      return session
    } catch (error) {
      this.#open = null
      await session.close()
      throw isLocked(error) ? away(error) : error
    }
  }

  async #take(session: Session): Promise<void> {
    const lock = () => session.run('select pg_advisory_lock($1)', [ownerLock])
    const { limits, onWaiting } = this.#deps
    const longMs = this.#last ? 0 : limits.takeMs - lockWaitMs
    try {
      await lock()
    } catch (error) {
      if (longMs <= 0 || !isLocked(error)) throw error
      onWaiting?.()
      await session.run(`set lock_timeout = ${longMs}`, [])
      await lock()
      await session.run(`set lock_timeout = ${lockWaitMs}`, [])
    }
  }
}

export interface WriterDeps {
  readonly url: string
  readonly limits: StoreLimits
  /** The first session finds the database another one's, and waits for it. */
  readonly onWaiting?: (() => void) | undefined
}

const isLocked = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '55P03'

class Session implements SqlRunner {
  readonly #client: pg.Client
  readonly #by: { limitMs(): number | undefined; lost(): void }
  #over = false

  constructor(config: pg.ClientConfig, by: { limitMs(): number | undefined; lost(): void }) {
    this.#client = new pg.Client(config)
    this.#by = by
    this.#client.on('error', () => this.#end())
    this.#client.on('end', () => this.#end())
  }

  async open(): Promise<void> {
    await this.#client.connect()
  }

  async run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    try {
      return await ask<R>(this.#client, sql, { parameters, limitMs: this.#by.limitMs() })
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
    this.#by.lost()
  }
}
