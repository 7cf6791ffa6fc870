import { Socket } from 'node:net'
import pg from 'pg'
import type { Clock } from '../../clock.ts'
import { siteDay } from '../../site-time.ts'
import type { Disposer } from '../../telephony/telephony.ts'
import { recordSchema } from '../record/record-schema.ts'
import { patiently } from './patience.ts'
import type { PublishQueue, Replacement } from './publish-queue.ts'
import { parseShape, recordShape, shapeChange } from './record-shape.ts'

export interface RecordPublisherDeps {
  readonly queue: PublishQueue
  readonly databaseUrl: string
  readonly clock: Clock
  /** Not published, tried again; once a trouble. */
  readonly onTrouble: (message: string) => void
}

/** What is replaced in one transaction. */
const atOnce = 4_000
const firstBackOffMs = 1_000
const longestBackOffMs = 60_000
const connectMs = 10_000
/** Of what is replaced at once, and of another shape of large tables. */
const replaceMs = 120_000
const reshapeMs = 900_000
/** A server that stops waits so long for what is under way, and for the farewell. */
const stopMs = 3_000
/** Reports of today and yesterday, whatever the zone of the site, read what came since. */
const recentMs = 2 * 24 * 3_600_000
/** Counting years of calls takes part of a second. */
const countEveryMs = 15_000

/**
 * Brings the record of calls, which is made in the data folder, to where reports read it beside the cards: the schema `record` of
 * the PostgreSQL database. What differs is replaced row by row, sums and new calls first; another record replaces it as a whole.
 */
export class RecordPublisher {
  readonly #deps: RecordPublisherDeps
  #client: pg.Client | null = null
  #socket = new Socket()
  #running: Promise<void> | null = null
  #again = false
  #readUpToMs: number | null = null
  #publishedUpToMs: number | null = null
  #stopped = false
  #backOffMs = 0
  #forget: Disposer = () => undefined
  #share: number | null = null
  #countedMs = Number.NEGATIVE_INFINITY

  constructor(deps: RecordPublisherDeps) {
    this.#deps = deps
  }

  /** Something may have changed. `upToMs`: what the record has read everything up to. */
  poke(upToMs: number | null = null): void {
    this.#again = true
    this.#readUpToMs = upToMs
    if (this.#stopped || this.#running || this.#backOffMs > 0) return
    this.#running = this.#run()
  }

  /** What everything is published up to, of what was said with `poke`, but for calls of long ago. */
  publishedUpToMs(): number | null {
    return this.#publishedUpToMs
  }

  /** Of the calls, those that are published; null: all but a few, or not known yet. */
  publishedShare(): number | null {
    const nowMs = this.#deps.clock.nowMs()
    if (nowMs - this.#countedMs < countEveryMs) return this.#share
    this.#countedMs = nowMs
    const { waiting, all } = this.#deps.queue.calls()
    this.#share = waiting <= atOnce ? null : Math.max(0, 1 - waiting / Math.max(1, all))
    return this.#share
  }

  /** Resolves when everything is published; throws what kept it from being. */
  async flush(): Promise<void> {
    await this.#running
    try {
      await this.#publishAll()
    } catch (error) {
      this.#drop()
      throw error
    }
  }

  /** Resolves when the try under way is over. */
  async settled(): Promise<void> {
    await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#forget()
    const { clock } = this.#deps
    try {
      await patiently(this.settled(), stopMs, clock)
      await patiently(this.#client?.end() ?? Promise.resolve(), stopMs, clock)
    } catch {
      // It does not answer. What it was told and did not say that it has is published again.
    }
    this.#drop()
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        await this.#publishAll()
        this.#backOffMs = 0
      } catch (error) {
        this.#drop()
        this.#later(error)
        break
      }
    }
    this.#running = null
  }

  #later(error: unknown): void {
    if (this.#stopped) return
    if (this.#backOffMs === 0)
      this.#deps.onTrouble(`the record could not be published: ${error instanceof Error ? error.message : String(error)}`)
    const afterMs = Math.min(longestBackOffMs, this.#backOffMs * 2 || firstBackOffMs)
    this.#backOffMs = afterMs
    this.#forget = this.#deps.clock.after(afterMs, () => {
      // Tried, but not forgotten how long this has been going on.
      this.#running = this.#run()
    })
    this.#again = true
  }

  async #publishAll(): Promise<void> {
    const { queue, clock } = this.#deps
    const client = await this.#open()
    while (!this.#stopped) {
      const replacements = queue.take(atOnce)
      if (replacements.length > 0) {
        await patiently(
          within(client, () => this.#replace(client, replacements)),
          replaceMs,
          clock,
        )
        queue.done()
      }
      // What is written is in the queue before anybody says that it was read.
      if (queue.isPublishedSince(siteDay(clock.nowMs() - recentMs, 'UTC'))) this.#publishedUpToMs = this.#readUpToMs
      if (replacements.length === 0) return
    }
  }

  async #replace(client: pg.Client, replacements: readonly Replacement[]): Promise<void> {
    const { rows } = await client.query('select epoch from published where epoch = $1 for share', [this.#deps.queue.epoch])
    if (rows.length === 0) throw new Error('another server publishes its record here')
    for (const { table, keyColumns, keys, rows: fresh } of replacements) {
      const columns = keyColumns.map((name, at) => `${name} = k.k${at}`).join(' and ')
      // Lists of texts, read as what each column is.
      const lists = keyColumns.map((name, at) => `$${at + 1}::text[]::${typeOf(name)}[]`).join(', ')
      await client.query(
        `delete from ${table} using unnest(${lists}) as k(${keyColumns.map((_, at) => `k${at}`)}) where ${columns}`,
        keys.map((list) => list.map((key) => plainText('', String(key)))),
      )
      if (fresh.length > 0)
        await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
          JSON.stringify(fresh, plainText),
        ])
    }
  }

