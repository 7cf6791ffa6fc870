import { randomUUID } from 'node:crypto'
import type SqliteDatabase from 'better-sqlite3'

/** Tables whose rows are replaced together, by the columns that name what they belong to. */
interface Part {
  readonly tables: readonly string[]
  readonly key: readonly [string] | readonly [string, string]
  /** The column of the queue that tells which are the newest. */
  readonly newestBy?: 'k1' | 'k2'
}

/**
 * What reports read, in the order it is published: first the sums of all days, then calls, of each the newest first. The facts and
 * the import's own marks stay where they are made.
 */
export const parts = {
  day: { tables: ['call_days', 'queue_days'], key: ['day'] },
  hour: { tables: ['call_hours', 'queue_hours'], key: ['hour_ms'] },
  operatorDay: { tables: ['operator_days', 'operator_sums', 'operator_states'], key: ['operator', 'day'], newestBy: 'k2' },
  rule: { tables: ['queue_rules'], key: ['queue'] },
  start: { tables: ['pbx_starts'], key: ['at_ms'] },
  state: { tables: ['import_state'], key: ['source_id'] },
  gap: { tables: ['import_gaps'], key: ['source_id', 'kind'] },
  spanDay: { tables: ['operator_spans'], key: ['operator', 'day'], newestBy: 'k2' },
  alias: { tables: ['call_aliases'], key: ['unique_id'] },
  call: { tables: ['ledger_calls', 'ledger_legs', 'ledger_rings', 'queue_visits'], key: ['call_key'] },
} as const satisfies Readonly<Record<string, Part>>

export type PartName = keyof typeof parts
export const partNames: readonly PartName[] = [
  'day',
  'hour',
  'operatorDay',
  'rule',
  'start',
  'state',
  'gap',
  'spanDay',
  'alias',
  'call',
]
export const publishedTables: readonly string[] = partNames.flatMap((name) => parts[name].tables)
const everyPart = partNames.map((name): readonly [PartName, Part] => [name, parts[name]])

type Plain = string | number | null
export type Row = Readonly<Record<string, Plain>>

/** Rows of one table that stand in place of all rows there with these keys, a list for each column of the key. */
export interface Replacement {
  readonly table: string
  readonly keyColumns: readonly string[]
  readonly keys: readonly (readonly Plain[])[]
  readonly rows: readonly Row[]
}

/**
 * Which rows of the record differ from those published. Filled by triggers in the transaction that changes a row, so nothing is
 * forgotten however the server ends; emptied when the rows are published. Its one user is the record's writer.
 */
export class PublishQueue {
  readonly #db: SqliteDatabase.Database
  /** Another record, made anew for instance, has another one. */
  readonly epoch: string

  constructor(db: SqliteDatabase.Database) {
    this.#db = db
    db.exec(`
      create table if not exists publish_queue (
        taken integer not null, part text not null, k1 not null, k2 not null, primary key (taken, part, k1, k2)) without rowid;
      create table if not exists publish_epoch (epoch text primary key) without rowid`)
    this.epoch = this.#epoch()
    // A row that is replaced is removed first.
    db.pragma('recursive_triggers = ON')
    // Temporary: they end with this connection, so a server that publishes nothing gathers nothing.
    for (const [name, { tables, key }] of everyPart)
      for (const table of tables) {
        // Not `or ignore`: within a trigger the conflict clause of the statement that fired it holds.
        const queue = (row: 'old' | 'new') => {
          const [k1, k2] = [`${row}.${key[0]}`, key[1] ? `${row}.${key[1]}` : "''"]
          return `insert into publish_queue select 0, '${name}', ${k1}, ${k2} where not exists (
            select 1 from publish_queue where taken = 0 and part = '${name}' and k1 = ${k1} and k2 = ${k2});`
        }
        db.exec(`
          create temp trigger publish_added_${table} after insert on main.${table} begin ${queue('new')} end;
          create temp trigger publish_removed_${table} after delete on main.${table} begin ${queue('old')} end;
          create temp trigger publish_changed_${table} after update on main.${table} begin ${queue('old')} ${queue('new')} end`)
      }
  }

