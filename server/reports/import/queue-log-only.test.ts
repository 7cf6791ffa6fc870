import { expect, it } from 'vitest'
import { sumOf } from '../metrics/index.ts'
import type { QueueLogRow } from '../sources/index.ts'
import { imbalances, type Ledger, openLedger, siteRules } from './fixture.ts'

const atMs = Date.UTC(2026, 10, 20, 9)
const line = (callId: string, event: string, afterS: number, data: string[] = [], agent = 'NONE'): QueueLogRow => ({
  atMs: atMs + afterS * 1_000,
  callId,
  queue: '701',
  agent,
  event,
  data,
})
const entered = (callId: string, afterS = 0) => line(callId, 'ENTERQUEUE', afterS, ['', '79160000001', '1'])
const started: QueueLogRow = {
  atMs: atMs + 3_600_000,
  callId: 'NONE',
  queue: 'NONE',
  agent: 'NONE',
  event: 'QUEUESTART',
  data: [],
}
const missed = ({ db }: Ledger) =>
  db.prepare<[], { n: number }>(`select count(*) as n from ledger_calls c where ${sumOf('missed').where}`).get()?.n

it('where the CDR cannot be read, missed calls are counted and stay so when the PBX starts again', async () => {
  const ledger = await openLedger()
  ledger.apply({ queueLog: [entered('1.1'), line('1.1', 'ABANDON', 20, ['1', '1', '20']), entered('2.1', 5)] })
  expect(missed(ledger)).toBe(1)
  ledger.apply({ queueLog: [started] })
  expect(ledger.calls()).toMatchObject([
    { call_key: '1.1', outcome: 'missed', missed_cause: 'hungUpWaiting', ended_at_ms: atMs + 20_000, wait_ms: 20_000 },
    { call_key: '2.1', outcome: 'lost', ended_at_ms: null },
  ])
  expect([missed(ledger), imbalances(ledger)]).toEqual([1, []])
})

it('where the CDR cannot be read, an answered call ends with its talk, and is none of the missed', async () => {
  const ledger = await openLedger()
  const connect = line('1.1', 'CONNECT', 10, ['10', '2.1', '3'], 'PJSIP/1001')
  ledger.apply({ queueLog: [entered('1.1'), connect] })
  expect(ledger.calls()).toMatchObject([{ outcome: 'answered', ended_at_ms: null }])
  ledger.apply({ queueLog: [line('1.1', 'COMPLETECALLER', 70, ['10', '60', '1'], 'PJSIP/1001')] })
  expect(ledger.calls()).toMatchObject([{ outcome: 'answered', ended_at_ms: atMs + 70_000, talk_ms: 60_000 }])
  expect(missed(ledger)).toBe(0)
})

it('a start of the PBX folds again only the calls that were still waiting, not all of all years', async () => {
  const rules = siteRules()
  const folded: string[] = []
  const phone = (number: string) => {
    folded.push(number)
    return rules.phone(number)
  }
  const ledger = await openLedger({ ...rules, phone })
  const other = line('2.1', 'ENTERQUEUE', 5, ['', '79160000002', '1'])
  ledger.apply({ queueLog: [entered('1.1'), line('1.1', 'ABANDON', 20, ['1', '1', '20']), other] })
  folded.length = 0
  ledger.apply({ queueLog: [started] })
  ledger.apply({ queueLog: [{ ...started, atMs: started.atMs + 60_000 }] })
  expect(folded).toEqual(['79160000002'])
})