  async #open(): Promise<pg.Client> {
    if (this.#client) return this.#client
    const url = new URL(this.#deps.databaseUrl)
    url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} -c search_path=${recordSchema}`.trim())
    const socket = new Socket()
    this.#socket = socket
    const client = new pg.Client({
      connectionString: url.href,
      stream: () => socket,
      keepAlive: true,
      application_name: 'callsync-record',
    })
    client.on('error', () => {
      if (this.#client === client) this.#client = null
    })
    try {
      await patiently(client.connect(), connectMs, this.#deps.clock)
      await patiently(this.#prepare(client), reshapeMs, this.#deps.clock)
    } catch (error) {
      socket.destroy()
      throw error
    }
    this.#client = client
    return client
  }

  /** Makes the tables, or of those of an older version what they have to be. */
  async #prepare(client: pg.Client): Promise<void> {
    const { queue } = this.#deps
    const shape = await recordShape()
    await client.query(`create schema if not exists ${recordSchema}`)
    await client.query('create table if not exists published (epoch text primary key, shape text not null)')
    const { rows } = await client.query<{ shape: string }>('select shape from published where epoch = $1', [queue.epoch])
    const before = rows[0] ? parseShape(rows[0].shape) : null
    const { statements, refill } = shapeChange(before ?? {}, shape)
    if (before && statements.length === 0) return
    // Before anything is emptied: whatever interrupts this, everything is published in the end.
    queue.fill(refill)
    await within(client, async () => {
      if (!before) {
        await client.query(`drop schema ${recordSchema} cascade`)
        await client.query(`create schema ${recordSchema}`)
        await client.query('create table published (epoch text primary key, shape text not null)')
      }
      for (const statement of statements) await client.query(statement)
      await client.query('insert into published values ($1, $2) on conflict (epoch) do update set shape = excluded.shape', [
        queue.epoch,
        JSON.stringify(shape),
      ])
    })
  }

  /** After a failure: what is under way there has no answer any more. */
  #drop(): void {
    this.#client = null
    this.#socket.destroy()
  }
}

/** PostgreSQL has no character 0 and no half of a pair. */
const plainText = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value

async function within(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin')
  try {
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

const typeOf = (column: string): 'text' | 'bigint' => (column === 'day' || column.endsWith('_ms') ? 'bigint' : 'text')
