import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Db } from '../../store/index.ts'
import { plainParameters } from '../queries/sql-text.ts'
import type { RecordReader } from './read-pool.ts'

class ReaderDriver extends DummyDriver {
  readonly #reader: RecordReader

  constructor(reader: RecordReader) {
    super()
    this.#reader = reader
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const reader = this.#reader
    return {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const rows = await reader.rows({ sql, parameters: plainParameters(parameters) })
        // What a row is, only who wrote the query knows.
        return { rows: [...rows] as R[] }
      },
      // biome-ignore lint/correctness/useYield: a worker answers whole
      async *streamQuery() {
        throw new Error('a reader does not stream')
      },
    }
  }
}

/** The cards' database as threads read it, for questions that go through all of it: the event loop does not wait. It cannot be written. */
export const readerDb = (reader: RecordReader): Db =>
  new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new ReaderDriver(reader),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
