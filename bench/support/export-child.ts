/** Makes a record of calls (`make`), or writes a list of them into a file and says what that took (`write`). */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pino } from 'pino'
import { z } from 'zod'
import type { UserDirectory } from '../../server/accounts/index.ts'
import { systemClock } from '../../server/clock.ts'
import type { User } from '../../server/contract/index.ts'
import { siteBuckets } from '../../server/reports/fold/buckets.ts'
import {
  CallList,
  Exports,
  LedgerReports,
  openRecord,
  ReadPool,
  ReportFiles,
  recordFile,
  takeStatistics,
} from '../../server/reports/index.ts'
import { databaseFile, Store } from '../../server/store/index.ts'

const [, , what = '', dataDir = '', option = ''] = process.argv
const timeZone = 'Europe/Moscow'
const firstMs = Date.UTC(2025, 0, 1)
const days = 365
const supervisor: User = { id: 's', email: 's@bench', name: 'S', role: 'supervisor', extension: null, active: true }
const alwaysOpen = { all: () => ({ times: [], holidays: [] }) }
const nobody: UserDirectory = {
  all: () => [],
  byId: () => null,
  byExtension: () => null,
  extensionTimes: () => [],
  onChange: () => () => undefined,
}
const unnamed = { name: (number: string) => number, all: () => [], onChange: () => () => undefined }

async function make(calls: number): Promise<void> {
  const store = new Store({ dataDir, clock: systemClock })
  await store.start()
  store.stop()
  const db = await openRecord(recordFile(dataDir), 0)
  const insert = db.prepare(`insert into ledger_calls (call_key, direction, number, phone_key, queue, started_at_ms, queued_at_ms,
      answered_at_ms, ended_at_ms, operator, talk_ms, wait_ms, outcome, missed_cause, rings, queue_visits, day, hour_ms, hour_of_day, weekday)
    values (@call_key, 'inbound', @number, @phone_key, @queue, @started_at_ms, @started_at_ms,
      @answered_at_ms, @ended_at_ms, @operator, @talk_ms, @wait_ms, @outcome, @missed_cause, 1, 1, @day, @hour_ms, @hour_of_day, @weekday)`)
  const buckets = siteBuckets(timeZone)
  db.exec('begin')
  for (let at = 0; at < calls; at++) {
    const started_at_ms = firstMs + Math.floor((at / calls) * days * 86_400) * 1_000
    const answered = at % 7 !== 0
    const phone_key = `9${String((at * 7_919) % 200_000).padStart(9, '0')}`
    const wait_ms = (at % 90) * 1_000
    const talk_ms = answered ? ((at * 13) % 600) * 1_000 : 0
    insert.run({
      call_key: `${Math.floor(started_at_ms / 1_000)}.${at}`,
      number: `+7${phone_key}`,
      phone_key,
      queue: String(700 + (at % 40)),
      started_at_ms,
      answered_at_ms: answered ? started_at_ms + wait_ms : null,
      ended_at_ms: started_at_ms + wait_ms + talk_ms,
      operator: answered ? String(1_000 + (at % 300)) : null,
      talk_ms,
      wait_ms,
      outcome: answered ? 'answered' : 'missed',
      missed_cause: answered ? null : 'hungUpWaiting',
      ...buckets(started_at_ms),
    })
  }
  db.exec('commit')
  takeStatistics(db)
  db.close()
}

async function write(format: 'csv' | 'xlsx'): Promise<void> {
  const files = { recordFile: recordFile(dataDir), appFile: databaseFile(dataDir) }
  const reader = new ReadPool({ ...files, clock: systemClock })
  const reports = new LedgerReports({
    reader,
    users: nobody,
    queueNames: unnamed,
    workTimes: alwaysOpen,
    cardSums: { whole: () => true },
    clock: systemClock,
    timeZone,
  })
  const exports = new Exports({
    ...files,
    databaseUrl: null,
    folder: join(dataDir, 'exports'),
    files: new ReportFiles({
      reports,
      callList: new CallList({ reader, searcher: reader, users: nobody, queueNames: unnamed, clock: systemClock, timeZone }),
      users: nobody,
      queueNames: unnamed,
      dictionaries: () => ({ categories: [], results: [] }),
      extraFields: () => [],
      pauseReasons: async () => [],
      timeZone,
      phoneRegion: 'RU',
    }),
    audit: async () => undefined,
    clock: systemClock,
    logger: pino({ level: 'warn' }),
  })
  exports.start()
  const idleMb = process.memoryUsage.rss() / 2 ** 20
  const turns = monitorEventLoopDelay({ resolution: 1 })
  turns.enable()
  const begun = performance.now()
  const content = {
    kind: 'behind',
    report: 'times',
    groupBy: 'day',
    figure: 'calls',
    fromDay: 20_250_101,
    toDay: 20_251_231,
    filter: {},
  } as const
  const asked = { content, format, language: 'ru' } as const
  const bytes = await exports.whole(supervisor, asked, async ({ path }) => statSync(path).size)
  const seconds = (performance.now() - begun) / 1_000
  const peakMb = process.resourceUsage().maxRSS / 1_024
  const rows = await reader.rows({ sql: 'select count(*) as n from ledger_calls', parameters: [] })
  process.send?.({
    rows: z.array(z.object({ n: z.number() })).parse(rows)[0]?.n ?? 0,
    bytes,
    seconds,
    peakMb,
    idleMb,
    turnMs: turns.percentile(99) / 1e6,
  })
  await exports.stop()
  await reader.stop()
}

if (what === 'make') await make(Number(option))
else await write(option === 'csv' ? 'csv' : 'xlsx')
process.disconnect?.()
