import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import pg from 'pg'
import { pino } from 'pino'
import { anna, boris, FakeQueueNames, FakeUsers } from '../calls/fixture.ts'
import { CardSums } from '../calls/index.ts'
import { ManualClock } from '../clock.ts'
import { seededRandom } from '../demo/demo-history.ts'
import { testDatabase } from '../store/fixture.ts'
import { databaseFile, Store } from '../store/index.ts'
import type { WorkTimes } from './fold/work-time.ts'
import { rollUpStatements } from './import/roll-ups.ts'
import { CallList, LedgerReports, openRecord, PostgresReader, ReadPool, recordFile } from './index.ts'
import { PublishQueue, RecordPublisher } from './publish/index.ts'
import type { ReportReader } from './readers/read-pool.ts'
import type { RecordDatabase } from './record/schema.ts'

/** For tests: a record written row by row, with the cards' database beside it, read as the server reads it. */
export interface RecordRig {
  readonly reports: LedgerReports
  readonly callList: CallList
  readonly store: Store
  readonly record: SqliteDatabase.Database
  readonly reader: ReportReader
  readonly clock: ManualClock
  readonly users: FakeUsers
  readonly dataDir: string
  readonly databaseUrl: string | null
  /** Queues are open then. */
  open(workTimes: WorkTimes): void
  /** What was added so far can be read. */
  published(): Promise<void>
  /** Reports read the sums of the cards there are, and no more the cards. */
  sumCards(): Promise<void>
  /** Reports find no calls where they read them. */
  loseCalls(): Promise<void>
  add(table: string, row: Readonly<Record<string, string | number | null>>): void
  close(): Promise<void>
}

export const timeZone = 'Europe/Moscow'
const zoneMs = 10_800_000
const hourMs = 3_600_000

/** Moscow's buckets, worked out otherwise than the product does. */
export const bucketsOf = (ms: number) => {
  const local = new Date(ms + zoneMs)
  return {
    day: Number(local.toISOString().slice(0, 10).replaceAll('-', '')),
    hour_ms: Math.floor(ms / hourMs) * hourMs,
    hour_of_day: local.getUTCHours(),
    weekday: ((local.getUTCDay() + 6) % 7) + 1,
  }
}

