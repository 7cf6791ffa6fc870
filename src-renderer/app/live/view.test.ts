import { describe, expect, it } from 'vitest'
import { call, card, operator, queue, view } from './fixtures.ts'
import { apply } from './view.ts'

describe('apply', () => {
  it('changes one operator and leaves the identity of everything else', () => {
    const before = view({ calls: [call()] })
    const after = apply(before, [{ kind: 'operator', operator: operator({ id: 'boris', status: 'onCall' }) }])
    expect(after.operators[1]?.status).toBe('onCall')
    expect(after.operators[0]).toBe(before.operators[0])
    expect(after.calls).toBe(before.calls)
    expect(after.queues).toBe(before.queues)
    expect(before.operators[1]?.status).toBe('available')
  })

  it('keeps the place of what changed and adds the new at the end', () => {
    const after = apply(view(), [
      { kind: 'operator', operator: operator({ status: 'paused' }) },
      { kind: 'operator', operator: operator({ id: 'vera' }) },
    ])
    expect(after.operators.map((each) => each.id)).toEqual(['anna', 'boris', 'vera'])
  })

  it('takes the floor’s parts anew, for whom there is a floor', () => {
    const figures = { offered: 0, answered: 0, lost: 0, serviceLevel: null }
    const today = { day: 20_261_120, today: figures, recent: figures, queues: [], missing: null }
    const next = { ...today, day: 20_261_121 }
    const before = view({ floor: { today, alarms: [] } })
    expect(apply(before, [{ kind: 'today', today: next }]).floor).toEqual({ today: next, alarms: [] })
    expect(apply(before, [{ kind: 'alarms', alarms: [] }]).floor?.today).toBe(today)
    expect(apply(view(), [{ kind: 'today', today: next }]).floor).toBeNull()
  })

  it('applies changes in their order', () => {
    const after = apply(view(), [
      { kind: 'call', call: call() },
      { kind: 'call', call: call({ state: 'talking' }) },
      { kind: 'call', call: call({ id: 'c2' }) },
      { kind: 'callGone', id: 'c1' },
    ])
    expect(after.calls.map((each) => each.id)).toEqual(['c2'])
  })

  it('does not touch a list when the one that goes is not there', () => {
    const before = view({ calls: [call()] })
    expect(apply(before, [{ kind: 'callGone', id: 'other' }]).calls).toBe(before.calls)
    expect(apply(before, [{ kind: 'queueGone', number: '999' }]).queues).toBe(before.queues)
    expect(apply(before, [{ kind: 'operatorGone', id: 'nobody' }]).operators).toBe(before.operators)
  })

  it('removes operators and queues', () => {
    const after = apply(view(), [
      { kind: 'operatorGone', id: 'anna' },
      { kind: 'queueGone', number: '701' },
      { kind: 'queue', queue: queue({ number: '702' }) },
    ])
    expect(after.operators.map((each) => each.id)).toEqual(['boris'])
    expect(after.queues.map((each) => each.number)).toEqual(['702'])
  })

  it.each(['saved', 'missed'] as const)('lets a %s card go', (state) => {
    const open = apply(view(), [{ kind: 'card', card: card() }])
    expect(open.cards).toHaveLength(1)
    expect(apply(open, [{ kind: 'card', card: card({ state }) }]).cards).toEqual([])
    // A card that was never in the view (saved in another window) does not appear either.
    expect(apply(view(), [{ kind: 'card', card: card({ state }) }]).cards).toEqual([])
  })

  it('keeps a card in wrap-up', () => {
    expect(apply(view(), [{ kind: 'card', card: card({ state: 'wrapUp' }) }]).cards).toHaveLength(1)
  })
})
