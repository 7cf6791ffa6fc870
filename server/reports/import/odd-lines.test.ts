import { expect, it } from 'vitest'
import { siteBuckets } from '../fold/buckets.ts'
import type { CdrRow, QueueLogRow } from '../sources/index.ts'
import { openLedger, siteRules } from './fixture.ts'

const atMs = Date.UTC(2026, 10, 20, 9)
const line = (callId: string, event: string, afterS: number, data: string[] = [], agent = 'NONE'): QueueLogRow => ({
  atMs: atMs + afterS * 1_000,
  callId,
  queue: '701',
  agent,
  event,
  data,
})
const abandoned = (callId: string): QueueLogRow[] => [
  line(callId, 'ENTERQUEUE', 0, ['', '79160000001', '1']),
  line(callId, 'ABANDON', 20, ['1', '1', '20']),
]
const call = (uniqueId: string, src: string): CdrRow => ({
  uniqueId,
  linkedId: uniqueId,
  sequence: 1,
  startMs: atMs,
  answerMs: null,
  endMs: atMs + 20_000,
  talkSec: 0,
  channel: 'PJSIP/trunk-1',
  dstChannel: '',
  src,
  dst: '701',
  context: 'in',
  lastApp: 'Queue',
  lastData: '701',
  disposition: 'NO ANSWER',
  userField: '',
  callerId: '',
  hangupCause: null,
})

it.each([
  ['thirteen digits of seconds', '1234567890123'],
  ['a phone number', '9161234567'],
  ['more than a number holds', '1e999'],
])('a queue line with %s where its wait should be stands between two good calls', async (_, wait) => {
  const ledger = await openLedger(siteRules('Asia/Yekaterinburg'))
  const odd = line('200.1', 'ABANDON', 5, ['1', '1', wait])
  ledger.apply({ queueLog: [...abandoned('100.1'), odd, ...abandoned('300.1')] })
  expect(ledger.visits().map(({ call_key, wait_ms }) => [call_key, wait_ms])).toEqual([
    ['100.1', 20_000],
    ['200.1', 0],
    ['300.1', 20_000],
  ])
})

it('finds the hour of a moment before zones were whole quarters, within that hour', () => {
  const { hour_ms } = siteBuckets('Asia/Yekaterinburg')(Date.UTC(1750, 0, 1, 12, 7))
  expect(Math.abs(hour_ms - Date.UTC(1750, 0, 1, 12, 7))).toBeLessThanOrEqual(3_600_000)
})

it('one call that cannot be folded is set aside as a problem, the others are written and it heals with the rules', async () => {
  const rules = siteRules()
  let broken = true
  const ledger = await openLedger({
    ...rules,
    phone: (number) => {
      if (broken && number === 'odd') throw new RangeError('Invalid time value')
      return rules.phone(number)
    },
  })
  const rows = [call('100.1', '79160000001'), call('200.1', 'odd'), call('300.1', '79160000003')]
  ledger.apply({ cdr: rows })
  expect(ledger.calls().map(({ call_key }) => call_key)).toEqual(['100.1', '300.1'])
  const problems = ledger.db.prepare('select source_id, place, kind, text from import_problems').all()
  expect(problems).toEqual([
    { source_id: 'record', place: '200.1', kind: 'value', text: expect.stringContaining('Invalid time value') },
  ])
  broken = false
  // Its facts were kept: a line more, and the whole call is there.
  ledger.apply({ queueLog: abandoned('200.1') })
  expect(ledger.calls().find(({ call_key }) => call_key === '200.1')).toMatchObject({ outcome: 'missed', queue: '701' })
})

it('a file of nothing but bad lines keeps the newest thousand of its problems, and another source’s stay', async () => {
  const ledger = await openLedger()
  const problem = (source_id: string, n: number) => ({
    source_id,
    place: `f:${String(n).padStart(5, '0')}`,
    kind: 'cut' as const,
    text: 'half a line',
    raw: '',
    seen_at_ms: n,
  })
  const many = Array.from({ length: 1_500 }, (_, n) => problem('q', n))
  const step = { cdr: [], queueLog: [], cel: [], states: [], upToMs: 0 }
  ledger.writer.apply({ ...step, problems: [problem('other', 0), ...many] })
  const kept = ledger.db
    .prepare(
      'select source_id, count(*) as n, min(seen_at_ms) as first from import_problems group by source_id order by source_id',
    )
    .all()
  expect(kept).toEqual([
    { source_id: 'other', n: 1, first: 0 },
    { source_id: 'q', n: 1_000, first: 500 },
  ])
})