  /** Everything there is in these tables has to be published. */
  fill(which: readonly string[] = publishedTables): void {
    this.#db.transaction(() => {
      for (const [name, { tables, key }] of everyPart)
        for (const table of tables.filter((each) => which.includes(each)))
          this.#db.exec(`insert or ignore into publish_queue select 0, '${name}', ${key[0]}, ${key[1] ?? "''"} from ${table}`)
    })()
  }

  /** Some of what is to be published, until `done` the same again; none: all is. */
  take(limit: number): readonly Replacement[] {
    const taken = this.#db.prepare<[], { n: number }>('select count(*) as n from publish_queue where taken = 1').get()
    if (!taken?.n) this.#mark(limit)
    return everyPart.flatMap(([name, { tables, key }]) => {
      const keys = this.#db
        .prepare<[string], { k1: Plain; k2: Plain }>('select k1, k2 from publish_queue where taken = 1 and part = ?')
        .all(name)
      if (keys.length === 0) return []
      const columns = [keys.map(({ k1 }) => k1), keys.map(({ k2 }) => k2)].slice(0, key.length)
      return tables.map((table) => ({ table, keyColumns: key, keys: columns, rows: this.#rows(name, table, key) }))
    })
  }

  done(): void {
    this.#db.exec('delete from publish_queue where taken = 1')
  }

  /** Nothing waits but calls of before that day: all sums are published, and what came since. */
  isPublishedSince(day: number): boolean {
    const newestOf = this.#db.prepare<[string], { k1: Plain }>(
      'select k1 from publish_queue where taken = 0 and part = ? order by k1 desc limit 1',
    )
    if (partNames.some((name) => name !== 'call' && newestOf.get(name) !== undefined)) return false
    const newest = newestOf.get('call')?.k1
    if (newest === undefined) return true
    const { first } = this.#db
      .prepare<[number], { first: string | null }>('select min(+call_key) as first from ledger_calls where day >= ?')
      .get(day) ?? { first: null }
    // Keys grow with time; where they do not, what is new waits with the rest.
    return first === null || String(newest) < first
  }

  /** Calls that wait, and all there are. Counts what waits, one by one. */
  calls(): { readonly waiting: number; readonly all: number } {
    const waiting = this.#db
      .prepare<[], { n: number }>("select count(*) as n from publish_queue where taken in (0, 1) and part = 'call'")
      .get()
    const all = this.#db.prepare<[], { n: number }>('select coalesce(sum(calls), 0) as n from call_days').get()
    return { waiting: waiting?.n ?? 0, all: all?.n ?? 0 }
  }

  #mark(limit: number): void {
    let left = limit
    for (const [name, { newestBy = 'k1' }] of everyPart) {
      if (left === 0) return
      left -= this.#db
        .prepare<[string, string, number]>(`update publish_queue set taken = 1 where taken = 0 and part = ? and (k1, k2) in (
          select k1, k2 from publish_queue where taken = 0 and part = ? order by ${newestBy} desc limit ?)`)
        .run(name, name, left).changes
    }
  }

  #rows(name: PartName, table: string, key: Part['key']): Row[] {
    return this.#db
      .prepare<[string], Row>(
        `select t.* from publish_queue q join ${table} t on t.${key[0]} = q.k1 ${key[1] ? `and t.${key[1]} = q.k2` : ''}
         where q.taken = 1 and q.part = ?`,
      )
      .all(name)
  }

  #epoch(): string {
    const kept = this.#db.prepare<[], { epoch: string }>('select epoch from publish_epoch').get()?.epoch
    if (kept !== undefined) return kept
    const made = randomUUID()
    this.#db.prepare('insert into publish_epoch values (?)').run(made)
    return made
  }
}
