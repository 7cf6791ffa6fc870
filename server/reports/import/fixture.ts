import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { ManualClock } from '../../clock.ts'
import { migrate } from '../../store/index.ts'
import { siteBuckets } from '../fold/buckets.ts'
import { builtInRule, extensionTest, type FoldRules, operatorNames, ruleBook } from '../fold/rules.ts'
import { workTimeBook } from '../fold/work-time.ts'
import type { SqlText } from '../queries/sql-text.ts'
import type { ReportReader } from '../readers/read-pool.ts'
import { recordMigrations } from '../record/migrations.ts'
import type {
  LedgerCallsTable,
  LedgerLegsTable,
  LedgerRingsTable,
  OperatorSpansTable,
  QueueVisitsTable,
  RecordDatabase,
} from '../record/schema.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/index.ts'
import { LedgerWriter } from './ledger-writer.ts'

export const siteRules = (timeZone = 'Europe/Moscow'): Omit<FoldRules, 'pbxStartAfter'> => ({
  buckets: siteBuckets(timeZone),
  rule: ruleBook([builtInRule]),
  workTime: workTimeBook({ times: [], holidays: [] }),
  operatorOf: operatorNames(
    new Map([
      ['Анна Петрова', '1001'],
      ['Борис Ильин', '1002'],
    ]),
  ),
  isExtension: extensionTest(new Set()),
  isQueue: (number) => /^7\d\d$/.test(number),
  phone: (number) => ({ number, key: number.replace(/\D/g, '').slice(-10) }),
})

export interface Facts {
  readonly cdr?: readonly CdrRow[]
  readonly queueLog?: readonly QueueLogRow[]
  readonly cel?: readonly CelRow[]
}

/** Tables that the facts alone decide. */
const decidedByFacts = [
  'call_facts',
  'ledger_calls',
  'ledger_legs',
  'ledger_rings',
  'queue_visits',
  'operator_events',
  'operator_spans',
  'call_hours',
  'call_days',
  'queue_hours',
  'queue_days',
  'operator_days',
  'operator_sums',
  'operator_states',
  'pbx_starts',
] as const satisfies readonly (keyof RecordDatabase)[]

/** A record in memory and its writer. */
export async function openLedger(rules = siteRules()) {
  const db = new SqliteDatabase(':memory:')
  await migrate(new Kysely<unknown>({ dialect: new SqliteDialect({ database: db }) }), recordMigrations, 0)
  const writer = new LedgerWriter({ db, rules, clock: new ManualClock(0) })
  const apply = (facts: Facts, upToMs = 0) =>
    writer.apply({ cdr: [], queueLog: [], cel: [], ...facts, states: [], problems: [], upToMs })
  const all = <Row>(table: string): Row[] => {
    const rows = db.prepare<[], Row>(`select * from ${table}`).all()
    return rows
      .map((row) => ({ row, text: JSON.stringify(row) }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ row }) => row)
  }
  const inOrder = <Row>(table: string): Row[] => db.prepare<[], Row>(`select * from ${table} order by 1, 2`).all()
  return {
    db,
    writer,
    apply,
    reader: readerOf(db),
    calls: () => inOrder<LedgerCallsTable>('ledger_calls'),
    legs: () => inOrder<LedgerLegsTable>('ledger_legs'),
    rings: () => inOrder<LedgerRingsTable>('ledger_rings'),
    visits: () => inOrder<QueueVisitsTable>('queue_visits'),
    spans: () => db.prepare<[], OperatorSpansTable>('select * from operator_spans order by operator, queue, from_ms').all(),
    everything: () => Object.fromEntries(decidedByFacts.map((table) => [table, all(table)])),
  }
}

/** As reports ask. */
function readerOf(db: SqliteDatabase.Database) {
  const rows = async <Row>({ sql, parameters }: SqlText): Promise<readonly Row[]> =>
    db.prepare<SqlText['parameters'][number][], Row>(sql).all(...parameters)
  return {
    rows,
    together: (texts) => Promise.all(texts.map((text) => rows<unknown>(text))),
    snapshot: (work) => work((text) => rows<unknown>(text)),
    stop: async () => undefined,
  } satisfies ReportReader
}

export type Ledger = Awaited<ReturnType<typeof openLedger>>

const s = (ms: number | null, from = 0): string => (ms === null ? '?' : String((ms - from) / 1_000))

/** The ledger as a person would write it down: times in seconds from `fromMs`. */
export function ledgerText(ledger: Ledger, fromMs: number): unknown {
  return ledger.calls().map((call) => {
    const own = <Row extends { call_key: string }>(rows: Row[]) => rows.filter(({ call_key }) => call_key === call.call_key)
    const times = `${s(call.started_at_ms, fromMs)}–${s(call.ended_at_ms, fromMs)}`
    const outcome = [call.outcome, call.missed_cause].filter(Boolean).join(': ')
    return {
      call: `${call.direction} ${call.number}, ${times}, ${outcome}, operator ${call.operator ?? '–'}, queue ${call.queue ?? '–'}, wait ${s(call.wait_ms)}, talk ${s(call.talk_ms)}`,
      ...group(
        'visits',
        own(ledger.visits()).map(
          (visit) =>
            `${visit.queue} ${s(visit.entered_at_ms, fromMs)}–${s(visit.left_at_ms, fromMs)} ${[visit.outcome, visit.cause, visit.operator, visit.exit_key && `key ${visit.exit_key}`].filter(Boolean).join(' ')}${visit.within_target ? ', in target' : ''}${visit.short_abandon ? ', short' : ''}`,
        ),
      ),
      ...group(
        'legs',
        own(ledger.legs()).map(
          (leg) =>
            `${leg.operator} ${leg.origin}${leg.queue === null ? '' : ` ${leg.queue}`} ${s(leg.answered_at_ms, fromMs)}–${s(leg.ended_at_ms, fromMs)}${leg.transferred ? ', given on' : ''}`,
        ),
      ),
      ...group(
        'rings',
        own(ledger.rings()).map(
          (ring) =>
            `${ring.operator}${ring.queue === null ? '' : ` ${ring.queue}`} ${s(ring.at_ms, fromMs)} for ${s(ring.ring_ms)} ${ring.outcome}`,
        ),
      ),
    }
  })
}

