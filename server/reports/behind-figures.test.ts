import { afterAll, beforeAll, expect, it } from 'vitest'
import { FakeQueueNames, galina } from '../calls/fixture.ts'
import type { Grouping, ReportId } from '../contract/index.ts'
import { addHistory, bucketsOf, keepRollUps, openRecordRig, type RecordRig, timeZone } from './fixture.ts'
import { LedgerReports } from './index.ts'
import type { ReportReader } from './readers/read-pool.ts'

let rig: RecordRig
beforeAll(async () => {
  rig = await openRecordRig()
  addHistory(rig, { calls: 600, days: 12, seed: 5 })
})
afterAll(() => rig.close())

const ask = (report: ReportId, groupBy: Grouping) => ({
  ...{ report, groupBy, filter: {}, compare: false },
  ...{ fromDay: 20_261_110, toDay: 20_261_119 },
})

it('has the rows behind the footer, page by page, each once', async () => {
  const request = ask('queues', 'queue')
  const { total } = await rig.reports.run(galina, request)
  const seen = new Set<string>()
  for (let offset = 0; ; offset += 100) {
    const page = await rig.reports.behind(galina, { ...request, figure: 'abandoned', offset, limit: 100 })
    for (const row of page.rows) {
      expect(row.outcome).toBe('abandoned')
      seen.add(row.id)
    }
    if (page.rows.length === 0) break
  }
  expect(seen.size).toBe(total['abandoned'])
})

const callOf = (key: string, direction: string, atMs: number, answered: boolean) => ({
  call_key: key,
  direction,
  number: '+79161112233',
  phone_key: '9161112233',
  queue: null,
  started_at_ms: atMs,
  queued_at_ms: null,
  answered_at_ms: answered ? atMs + 1_000 : null,
  ended_at_ms: atMs + 9_000,
  operator: '1001',
  talk_ms: 0,
  hold_ms: null,
  wait_ms: 9_000,
  outcome: answered ? 'answered' : direction === 'inbound' ? 'missed' : 'noAnswer',
  missed_cause: direction === 'inbound' && !answered ? 'allBusy' : null,
  rings: 0,
  queue_visits: 0,
  recording: null,
  ...bucketsOf(atMs),
})
const noon = Date.UTC(2026, 10, 12, 9)

it('tells of a missed call whether and when the caller was reached', async () => {
  const lone = await openRecordRig()
  for (const row of [
    callOf('m', 'inbound', noon, false),
    callOf('t1', 'outbound', noon + 60_000, false),
    callOf('t2', 'outbound', noon + 120_000, true),
    // Nobody tries any more who has reached the caller.
    callOf('t3', 'outbound', noon + 180_000, true),
    callOf('u', 'inbound', noon + 200_000, false),
    callOf('t4', 'outbound', noon + 240_000, false),
  ])
    lone.add('ledger_calls', row)
  keepRollUps(lone.record)
  const { rows, total } = await lone.reports.behind(galina, {
    ...ask('missed', 'cause'),
    figure: 'missed',
    row: 'allBusy',
    offset: 0,
    limit: 10,
  })
  expect(total).toBe(2)
  expect(rows).toMatchObject([
    { callKey: 'u', tries: 1, reachedAtMs: null },
    { callKey: 'm', cause: 'allBusy', tries: 2, reachedAtMs: noon + 120_000, waitMs: 9_000 },
  ])
  await lone.close()
})

it('has the page of the rows it counted, whatever call comes in between', async () => {
  const lone = await openRecordRig()
  const comes = (key: string, atMs: number) => {
    lone.add('ledger_calls', callOf(key, 'inbound', atMs, true))
    keepRollUps(lone.record)
  }
  for (let at = 0; at < 5; at++) comes(`call ${at}`, noon + at * 60_000)
  let newest = 5
  /** A call comes in after each first answer. */
  const busy: ReportReader = {
    rows: (text) => lone.reader.rows(text),
    together: (texts) => lone.reader.together(texts),
    snapshot: (work) =>
      lone.reader.snapshot((read) => {
        let answers = 0
        return work(async (text) => {
          const rows = await read(text)
          if (answers++ === 0) {
            comes(`call ${newest}`, noon + newest++ * 60_000)
            await lone.published()
          }
          return rows
        })
      }),
    stop: async () => undefined,
  }
  const reports = new LedgerReports({
    reader: busy,
    users: lone.users,
    queueNames: new FakeQueueNames(),
    workTimes: { all: () => ({ times: [], holidays: [] }) },
    cardSums: { whole: () => false },
    clock: lone.clock,
    timeZone,
  })
  const second = () => reports.behind(galina, { ...ask('times', 'day'), figure: 'calls', row: '20261112', offset: 2, limit: 2 })
  const keys = ({ rows }: { rows: { callKey: string }[] }) => rows.map(({ callKey }) => callKey)
  const page = await second()
  expect([page.total, keys(page)]).toEqual([5, ['call 2', 'call 1']])
  const next = await second()
  expect([next.total, keys(next)]).toEqual([6, ['call 3', 'call 2']])
  await lone.close()
})