export async function openRecordRig(): Promise<RecordRig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-record-'))
  const clock = new ManualClock(Date.UTC(2026, 10, 20, 12))
  const { databaseUrl } = await testDatabase(dataDir)
  const store = new Store({ dataDir, databaseUrl, clock })
  await store.start()
  for (const { id, email, name, role, extension } of [anna, boris])
    await store.db
      .insertInto('users')
      .values({
        id,
        email,
        name,
        role,
        extension,
        active: 1,
        password_hash: '',
        sip_secret: null,
        created_at_ms: 0,
        updated_at_ms: 0,
      })
      .execute()
  const record = await openRecord(recordFile(dataDir), 0)
  const reader =
    databaseUrl === null
      ? new ReadPool({ recordFile: recordFile(dataDir), appFile: databaseFile(dataDir), clock })
      : publishedReader(record, databaseUrl)
  const users = new FakeUsers()
  const cardSums = new CardSums({ db: store.db, clock, timeZone, logger: pino({ level: 'silent' }) })
  let workTimes: WorkTimes = { times: [], holidays: [] }
  const queueNames = new FakeQueueNames()
  const reports = new LedgerReports({
    reader,
    users,
    queueNames,
    workTimes: { all: () => workTimes },
    cardSums,
    clock,
    timeZone,
  })
  return {
    reports,
    callList: new CallList({ reader, searcher: reader, users, queueNames, clock, timeZone }),
    store,
    record,
    reader,
    clock,
    users,
    dataDir,
    databaseUrl,
    open(next) {
      workTimes = next
    },
    async sumCards() {
      await cardSums.start()
      await cardSums.idle()
    },
    async published() {
      await reader.rows({ sql: 'select 1 as one', parameters: [] })
    },
    async loseCalls() {
      if (databaseUrl === null) return void record.exec('drop table ledger_calls')
      const admin = new pg.Client({ connectionString: databaseUrl })
      await admin.connect()
      await admin.query('drop table record.ledger_calls')
      await admin.end()
    },
    add(table, row) {
      const names = Object.keys(row)
      record.prepare(`insert into ${table} (${names}) values (${names.map((name) => `@${name}`)})`).run(row)
    },
    async close() {
      await cardSums.stop()
      await reader.stop()
      record.close()
      await store.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Reads what was published, having published everything. */
function publishedReader(record: SqliteDatabase.Database, databaseUrl: string): ReportReader {
  const onTrouble = (message: string) => {
    throw new Error(message)
  }
  const publisher = new RecordPublisher({ queue: new PublishQueue(record), databaseUrl, clock: new ManualClock(), onTrouble })
  const reader = new PostgresReader({ databaseUrl })
  let published: Promise<void> = Promise.resolve()
  const publish = () => {
    published = published.then(() => publisher.flush())
    return published
  }
  return {
    rows: (text) => publish().then(() => reader.rows(text)),
    together: (texts) => publish().then(() => reader.together(texts)),
    snapshot: (work) => publish().then(() => reader.snapshot(work)),
    async stop() {
      await Promise.all([publisher.stop(), reader.stop()])
    },
  }
}

const outcomes = [
  'answered',
  'answered',
  'answered',
  'abandoned',
  'abandoned',
  'timeout',
  'leftEmpty',
  'keyExit',
  'withdrawn',
  'incompatible',
  'lost',
] as const

/** Calls of `days` days up to the 20th of November 2026 that follow no pattern but the balance of the ledger. */
export function addHistory(rig: Pick<RecordRig, 'record' | 'add'>, by: { calls: number; days: number; seed: number }): void {
  const random = seededRandom(by.seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] ?? raise()
  const upTo = (most: number) => Math.floor(random() * most)
  const endMs = Date.UTC(2026, 10, 20, 20)
  rig.record.exec('begin')
  for (let at = 0; at < by.calls; at++) {
    const startedAtMs = endMs - upTo(by.days * 24 * hourMs)
    const call_key = `${at}.0`
    const direction = pick(['inbound', 'inbound', 'inbound', 'outbound', 'internal'] as const)
    const phone_key = `916000${String(upTo(300)).padStart(4, '0')}`
    const when = bucketsOf(startedAtMs)
    const visits = direction === 'inbound' ? 1 + Number(random() < 0.1) : 0
    let answeredAtMs: number | null = null
    let operator: string | null = null
    let queue: string | null = null
    let n = 0
    for (let visit = 1; visit <= visits; visit++) {
      const outcome = visit < visits ? pick(['timeout', 'keyExit'] as const) : pick(outcomes)
      const wait_ms = upTo(90) * 1_000
      const own = pick(['701', '702', '703'])
      queue ??= own
      const by = outcome === 'answered' ? pick(['1001', '1002', '1003']) : null
      for (let ring = 0; ring < upTo(3); ring++) {
        const rung = { operator: pick(['1001', '1002', '1003']), outcome: pick(['noAnswer', 'rejected', 'cancelled']) }
        rig.add('ledger_rings', {
          call_key,
          n: n++,
          direction,
          queue: own,
          visit,
          at_ms: startedAtMs,
          ring_ms: 5_000,
          ...rung,
          ...when,
        })
      }
      if (by !== null) {
        operator = by
        answeredAtMs = startedAtMs + wait_ms
        const talk_ms = 1_000 + upTo(400_000)
        rig.add('ledger_rings', {
          call_key,
          n: n++,
          direction,
          queue: own,
          visit,
          at_ms: startedAtMs,
          ring_ms: 3_000,
          operator: by,
          outcome: 'answered',
          ...when,
        })
        rig.add('ledger_legs', {
          call_key,
          n: visit,
          direction,
          operator: by,
          queue: own,
          visit,
          origin: 'queue',
          answered_at_ms: answeredAtMs,
          ended_at_ms: answeredAtMs + talk_ms,
          talk_ms,
          hold_ms: random() < 0.3 ? null : upTo(20_000),
          transferred: 0,
          ...when,
        })
      }
      rig.add('queue_visits', {
        call_key,
        n: visit,
        queue: own,
        entered_at_ms: startedAtMs,
        left_at_ms: startedAtMs + wait_ms,
        wait_ms,
        position_in: 1 + upTo(5),
        position_out: null,
        outcome,
        operator: by,
        talk_ms: 0,
        rings: 0,
        exit_key: null,
        within_target: Number((outcome === 'answered' || outcome === 'abandoned') && wait_ms <= 30_000),
        short_abandon: Number(outcome === 'abandoned' && wait_ms <= 5_000),
        target_ms: 30_000,
        short_ms: 5_000,
        level_part: Number(outcome === 'answered' && wait_ms <= 30_000),
        level_whole: Number(outcome !== 'keyExit' && !(outcome === 'abandoned' && wait_ms <= 5_000)),
        out_of_hours: Number(when.hour_of_day >= 14),
        cause: outcome === 'answered' ? null : pick(['allBusy', 'nobodyAnswered', 'hungUpWaiting']),
        ...when,
      })
    }
    if (direction !== 'inbound' && random() < 0.7) {
      operator = pick(['1001', '1002'])
      answeredAtMs = startedAtMs + 4_000
      rig.add('ledger_legs', {
        call_key,
        n: 1,
        direction,
        operator,
        queue: null,
        visit: null,
        origin: 'made',
        answered_at_ms: answeredAtMs,
        ended_at_ms: answeredAtMs + 60_000,
        talk_ms: 60_000,
        hold_ms: null,
        transferred: 0,
        ...when,
      })
    }
    const missed = direction === 'inbound' && answeredAtMs === null
    rig.add('ledger_calls', {
      call_key,
      direction,
      number: `+7${phone_key}`,
      phone_key,
      queue,
      started_at_ms: startedAtMs,
      queued_at_ms: queue === null ? null : startedAtMs,
      answered_at_ms: answeredAtMs,
      ended_at_ms: startedAtMs + 500_000,
      operator,
      talk_ms: answeredAtMs === null ? 0 : 60_000,
      hold_ms: null,
      wait_ms: 10_000,
      outcome: answeredAtMs !== null ? 'answered' : missed ? 'missed' : 'noAnswer',
      missed_cause: missed ? pick(['allBusy', 'nobodyAnswered', 'hungUpWaiting']) : null,
      rings: 0,
      queue_visits: visits,
      recording: null,
      ...when,
    })
  }
  keepRollUps(rig.record)
  rig.record.exec('commit')
}

const rolledUp = [
  'call_hours',
  'call_days',
  'queue_hours',
  'queue_days',
  'operator_days',
  'operator_sums',
  'operator_states',
] as const satisfies readonly (keyof RecordDatabase)[]

/** What the importer makes of the rows of calls and spans, made anew. */
export function keepRollUps(record: SqliteDatabase.Database): void {
  record.exec(rolledUp.map((table) => `delete from ${table}`).join(';'))
  const { callHour, callDay, hour, queueDay, operatorDay, operatorSum, operatorState } = rollUpStatements(record)
  const all = <Row>(select: string) => record.prepare<[], Row>(select).all()
  for (const { at } of all<{ at: number }>('select distinct hour_ms as at from ledger_calls')) callHour.insert.run(at)
  for (const { at } of all<{ at: number }>('select distinct day as at from ledger_calls')) callDay.insert.run(at)
  for (const { at } of all<{ at: number }>('select distinct hour_ms as at from queue_visits')) hour.insert.run(at)
  for (const { at } of all<{ at: number }>('select distinct day as at from queue_visits')) queueDay.insert.run(at)
  const days = all<{ day: number; operators: string }>(
    `select day, json_group_array(operator) as operators from (
      select day, operator from ledger_legs union select day, operator from ledger_rings
      union select day, operator from ledger_calls where direction = 'outbound' and operator is not null
    ) group by day`,
  )
  for (const of of days) {
    operatorDay.insert.run(of)
    operatorSum.insert.run(of)
  }
  const operators = all<{ operator: string }>('select distinct operator from operator_spans')
  for (const { operator } of operators) operatorState.insert.run(operator, 0)
}

function raise(): never {
  throw new Error('nothing to pick from')
}
