import type SqliteDatabase from 'better-sqlite3'
import { callRows, inserter, legRows, ringRows, visitRows } from './detail-tables.ts'

/** Every statement of the importer, prepared once. */
export function prepareStatements(db: SqliteDatabase.Database) {
  const one = <Bound extends unknown[] | object, Row = unknown>(sql: string) =>
    db.prepare<Bound extends unknown[] ? Bound : [Bound], Row>(sql)
  const ofCall = (table: string) => one<[string]>(`delete from ${table} where call_key = ?`)
  return {
    attach: one<[string]>('attach ? as step'),
    alias: one<[string], { call_key: string }>('select call_key from call_aliases where unique_id = ?'),
    addAlias: one<[string, string]>(
      'insert into call_aliases (unique_id, call_key) values (?, ?) on conflict (unique_id) do update set call_key = excluded.call_key',
    ),
    moveAliases: one<[string, string]>('update call_aliases set call_key = ? where call_key = ?'),
    dropAlias: one<[string]>('delete from call_aliases where unique_id = ?'),
    facts: one<[string], { facts: string }>('select facts from call_facts where call_key = ?'),
    known: {
      keys: db.prepare<[], { id: string }>('select call_key as id from call_facts'),
      ids: db.prepare<[], { id: string }>('select unique_id as id from call_aliases'),
    },
    anyFacts: one<[]>('select 1 from call_facts limit 1'),
    keepFacts: one<[string, string]>(
      'insert into call_facts (call_key, facts) values (?, ?) on conflict (call_key) do update set facts = excluded.facts',
    ),
    dropFacts: ofCall('call_facts'),
    calls: {
      insert: inserter(db, callRows),
      drop: ofCall('ledger_calls'),
      touched: one<[string], { day: number; hour_ms: number; operator: string | null; direction: string }>(
        'select day, hour_ms, operator, direction from ledger_calls where call_key = ?',
      ),
    },
    legs: {
      insert: inserter(db, legRows),
      drop: ofCall('ledger_legs'),
      of: one<[string], { day: number; operator: string; answered_at_ms: number; ended_at_ms: number }>(
        'select day, operator, answered_at_ms, ended_at_ms from ledger_legs where call_key = ?',
      ),
    },
    rings: {
      insert: inserter(db, ringRows),
      drop: ofCall('ledger_rings'),
      of: one<[string], { day: number; operator: string }>('select day, operator from ledger_rings where call_key = ?'),
    },
    visits: {
      insert: inserter(db, visitRows),
      drop: ofCall('queue_visits'),
      of: one<[string], { hour_ms: number }>('select hour_ms from queue_visits where call_key = ?'),
      waiting: one<[number], { call_key: string }>(
        "select distinct call_key from queue_visits where outcome = 'waiting' and entered_at_ms < ?",
      ),
    },
    starts: {
      all: one<[], { at_ms: number }>('select at_ms from pbx_starts order by at_ms'),
      insert: one<[number]>('insert into pbx_starts (at_ms) values (?) on conflict do nothing'),
    },
    state: one<object>(`
      insert into import_state (source_id, kind, cursor, rows_read, problems, up_to_ms, read_at_ms, caught_up, error, error_code, error_since_ms)
      values (@source_id, @kind, @cursor, @rows_read, @problems, @up_to_ms, @read_at_ms, @caught_up, @error, @error_code, @error_since_ms)
      on conflict (source_id) do update set kind = excluded.kind, cursor = excluded.cursor, rows_read = excluded.rows_read,
        problems = excluded.problems, up_to_ms = excluded.up_to_ms, read_at_ms = excluded.read_at_ms,
        caught_up = excluded.caught_up, error = excluded.error, error_code = excluded.error_code, error_since_ms = excluded.error_since_ms`),
    problem: one<object>(`
      insert into import_problems (source_id, place, kind, text, raw, seen_at_ms)
      values (@source_id, @place, @kind, @text, @raw, @seen_at_ms) on conflict do nothing`),
    gap: one<object>(`
      insert into import_gaps (source_id, kind, from_ms, to_ms) values (@source_id, @kind, @from_ms, @to_ms) on conflict do nothing`),
    refold: {
      next: one<[number], { call_key: string }>('select call_key from refold_calls order by call_key limit ?'),
      done: ofCall('refold_calls'),
      nextOperator: one<[], { operator: string }>('select operator from refold_operators order by operator limit 1'),
      operatorDone: one<[string]>('delete from refold_operators where operator = ?'),
    },
    /** Their number is in the source's state; a person looks at the newest. */
    dropOldProblems: one<[string, number]>(`
      delete from import_problems where (source_id, place, kind) in (
        select source_id, place, kind from import_problems where source_id = ?
        order by seen_at_ms desc, place desc limit -1 offset ?)`),
  }
}

export type Statements = ReturnType<typeof prepareStatements>
