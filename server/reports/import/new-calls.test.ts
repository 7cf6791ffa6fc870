import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { history } from '../../../bench/support/history.ts'
import { ManualClock } from '../../clock.ts'
import type { QueueLogRow } from '../sources/source.ts'
import { openLedger, siteRules } from './fixture.ts'
import type { ImportStep } from './import-step.ts'
import { LedgerWriter } from './ledger-writer.ts'
import { NewCalls } from './new-calls.ts'
import { StepFiles } from './step-files.ts'

const stepOf = (rows: Partial<ImportStep>): ImportStep => ({
  cdr: [],
  queueLog: [],
  cel: [],
  states: [],
  problems: [],
  upToMs: 0,
  ...rows,
})
const line = (atS: number, event: string, data: string[] = []): QueueLogRow => ({
  atMs: atS * 1_000,
  callId: event === 'QUEUESTART' ? 'NONE' : `${1_700_000_000}.1`,
  queue: event === 'QUEUESTART' ? 'NONE' : '701',
  agent: 'NONE',
  event,
  data,
})
const entered = line(1_700_000_000, 'ENTERQUEUE', ['', '+79160000001', '1'])
const folder = mkdtempSync(join(tmpdir(), 'callsync-new-calls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const filesOf = () => new StepFiles(join(mkdtempSync(join(folder, 'record-')), 'reports.db'))
const newCalls = (starts: readonly number[] = []) =>
  new NewCalls({ rules: siteRules(), starts, files: filesOf(), nowMs: () => 0 })
/** What the step's file has in a table. */
function rowsOf(step: ImportStep, table: string): unknown[] {
  const db = new SqliteDatabase(step.newCalls?.file ?? '', { readonly: true, fileMustExist: true })
  try {
    return db.prepare(`select * from ${table}`).all()
  } finally {
    db.close()
  }
}
/** A ledger whose new calls somebody else puts together. */
async function emptyLedger() {
  const ledger = await openLedger()
  return { ledger, firstImport: ledger.writer.firstImport }
}

describe('calls put together by another thread', () => {
  it('are the same ledger as those that the writer puts together itself', async () => {
    const { ledger } = await emptyLedger()
    const { ledger: withoutHelp } = await emptyLedger()
    const other = newCalls()
    for (const day of history({ seed: 9, calls: 300, days: 3, operators: 8, queues: 3 })) {
      const half = day.cdr.length >> 1
      // Calls in two halves are new in the first one only.
      for (const cdr of [day.cdr.slice(0, half), day.cdr.slice(half)]) {
        const step = stepOf({ ...day, cdr, upToMs: day.cdr.at(-1)?.endMs ?? 0 })
        ledger.writer.apply(structuredClone(other.prepare(step)))
        withoutHelp.writer.apply(step)
      }
    }
    expect(ledger.calls().length).toBeGreaterThan(200)
    expect(ledger.everything()).toEqual(withoutHelp.everything())
  })

  it('are only those that nothing came of before', () => {
    const calls = newCalls()
    const first = calls.prepare(stepOf({ queueLog: [entered] }))
    expect(first.queueLog).toEqual([])
    expect(rowsOf(first, 'call_facts')).toHaveLength(1)
    const gone = line(1_700_000_009, 'ABANDON', ['1', '1', '9'])
    const second = calls.prepare(stepOf({ queueLog: [gone] }))
    expect(second.queueLog).toEqual([gone])
    expect(rowsOf(second, 'call_facts')).toEqual([])
  })

  it('are cut off by a start that came in a step before, or is in the record', () => {
    const start = line(1_700_000_100, 'QUEUESTART')
    const outcome = (prepared: ImportStep) => rowsOf(prepared, 'queue_visits')
    const seenByItself = newCalls()
    expect(seenByItself.prepare(stepOf({ queueLog: [start] })).queueLog).toEqual([start])
    expect(outcome(seenByItself.prepare(stepOf({ queueLog: [entered] })))).toMatchObject([{ outcome: 'lost' }])
    expect(outcome(newCalls([start.atMs]).prepare(stepOf({ queueLog: [entered] })))).toMatchObject([{ outcome: 'lost' }])
    expect(outcome(newCalls().prepare(stepOf({ queueLog: [entered] })))).toMatchObject([{ outcome: 'waiting' }])
  })

  it('are written by the next step when theirs could not be', async () => {
    const { ledger } = await emptyLedger()
    const calls = newCalls()
    ledger.db.exec('create trigger full before insert on queue_visits begin select raise(abort, "full"); end')
    const prepared = calls.prepare(stepOf({ queueLog: [entered] }))
    expect(() => ledger.writer.apply(prepared)).toThrow('full')
    expect(ledger.calls()).toEqual([])
    ledger.db.exec('drop trigger full')
    ledger.writer.apply(calls.prepare(stepOf({ queueLog: [entered] })))
    expect(ledger.visits()).toHaveLength(1)
  })

  it('are handed over in files of two names that nobody else may read, until they are removed', () => {
    const files = filesOf()
    const calls = new NewCalls({ rules: siteRules(), starts: [], files, nowMs: () => 0 })
    const paths = [1, 2, 3].map(() => calls.prepare(stepOf({})).newCalls?.file ?? '')
    expect(paths[2]).toBe(paths[0])
    expect(new Set(paths).size).toBe(2)
    for (const path of paths) expect(statSync(path).mode & 0o777).toBe(0o600)
    files.remove()
    for (const path of paths) expect(() => statSync(path)).toThrow('ENOENT')
  })

  it('go on after a first import was interrupted, as if it had not been', async () => {
    const { ledger } = await emptyLedger()
    const { ledger: whole } = await emptyLedger()
    const days = [...history({ seed: 11, calls: 300, days: 4, operators: 8, queues: 3 })]
    // Of the last day but one a part comes after the interruption: its calls are known.
    const cut = days.flatMap((day, n) => {
      if (n < 2) return [stepOf(day)]
      const half = day.cdr.length >> 1
      return [stepOf({ ...day, cdr: day.cdr.slice(0, half) }), stepOf({ cdr: day.cdr.slice(half) })]
    })
    let writer = ledger.writer
    let calls = newCalls()
    for (const [n, step] of cut.entries()) {
      if (n === 3) {
        writer = new LedgerWriter({ db: ledger.db, clock: new ManualClock(0), rules: siteRules() })
        const { firstImport } = writer
        if (!firstImport) throw new Error('no first import any more')
        calls = new NewCalls({ rules: siteRules(), ...firstImport, files: filesOf(), nowMs: () => 0 })
      }
      const prepared = calls.prepare(step)
      if (n === 3) expect(prepared.cdr.length).toBeGreaterThan(0)
      writer.apply(prepared)
      whole.writer.apply(step)
    }
    expect(ledger.everything()).toEqual(whole.everything())
    expect(ledger.calls().length).toBeGreaterThan(200)
  })

  it('are no longer to be had of a record that has any', async () => {
    const { firstImport } = await emptyLedger()
    expect(firstImport?.starts).toEqual([])
    const ledger = await openLedger()
    ledger.apply({ queueLog: [entered] })
    ledger.writer.caughtUp()
    const later = new LedgerWriter({ db: ledger.db, clock: new ManualClock(0), rules: siteRules() })
    expect(later.firstImport).toBeNull()
  })
})
