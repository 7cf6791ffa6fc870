/**
 * How fast reports are over years of calls, and beside the same figures by hand-written SQL on the same file. The record is made
 * by the importer from a generated history: `npm run bench -- reports --calls=1000000 --days=1095 --operators=300 --queues=40`.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { UserDirectory } from '../server/accounts/index.ts'
import { systemClock } from '../server/clock.ts'
import { addDays, type Grouping, type ReportId, type User } from '../server/contract/index.ts'
import { siteBuckets } from '../server/reports/fold/buckets.ts'
import { extensionTest, operatorNames, ruleBook } from '../server/reports/fold/rules.ts'
import { LedgerWriter } from '../server/reports/import/ledger-writer.ts'
import { LedgerReports, openRecord, ReadPool, recordFile, takeStatistics } from '../server/reports/index.ts'
import { momentsOf } from '../server/reports/queries/site-days.ts'
import { siteDay } from '../server/site-time.ts'
import { databaseFile, Store } from '../server/store/index.ts'
import { atLeast, atMost, type Figure, forReference, percentile } from './figure.ts'
import { history } from './support/history.ts'

const timeZone = 'Europe/Moscow'
const firstMs = Date.UTC(2023, 10, 20)
const rounds = 15

const supervisor: User = { id: 's', email: 's@bench', name: 'S', role: 'supervisor', extension: null, active: true }
const nobody: UserDirectory = {
  all: () => [],
  byId: () => null,
  byExtension: () => null,
  extensionSinceMs: () => null,
  onChange: () => () => undefined,
}
const unnamed = { name: (number: string) => number, all: () => [], onChange: () => () => undefined }

/** What the operators' and queues' reports read at the least, written by hand. */
const byHand = {
  queues: `select queue, sum(offered) o, sum(answered) a, sum(abandoned) b, sum(timeouts) t, sum(left_empty) e, sum(key_exits) k,
      sum(withdrawn + incompatible + waiting + lost) x, sum(answered_in_target) at, sum(short_abandons) s,
      sum(answered_wait_ms) w, sum(abandoned_wait_ms) bw, max(longest_wait_ms) l
    from queue_hours where day between ? and ? group by queue`,
  operators: `select operator, sum(talks) n, sum(case when queue <> '' then talks else 0 end) q,
      sum(case when direction = 'outbound' then talks else 0 end) o, sum(missed_rings) m, sum(rings) r, sum(talk_ms) t, sum(hold_ms) h
    from operator_days where day between ? and ? group by operator`,
  spans: `select operator, sum(to_ms - from_ms), sum(case when state = 'available' then to_ms - from_ms else 0 end),
      sum(case when state = 'paused' and reason <> 'wrapup' then to_ms - from_ms else 0 end)
    from operator_spans where queue = '' and from_ms >= ? and from_ms < ? group by operator`,
  hours: `select hour_of_day, sum(offered) o, sum(answered) a, sum(abandoned) b, sum(timeouts) t, sum(left_empty) e, sum(key_exits) k,
      sum(withdrawn + incompatible + waiting + lost) x, sum(answered_in_target) at, sum(short_abandons) s,
      sum(answered_wait_ms) w, sum(abandoned_wait_ms) bw, max(longest_wait_ms) l
    from queue_hours where day between ? and ? group by hour_of_day`,
} as const

/** The past that is asked about. */
interface Size {
  readonly calls: number
  /** More than a year. */
  readonly days: number
  readonly operators: number
  readonly queues: number
}

interface Case {
  readonly name: string
  readonly report: ReportId
  readonly groupBy: Grouping
  readonly hand: readonly (keyof typeof byHand)[]
  /** Periods to choose from, in days. */
  readonly length: number
  readonly limitMs: number
}

const cases: readonly Case[] = [
  { name: 'queues, a month', report: 'queues', groupBy: 'queue', hand: ['queues'], length: 30, limitMs: 300 },
  {
    name: 'operators, a month',
    report: 'operators',
    groupBy: 'operator',
    hand: ['operators', 'spans'],
    length: 30,
    limitMs: 300,
  },
  { name: 'queues, a year', report: 'queues', groupBy: 'queue', hand: ['queues'], length: 365, limitMs: 1_500 },
  {
    name: 'operators, a year',
    report: 'operators',
    groupBy: 'operator',
    hand: ['operators', 'spans'],
    length: 365,
    limitMs: 1_500,
  },
  { name: 'hours of a day', report: 'queues', groupBy: 'hourOfDay', hand: ['hours'], length: 1, limitMs: 50 },
]

