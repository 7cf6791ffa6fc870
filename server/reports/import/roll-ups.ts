import type SqliteDatabase from 'better-sqlite3'
import { isLost, isMissedOutOfHours } from '../metrics/index.ts'

/** What a roll-up of queue visits adds up, by column. */
const count = (where: string): string => `sum(case when ${where} then 1 else 0 end)`
const visitSums = {
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
  out_of_hours: 'sum(v.out_of_hours)',
  lost_out_of_hours: count(`v.out_of_hours = 1 and ${isLost('v')}`),
} as const

/** A list as JSON: all of a day's operators at once take less than each by itself. */
const theseOperators = 'operator in (select value from json_each(@operators))'

/** One row an operator, queue and direction: talks, rings and calls made, each in columns of its own, then added up. */
const operatorDays = `
  select t.day, t.operator, t.queue, t.direction, max(t.weekday),
    sum(t.talks), sum(t.answered_visits), sum(t.transfers_in), sum(t.pickups), sum(t.transfers_out), sum(t.talk_ms),
    max(t.longest_talk_ms), sum(t.hold_ms), sum(t.hold_known), sum(t.rings), sum(t.missed_rings), sum(t.rejected_rings), sum(t.ring_ms),
    sum(t.made), sum(t.reached)
  from (
    select day, operator, coalesce(queue, '') as queue, direction, weekday, 1 as talks,
      case when visit is null then 0 else 1 end as answered_visits,
      case when origin = 'transfer' then 1 else 0 end as transfers_in,
      case when origin = 'pickup' then 1 else 0 end as pickups, transferred as transfers_out, talk_ms,
      talk_ms as longest_talk_ms, coalesce(hold_ms, 0) as hold_ms,
      case when hold_ms is null then 0 else 1 end as hold_known, 0 as rings, 0 as missed_rings, 0 as rejected_rings,
      0 as ring_ms, 0 as made, 0 as reached
    from ledger_legs where day = @day and ${theseOperators}
    union all
    select day, operator, coalesce(queue, ''), direction, weekday, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
      case when outcome in ('noAnswer', 'rejected') then 1 else 0 end, case when outcome = 'rejected' then 1 else 0 end,
      ring_ms, 0, 0
    from ledger_rings where day = @day and ${theseOperators}
    union all
    select day, operator, '', direction, weekday, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
      case when answered_at_ms is null then 0 else 1 end
    from ledger_calls where day = @day and direction = 'outbound' and ${theseOperators}
  ) t group by t.day, t.operator, t.queue, t.direction`

/** Columns that an hour has and a day has not. */
const ofHoursOnly = new Set(['talk_ms', 'rings', 'missed_rings'])
const dayColumns = Object.keys(visitSums).filter((name) => !ofHoursOnly.has(name))
const dayAmounts = dayColumns.map((name) => `${name === 'longest_wait_ms' ? 'max' : 'sum'}(${name})`)

/** What a step has changed the rows of. */
export interface TouchedBuckets {
  /** Hours of visits, hours of calls. */
  readonly hours: ReadonlySet<number>
  readonly callHours: ReadonlySet<number>
  /** Operators of a day. */
  readonly days: ReadonlyMap<number, ReadonlySet<string>>
}

/** Sums are made anew from the rows, never added to: they cannot drift. Those of days are made from those of their parts. */
export class RollUps {
  readonly #statements: ReturnType<typeof rollUpStatements>

  constructor(db: SqliteDatabase.Database) {
    this.#statements = rollUpStatements(db)
  }

  make({ hours, callHours, days }: TouchedBuckets): void {
    const { callHour, callDay, hour, queueDay, operatorDay, operatorSum } = this.#statements
    for (const day of hoursAgain(callHour, callHours)) again(callDay, day)
    for (const day of hoursAgain(hour, hours)) again(queueDay, day)
    for (const day of inOrder(days.keys())) {
      const of = { day, operators: JSON.stringify([...(days.get(day) ?? [])]) }
      operatorDay.drop.run(of)
      operatorDay.insert.run(of)
      operatorSum.drop.run(of)
      operatorSum.insert.run(of)
    }
  }

  /** The days of one operator, from this midnight on. */
  makeStates(operator: string, from: { day: number; ms: number }): void {
    const { operatorState } = this.#statements
    operatorState.drop.run(operator, from.day)
    operatorState.insert.run(operator, from.ms)
  }

  /** The days are others now: all are made again. */
  forgetStates(operator: string): void {
    this.#statements.operatorState.drop.run(operator, 0)
  }
}

interface OperatorsOfDay {
  readonly day: number
  /** JSON. */
  readonly operators: string
}

const inOrder = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b)

interface Bucket {
  readonly drop: SqliteDatabase.Statement<[number]>
  readonly insert: SqliteDatabase.Statement<[number]>
}

