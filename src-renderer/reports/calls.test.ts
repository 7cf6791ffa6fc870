import { describe, expect, it } from 'vitest'
import type { CallRow } from '../../server/contract/index.ts'
import { findCalls } from './find-calls.ts'
import { periodOf } from './period.ts'

const row = (change: Partial<CallRow>): CallRow => ({
  callId: 'c',
  startedAtMs: 0,
  direction: 'inbound',
  number: '+74950000701',
  customerName: 'Иванова Мария',
  queue: null,
  operatorName: 'Анна',
  outcome: 'answered',
  waitMs: null,
  talkMs: null,
  categoryId: null,
  resultId: null,
  satisfaction: null,
  description: '',
  ...change,
})

describe('findCalls', () => {
  const calls = [
    row({ callId: 'a' }),
    row({ callId: 'b', number: '1002', customerName: null, outcome: 'missed', operatorName: 'Борис' }),
  ]
  const found = (search: string, outcome: CallRow['outcome'] | null = null) =>
    findCalls(calls, { search, outcome }).map((call) => call.callId)

  it.each([
    ['', ['a', 'b']],
    ['  иванова ', ['a']],
    ['борис', ['b']],
    ['495 000-07', ['a']],
    ['+7 (495)', ['a']],
    ['1002', ['b']],
    ['никто', []],
  ])('finds «%s»', (search, ids) => {
    expect(found(search)).toEqual(ids)
  })

  it('keeps one outcome', () => {
    expect(found('', 'missed')).toEqual(['b'])
    expect(found('иванова', 'missed')).toEqual([])
  })
})

describe('periodOf', () => {
  const now = new Date(2026, 10, 20, 13, 5).getTime()

  it('cuts days at midnight', () => {
    expect(periodOf('today', now)).toEqual({
      fromMs: new Date(2026, 10, 20).getTime(),
      toMs: new Date(2026, 10, 21).getTime(),
    })
    expect(periodOf('yesterday', now)).toEqual({
      fromMs: new Date(2026, 10, 19).getTime(),
      toMs: new Date(2026, 10, 20).getTime(),
    })
    expect(periodOf('week', now).fromMs).toBe(new Date(2026, 10, 14).getTime())
  })
})
