import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../server/clock.ts'
import type { User } from '../server/contract/index.ts'
import { type DemoCall, demoHistory } from '../server/demo/demo-history.ts'
import { writeDemoRecord } from '../server/demo/demo-record.ts'
import { demoPeople } from '../server/demo/index.ts'
import { builtInRule } from '../server/reports/fold/rules.ts'
import { foldRules } from '../server/reports/import/fold-rules.ts'
import { ImportLoop } from '../server/reports/import/import-loop.ts'
import { LedgerWriter } from '../server/reports/import/ledger-writer.ts'
import { loopSource } from '../server/reports/import/loop-source.ts'
import type { ReadSource } from '../server/reports/import/protocol.ts'
import { openRecord } from '../server/reports/record/record-file.ts'

let folder: string
let db: SqliteDatabase.Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-demo-record-'))
  db = await openRecord(join(folder, 'reports.db'), 0)
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const operators: User[] = demoPeople.map(({ email, name, role, extension }) => ({
  ...{ id: extension, email, name, role, extension, active: true },
}))

async function imported(nowMs: number): Promise<readonly DemoCall[]> {
  const calls = demoHistory({ nowMs, operators: operators.slice(0, 3) })
  await writeDemoRecord(folder, calls, nowMs)
  const sources: ReadSource[] = [
    { kind: 'cdr', settings: { store: 'csv', id: 'cdr', timeZone: 'UTC', path: join(folder, 'Master.csv') } },
    { kind: 'queueLog', settings: { store: 'log', id: 'queueLog', timeZone: 'UTC', path: join(folder, 'queue_log') } },
  ]
  const rules = foldRules({
    ...{ timeZone: 'UTC', phoneRegion: 'RU', extensions: [], agents: [], queues: ['701', '702'], rules: [builtInRule] },
    workTimes: { times: [], holidays: [] },
  })
  const writer = new LedgerWriter({ db, clock: systemClock, rules })
  await new Promise<void>((done, fail) => {
    const loop = new ImportLoop({
      sources: sources.map((source) => loopSource(source, { nowMs: () => systemClock.nowMs() })),
      states: [],
      write: (step) => writer.apply(step),
      onFailure: fail,
      onProgress: ({ atRest }) => {
        if (atRest) void loop.stop().then(done)
      },
      clock: systemClock,
    })
    loop.start()
  })
  writer.caughtUp()
  return calls
}

it('the demo’s past is a PBX’s record: every call comes out of it as its card has it', async () => {
  const calls = await imported(Date.UTC(2026, 10, 20, 15))
  expect(db.prepare('select * from import_problems').all()).toEqual([])
  const ledger = new Map(
    db
      .prepare<[], { call_key: string; direction: string; outcome: string; operator: string | null; queue: string | null }>(
        'select call_key, direction, outcome, operator, queue from ledger_calls',
      )
      .all()
      .map(({ call_key, ...call }) => [call_key, call]),
  )
  expect(ledger.size).toBe(calls.length)
  for (const { id, direction, operator, queue } of calls) {
    const outcome = operator === null ? 'missed' : 'answered'
    expect(ledger.get(id)).toMatchObject({ direction, queue, outcome, ...(operator && { operator: operator.extension }) })
  }
  const { talkMs } = db.prepare<[], { talkMs: number }>('select sum(talk_ms) as talkMs from ledger_legs').get() ?? { talkMs: 0 }
  const talked = calls.reduce((sum, call) => sum + (call.answeredAtMs === null ? 0 : call.endedAtMs - call.answeredAtMs), 0)
  expect(Math.abs(talkMs - talked)).toBeLessThan(calls.length * 1_000)
})

it('who works in the demo logs in, has lunch and goes', async () => {
  // Before the first call of its day: the day before was one of work all the same.
  const calls = await imported(new Date(2026, 10, 20, 7).getTime())
  const days = new Set(calls.map(({ startedAtMs }) => new Date(startedAtMs).toDateString()))
  const spans = db
    .prepare<[], { operator: string; reason: string; n: number }>(
      "select operator, reason, count(*) as n from operator_spans where queue = '' and to_ms is not null group by 1, 2 order by 1, 2",
    )
    .all()
  expect(spans.map(({ operator, reason }) => `${operator} ${reason}`)).toEqual([
    ...['1001 ', '1001 lunch', '1002 ', '1002 lunch', '1003 ', '1003 lunch'],
  ])
  expect(spans.filter(({ reason }) => reason === 'lunch').map(({ n }) => n)).toEqual([days.size, days.size, days.size])
  // Nobody is left in the queues: who is there now, the running PBX tells.
  expect(db.prepare('select 1 from operator_spans where to_ms is null').all()).toEqual([])
})
