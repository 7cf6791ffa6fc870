import { describe, expect, it } from 'vitest'
import { golden } from '../../../tests/support/ledger-golden/recorded.ts'
import { siteRules } from '../import/fixture.ts'
import type { CdrRow } from '../sources/source.ts'
import { foldCall } from './fold-call.ts'
import { callCause, causePastQueues } from './missed-cause.ts'

/** Of a scenario of one call. */
async function folded(name: string, change = (row: CdrRow): CdrRow => row) {
  const { facts: recorded, fromMs } = await golden(name)
  const facts = { ...recorded, cdr: recorded.cdr.map(change) }
  const [key = ''] = facts.cdr.map(({ linkedId }) => linkedId ?? '')
  const queueLog = facts.queueLog.filter(({ callId }) => callId.includes('.'))
  return { fromMs, ...foldCall(key, { ...facts, queueLog }, { ...siteRules(), pbxStartAfter: () => null }) }
}

describe('a call', () => {
  it('was said to end when an operator dropped it, while its caller waited on', async () => {
    const { call, visits, fromMs } = await folded('agent-dump-abandoned')
    expect(visits).toMatchObject([{ outcome: 'abandoned', left_at_ms: fromMs + 7_000 }])
    expect(call?.ended_at_ms).toBe(fromMs + 7_000)
  })

  it('was said to ring at the second operator while it rang at the first, who rejected it', async () => {
    const { rings, fromMs } = await folded('rejected-then-answered')
    expect(rings).toMatchObject([
      { operator: '1001', at_ms: fromMs, ring_ms: 1_000, outcome: 'rejected' },
      { operator: '1002', at_ms: fromMs + 1_000, ring_ms: 1_000, outcome: 'answered' },
    ])
  })

  it('was said not to have rung at the operator who dropped it', async () => {
    const { rings, fromMs } = await folded('agent-dump-abandoned')
    expect(rings).toMatchObject([{ operator: '1001', at_ms: fromMs, ring_ms: 1_000, outcome: 'rejected' }])
  })
})

describe('a call that changed hands by Bridge()', () => {
  const given = ({ legs }: Awaited<ReturnType<typeof folded>>) => legs.map(({ operator, origin }) => [operator, origin])

  it('was taken over where it was our context that did it, of which a table may lack the name', async () => {
    const taken = given(await folded('taken-over'))
    expect(taken.at(-1)?.[1]).toBe('transfer')
    expect(given(await folded('taken-over', (row) => ({ ...row, context: '' })))).toEqual(taken)
  })

  it('was not where a dialplan of the site did', async () => {
    const parked = (row: CdrRow) =>
      row.lastApp === 'Bridge' ? { ...row, context: 'parking', lastData: row.lastData.split(',', 1)[0] ?? '' } : row
    expect(given(await folded('taken-over', parked))).not.toEqual(given(await folded('taken-over')))
  })
})

describe('the cause of a missed call', () => {
  const visits = [
    { cause: 'queueTimeout' as const, shortMs: 20_000 },
    { cause: 'hungUpEarly' as const, shortMs: 5_000 },
  ]

  it('was that the caller hung up early, who had waited long in the queues before', () => {
    expect(callCause({ visits, waitMs: 7_000 })).toBe('hungUpWaiting')
    expect(callCause({ visits, waitMs: 4_000 })).toBe('hungUpEarly')
  })

  it('was judged by the limit of all queues, where the queue has its own', () => {
    expect(callCause({ visits: [{ cause: 'hungUpEarly', shortMs: 10_000 }], waitMs: 7_000 })).toBe('hungUpEarly')
  })

  it('past no queue is the first that holds', () => {
    const call = { refused: false, rang: false, failed: false, waitMs: 2_000, shortMs: 5_000 }
    expect(causePastQueues(call)).toBe('hungUpEarly')
    expect(causePastQueues({ ...call, waitMs: 5_000 })).toBe('hungUpWaiting')
    expect(causePastQueues({ ...call, failed: true })).toBe('failed')
    expect(causePastQueues({ ...call, failed: true, rang: true })).toBe('nobodyAnswered')
    expect(causePastQueues({ ...call, rang: true, refused: true })).toBe('nobodyLoggedIn')
  })
})
