import { expect, it } from 'vitest'
import type { QueueLogRow } from '../sources/index.ts'
import { type Ledger, openLedger } from './fixture.ts'

const dayMs = 24 * 3_600_000
const todayMs = Date.UTC(2026, 10, 20, 9)
const line = (atMs: number, callId: string, event: string, data: string[] = [], agent = 'NONE'): QueueLogRow => ({
  atMs,
  callId,
  queue: '701',
  agent,
  event,
  data,
})
const abandoned = (callId: string, atMs: number) => [
  line(atMs, callId, 'ENTERQUEUE', ['', '79160000001', '1']),
  line(atMs + 20_000, callId, 'ABANDON', ['1', '1', '20']),
]
const member = (atMs: number, event: string, data: string[] = []) => line(atMs, 'NONE', event, data, 'PJSIP/1001')
/** A cause that no visit here can have: it stays where nobody judges again. */
const mark = ({ db }: Ledger) => db.exec("update queue_visits set cause = 'callFailed'")
const causes = (ledger: Ledger) => ledger.visits().map(({ call_key, cause }) => [call_key, cause])

it('a late row of last year beside one of today does not have the year between judged again', async () => {
  const ledger = await openLedger()
  ledger.apply({ queueLog: abandoned('2.1', todayMs - 180 * dayMs) })
  mark(ledger)
  ledger.apply({ queueLog: [...abandoned('1.1', todayMs - 360 * dayMs), ...abandoned('3.1', todayMs)] })
  expect(causes(ledger)).toEqual([
    ['1.1', 'hungUpWaiting'],
    ['2.1', 'callFailed'],
    ['3.1', 'hungUpWaiting'],
  ])
})

it('a line about an operator has the visits judged again that it changes something for, and no others', async () => {
  const ledger = await openLedger()
  const joined = member(todayMs - dayMs, 'ADDMEMBER')
  const lines = [joined, ...abandoned('1.1', todayMs - dayMs / 2), ...abandoned('2.1', todayMs + 60_000)]
  ledger.apply({ queueLog: lines }, todayMs)
  mark(ledger)
  // Late: the operator was in a break while the second one waited.
  ledger.apply({ queueLog: [member(todayMs + 30_000, 'PAUSE', ['lunch']), member(todayMs + 90_000, 'UNPAUSE')] }, todayMs)
  expect(causes(ledger)).toEqual([
    ['1.1', 'callFailed'],
    ['2.1', 'allPaused'],
  ])
  mark(ledger)
  // The same lines again change nothing.
  ledger.apply({ queueLog: [joined, member(todayMs + 30_000, 'PAUSE', ['lunch'])] }, todayMs)
  expect(causes(ledger).map(([, cause]) => cause)).toEqual(['callFailed', 'callFailed'])
})
