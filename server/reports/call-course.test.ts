import { expect, it } from 'vitest'
import { courseOf, type RecordedRows } from './call-course.ts'

const names = { operator: (extension: string, atMs: number) => `${extension}@${atMs}`, queue: (number: string) => `Q${number}` }
const second = 1_000

const call: RecordedRows['call'] = {
  ...{ direction: 'inbound', operator: '1002', started_at_ms: 0, ended_at_ms: 100 * second },
  ...{ wait_ms: 0, outcome: 'answered', missed_cause: null },
}
const visit = (n: number, fromS: number, toS: number, more: Partial<RecordedRows['visits'][number]> = {}) => ({
  ...{ n, queue: `70${n + 1}`, entered_at_ms: fromS * second, left_at_ms: toS * second, wait_ms: (toS - fromS) * second },
  ...{ position_in: 2, position_out: null, outcome: 'answered' as const, exit_key: null, cause: null },
  ...more,
})
const ring = (operator: string, fromS: number, toS: number, more: Partial<RecordedRows['rings'][number]> = {}) => ({
  ...{ visit: 0, operator, at_ms: fromS * second, ring_ms: (toS - fromS) * second, outcome: 'answered' as const },
  ...more,
})
const leg = (operator: string, fromS: number, toS: number, more: Partial<RecordedRows['legs'][number]> = {}) => ({
  ...{ visit: 0, operator, origin: 'queue' as const, answered_at_ms: fromS * second, ended_at_ms: toS * second },
  ...{ talk_ms: (toS - fromS) * second, hold_ms: null, transferred: 0 },
  ...more,
})
const told = (rows: RecordedRows) =>
  courseOf(rows, names).map(({ kind, atMs, operatorName, queueName }) =>
    [kind, atMs / second, queueName, operatorName].filter((part) => part !== null).join(' '),
  )

it('goes through its queues, phones and a transfer in the order of what happened', () => {
  const rows: RecordedRows = {
    call,
    visits: [visit(0, 1, 10, { outcome: 'timeout', position_out: 1, cause: 'nobodyAnswered' }), visit(1, 10, 20)],
    rings: [
      ring('1001', 2, 9, { outcome: 'noAnswer' }),
      ring('1001', 11, 20, { visit: 1, outcome: 'cancelled' }),
      ring('1002', 11, 20, { visit: 1 }),
      ring('1003', 50, 55, { visit: null }),
    ],
    legs: [
      leg('1002', 20, 55, { visit: 1, hold_ms: 5 * second, transferred: 1 }),
      leg('1003', 55, 100, { visit: null, origin: 'transfer' }),
    ],
  }
  expect(told(rows)).toEqual([
    'started 0',
    'queued 1 Q701',
    'rang 2 1001@2000',
    'notTaken 9 1001@2000',
    'leftQueue 10 Q701',
    'queued 10 Q702',
    'rang 11 1001@11000',
    'rang 11 1002@11000',
    'answered 20 1002@20000',
    'notTaken 20 1001@11000',
    'rang 50 1003@50000',
    'transferred 55 1002@20000',
    'tookTransfer 55 1003@55000',
    'left 100 1003@55000',
    'ended 100',
  ])
  const steps = courseOf(rows, names)
  const of = (kind: string) => steps.find((step) => step.kind === kind)
  expect(of('leftQueue')).toMatchObject({ outcome: 'timeout', cause: 'nobodyAnswered', position: 1, lengthMs: 9 * second })
  expect(of('notTaken')).toMatchObject({ outcome: 'noAnswer', lengthMs: 7 * second })
  expect(of('answered')).toMatchObject({ lengthMs: 10 * second })
  expect(of('transferred')).toMatchObject({ lengthMs: 35 * second, holdMs: 5 * second })
  // The caller waited for the first of them only.
  expect(of('tookTransfer')).toMatchObject({ lengthMs: null })
})

it('says how a caller left whom nobody answered, once', () => {
  const missed = {
    ...call,
    operator: null,
    ended_at_ms: 8 * second,
    outcome: 'missed' as const,
    missed_cause: 'hungUpWaiting' as const,
  }
  const steps = courseOf(
    { call: missed, visits: [visit(0, 1, 8, { outcome: 'abandoned', cause: 'hungUpWaiting' })], rings: [], legs: [] },
    names,
  )
  expect(steps.map(({ kind, outcome, cause }) => [kind, outcome, cause])).toEqual([
    ['started', null, null],
    ['queued', null, null],
    ['leftQueue', 'abandoned', 'hungUpWaiting'],
    ['ended', 'missed', null],
  ])
  // Past any queue the cause is the call's.
  const direct = courseOf({ call: { ...missed, missed_cause: 'nobodyAnswered' }, visits: [], rings: [], legs: [] }, names)
  expect(direct.at(-1)).toMatchObject({ kind: 'ended', cause: 'nobodyAnswered' })
})

it('tells whose call out it was and when it was answered; within the house one talk, not two', () => {
  const out = { ...call, direction: 'outbound' as const, operator: '1001', ended_at_ms: 30 * second, wait_ms: 6 * second }
  const made = leg('1001', 6, 30, { visit: null, origin: 'made' })
  expect(told({ call: out, visits: [], rings: [], legs: [made] })).toEqual([
    'started 0 1001@0',
    'reached 6 1001@6000',
    'left 30 1001@6000',
    'ended 30',
  ])
  const within = { ...out, direction: 'internal' as const, operator: '1002' }
  const taken = leg('1002', 6, 30, { visit: null, origin: 'direct' })
  expect(told({ call: within, visits: [], rings: [], legs: [made, taken] })).toEqual([
    'started 0 1001@0',
    'answered 6 1002@6000',
    'left 30 1002@6000',
    'ended 30',
  ])
})

it('has no end that nobody wrote', () => {
  const cut = { ...call, ended_at_ms: null, outcome: 'lost' as const }
  const waiting = visit(0, 1, 8, { outcome: 'lost', left_at_ms: null })
  expect(told({ call: cut, visits: [waiting], rings: [], legs: [] })).toEqual(['started 0', 'queued 1 Q701'])
})
