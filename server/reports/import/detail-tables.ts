import type SqliteDatabase from 'better-sqlite3'
import type {
  CallAliasesTable,
  CallFactsTable,
  LedgerCallsTable,
  LedgerLegsTable,
  LedgerRingsTable,
  QueueVisitsTable,
} from '../record/schema.ts'

type Value = string | number | null

/** A table's columns, and their values of a row in the same order. */
export interface DetailTable<Row> {
  readonly name: string
  readonly columns: readonly (keyof Row & string)[]
  /** Each by its own name: read through a variable it takes many times as long, and this is done for every row there ever was. */
  readonly values: (row: Row) => Value[]
}

export const factRows: DetailTable<CallFactsTable> = {
  name: 'call_facts',
  columns: ['call_key', 'facts'],
  values: (row) => [row.call_key, row.facts],
}

export const aliasRows: DetailTable<CallAliasesTable> = {
  name: 'call_aliases',
  columns: ['unique_id', 'call_key'],
  values: (row) => [row.unique_id, row.call_key],
}

export const callRows: DetailTable<LedgerCallsTable> = {
  name: 'ledger_calls',
  columns: [
    'call_key',
    'direction',
    'number',
    'phone_key',
    'queue',
    'started_at_ms',
    'queued_at_ms',
    'answered_at_ms',
    'ended_at_ms',
    'operator',
    'talk_ms',
    'hold_ms',
    'wait_ms',
    'outcome',
    'missed_cause',
    'rings',
    'queue_visits',
    'recording',
    'day',
    'hour_ms',
    'hour_of_day',
    'weekday',
  ],
  values: (row) => [
    row.call_key,
    row.direction,
    row.number,
    row.phone_key,
    row.queue,
    row.started_at_ms,
    row.queued_at_ms,
    row.answered_at_ms,
    row.ended_at_ms,
    row.operator,
    row.talk_ms,
    row.hold_ms,
    row.wait_ms,
    row.outcome,
    row.missed_cause,
    row.rings,
    row.queue_visits,
    row.recording,
    row.day,
    row.hour_ms,
    row.hour_of_day,
    row.weekday,
  ],
}

export const legRows: DetailTable<LedgerLegsTable> = {
  name: 'ledger_legs',
  columns: [
    'call_key',
    'n',
    'direction',
    'operator',
    'queue',
    'visit',
    'origin',
    'answered_at_ms',
    'ended_at_ms',
    'talk_ms',
    'hold_ms',
    'transferred',
    'day',
    'hour_ms',
    'hour_of_day',
    'weekday',
  ],
  values: (row) => [
    row.call_key,
    row.n,
    row.direction,
    row.operator,
    row.queue,
    row.visit,
    row.origin,
    row.answered_at_ms,
    row.ended_at_ms,
    row.talk_ms,
    row.hold_ms,
    row.transferred,
    row.day,
    row.hour_ms,
    row.hour_of_day,
    row.weekday,
  ],
}

export const ringRows: DetailTable<LedgerRingsTable> = {
  name: 'ledger_rings',
  columns: [
    'call_key',
    'n',
    'direction',
    'operator',
    'queue',
    'visit',
    'at_ms',
    'ring_ms',
    'outcome',
    'day',
    'hour_ms',
    'hour_of_day',
    'weekday',
  ],
  values: (row) => [
    row.call_key,
    row.n,
    row.direction,
    row.operator,
    row.queue,
    row.visit,
    row.at_ms,
    row.ring_ms,
    row.outcome,
    row.day,
    row.hour_ms,
    row.hour_of_day,
    row.weekday,
  ],
}

export const visitRows: DetailTable<QueueVisitsTable> = {
  name: 'queue_visits',
  columns: [
    'call_key',
    'n',
    'queue',
    'entered_at_ms',
    'left_at_ms',
    'wait_ms',
    'position_in',
    'position_out',
    'outcome',
    'operator',
    'talk_ms',
    'rings',
    'exit_key',
    'within_target',
    'short_abandon',
    'target_ms',
    'short_ms',
    'level_part',
    'level_whole',
    'out_of_hours',
    'cause',
    'day',
    'hour_ms',
    'hour_of_day',
    'weekday',
  ],
  values: (row) => [
    row.call_key,
    row.n,
    row.queue,
    row.entered_at_ms,
    row.left_at_ms,
    row.wait_ms,
    row.position_in,
    row.position_out,
    row.outcome,
    row.operator,
    row.talk_ms,
    row.rings,
    row.exit_key,
    row.within_target,
    row.short_abandon,
    row.target_ms,
    row.short_ms,
    row.level_part,
    row.level_whole,
    row.out_of_hours,
    row.cause,
    row.day,
    row.hour_ms,
    row.hour_of_day,
    row.weekday,
  ],
}

/** Values bound by place: by name it takes twice the time. */
export function inserter<Row>(db: SqliteDatabase.Database, { name, columns, values }: DetailTable<Row>): (row: Row) => void {
  const places = columns.map(() => '?').join(', ')
  const statement = db.prepare<unknown[]>(`insert into ${name} (${columns.join(', ')}) values (${places})`)
  return (row) => void statement.run(...values(row))
}

const rowsAtOnce = 20

/** Inserts rows, many by one statement: it takes less time than each by its own. The last ones are inserted by `end`. */
export function adder<Row>(
  db: SqliteDatabase.Database,
  { name, columns, values }: DetailTable<Row>,
): { add: (row: Row) => void; end: () => void } {
  const places = `(${columns.map(() => '?').join(', ')})`
  const insert = (rows: number) =>
    db.prepare<unknown[]>(`insert into ${name} (${columns.join(', ')}) values ${new Array(rows).fill(places).join(', ')}`)
  const [one, many] = [insert(1), insert(rowsAtOnce)]
  const width = columns.length
  let waiting: Value[] = []
  return {
    add: (row) => {
      waiting.push(...values(row))
      if (waiting.length < width * rowsAtOnce) return
      // As arguments: in an array they take a quarter more.
      many.run(...waiting)
      waiting = []
    },
    end: () => {
      for (let at = 0; at < waiting.length; at += width) one.run(...waiting.slice(at, at + width))
      waiting = []
    },
  }
}
