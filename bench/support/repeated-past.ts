/**
 * A record of years, filled in bulk: some weeks are imported as ever, and copied, week after week, by SQL of this file alone. What
 * comes out is what the importer would leave of the same rows (repeated-past.test.ts); of `call_facts`, which no report reads, there
 * are those of the imported weeks only.
 */
import type SqliteDatabase from 'better-sqlite3'
import { systemClock } from '../../server/clock.ts'
import { addDays } from '../../server/contract/index.ts'
import { siteBuckets } from '../../server/reports/fold/buckets.ts'
import { extensionTest, type FoldRules, operatorNames, ruleBook } from '../../server/reports/fold/rules.ts'
import { workTimeBook } from '../../server/reports/fold/work-time.ts'
import { LedgerWriter } from '../../server/reports/import/ledger-writer.ts'
import { siteDay } from '../../server/site-time.ts'
import { type HistoryDay, history } from './history.ts'

/** Whole weeks, so that weekdays stay what they are. */
export const weeksDays = 28
const dayMs = 86_400_000
/** Nobody works then, and no call that began before lasts as long: nothing goes over from one copy to the next. */
const quietMs = 2 * 3_600_000

export interface Past {
  readonly seed: number
  /** Of each copy, about. */
  readonly calls: number
  readonly operators: number
  readonly queues: number
  /** A midnight of the site. Its clock is never changed in these years. */
  readonly fromMs: number
  readonly timeZone: string
}

export const pastRules = (timeZone: string): Omit<FoldRules, 'pbxStartAfter'> => ({
  buckets: siteBuckets(timeZone),
  rule: ruleBook([]),
  workTime: workTimeBook({ times: [], holidays: [] }),
  operatorOf: operatorNames(new Map()),
  isExtension: extensionTest(new Set()),
  isQueue: (number) => /^7\d\d$/.test(number),
  phone: (number) => ({ number, key: number.slice(-10) }),
})

/** The weeks that are repeated. */
export function* pastWeeks({ fromMs, ...of }: Past): Generator<HistoryDay> {
  const lastMs = fromMs + weeksDays * dayMs - quietMs
  const early = (id: string | null): boolean => id === null || !(Number(/^pbx-(\d+)\./.exec(id)?.[1] ?? 0) * 1_000 >= lastMs)
  for (const { cdr, queueLog } of history({ ...of, days: weeksDays, fromMs }))
    yield { cdr: cdr.filter((row) => early(row.linkedId)), queueLog: queueLog.filter((line) => early(line.callId)) }
}

export function importWeeks(db: SqliteDatabase.Database, past: Past): { rows: number; ms: number } {
  const writer = new LedgerWriter({ db, clock: systemClock, rules: pastRules(past.timeZone) })
  let rows = 0
  let ms = 0
  for (const { cdr, queueLog } of pastWeeks(past)) {
    const begun = performance.now()
    writer.apply({ cdr, queueLog, cel: [], states: [], problems: [], upToMs: queueLog.at(-1)?.atMs ?? 0 })
    ms += performance.now() - begun
    rows += cdr.length
  }
  return { rows, ms }
}

/** What a copy is made of, in the order in which a record has them. */
export const copiedTables = [
  'ledger_calls',
  'ledger_legs',
  'ledger_rings',
  'queue_visits',
  'call_aliases',
  'operator_events',
  'operator_spans',
  'operator_checkpoints',
  'call_hours',
  'call_days',
  'queue_hours',
  'queue_days',
  'operator_days',
  'operator_sums',
  'operator_states',
] as const

const ids = new Set(['call_key', 'unique_id'])
const moments = /(^|_)at_ms$|^(hour|from|to|open_from)_ms$/

/** Statements that SQLite and PostgreSQL both know: the n-th copy of a table's rows in the schema `past`. */
export function copyStatement(table: string, { columns, n }: { columns: readonly string[]; n: number }): string {
  const ms = n * weeksDays * dayMs
  const values = columns.map((name) => {
    if (ids.has(name))
      return `substr(t.${name}, 1, 4) || (cast(substr(t.${name}, 5, 10) as bigint) + ${ms / 1_000}) || substr(t.${name}, 15)`
    if (name === 'day') return 'd.to_day'
    return moments.test(name) ? `t.${name} + ${ms}` : `t.${name}`
  })
  const days = columns.includes('day') ? ` join copied_days d on d.day = t.day and d.n = ${n}` : ''
  return `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from past.${table} t${days}`
}

/** Which day each day of the weeks is in each copy, as statements. */
export function* copiedDays({ fromMs, timeZone }: Past, copies: number): Generator<string> {
  yield 'create temporary table copied_days (n integer, day integer, to_day integer, primary key (n, day))'
  const first = siteDay(fromMs, timeZone)
  for (let n = 0; n < copies; n++) {
    const days = Array.from(
      { length: weeksDays },
      (_, at) => `(${n}, ${addDays(first, at)}, ${addDays(first, n * weeksDays + at)})`,
    )
    yield `insert into copied_days values ${days.join(', ')}`
  }
}

/** Fills an empty record from the file of an imported one. The indices a first import leaves for its end are the caller's. */
export function repeatWeeks(db: SqliteDatabase.Database, weeksFile: string, by: { past: Past; copies: number }): void {
  const columns = (table: string) =>
    db
      .prepare<[string], { name: string }>('select name from pragma_table_info(?)')
      .all(table)
      .map(({ name }) => name)
  db.prepare('attach ? as past').run(weeksFile)
  for (const statement of copiedDays(by.past, by.copies)) db.exec(statement)
  for (let n = 0; n < by.copies; n++)
    db.transaction(() => {
      for (const table of copiedTables) db.exec(copyStatement(table, { columns: columns(table), n }))
    })()
  db.exec('drop table copied_days; insert into call_facts select * from past.call_facts')
  db.exec('detach past')
}
