import { AppError } from '../../errors.ts'
import { openReaders } from '../../store/index.ts'
import type { SqlText } from '../queries/sql-text.ts'
import { recordSchema } from '../record/record-schema.ts'
import type { RecordReader } from './read-pool.ts'

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
export class PostgresReader implements RecordReader {
  readonly #most: number
  readonly #readers: ReturnType<typeof openReaders>
  #asked = 0
  #stopped = false

  constructor({ databaseUrl, size = 4, waiting = 24, deadlineMs = 9_000 }: PostgresReaderDeps) {
    this.#most = size + waiting
    this.#readers = openReaders(databaseUrl, { schemas: `${recordSchema},app`, size, limitMs: deadlineMs })
  }

  async rows<Row = unknown>({ sql, parameters }: SqlText): Promise<readonly Row[]> {
    if (this.#stopped) throw new AppError('busy', 'the server is stopping')
    if (this.#asked >= this.#most) throw new AppError('busy', 'too many reports at once', { retryAfterMs: 5_000 })
    this.#asked += 1
    try {
      const readers = await this.#readers
      let n = 0
      const { rows } = await readers.run<Row>(
        sql.replaceAll('?', () => `$${++n}`),
        parameters,
      )
      return rows
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
