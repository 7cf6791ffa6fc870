import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'

export interface SqlRunner {
  run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>>
}

export interface OneWriterDeps {
  /** The session that may write; another one after it was lost. A transaction stays with the one it began in. */
  readonly writer: () => Promise<SqlRunner>
  /** Sessions that cannot write. */
  readonly readers: SqlRunner
}

/**
 * One writer at a time beside many readers, as SQLite's journal gives it: a transaction sees nothing change but by itself, and a
 * read sees everything that was asked to be written before it. What is right on one database is so on the other.
 */
export class OneWriterDriver implements Driver {
  readonly #deps: OneWriterDeps
  /** When all that was asked to be written so far is written or refused. */
  #written: Promise<unknown> = Promise.resolve()

  constructor(deps: OneWriterDeps) {
    this.#deps = deps
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Lane> {
    return new Lane({ ...this.#deps, turn: () => this.#turn(), written: () => this.#written })
  }

  async beginTransaction(lane: DatabaseConnection): Promise<void> {
    await laneOf(lane).begin()
  }

  async commitTransaction(lane: DatabaseConnection): Promise<void> {
    await laneOf(lane).end('commit')
  }

  async rollbackTransaction(lane: DatabaseConnection): Promise<void> {
    await laneOf(lane).end('rollback')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}

  /** Waits for its turn to write; the answer gives the turn on. */
  async #turn(): Promise<() => void> {
    const before = this.#written
    let give: () => void = () => undefined
    const given = new Promise<void>((resolve) => {
      give = resolve
    })
    this.#written = before.then(() => given)
    await before
    return give
  }
}

interface LaneDeps extends OneWriterDeps {
  turn(): Promise<() => void>
  written(): Promise<unknown>
}

/** What Kysely takes for a connection: no session of its own until it is known what is asked of it. */
class Lane implements DatabaseConnection {
  readonly #deps: LaneDeps
  #transaction: { readonly session: SqlRunner; readonly give: () => void } | null = null

  constructor(deps: LaneDeps) {
    this.#deps = deps
  }

  async begin(): Promise<void> {
    const give = await this.#deps.turn()
    try {
      const session = await this.#deps.writer()
      await session.run('begin', [])
      this.#transaction = { session, give }
    } catch (error) {
      give()
      throw error
    }
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = null
    try {
      await transaction?.session.run(how, [])
    } finally {
      transaction?.give()
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { writer, readers } = this.#deps
    if (this.#transaction) return this.#transaction.session.run(query.sql, query.parameters)
    if (isRead(query)) {
      await this.#deps.written()
      return readers.run(query.sql, query.parameters)
    }
    const give = await this.#deps.turn()
    try {
      const session = await writer()
      return await session.run(query.sql, query.parameters)
    } finally {
      give()
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }
}

function laneOf(connection: DatabaseConnection): Lane {
  if (connection instanceof Lane) return connection
  throw new Error('a connection of another driver')
}

/** What only looks like a read is refused by the readers' sessions, not raced. */
const isRead = (query: CompiledQuery): boolean =>
  query.query.kind === 'SelectQueryNode' || (query.query.kind === 'RawNode' && /^\s*(select|with)\b/i.test(query.sql))
