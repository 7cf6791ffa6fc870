import { describe, expect, it } from 'vitest'
import { AlarmThreshold } from '../contract/index.ts'
import { floorOf, noVisits, operatorOf, queueOf, todayOf } from './fixture.ts'
import { reached, readingsOf } from './readings.ts'

const threshold = (kind: AlarmThreshold['kind'], scope: AlarmThreshold['scope'] = { of: 'floor' }): AlarmThreshold => ({
  kind,
  scope,
  warning: 1,
  critical: null,
  afterMs: 0,
})
const each = { of: 'eachQueue' } as const
const one = (number: string) => ({ of: 'queue', number }) as const
const nowMs = 100_000
const read = (thresholds: readonly AlarmThreshold[], floor: Parameters<typeof floorOf>[0], stands = false) =>
  readingsOf(thresholds, floorOf(floor), { nowMs, stands: () => stands }).map(({ kind, queue, operator, value }) =>
    [kind, queue?.number, operator?.id, value].filter((part) => part !== undefined),
  )

describe('what is judged', () => {
  const queues = [queueOf('701', [40_000, 70_000]), queueOf('702', [90_000])]

  it('is all queues together, each queue, or one', () => {
    expect(read([threshold('waiting')], { queues })).toEqual([['waiting', 3]])
    expect(read([threshold('waiting', each)], { queues })).toEqual([
      ['waiting', '701', 2],
      ['waiting', '702', 1],
    ])
    expect(read([threshold('longestWait', one('702'))], { queues })).toEqual([['longestWait', '702', 10_000]])
    expect(read([threshold('longestWait')], { queues })).toEqual([['longestWait', 60_000]])
  })

  it('is a queue by its own threshold alone, of that kind only', () => {
    const own = { ...threshold('waiting', one('702')), warning: 9 }
    const all = [threshold('waiting', each), own, threshold('longestWait', each)]
    const readings = readingsOf(all, floorOf({ queues }), { nowMs, stands: () => false })
    expect(readings.map(({ kind, queue, by }) => [kind, queue?.number, by.warning.warning])).toEqual([
      ['waiting', '701', 1],
      ['waiting', '702', 9],
      ['longestWait', '701', 1],
      ['longestWait', '702', 1],
    ])
  })

  it('is no wait where nobody waits, and no queue that is gone', () => {
    expect(read([threshold('longestWait', each), threshold('waiting', one('799'))], { queues: [queueOf('701')] })).toEqual([])
  })

  it('is who is free only while somebody is at work or waits', () => {
    const free = threshold('freeOperators', each)
    expect(read([free], { queues: [queueOf('701')] })).toEqual([])
    expect(read([free], { queues: [queueOf('701', [], { online: 2, free: 1 })] })).toEqual([['freeOperators', '701', 1]])
    expect(read([free], { queues: [queueOf('701', [1])] })).toEqual([['freeOperators', '701', 0]])
    // A supervisor's phone takes no queue's calls.
    const operators = [operatorOf('anna'), operatorOf('boris', { status: 'onCall' }), operatorOf('galina', { queues: [] })]
    expect(read([threshold('freeOperators')], { operators, queues: [queueOf('701', [], { online: 2 })] })).toEqual([
      ['freeOperators', 1],
    ])
  })

  it('is the level of the last half hour, of no less than five calls', () => {
    const figures = (offered: number, serviceLevel: number | null) => ({ ...noVisits, offered, serviceLevel })
    const level = threshold('serviceLevel', each)
    const at = (offered: number, serviceLevel: number | null) => ({
      queues: [queueOf('701')],
      today: todayOf({
        queues: [{ number: '701', name: '', today: figures(900, 0.1), recent: figures(offered, serviceLevel) }],
      }),
    })
    expect(read([level], at(5, 0.6))).toEqual([['serviceLevel', '701', 0.6]])
    expect(read([level], at(4, 0.6))).toEqual([])
    // One that stands does not come and go with the fifth.
    expect(read([level], at(4, 0.6), true)).toEqual([['serviceLevel', '701', 0.6]])
    expect(read([level], at(1, 0.6), true)).toEqual([])
    expect(read([level], at(5, null))).toEqual([])
  })

  it('is each operator in a pause or in wrap-up, of a queue its members', () => {
    const operators = [
      operatorOf('anna', { status: 'paused', sinceMs: 40_000 }),
      operatorOf('boris', { status: 'wrapUp', sinceMs: 70_000, queues: ['702'] }),
      operatorOf('vera', { status: 'paused', sinceMs: 99_000, queues: ['702'] }),
    ]
    expect(read([threshold('pause')], { operators })).toEqual([
      ['pause', 'anna', 60_000],
      ['pause', 'vera', 1_000],
    ])
    expect(read([threshold('pause', one('702')), threshold('wrapUp')], { operators, queues: [queueOf('702')] })).toEqual([
      ['pause', '702', 'vera', 1_000],
      ['wrapUp', 'boris', 30_000],
    ])
  })

  it('is each operator once, by the limit of their queue before that of all, of two by the one reached first', () => {
    const operators = ['701', '702', '703'].map((number) => operatorOf(number, { status: 'paused', queues: [number] }))
    const both = operatorOf('both', { status: 'paused', queues: ['702', '703'] })
    const queues = [queueOf('701'), queueOf('702'), queueOf('703')]
    const of703 = { ...threshold('pause', one('703')), warning: null, critical: 9 }
    const of702 = { ...threshold('pause', one('702')), warning: 5 }
    expect(read([threshold('pause'), of703, of702], { operators: [...operators, both], queues })).toEqual([
      ['pause', '701', nowMs],
      ['pause', '703', '703', nowMs],
      ['pause', '702', '702', nowMs],
      ['pause', '702', 'both', nowMs],
    ])
  })

  it('is an operator of two queues with each level by the one that reaches it first', () => {
    const operators = [operatorOf('both', { status: 'paused', queues: ['702', '703'] })]
    const queues = [queueOf('702'), queueOf('703')]
    const of702 = { ...threshold('pause', one('702')), warning: 10, critical: 60 }
    const of703 = { ...threshold('pause', one('703')), warning: 11, critical: 15 }
    const judged = (...all: AlarmThreshold[]) =>
      readingsOf(all, floorOf({ operators, queues }), { nowMs, stands: () => false }).map(({ queue, by }) => [
        queue?.number,
        by.warning.warning,
        by.critical.critical,
      ])
    expect(judged(of702, of703)).toEqual([['702', 10, 15]])
    expect(judged(of703, of702, threshold('pause'))).toEqual([['702', 10, 15]])
    // What a limit has to be reached for is a part of when it counts.
    expect(judged(of702, { ...of703, afterMs: 50 })).toEqual([['702', 10, 60]])
  })
})

