import { type Kysely, sql } from 'kysely'
import type { Migration } from '../../store/index.ts'

const buckets = 'day integer not null, hour_ms bigint not null, hour_of_day integer not null, weekday integer not null'

/** By days, and each of them in one pass: all calls at once are sorted in memory, one by one they are looked up again and again. */
async function sumHolds(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ day: number }>`select distinct day from operator_days`.execute(db)
  for (const { day } of rows) {
    await sql`update operator_days set hold_known = known.n
      from (
        select operator, coalesce(queue, '') as queue, direction, count(hold_ms) as n from ledger_legs where day = ${day} group by 1, 2, 3
      ) as known
      where operator_days.day = ${day} and operator_days.operator = known.operator and operator_days.queue = known.queue
        and operator_days.direction = known.direction`.execute(db)
  }
}

async function sumHours(db: Kysely<unknown>): Promise<void> {
  const dayMs = 24 * 3_600_000
  for (let fromMs = 0; ; ) {
    const next = await sql<{ ms: number | null }>`select min(hour_ms) as ms from ledger_calls where hour_ms >= ${fromMs}`.execute(
      db,
    )
    const atMs = next.rows[0]?.ms ?? null
    if (atMs === null) return
    fromMs = atMs + dayMs
    await sql`insert into call_hours
      select hour_ms, direction, coalesce(queue, ''), coalesce(missed_cause, ''), min(day), min(hour_of_day), min(weekday),
        count(*), count(answered_at_ms), sum(outcome = 'missed'), sum(case when outcome = 'missed' then wait_ms else 0 end)
      from ledger_calls where hour_ms >= ${atMs} and hour_ms < ${fromMs} group by 1, 2, 3, 4`.execute(db)
  }
}

