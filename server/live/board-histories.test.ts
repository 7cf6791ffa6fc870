import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { anna, boris, callOf, galina, legOf, person, queueOf } from '../calls/fixture.ts'
import type { Card, LiveChange, LiveView } from '../contract/index.ts'
import { cardOf, open, type Rig, withMember } from './fixture.ts'
import { createLiveBoard } from './index.ts'

// Hundreds of histories take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** What a client does with the changes. */
function apply(view: LiveView, changes: readonly LiveChange[]): LiveView {
  const next = structuredClone(view)
  const put = <T>(items: T[], item: T, same: (each: T) => boolean) => {
    const at = items.findIndex(same)
    if (at < 0) items.push(item)
    else items[at] = item
  }
  for (const change of changes) {
    if (change.kind === 'pbx') next.pbx = change.pbx
    else if (change.kind === 'operator') put(next.operators, change.operator, (each) => each.id === change.operator.id)
    else if (change.kind === 'operatorGone') next.operators = next.operators.filter((each) => each.id !== change.id)
    else if (change.kind === 'call') put(next.calls, change.call, (each) => each.id === change.call.id)
    else if (change.kind === 'callGone') next.calls = next.calls.filter((each) => each.id !== change.id)
    else if (change.kind === 'queue') put(next.queues, change.queue, (each) => each.number === change.queue.number)
    else if (change.kind === 'queueGone') next.queues = next.queues.filter((each) => each.number !== change.number)
    else if (change.kind === 'today') next.floor = next.floor && { ...next.floor, today: change.today }
    else if (change.kind === 'alarms') next.floor = next.floor && { ...next.floor, alarms: change.alarms }
    else if (change.kind === 'worklists' || change.kind === 'message') continue
    else if (change.card.state === 'saved' || change.card.state === 'missed') {
      next.cards = next.cards.filter((each) => each.id !== change.card.id)
    } else put(next.cards, change.card, (each) => each.id === change.card.id)
  }
  return next
}

const sorted = (view: LiveView): LiveView => ({
  ...view,
  operators: view.operators.toSorted((a, b) => a.id.localeCompare(b.id)),
  calls: view.calls.toSorted((a, b) => a.id.localeCompare(b.id)),
  queues: view.queues.toSorted((a, b) => a.number.localeCompare(b.number)),
  cards: view.cards.toSorted((a, b) => a.id.localeCompare(b.id)),
})

const endpoint = fc.constantFrom('1001', '1002', '1004', 'trunk')
const callId = fc.constantFrom('1.0', '2.0', '3.0')
const someLeg = fc.record({
  endpoint,
  state: fc.constantFrom('dialing' as const, 'ringing' as const, 'up' as const, 'held' as const),
  role: fc.constantFrom('caller' as const, 'callee' as const),
})
const someStep: fc.Arbitrary<(on: Rig) => void | Promise<void>> = fc.oneof(
  fc
    .tuple(callId, fc.array(someLeg, { maxLength: 3 }), fc.constantFrom('89160000101', '', '+79160000999'))
    .map(([id, legs, number]) => (on: Rig) => {
      const list = legs.map((leg, index) =>
        legOf(`${id}${index}`, leg.endpoint, { ...leg, answeredAtMs: leg.state === 'up' ? 1 : null }),
      )
      on.telephony.setCall(callOf(id, list, { number }))
    }),
  callId.map((id) => (on: Rig) => on.telephony.endCall(id)),
  fc.tuple(endpoint, fc.boolean()).map(
    ([name, online]) =>
      (on: Rig) =>
        on.telephony.setEndpoint({ name, online, sinceMs: 1 }),
  ),
  endpoint.map((name) => (on: Rig) => on.telephony.removeEndpoint(name)),
  fc
    .tuple(
      fc.constantFrom('701', '702'),
      fc.subarray(['1001', '1002', '1004']),
      fc.constantFrom(null, 'lunch', 'wrapup'),
      fc.boolean(),
    )
    .map(([name, members, reason, waits]) => (on: Rig) => {
      const first = members[0]
      const queue = { ...queueOf(name, members), waiting: waits ? [{ callId: '3.0', number: '+7', sinceMs: 2 }] : [] }
      on.telephony.setQueue(first === undefined ? queue : withMember(queue, first, reason))
    }),
  fc.constantFrom('701', '702').map((name) => (on: Rig) => on.telephony.removeQueue(name)),
  fc.tuple(fc.constantFrom('anna', 'boris', 'galina'), fc.constantFrom('ringing', 'talking', 'wrapUp', 'saved', 'missed')).map(
    ([operatorId, state]) =>
      (on: Rig) =>
        on.cards.set(cardOf(`card-${operatorId}`, operatorId, state as Card['state'], { number: state })),
  ),
  fc.nat(5_000).map((ms) => (on: Rig) => on.clock.advance(ms)),
  fc.constantFrom('A', 'B').map((name) => (on: Rig) => on.queueNames.set('701', name)),
  fc.boolean().map((active) => (on: Rig) => on.users.set([{ ...anna, active }, boris, galina])),
  fc
    .constantFrom('up' as const, 'down' as const)
    .map((state) => (on: Rig) => on.telephony.setStatus({ state, problem: null, sinceMs: 0 })),
  fc.constant((on: Rig) => on.telephony.heal()),
  fc.constant(() => new Promise<void>((resolve) => setImmediate(resolve))),
)

describe('snapshot and changes agree', () => {
  const readers = [anna, boris, galina, person('root', null, 'administrator')]

  it('for any history and every role: what a client builds is what the server would send anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someStep, { maxLength: 30 }), fc.array(someStep, { maxLength: 30 }), async (before, after) => {
        const on = open()
        for (const name of ['1001', '1002', '1004']) on.telephony.setEndpoint({ name, online: true, sinceMs: 1 })
        on.telephony.setQueue(queueOf('701', ['1001', '1002', '1004']))
        for (const step of before) await step(on)
        const built = readers.map((reader) => {
          const mine = { reader, view: on.board.viewFor(reader) }
          on.board.subscribe(reader, (changes) => {
            expect(changes.length).toBeGreaterThan(0)
            mine.view = apply(mine.view, changes)
          })
          return mine
        })
        for (const step of after) await step(on)
        await new Promise((resolve) => setImmediate(resolve))
        for (const { reader, view } of built) expect(sorted(view)).toEqual(sorted(on.board.viewFor(reader)))
        // Changes piece by piece lead where a board that starts now would begin (but for when statuses and holds began).
        const fresh = createLiveBoard({ ...on, customers: { nameFor: async () => null }, logger: pino({ level: 'silent' }) })
        fresh.start()
        const bare = (view: LiveView) => ({
          ...sorted(view),
          operators: sorted(view).operators.map(({ sinceMs: _, ...rest }) => rest),
          calls: sorted(view).calls.map(({ customerName: _, heldMs: __, heldSinceMs: ___, ...rest }) => rest),
        })
        for (const reader of readers) expect(bare(on.board.viewFor(reader))).toEqual(bare(fresh.viewFor(reader)))
      }),
      { numRuns: 300 },
    )
  })
})
