import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'

export interface SqlRunner {
  run<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>>
}

export interface OneWriterDeps {
  /** The session that may write; another one after it was lost. A transaction stays with the one it began in. */
  readonly writer: () => Promise<SqlRunner>
  /** Sessions that cannot write. */
  readonly readers: SqlRunner
  /** Shared by drivers of one database. */
  readonly turns?: WriteTurns
  /** After the turn was given on: resolves when all that was written so far is kept as well as its writer is to be told. */
  readonly kept?: () => Promise<void>
}

/** Who writes next. */
export class WriteTurns {
  #written: Promise<unknown> = Promise.resolve()

  /** When all that was asked to be written so far is written or refused. */
  get written(): Promise<unknown> {
    return this.#written
  }

  /** Waits for its turn to write; the answer gives the turn on. */
  async take(): Promise<() => void> {
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

/**
 * One writer at a time beside many readers, as SQLite's journal gives it: a transaction sees nothing change but by itself, and a
 * read sees everything that was asked to be written before it. What is right on one database is so on the other.
 */
export class OneWriterDriver implements Driver {
  readonly #deps: Required<OneWriterDeps>

  constructor(deps: OneWriterDeps) {
    this.#deps = { turns: new WriteTurns(), kept: async () => undefined, ...deps }
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Lane> {
    return new Lane(this.#deps)
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
}

/** What Kysely takes for a connection: no session of its own until it is known what is asked of it. */
class Lane implements DatabaseConnection {
  readonly #deps: Required<OneWriterDeps>
  #transaction: { readonly session: SqlRunner; readonly give: () => void } | null = null

  constructor(deps: Required<OneWriterDeps>) {
    this.#deps = deps
  }

  async begin(): Promise<void> {
    const give = await this.#deps.turns.take()
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
    if (how === 'commit') await this.#deps.kept()
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { writer, readers, turns, kept } = this.#deps
    if (this.#transaction) return this.#transaction.session.run(query.sql, query.parameters)
    if (isRead(query)) {
      await turns.written
      return readers.run(query.sql, query.parameters)
    }
    const give = await turns.take()
    let result: QueryResult<R>
    try {
      const session = await writer()
      result = await session.run(query.sql, query.parameters)
    } finally {
      give()
    }
    await kept()
    return result
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
