import { expect, it } from 'vitest'
import { keepsCall } from './call-list.ts'
import type { CallRow } from './cards.ts'

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
  cardId: null,
  ...change,
})
const calls = [
  row({ callId: 'a' }),
  row({ callId: 'b', number: '1002', customerName: null, outcome: 'missed', operatorName: 'Борис' }),
  row({ callId: 'c', number: '1003', customerName: null, outcome: 'noAnswer', operatorName: null, direction: 'outbound' }),
]
const all = { search: '', queue: null, direction: null, outcomes: null } as const
const found = (filter: Partial<Parameters<typeof keepsCall>[0]>) =>
  calls.filter(keepsCall({ ...all, ...filter })).map(({ callId }) => callId)

it.each([
  ['', ['a', 'b', 'c']],
  ['  иванова ', ['a']],
  ['борис', ['b']],
  ['495 000-07', ['a']],
  ['+7 (495)', ['a']],
  ['1002', ['b']],
  ['никто', []],
])('finds «%s»', (search, ids) => {
  expect(found({ search })).toEqual(ids)
})

it('keeps a queue, a direction and outcomes', () => {
  expect(found({ outcomes: ['missed'] })).toEqual(['b'])
  expect(found({ outcomes: [] })).toEqual([])
  expect(found({ outcomes: ['missed'], search: 'иванова' })).toEqual([])
  expect(found({ direction: 'outbound' })).toEqual(['c'])
  expect(found({ queue: '701' })).toEqual([])
})