export async function* run(options: readonly string[] = []): AsyncGenerator<Figure> {
  const given = (name: string, otherwise: number): number => {
    const option = options.find((one) => one.startsWith(`--${name}=`))
    return option === undefined ? otherwise : Number(option.split('=')[1])
  }
  const size: Size = {
    calls: given('calls', 1_000_000),
    days: given('days', 1_095),
    operators: given('operators', 300),
    queues: given('queues', 40),
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-reports-'))
  const store = new Store({ dataDir, clock: systemClock })
  try {
    await store.start()
    yield* load(dataDir, size)
    yield* ask(dataDir, size.days)
  } finally {
    await store.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function* load(dataDir: string, size: Size): AsyncGenerator<Figure> {
  const db = await openRecord(recordFile(dataDir), 0)
  const writer = new LedgerWriter({
    db,
    clock: systemClock,
    rules: {
      buckets: siteBuckets(timeZone),
      rule: ruleBook([]),
      operatorOf: operatorNames(new Map()),
      isExtension: extensionTest(new Set()),
      isQueue: (number) => /^7\d\d$/.test(number),
      phone: (number) => ({ number, key: number.slice(-10) }),
    },
  })
  let rows = 0
  let importMs = 0
  for (const { cdr, queueLog } of history({ seed: 7, ...size, fromMs: firstMs })) {
    const last = queueLog.at(-1)?.atMs ?? 0
    const begun = performance.now()
    writer.apply({ cdr, queueLog, cel: [], states: [], problems: [], upToMs: last })
    importMs += performance.now() - begun
    rows += cdr.length
  }
  // The planner's own statistics, as the importer leaves them.
  takeStatistics(db)
  db.close()
  yield forReference(`calls of ${size.days} days, ${size.operators} operators, ${size.queues} queues`, size.calls, 'calls')
  yield forReference('the record on disk', statSync(recordFile(dataDir)).size / 2 ** 20, 'MB')
  yield atLeast('import of CDR rows with their queue lines', rows / (importMs / 1_000), 'rows/s', 30_000)
}

async function* ask(dataDir: string, days: number): AsyncGenerator<Figure> {
  const files = { recordFile: recordFile(dataDir), appFile: databaseFile(dataDir) }
  const reader = new ReadPool({ ...files, clock: systemClock, deadlineMs: 120_000 })
  const reports = new LedgerReports({ reader, users: nobody, queueNames: unnamed, clock: systemClock, timeZone })
  const firstDay = siteDay(firstMs, timeZone)
  // The live side's loop: only the reading threads work.
  const loop = monitorEventLoopDelay({ resolution: 5 })
  try {
    for (const { name, report, groupBy, hand: texts, length, limitMs } of cases) {
      const { figures } = await reports.run(supervisor, {
        report,
        groupBy,
        fromDay: firstDay,
        toDay: firstDay,
        filter: {},
        compare: false,
      })
      const shown = figuresOf(reports, report).filter((id) => figures.includes(id))
      const times: { report: number[]; hand: number[] } = { report: [], hand: [] }
      // In turn, so that both meet the same machine; the first round only warms.
      for (let round = 0; round <= rounds; round++) {
        const fromDay = addDays(firstDay, 1 + Math.floor(((days - length - 2) * ((round * 7) % (rounds + 1))) / (rounds + 1)))
        const toDay = addDays(fromDay, length - 1)
        const { fromMs, toMs } = momentsOf({ fromDay, toDay }, timeZone)
        if (length >= 365) loop.enable()
        const begun = performance.now()
        const table = await reports.run(supervisor, {
          report,
          groupBy,
          fromDay,
          toDay,
          filter: {},
          compare: false,
          figures: shown,
        })
        const between = performance.now()
        loop.disable()
        // By the same threads: compared is the SQL and what is done with its rows.
        const rows = await Promise.all(
          texts.map((text) =>
            reader.rows({ sql: byHand[text], parameters: text === 'spans' ? [fromMs, toMs] : [fromDay, toDay] }),
          ),
        )
        const ended = performance.now()
        if (table.rows.length < Math.max(...rows.map(({ length }) => length))) throw new Error(`${name}: fewer rows than by hand`)
        if (round === 0) continue
        times.report.push(between - begun)
        times.hand.push(ended - between)
      }
      const p95 = percentile(times.report, 95)
      yield atMost(`${name}: p95 of ${rounds}`, p95, 'ms', limitMs)
      yield forReference(`${name}: by hand, p95`, percentile(times.hand, 95), 'ms')
      yield atMost(
        `${name}: report to hand-written, medians`,
        percentile(times.report, 50) / percentile(times.hand, 50),
        '×',
        1.2,
      )
    }
    yield atMost('event loop’s delay while year reports run, p99', loop.percentile(99) / 1e6, 'ms', 50)
  } finally {
    await reader.stop()
  }
}

const figuresOf = (reports: LedgerReports, id: ReportId): readonly string[] =>
  reports.definitions(supervisor).reports.find((one) => one.id === id)?.shown ?? []
