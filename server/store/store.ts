import { type Dialect, Kysely, type Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import { StartError } from '../errors.ts'
import { takeFolder } from './data-folder.ts'
import { type Migration, migrate, schemaVersion } from './migration.ts'
import { migrations as allMigrations } from './migrations/index.ts'
import { databaseFile, openSqlite } from './open-sqlite.ts'
import type { StoreLimits } from './postgres/sessions.ts'
import type { Database } from './schema.ts'

export type Db = Kysely<Database>
export type Tx = Transaction<Database>

export interface StoreDeps {
  readonly dataDir: string
  /** `postgres://…`; null or absent: a SQLite file in the data folder. */
  readonly databaseUrl?: string | null
  readonly clock: Clock
  readonly migrations?: readonly Migration[]
  /** Of PostgreSQL: other than the usual ones. */
  readonly limits?: Partial<StoreLimits>
  /** PostgreSQL still has a session of another server, or of this one's machine before it died: `start` waits for its end. */
  readonly onWaiting?: () => void
  /**
   * SQLite's journal cannot be moved into the database (a full disk), once until it can: nothing is lost, but the journal grows,
   * and at 32 MB people wait for it to be moved.
   */
  readonly onJournalStays?: (error: Error) => void
}

/** An open database that is this server's alone. */
export interface Engine {
  readonly dialect: Dialect
  /** See `Store.eventDb`; absent: the same. */
  readonly eventDialect?: Dialect
  /** For messages to the administrator. */
  readonly name: string
  /** Before the first write: the database is of a version that this server may write. */
  settle(): void
  /** After the last migration: people wait for what is asked from here on. */
  open(): void
  close(): Promise<void>
}

interface Parts {
  readonly db: Db
  readonly eventDb: Db
  readonly engine: Engine
  readonly giveFolder: () => void
}

/** The record: one database, of which one server at a time is the owner, as it is of its data folder. */
export class Store {
  readonly #deps: StoreDeps
  #parts: Parts | null = null

  constructor(deps: StoreDeps) {
    this.#deps = deps
  }

  /**
   * What a write resolves with is on the disk, power cuts included (on a file system that SQLite's journal can be on). One that is
   * rejected with `busy` may have been written all the same, and be seen by others: it must be right when done twice. Inside
   * `transaction` use only what it hands out: a query on `db` there
   * would wait for itself.
   */
  get db(): Db {
    if (!this.#parts) throw new Error('the store is not started')
    return this.#parts.db
  }

  /**
   * The same database, in turn with `db`, for what events cause and nobody is promised: a write is there for good when it
   * resolves, but for a power cut in the next moments. It never outlives one that was asked before it.
   */
  get eventDb(): Db {
    if (!this.#parts) throw new Error('the store is not started')
    return this.#parts.eventDb
  }

  /** Everything in `work` is written, or nothing when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.db.transaction().execute(work)
  }

  /** Takes the data folder, opens the database and brings it to this version. Throws StartError. */
  async start(): Promise<void> {
    const { dataDir, clock, migrations = allMigrations } = this.#deps
    const giveFolder = takeFolder(dataDir)
    let engine: Engine | null = null
    try {
      engine = await this.#open()
      const untyped = new Kysely<unknown>({ dialect: engine.dialect })
      const version = await schemaVersion(untyped)
      if (version > migrations.length) {
        throw new StartError(
          `The database ${engine.name} is of version ${version}, this server knows version ${migrations.length}: it was written by a newer server. ` +
            `Nothing was changed; install that version again, or use another database.`,
        )
      }
      engine.settle()
      await migrate(untyped, migrations, clock.nowMs())
      engine.open()
      const db = new Kysely<Database>({ dialect: engine.dialect })
      const { eventDialect } = engine
      const eventDb = eventDialect ? new Kysely<Database>({ dialect: eventDialect }) : db
      this.#parts = { db, eventDb, engine, giveFolder }
    } catch (error) {
      await engine?.close()
      giveFolder()
      throw error
    }
  }

  /** Ends what is open and gives the database and the folder free. */
  async stop(): Promise<void> {
    const parts = this.#parts
    if (!parts) return
    this.#parts = null
    await parts.engine.close()
    parts.giveFolder()
  }

  async #open(): Promise<Engine> {
    const { dataDir, databaseUrl, limits, onWaiting, onJournalStays } = this.#deps
    if (!databaseUrl) return openSqlite(databaseFile(dataDir), { onJournalStays })
    // Not loaded where it is not used.
    const { openPostgres } = await import('./postgres/open-postgres.ts')
    return openPostgres(databaseUrl, { ...(limits && { limits }), ...(onWaiting && { onWaiting }) })
  }
}
