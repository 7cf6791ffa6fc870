import type SqliteDatabase from 'better-sqlite3'
import { callRows, inserter, legRows, ringRows, visitRows } from './detail-tables.ts'

/** What a roll-up of queue visits adds up, by column. */
const count = (where: string): string => `sum(case when ${where} then 1 else 0 end)`
const queueSums = {
  offered: 'count(*)',
  answered: count("v.outcome = 'answered'"),
  answered_in_target: count("v.outcome = 'answered' and v.within_target = 1"),
  abandoned: count("v.outcome = 'abandoned'"),
  abandoned_in_target: count("v.outcome = 'abandoned' and v.within_target = 1"),
  short_abandons: count('v.short_abandon = 1'),
  level_part: 'sum(v.level_part)',
  level_whole: 'sum(v.level_whole)',
  timeouts: count("v.outcome = 'timeout'"),
  left_empty: count("v.outcome = 'leftEmpty'"),
  key_exits: count("v.outcome = 'keyExit'"),
  withdrawn: count("v.outcome = 'withdrawn'"),
  incompatible: count("v.outcome = 'incompatible'"),
  waiting: count("v.outcome = 'waiting'"),
  lost: count("v.outcome = 'lost'"),
  wait_ms: 'sum(v.wait_ms)',
  answered_wait_ms: "sum(case when v.outcome = 'answered' then v.wait_ms else 0 end)",
  abandoned_wait_ms: "sum(case when v.outcome = 'abandoned' then v.wait_ms else 0 end)",
  longest_wait_ms: 'max(v.wait_ms)',
  talk_ms: 'sum(v.talk_ms)',
  rings: 'sum(v.rings)',
  missed_rings: `sum(case when v.rings = 0 then 0 else (select count(*) from ledger_rings r
    where r.call_key = v.call_key and r.visit = v.n and r.outcome in ('noAnswer', 'rejected')) end)`,
} as const

/** One row an operator, queue and direction: talks, rings and calls made, each in columns of its own, then added up. */
const operatorSums = `
  select t.day, @operator as operator, t.queue, t.direction, max(t.weekday),
    sum(t.talks), sum(t.answered_visits), sum(t.transfers_in), sum(t.pickups), sum(t.transfers_out), sum(t.talk_ms),
    max(t.longest_talk_ms), sum(t.hold_ms), sum(t.rings), sum(t.missed_rings), sum(t.rejected_rings), sum(t.ring_ms),
    sum(t.made), sum(t.reached)
  from (
    select day, coalesce(queue, '') as queue, direction, weekday, 1 as talks,
      case when visit is null then 0 else 1 end as answered_visits,
      case when origin = 'transfer' then 1 else 0 end as transfers_in,
      case when origin = 'pickup' then 1 else 0 end as pickups, transferred as transfers_out, talk_ms,
      talk_ms as longest_talk_ms, coalesce(hold_ms, 0) as hold_ms, 0 as rings, 0 as missed_rings, 0 as rejected_rings,
      0 as ring_ms, 0 as made, 0 as reached
    from ledger_legs where day = @day and operator = @operator
    union all
    select day, coalesce(queue, ''), direction, weekday, 0, 0, 0, 0, 0, 0, 0, 0, 1,
      case when outcome in ('noAnswer', 'rejected') then 1 else 0 end, case when outcome = 'rejected' then 1 else 0 end,
      ring_ms, 0, 0
    from ledger_rings where day = @day and operator = @operator
    union all
    select day, '', direction, weekday, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
      case when answered_at_ms is null then 0 else 1 end
    from ledger_calls where day = @day and direction = 'outbound' and operator = @operator
  ) t group by t.day, t.queue, t.direction`

/** Every statement of the importer, prepared once. */
export function prepareStatements(db: SqliteDatabase.Database) {
  const one = <Bound extends unknown[] | object, Row = unknown>(sql: string) =>
    db.prepare<Bound extends unknown[] ? Bound : [Bound], Row>(sql)
  const ofCall = (table: string) => one<[string]>(`delete from ${table} where call_key = ?`)
  return {
    alias: one<[string], { call_key: string }>('select call_key from call_aliases where unique_id = ?'),
    addAlias: one<[string, string]>(
      'insert into call_aliases (unique_id, call_key) values (?, ?) on conflict (unique_id) do update set call_key = excluded.call_key',
    ),
    moveAliases: one<[string, string]>('update call_aliases set call_key = ? where call_key = ?'),
    dropAlias: one<[string]>('delete from call_aliases where unique_id = ?'),
    facts: one<[string], { facts: string }>('select facts from call_facts where call_key = ?'),
    anyFacts: one<[]>('select 1 from call_facts limit 1'),
    keepFacts: one<[string, string]>(
      'insert into call_facts (call_key, facts) values (?, ?) on conflict (call_key) do update set facts = excluded.facts',
    ),
    dropFacts: ofCall('call_facts'),
    calls: {
      insert: inserter(db, callRows),
      drop: ofCall('ledger_calls'),
      touched: one<[string], { day: number; operator: string | null; direction: string }>(
        'select day, operator, direction from ledger_calls where call_key = ?',
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
    rollHour: {
      drop: one<[number]>('delete from queue_hours where hour_ms = ?'),
      insert: one<[number]>(`
        insert into queue_hours (hour_ms, queue, day, hour_of_day, weekday, ${Object.keys(queueSums).join(', ')})
        select v.hour_ms, v.queue, min(v.day), min(v.hour_of_day), min(v.weekday), ${Object.values(queueSums).join(', ')}
        from queue_visits v where v.hour_ms = ? group by v.hour_ms, v.queue`),
    },
    rollDay: {
      drop: one<[number, string]>('delete from operator_days where day = ? and operator = ?'),
      insert: one<{ day: number; operator: string }>(`
        insert into operator_days (day, operator, queue, direction, weekday, talks, answered_visits, transfers_in, pickups,
          transfers_out, talk_ms, longest_talk_ms, hold_ms, rings, missed_rings, rejected_rings, ring_ms, made, reached)
        ${operatorSums}`),
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