function again({ drop, insert }: Bucket, at: number): void {
  drop.run(at)
  insert.run(at)
}

/** Returns the days they are of, and were: a change of the site's zone gives an hour another one. */
function hoursAgain(
  hour: Bucket & { readonly daysOf: SqliteDatabase.Statement<[number], { day: number }> },
  touched: ReadonlySet<number>,
): number[] {
  const days = new Set<number>()
  for (const at of inOrder(touched)) {
    for (const { day } of hour.daysOf.all(at)) days.add(day)
    again(hour, at)
    for (const { day } of hour.daysOf.all(at)) days.add(day)
  }
  return inOrder(days)
}

/** Exported to fill what a test has written row by row. */
export function rollUpStatements(db: SqliteDatabase.Database) {
  return {
    callHour: {
      daysOf: db.prepare<[number], { day: number }>('select distinct day from call_hours where hour_ms = ?'),
      drop: db.prepare<[number]>('delete from call_hours where hour_ms = ?'),
      insert: db.prepare<[number]>(`
        insert into call_hours (hour_ms, direction, queue, cause, day, hour_of_day, weekday, calls, answered, missed, missed_wait_ms,
          missed_out_of_hours)
        select hour_ms, direction, coalesce(queue, ''), coalesce(missed_cause, ''), min(day), min(hour_of_day), min(weekday),
          count(*), count(answered_at_ms), ${count("outcome = 'missed'")}, sum(case when outcome = 'missed' then wait_ms else 0 end),
          ${count(isMissedOutOfHours('ledger_calls'))}
        from ledger_calls where hour_ms = ? group by 1, 2, 3, 4`),
    },
    callDay: {
      drop: db.prepare<[number]>('delete from call_days where day = ?'),
      insert: db.prepare<[number]>(`
        insert into call_days (day, direction, queue, cause, weekday, calls, answered, missed, missed_wait_ms, missed_out_of_hours)
        select day, direction, queue, cause, min(weekday), sum(calls), sum(answered), sum(missed), sum(missed_wait_ms),
          sum(missed_out_of_hours)
        from call_hours where day = ? group by 1, 2, 3, 4`),
    },
    hour: {
      daysOf: db.prepare<[number], { day: number }>('select distinct day from queue_hours where hour_ms = ?'),
      drop: db.prepare<[number]>('delete from queue_hours where hour_ms = ?'),
      insert: db.prepare<[number]>(`
        insert into queue_hours (hour_ms, queue, day, hour_of_day, weekday, ${Object.keys(visitSums).join(', ')})
        select v.hour_ms, v.queue, min(v.day), min(v.hour_of_day), min(v.weekday), ${Object.values(visitSums).join(', ')}
        from queue_visits v where v.hour_ms = ? group by v.hour_ms, v.queue`),
    },
    queueDay: {
      drop: db.prepare<[number]>('delete from queue_days where day = ?'),
      insert: db.prepare<[number]>(`
        insert into queue_days (day, queue, weekday, ${dayColumns.join(', ')})
        select day, queue, min(weekday), ${dayAmounts.join(', ')} from queue_hours where day = ? group by day, queue`),
    },
    operatorDay: {
      drop: db.prepare<[OperatorsOfDay]>(`delete from operator_days where day = @day and ${theseOperators}`),
      insert: db.prepare<[OperatorsOfDay]>(`
        insert into operator_days (day, operator, queue, direction, weekday, talks, answered_visits, transfers_in, pickups,
          transfers_out, talk_ms, longest_talk_ms, hold_ms, hold_known, rings, missed_rings, rejected_rings, ring_ms, made, reached)
        ${operatorDays}`),
    },
    operatorSum: {
      drop: db.prepare<[OperatorsOfDay]>(`delete from operator_sums where day = @day and ${theseOperators}`),
      insert: db.prepare<[OperatorsOfDay]>(`
        insert into operator_sums (day, operator, weekday, talks, queue_talks, outbound_talks, talk_ms, longest_talk_ms, hold_ms,
          hold_known, rings, missed_rings)
        select day, operator, min(weekday), sum(talks), sum(case when queue <> '' then talks else 0 end),
          sum(case when direction = 'outbound' then talks else 0 end), sum(talk_ms), max(longest_talk_ms), sum(hold_ms),
          sum(hold_known), sum(rings), sum(missed_rings)
        from operator_days where day = @day and ${theseOperators} group by day, operator`),
    },
    operatorState: {
      drop: db.prepare<[string, number]>('delete from operator_states where operator = ? and day >= ?'),
      insert: db.prepare<[string, number]>(`
        insert into operator_states (operator, day, state, reason, closed_ms, open_from_ms)
        select operator, day, state, reason, sum(coalesce(to_ms - from_ms, 0)), max(case when to_ms is null then from_ms end)
        from operator_spans where operator = ? and from_ms >= ? and queue = '' group by operator, day, state, reason`),
    },
  }
}