const group = (name: string, items: readonly string[]) => (items.length === 0 ? {} : { [name]: items })

/** An operator's day as spans over all queues. */
export const spansText = (ledger: Ledger, fromMs: number): string[] =>
  ledger
    .spans()
    .map(
      (span) =>
        `${span.operator} ${span.queue || 'all'} ${s(span.from_ms, fromMs)}–${s(span.to_ms, fromMs)} ${[span.state, span.reason].filter(Boolean).join(' ')}`,
    )

/** What must hold in every ledger: the balances. Empty when it does. */
export function imbalances({ db }: Ledger): unknown[] {
  return [
    `select hour_ms, queue, offered from queue_hours where offered <> answered + abandoned + timeouts + left_empty + key_exits
      + withdrawn + incompatible + waiting + lost`,
    `select 'offered' as what from (select 1) where (select coalesce(sum(offered), 0) from queue_hours) <> (select count(*) from queue_visits)`,
    `select v.day, v.queue, count(*) as answered from queue_visits v where v.outcome = 'answered' group by v.day, v.queue
      having count(*) <> (select coalesce(sum(d.answered_visits), 0) from operator_days d where d.day = v.day and d.queue = v.queue)`,
    `select day, operator from ledger_legs l group by day, operator having sum(talk_ms) <>
      (select sum(talk_ms) from operator_days d where d.day = l.day and d.operator = l.operator)`,
    `select hour_ms, queue from queue_visits v group by hour_ms, queue having sum(wait_ms) <>
      (select wait_ms from queue_hours h where h.hour_ms = v.hour_ms and h.queue = v.queue)`,
    `select day, operator from ledger_rings r group by day, operator having count(*) <>
      (select sum(rings) from operator_days d where d.day = r.day and d.operator = r.operator)`,
    `select call_key, n from queue_visits v where outcome = 'answered' and 1 <>
      (select count(*) from ledger_legs l where l.call_key = v.call_key and l.visit = v.n)`,
    ...rollUps.flatMap(({ kept, detail }) => [`${kept} except ${detail}`, `${detail} except ${kept}`]),
  ].flatMap((sql) => db.prepare(sql).all())
}

const callSums = `count(*), count(answered_at_ms), sum(outcome = 'missed'), sum(iif(outcome = 'missed', wait_ms, 0)),
  sum(outcome = 'missed' and call_key in (select v.call_key from queue_visits v where v.out_of_hours = 1
    and not exists (select 1 from queue_visits b where b.call_key = v.call_key and b.n < v.n)))
  from ledger_calls group by 1, direction, queue, missed_cause`

/** What is kept ready of days and hours, and the same read from the rows. */
const rollUps = [
  {
    kept: 'select hour_ms, direction, queue, cause, calls, answered, missed, missed_wait_ms, missed_out_of_hours from call_hours',
    detail: `select hour_ms, direction, ifnull(queue, ''), ifnull(missed_cause, ''), ${callSums}`,
  },
  {
    kept: 'select day, direction, queue, cause, calls, answered, missed, missed_wait_ms, missed_out_of_hours from call_days',
    detail: `select day, direction, ifnull(queue, ''), ifnull(missed_cause, ''), ${callSums}`,
  },
  {
    kept: 'select day, queue, weekday, offered, answered, abandoned, level_part, level_whole, wait_ms, longest_wait_ms from queue_days',
    detail: `select day, queue, weekday, count(*), sum(outcome = 'answered'), sum(outcome = 'abandoned'), sum(level_part),
      sum(level_whole), sum(wait_ms), max(wait_ms) from queue_visits group by day, queue`,
  },
  {
    kept: 'select day, operator, talks, queue_talks, outbound_talks, talk_ms, longest_talk_ms, hold_known from operator_sums where talks > 0',
    detail: `select day, operator, count(*), count(queue), sum(direction = 'outbound'), sum(talk_ms), max(talk_ms), count(hold_ms)
      from ledger_legs group by day, operator`,
  },
  {
    kept: 'select day, operator, rings, missed_rings from operator_sums where rings > 0',
    detail: "select day, operator, count(*), sum(outcome in ('noAnswer', 'rejected')) from ledger_rings group by day, operator",
  },
  {
    kept: 'select day, operator, state, reason, closed_ms, open_from_ms from operator_states',
    detail: `select day, operator, state, reason, sum(ifnull(to_ms, from_ms) - from_ms), max(iif(to_ms is null, from_ms, null))
      from operator_spans where queue = '' group by day, operator, state, reason`,
  },
]
