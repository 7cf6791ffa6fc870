import { AppError } from '../../errors.ts'
import { openReaders } from '../../store/index.ts'
import type { SqlText } from '../queries/sql-text.ts'
import { recordSchema } from '../record/record-schema.ts'
import type { Ask, ReportReader, Rows } from './read-pool.ts'

export interface PostgresReaderDeps {
  readonly databaseUrl: string
  /** Questions at once. */
  readonly size?: number
  /** How many may wait. */
  readonly waiting?: number
  /** For an answer; clients give up after 10 s. */
  readonly deadlineMs?: number
}

/** Reads the published record beside the cards. PostgreSQL ends a question that takes too long. */
export class PostgresReader implements ReportReader {
  readonly #most: number
  readonly #readers: ReturnType<typeof openReaders>
  #asked = 0
  #stopped = false

  constructor({ databaseUrl, size = 4, waiting = 24, deadlineMs = 9_000 }: PostgresReaderDeps) {
    this.#most = size + waiting
    this.#readers = openReaders(databaseUrl, { schemas: `${recordSchema},app`, size, limitMs: deadlineMs })
  }

  rows<Row = unknown>(text: SqlText): Promise<readonly Row[]> {
    return this.#within(async (readers) => (await readers.run<Row>(...numbered(text))).rows)
  }

  together(texts: readonly SqlText[]): Promise<readonly Rows[]> {
    return Promise.all(texts.map((text) => this.rows(text)))
  }

  snapshot<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    return this.#within((readers) =>
      readers.snapshot((session) => work(async (text) => (await session.run<unknown>(...numbered(text))).rows)),
    )
  }

  async #within<T>(work: (readers: Awaited<ReturnType<typeof openReaders>>) => Promise<T>): Promise<T> {
    if (this.#stopped) throw new AppError('busy', 'the server is stopping')
    if (this.#asked >= this.#most) throw new AppError('busy', 'too many reports at once', { retryAfterMs: 5_000 })
    this.#asked += 1
    try {
      return await work(await this.#readers)
    } catch (error) {
      // No table or column yet: nothing was published, or by an older server.
      if (error instanceof Error && 'code' in error && (error.code === '42P01' || error.code === '42703'))
        throw new AppError('busy', 'the record of calls is being made', { retryAfterMs: 5_000, cause: error })
      throw error
    } finally {
      this.#asked -= 1
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await (await this.#readers).close()
  }
}

/** As PostgreSQL names parameters. */
function numbered({ sql, parameters }: SqlText): [string, SqlText['parameters']] {
  let n = 0
  return [sql.replaceAll('?', () => `$${++n}`), parameters]
}
