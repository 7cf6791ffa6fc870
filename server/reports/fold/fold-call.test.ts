import { describe, expect, it } from 'vitest'
import { golden } from '../../../tests/support/ledger-golden/recorded.ts'
import { siteRules } from '../import/fixture.ts'
import { foldCall } from './fold-call.ts'
import { callCause } from './missed-cause.ts'

/** Of a scenario of one call. */
async function folded(name: string) {
  const { facts, fromMs } = await golden(name)
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

describe('the cause of a missed call', () => {
  const call = { rang: false, failed: false, shortMs: 5_000 }
  const visits = [{ cause: 'queueTimeout' as const }, { cause: 'hungUpEarly' as const }]

  it('was that the caller hung up early, who had waited long in the queues before', () => {
    expect(callCause({ ...call, visits, waitMs: 7_000 })).toBe('hungUpWaiting')
    expect(callCause({ ...call, visits, waitMs: 4_000 })).toBe('hungUpEarly')
  })
})
