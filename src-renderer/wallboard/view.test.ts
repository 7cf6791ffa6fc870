import { describe, expect, it } from 'vitest'
import { boardOf, figures, queue } from './testing.ts'
import { apply } from './view.ts'

describe('apply', () => {
  const before = boardOf(['701', '702'])

  it('changes one queue where it stands and leaves the other as it is', () => {
    const after = apply(before, [{ kind: 'queue', queue: queue('701', { waiting: 3 }) }])
    expect(after.queues.map(({ waiting }) => waiting)).toEqual([3, 0])
    expect(after.queues[1]).toBe(before.queues[1])
    expect(before.queues[0]?.waiting).toBe(0)
  })

  it('puts a new queue in its place and forgets one that is gone', () => {
    const after = apply(before, [
      { kind: 'queue', queue: queue('700') },
      { kind: 'queueOrder', numbers: ['700', '702'] },
    ])
    expect(after.queues.map(({ number }) => number)).toEqual(['700', '702'])
  })

  it('takes every other part anew', () => {
    const gap = { fromMs: 1, toMs: 2 }
    const operators = [{ id: 'a', name: 'A', status: 'available' as const, sinceMs: 1 }]
    const after = apply(before, [
      { kind: 'screen', screen: { ...before.screen, theme: 'light' } },
      { kind: 'pbx', pbx: { state: 'down', sinceMs: 4 } },
      { kind: 'missing', missing: gap },
      { kind: 'total', total: figures({ lost: 7 }) },
      { kind: 'operators', operators },
    ])
    expect(after).toMatchObject({
      screen: { theme: 'light' },
      pbx: { state: 'down' },
      missing: gap,
      total: { lost: 7 },
      operators,
    })
    expect(after.queues).toBe(before.queues)
  })
})