it('a limit is reached from below, or from above', () => {
  const of = (one: AlarmThreshold, value: number) => ({ kind: one.kind, by: { warning: one, critical: one }, value })
  const waiting = { ...threshold('waiting'), warning: 3, critical: 6 }
  expect([2, 3, 6].map((value) => reached(of(waiting, value)))).toEqual([
    { warning: false, critical: false },
    { warning: true, critical: false },
    { warning: true, critical: true },
  ])
  const level = { ...threshold('serviceLevel'), warning: 0.8, critical: null }
  expect([0.81, 0.8, 0].map((value) => reached(of(level, value)).warning)).toEqual([false, true, true])
  expect(reached(of(level, 0)).critical).toBe(false)
})

describe('a threshold', () => {
  const refused = (change: Partial<AlarmThreshold>) =>
    AlarmThreshold.safeParse({ ...threshold('waiting'), ...change }).error?.issues.map(({ path }) => path.join('.')) ?? []

  it('has a limit, whole and within reach, the critical one the worse', () => {
    expect(refused({})).toEqual([])
    expect(refused({ warning: null })).toEqual(['warning'])
    expect(refused({ warning: 1.5 })).toEqual(['warning'])
    expect(refused({ warning: 0 })).toEqual(['warning'])
    expect(refused({ warning: 5, critical: 5 })).toEqual(['critical'])
    expect(refused({ kind: 'serviceLevel', warning: 0.8, critical: 0.6 })).toEqual([])
    expect(refused({ kind: 'serviceLevel', warning: 0.6, critical: 0.8 })).toEqual(['critical'])
    expect(refused({ kind: 'serviceLevel', warning: 80 })).toEqual(['warning'])
    expect(refused({ kind: 'freeOperators', warning: 0 })).toEqual([])
  })

  it('of operators is not each queue’s', () => {
    expect(refused({ kind: 'pause', warning: 60_000, scope: each })).toEqual(['scope'])
    expect(refused({ kind: 'pause', warning: 60_000, scope: one('701') })).toEqual([])
  })
})