/** In order; a released step is never changed. A column's shape is told in `schema.ts`. */
export const recordMigrations: readonly Migration[] = [
  {
    name: '001-record',
    async up(db) {
      for (const statement of [
        `create table call_facts (call_key text primary key, facts text not null) without rowid`,
        `create table call_aliases (unique_id text primary key, call_key text not null) without rowid`,
        `create index call_aliases_key on call_aliases (call_key)`,
        `create table ledger_calls (
          call_key text primary key, direction text not null, number text not null, phone_key text not null, queue text,
          started_at_ms bigint not null, queued_at_ms bigint, answered_at_ms bigint, ended_at_ms bigint, operator text,
          talk_ms bigint not null, hold_ms bigint, wait_ms bigint not null, outcome text not null, missed_cause text,
          rings integer not null, queue_visits integer not null, recording text, ${buckets}) without rowid`,
        `create index ledger_calls_day on ledger_calls (day, direction, operator)`,
        `create index ledger_calls_phone on ledger_calls (phone_key, started_at_ms)`,
        `create table ledger_legs (
          call_key text not null, n integer not null, direction text not null, operator text not null, queue text, visit integer,
          origin text not null, answered_at_ms bigint not null, ended_at_ms bigint not null, talk_ms bigint not null,
          hold_ms bigint, transferred integer not null, ${buckets}, primary key (call_key, n)) without rowid`,
        `create index ledger_legs_day on ledger_legs (day, operator)`,
        `create index ledger_legs_operator on ledger_legs (operator, answered_at_ms, ended_at_ms)`,
        `create table ledger_rings (
          call_key text not null, n integer not null, direction text not null, operator text not null, queue text, visit integer,
          at_ms bigint not null, ring_ms bigint not null, outcome text not null, ${buckets}, primary key (call_key, n)) without rowid`,
        `create index ledger_rings_day on ledger_rings (day, operator)`,
        `create table queue_visits (
          call_key text not null, n integer not null, queue text not null, entered_at_ms bigint not null, left_at_ms bigint,
          wait_ms bigint not null, position_in integer, position_out integer, outcome text not null, operator text,
          talk_ms bigint not null, rings integer not null, exit_key text, within_target integer not null,
          short_abandon integer not null, target_ms bigint not null, short_ms bigint not null, cause text, ${buckets},
          primary key (call_key, n)) without rowid`,
        `create index queue_visits_hour on queue_visits (hour_ms, queue)`,
        `create index queue_visits_day on queue_visits (day, queue)`,
        `create index queue_visits_waiting on queue_visits (entered_at_ms) where outcome = 'waiting'`,
        `create index queue_visits_unanswered on queue_visits (entered_at_ms) where outcome <> 'answered'`,
        `create table operator_events (
          operator text not null, at_ms bigint not null, queue text not null, event text not null, data text not null,
          day integer not null, primary key (operator, at_ms, queue, event, data)) without rowid`,
        `create table operator_spans (
          operator text not null, queue text not null, from_ms bigint not null, to_ms bigint, state text not null,
          reason text not null, day integer not null, primary key (operator, from_ms, queue)) without rowid`,
        `create index operator_spans_queue on operator_spans (queue, from_ms, to_ms, state)`,
        `create index operator_spans_open on operator_spans (operator, from_ms) where to_ms is null`,
        `create index operator_spans_open_queue on operator_spans (queue, from_ms, state) where to_ms is null`,
        `create index operator_events_queue on operator_events (queue) where event = 'ADDMEMBER'`,
        `create table operator_checkpoints (
          operator text not null, day integer not null, state text not null, primary key (operator, day)) without rowid`,
        `create table queue_hours (
          hour_ms bigint not null, queue text not null, day integer not null, hour_of_day integer not null,
          weekday integer not null, offered integer not null, answered integer not null, answered_in_target integer not null,
          abandoned integer not null, abandoned_in_target integer not null, short_abandons integer not null,
          timeouts integer not null, left_empty integer not null, key_exits integer not null, withdrawn integer not null,
          incompatible integer not null, waiting integer not null, lost integer not null, wait_ms bigint not null,
          answered_wait_ms bigint not null, abandoned_wait_ms bigint not null, longest_wait_ms bigint not null,
          talk_ms bigint not null, rings integer not null, missed_rings integer not null,
          primary key (hour_ms, queue)) without rowid`,
        `create index queue_hours_day on queue_hours (day, queue)`,
        `create table operator_days (
          day integer not null, operator text not null, queue text not null, direction text not null, weekday integer not null,
          talks integer not null, answered_visits integer not null, transfers_in integer not null, pickups integer not null,
          transfers_out integer not null, talk_ms bigint not null, longest_talk_ms bigint not null, hold_ms bigint not null,
          rings integer not null, missed_rings integer not null, rejected_rings integer not null, ring_ms bigint not null,
          made integer not null, reached integer not null,
          primary key (day, operator, queue, direction)) without rowid`,
        `create table queue_rules (
          queue text not null, valid_from_ms bigint not null, target_ms bigint not null, short_ms bigint not null,
          formula text not null, primary key (queue, valid_from_ms)) without rowid`,
        `insert into queue_rules (queue, valid_from_ms, target_ms, short_ms, formula) values ('*', 0, 30000, 5000, 'default')`,
        `create table pbx_starts (at_ms bigint primary key) without rowid`,
        `create table import_state (
          source_id text primary key, kind text not null, cursor text, rows_read bigint not null, problems bigint not null,
          up_to_ms bigint, read_at_ms bigint, caught_up integer not null, error text, error_since_ms bigint) without rowid`,
        `create table import_problems (
          source_id text not null, place text not null, kind text not null, text text not null, raw text not null,
          seen_at_ms bigint not null, primary key (source_id, place, kind)) without rowid`,
      ])
        await sql.raw(statement).execute(db)
    },
  },
  {
    name: '002-level-shares',
    async up(db) {
      for (const statement of [
        `alter table queue_visits add column level_part integer not null default 0`,
        `alter table queue_visits add column level_whole integer not null default 0`,
        `update queue_visits set level_part = case when outcome = 'answered' then within_target else 0 end,
          level_whole = case when outcome = 'keyExit' then 0 else 1 - short_abandon end`,
        `alter table queue_hours add column level_part integer not null default 0`,
        `alter table queue_hours add column level_whole integer not null default 0`,
        `update queue_hours set level_part = answered_in_target, level_whole = offered - short_abandons - key_exits`,
        `update queue_rules set formula = 'serviceLevelOfOffered' where formula = 'default'`,
        `create table record_marks (name text primary key, value text not null) without rowid`,
      ])
        await sql.raw(statement).execute(db)
    },
  },
  {
    name: '003-gaps-and-site',
    async up(db) {
      for (const statement of [
        `create table import_gaps (
          source_id text not null, kind text not null, from_ms bigint not null, to_ms bigint not null,
          primary key (source_id, kind, from_ms)) without rowid`,
        `create table folded_by (name text primary key, value text not null) without rowid`,
        `create table refold_calls (call_key text primary key) without rowid`,
        `alter table operator_events add column agent text not null default ''`,
        `create index operator_events_agent on operator_events (agent) where agent <> operator`,
      ])
        await sql.raw(statement).execute(db)
    },
  },
  {
    name: '004-error-codes',
    async up(db) {
      await sql.raw('alter table import_state add column error_code text').execute(db)
    },
  },
  {
    name: '005-operators-again',
    async up(db) {
      await sql.raw('create table refold_operators (operator text primary key) without rowid').execute(db)
    },
  },
  {
    name: '006-sums-of-days',
    async up(db) {
      for (const statement of [
        // What the lists of calls are paged by, and the hours are summed from.
        `create index ledger_calls_hour on ledger_calls (hour_ms)`,
        `create table call_hours (
          hour_ms bigint not null, direction text not null, queue text not null, cause text not null, day integer not null,
          hour_of_day integer not null, weekday integer not null, calls integer not null, answered integer not null,
          missed integer not null, missed_wait_ms bigint not null,
          primary key (hour_ms, direction, queue, cause)) without rowid`,
        `create index call_hours_day on call_hours (day)`,
        `create table call_days (
          day integer not null, direction text not null, queue text not null, cause text not null, weekday integer not null,
          calls integer not null, answered integer not null, missed integer not null, missed_wait_ms bigint not null,
          primary key (day, direction, queue, cause)) without rowid`,
        `create table queue_days (
          day integer not null, queue text not null, weekday integer not null, offered integer not null,
          answered integer not null, answered_in_target integer not null, abandoned integer not null,
          abandoned_in_target integer not null, short_abandons integer not null, level_part integer not null,
          level_whole integer not null, timeouts integer not null, left_empty integer not null, key_exits integer not null,
          withdrawn integer not null, incompatible integer not null, waiting integer not null, lost integer not null,
          wait_ms bigint not null, answered_wait_ms bigint not null, abandoned_wait_ms bigint not null,
          longest_wait_ms bigint not null, primary key (day, queue)) without rowid`,
        `alter table operator_days add column hold_known integer not null default 0`,
        `create table operator_sums (
          day integer not null, operator text not null, weekday integer not null, talks integer not null,
          queue_talks integer not null, outbound_talks integer not null, talk_ms bigint not null,
          longest_talk_ms bigint not null, hold_ms bigint not null, hold_known integer not null, rings integer not null,
          missed_rings integer not null, primary key (day, operator)) without rowid`,
        `create table operator_states (
          day integer not null, operator text not null, state text not null, reason text not null, closed_ms bigint not null,
          open_from_ms bigint, primary key (day, operator, state, reason)) without rowid`,
        `create index operator_states_operator on operator_states (operator, day)`,
      ])
        await sql.raw(statement).execute(db)
      await sumHolds(db)
      await sumHours(db)
      for (const statement of [
        `insert into call_days
          select day, direction, queue, cause, min(weekday), sum(calls), sum(answered), sum(missed), sum(missed_wait_ms)
          from call_hours group by 1, 2, 3, 4`,
        `insert into queue_days
          select day, queue, min(weekday), sum(offered), sum(answered), sum(answered_in_target), sum(abandoned),
            sum(abandoned_in_target), sum(short_abandons), sum(level_part), sum(level_whole), sum(timeouts), sum(left_empty),
            sum(key_exits), sum(withdrawn), sum(incompatible), sum(waiting), sum(lost), sum(wait_ms), sum(answered_wait_ms),
            sum(abandoned_wait_ms), max(longest_wait_ms)
          from queue_hours group by day, queue`,
        `insert into operator_sums
          select day, operator, min(weekday), sum(talks), sum(case when queue <> '' then talks else 0 end),
            sum(case when direction = 'outbound' then talks else 0 end), sum(talk_ms), max(longest_talk_ms), sum(hold_ms),
            sum(hold_known), sum(rings), sum(missed_rings)
          from operator_days group by day, operator`,
        `insert into operator_states
          select day, operator, state, reason, sum(coalesce(to_ms - from_ms, 0)), max(case when to_ms is null then from_ms end)
          from operator_spans where queue = '' group by day, operator, state, reason`,
      ])
        await sql.raw(statement).execute(db)
    },
  },
  {
    name: '007-out-of-hours',
    async up(db) {
      for (const statement of [
        `alter table queue_visits add column out_of_hours integer not null default 0`,
        ...['queue_hours', 'queue_days'].flatMap((table) => [
          `alter table ${table} add column out_of_hours integer not null default 0`,
          `alter table ${table} add column lost_out_of_hours integer not null default 0`,
        ]),
      ])
        await sql.raw(statement).execute(db)
    },
  },
  {
    name: '008-missed-out-of-hours',
    async up(db) {
      for (const table of ['call_hours', 'call_days'])
        await sql.raw(`alter table ${table} add column missed_out_of_hours integer not null default 0`).execute(db)
      const { rows } = await sql`select 1 from queue_days where out_of_hours > 0 limit 1`.execute(db)
      if (rows.length === 0) return
      // Of all days at once: an interrupted first import has no index of visits by day.
      await sql`update call_hours set missed_out_of_hours = counted.n
        from (
          select c.hour_ms, c.direction, coalesce(c.queue, '') as queue, coalesce(c.missed_cause, '') as cause, count(*) as n
          from queue_visits v join ledger_calls c on c.call_key = v.call_key
          where v.out_of_hours = 1 and c.outcome = 'missed'
            and v.n = (select min(f.n) from queue_visits f where f.call_key = v.call_key)
          group by 1, 2, 3, 4
        ) as counted
        where call_hours.hour_ms = counted.hour_ms and call_hours.direction = counted.direction
          and call_hours.queue = counted.queue and call_hours.cause = counted.cause`.execute(db)
      await sql`update call_days set missed_out_of_hours = summed.n
        from (
          select day, direction, queue, cause, sum(missed_out_of_hours) as n from call_hours
          where missed_out_of_hours > 0 group by 1, 2, 3, 4
        ) as summed
        where call_days.day = summed.day and call_days.direction = summed.direction and call_days.queue = summed.queue
          and call_days.cause = summed.cause`.execute(db)
    },
  },
  {
    name: '009-missed-calls',
    async up(db) {
      await sql`create index ledger_calls_missed on ledger_calls (day) where outcome = 'missed'`.execute(db)
    },
  },
  {
    name: '010-looked-through-calls',
    async up(db) {
      await sql`drop index ledger_calls_day`.execute(db)
      // All that a search looks at in a call: it reads no call but those it finds.
      await sql`create index ledger_calls_day on ledger_calls (day, direction, operator, queue, outcome, phone_key, call_key)`.execute(
        db,
      )
    },
  },
]
