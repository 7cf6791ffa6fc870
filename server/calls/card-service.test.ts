import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Card } from '../contract/index.ts'
import type { PbxLeg } from '../telephony/pbx-state.ts'
import { annasCall, cardId, outside, ringing, talking, talkingLeg } from './annas-call.ts'
import { anna, boris, type CallsRig, callOf, galina, legOf, openCallsRig, queueOf } from './fixture.ts'
import { addCustomers } from './index.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())
const { ring, answer, hangUp, advance, card, write, save, rows } = annasCall(() => rig)
const openCallBacks = async () => (await rig.calls.callBacks.list(anna, { status: 'open', limit: 10 })).entries

describe('a card through a call', () => {
  it('opens with the ring, with the customer and the queue’s name, and is not on disk before it has to be', async () => {
    const ivan = { id: 'c1', name: 'Ivan', phones: ['8 (916) 000-01-01'], address: 'A', notes: 'N', tag: null, createdAtMs: 0 }
    await addCustomers(rig.store.db, [ivan])
    const seen: Card[] = []
    rig.calls.cards.onChange((each) => seen.push(each))
    await ring()
    expect(seen.at(-1)).toMatchObject({
      id: cardId,
      callId: '1.0',
      legId: '1.1',
      operatorId: 'anna',
      state: 'ringing',
      queue: { number: '701', name: 'Sales' },
      customer: { name: 'Ivan', phones: ['+79160000101'] },
    })
    expect(await rows()).toHaveLength(0)
    rig.telephony.setCall(talking)
    await rig.settle()
    expect(await rows()).toMatchObject([{ id: cardId, state: 'talking', answered_at_ms: 1_000, customer_id: 'c1' }])
  })

  it('saves by itself 60 s after the hang-up with what had arrived, once', async () => {
    await hangUp()
    await write({ notes: 'half a sent', callBack: true })
    await advance(59_999)
    expect(await card()).toMatchObject({ state: 'wrapUp' })
    await advance(1)
    expect(await card()).toMatchObject({ state: 'saved', fields: { notes: 'half a sent' }, wrapUpEndsAtMs: null })
    expect(rig.calls.cards.openCards()).toEqual([])
    expect(await openCallBacks()).toHaveLength(1)
  })

  it('saves by itself though the timer fired before the clock said so', async () => {
    await hangUp()
    const endsAtMs = rig.clock.nowMs() + 60_000
    const nowMs = vi.spyOn(rig.clock, 'nowMs').mockReturnValue(endsAtMs - 1)
    await advance(60_000)
    expect(await card()).toMatchObject({ state: 'wrapUp' })
    nowMs.mockRestore()
    await advance(1)
    expect(await card()).toMatchObject({ state: 'saved' })
  })

  it('extends five times and refuses the sixth', async () => {
    await hangUp()
    for (let time = 0; time < 5; time++) await rig.calls.cards.extend(anna, cardId)
    await expect(rig.calls.cards.extend(anna, cardId)).rejects.toMatchObject({ code: 'conflict' })
    await advance(359_999)
    expect(await card()).toMatchObject({ state: 'wrapUp' })
    await advance(1)
    expect(await card()).toMatchObject({ state: 'saved' })
    await expect(rig.calls.cards.extend(anna, cardId)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is missed by those who rang while a colleague answered, and the customer’s history counts the call once', async () => {
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001'), legOf('1.2', '1002')]))
    rig.telephony.setCall(talking)
    await rig.settle()
    const [open] = rig.calls.cards.openCards()
    expect(open).toMatchObject({ id: cardId, state: 'talking' })
    expect(await rig.calls.cards.read(boris, 'main:1.2')).toMatchObject({ state: 'missed' })
    rig.telephony.endCall('1.0')
    await rig.settle()
    expect(await rig.calls.customers.pop({ number: '89160000101' })).toMatchObject({ contacts: [{ cardId }] })
  })

  it('gives an outgoing call its card, with the far side’s number', async () => {
    const out = { direction: 'outbound', queue: null, queuedAtMs: null } as const
    rig.telephony.setCall(callOf('5.0', [legOf('5.0', '1001', { role: 'caller', state: 'dialing' })], out))
    await rig.settle()
    expect(await card('main:5.0')).toMatchObject({ state: 'ringing', direction: 'outbound', number: '+79160000101', queue: null })
    // Up, as in a queue or an announcement, and nobody there yet.
    rig.telephony.setCall(callOf('5.0', [legOf('5.0', '1001', { role: 'caller', state: 'up' })], out))
    await rig.settle()
    expect(await card('main:5.0')).toMatchObject({ state: 'ringing' })
    rig.telephony.setCall(callOf('5.0', [legOf('5.0', '1001', { role: 'caller', state: 'up', answeredAtMs: 9 })], out))
    await rig.settle()
    expect(await card('main:5.0')).toMatchObject({ state: 'talking', answeredAtMs: 9 })
  })

  it('opens no card for a phone that was tried and never rang, nor for the outside leg', async () => {
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001', { state: 'dialing' })]))
    rig.telephony.endCall('1.0')
    await rig.settle()
    expect(await rows()).toEqual([])
  })

  it('opens no card for a feature code or an announcement, but for a colleague as soon as their phone is tried', async () => {
    const within = { direction: 'internal', number: '1001', queue: null, queuedAtMs: null } as const
    const own = legOf('6.0', '1001', { role: 'caller', state: 'up' })
    rig.telephony.setCall(callOf('6.0', [own], within))
    await rig.settle()
    rig.telephony.endCall('6.0')
    await rig.settle()
    expect(await rows()).toEqual([])
    rig.telephony.setCall(callOf('6.0', [own, legOf('6.1', '1002', { state: 'dialing' })], within))
    await rig.settle()
    expect(rig.calls.cards.openCards()).toMatchObject([{ id: 'main:6.0', direction: 'internal', number: '1002' }])
  })

  it('of a call that was made says whom it was for, when they are gone first, too', async () => {
    const own = legOf('6.0', '1001', { role: 'caller', state: 'dialing' })
    const within = { direction: 'internal', number: '1001', callerName: '1001', queue: null, queuedAtMs: null } as const
    rig.telephony.setCall(callOf('6.0', [own, legOf('6.1', '1002', { state: 'ringing' })], within))
    await rig.settle()
    const called = { number: '1002', callerName: boris.name }
    expect(await card('main:6.0')).toMatchObject(called)
    rig.telephony.setCall(callOf('6.0', [own], within))
    await rig.settle()
    expect(await card('main:6.0')).toMatchObject(called)
    rig.telephony.endCall('6.0')
    await rig.settle()
    expect(await card('main:6.0')).toMatchObject({ state: 'missed', ...called })
  })

  it('of a call that was made outside does not bear the own name', async () => {
    const own = legOf('6.0', '1001', { role: 'caller', state: 'dialing' })
    const outward = {
      direction: 'outbound',
      number: '+79031112233',
      callerName: anna.name,
      queue: null,
      queuedAtMs: null,
    } as const
    rig.telephony.setCall(callOf('6.0', [own], outward))
    await rig.settle()
    expect(await card('main:6.0')).toMatchObject({ number: '+79031112233', callerName: '' })
  })

  it('is saved at once, with no pause, after a talk with a colleague that nobody noted anything about', async () => {
    rig.telephony.setQueue(queueOf('701', ['1001', '1002']))
    const within = { direction: 'internal', number: '1001', queue: null, queuedAtMs: null } as const
    const up = { state: 'up', answeredAtMs: 3 } as const
    rig.telephony.setCall(callOf('6.0', [legOf('6.0', '1001', { role: 'caller', ...up }), legOf('6.1', '1002', up)], within))
    await rig.settle()
    await rig.calls.cards.writeDraft(boris, 'main:6.1', { baseVersion: 9, changes: { notes: 'asked for the price' } })
    rig.telephony.endCall('6.0')
    await rig.settle()
    expect(await card('main:6.0')).toMatchObject({ state: 'saved', answeredAtMs: 3, wrapUpEndsAtMs: null })
    expect(await rig.calls.cards.read(boris, 'main:6.1')).toMatchObject({ state: 'wrapUp' })
    expect(rig.telephony.pauses).toEqual([{ endpoint: '1002', paused: true, reason: 'wrapup' }])
  })

  it('begins its wrap-up when the operator talks on no other call, and stands still for the next one', async () => {
    await answer()
    const second = (more: Partial<PbxLeg>) => callOf('7.0', [legOf('7.9', 'trunk'), legOf('7.1', '1001', more)])
    rig.telephony.setCall(second({ state: 'up', answeredAtMs: rig.clock.nowMs() }))
    rig.telephony.endCall('1.0')
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'wrapUp', wrapUpEndsAtMs: null, wrapUpLeftMs: 60_000 })
    await advance(600_000)
    expect(await card()).toMatchObject({ state: 'wrapUp', wrapUpLeftMs: 60_000 })
    rig.telephony.endCall('7.0')
    await rig.settle()
    const endsAtMs = rig.clock.nowMs() + 60_000
    expect(await card()).toMatchObject({ wrapUpEndsAtMs: endsAtMs, wrapUpLeftMs: null })
    expect(await card('main:7.1')).toMatchObject({ state: 'wrapUp', wrapUpEndsAtMs: endsAtMs })

    await advance(20_000)
    rig.telephony.setCall(callOf('8.0', [legOf('8.9', 'trunk'), legOf('8.1', '1001')]))
    await rig.settle()
    await advance(5_000)
    rig.telephony.setCall(callOf('8.0', [legOf('8.1', '1001', { state: 'up', answeredAtMs: rig.clock.nowMs() })]))
    await rig.settle()
    await advance(100_000)
    expect(await card()).toMatchObject({ state: 'wrapUp', wrapUpLeftMs: 35_000 })
    rig.telephony.endCall('8.0')
    await rig.settle()
    await advance(34_999)
    expect(await card()).toMatchObject({ state: 'wrapUp' })
    await advance(1)
    expect(await card()).toMatchObject({ state: 'saved', wrapUpMs: 60_000 })
    expect(await card('main:8.1')).toMatchObject({ state: 'wrapUp' })
  })

  it('takes up what Asterisk tells later of the same call', async () => {
    rig.telephony.setCall({ ...ringing, number: '', queue: null })
    await rig.settle()
    expect(await card()).toMatchObject({ number: '', queue: null })
    await ring()
    expect(await card()).toMatchObject({ number: '+79160000101', queue: { number: '701' } })
  })
})

describe('a leg that takes another’s place', () => {
  const replacement = (uniqueid: string, state: 'dialing' | 'up') =>
    legOf(uniqueid, '1001', { role: 'caller', state, answeredAtMs: state === 'up' ? 2_000 : null })
  const states = () => {
    const seen: string[] = []
    rig.calls.cards.onChange((each) => seen.push(`${each.id} ${each.state} ${each.legId}`))
    return seen
  }

  it('keeps the card: new leg up, then the old one ended', async () => {
    await answer()
    const seen = states()
    rig.telephony.setCall(callOf('1.0', [outside, talkingLeg, replacement('2.2', 'up')], { state: 'talking' }))
    rig.telephony.setCall(callOf('1.0', [outside, replacement('2.2', 'up')], { state: 'talking' }))
    await rig.settle()
    await advance(5_000)
    expect(seen).toEqual([`${cardId} talking 2.2`])
    expect(await rows()).toHaveLength(1)
    rig.telephony.endCall('1.0')
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'wrapUp' })
  })

  it('keeps it while the new leg still looks like a call of its own', async () => {
    await answer()
    const seen = states()
    rig.telephony.setCall(callOf('2.2', [replacement('2.2', 'dialing')], { direction: 'internal', number: '', queue: null }))
    await rig.settle()
    rig.telephony.setCall(callOf('1.0', [outside, talkingLeg, replacement('2.2', 'up')], { state: 'talking' }))
    rig.telephony.endCall('2.2')
    rig.telephony.setCall(callOf('1.0', [outside, replacement('2.2', 'up')], { state: 'talking' }))
    await rig.settle()
    await advance(5_000)
    expect(seen).toEqual([`${cardId} talking 2.2`])
  })

  it('is known by what Asterisk says it replaces, in whatever call', async () => {
    await answer()
    const seen = states()
    rig.telephony.setCall(callOf('2.2', [{ ...replacement('2.2', 'up'), replaces: '1.1' }], { queue: null }))
    rig.telephony.setCall(callOf('3.3', [{ ...replacement('3.3', 'up'), replaces: '9.9' }], { queue: null }))
    await rig.settle()
    await advance(1_000)
    expect(seen.filter((line) => line.includes('2.2'))).toEqual([])
    expect(rig.calls.cards.openCards().map(({ id }) => id)).toEqual([cardId, 'main:3.3'])
  })

  it('keeps it in the reverse order within a second, and lifts the pause', async () => {
    rig.telephony.setQueue(queueOf('701', ['1001']))
    await answer()
    const seen = states()
    rig.telephony.setCall(callOf('1.0', [outside], { state: 'talking' }))
    await rig.settle()
    await advance(900)
    rig.telephony.setCall(callOf('1.0', [outside, replacement('2.2', 'up')], { state: 'talking' }))
    await rig.settle()
    await advance(5_000)
    expect(seen).toEqual([`${cardId} talking 2.2`])
    expect(rig.telephony.pauses.map(({ paused }) => paused)).toEqual([true, false])
  })

  it('comes too late after a second: wrap-up runs from the hang-up, and the new leg has a card of its own', async () => {
    await answer()
    const endedAtMs = rig.clock.nowMs()
    rig.telephony.setCall(callOf('1.0', [outside], { state: 'talking' }))
    await rig.settle()
    await advance(1_000)
    expect(await card()).toMatchObject({ state: 'wrapUp', endedAtMs, wrapUpEndsAtMs: endedAtMs + 60_000 })
    rig.telephony.setCall(callOf('1.0', [outside, replacement('2.2', 'up')], { state: 'talking' }))
    await rig.settle()
    expect(await card('main:2.2')).toMatchObject({ state: 'talking' })
  })

  it('does not wait when the whole call is over', async () => {
    await answer()
    rig.telephony.setCall(callOf('1.0', [outside], { state: 'talking' }))
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'talking' })
    rig.telephony.endCall('1.0')
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'wrapUp' })
  })

  it('is no such leg when it is somebody else’s or another call: a consultation gets its own card', async () => {
    await answer()
    rig.telephony.setCall(
      callOf('1.0', [outside, talkingLeg, legOf('1.9', '1002', { state: 'up', answeredAtMs: 5 })], { state: 'talking' }),
    )
    const consultation = [replacement('3.0', 'up'), legOf('3.1', '1009')]
    rig.telephony.setCall(callOf('3.0', consultation, { direction: 'internal', number: '1001', queue: null }))
    await rig.settle()
    await advance(1_000)
    expect(
      rig.calls.cards
        .openCards()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([cardId, 'main:1.9', 'main:3.0'])
  })
})

describe('writes', () => {
  it('are on disk before they are answered, while it still rings too', async () => {
    await ring()
    await write({ notes: 'typed early' })
    expect(await rows()).toMatchObject([{ state: 'ringing', notes: 'typed early' }])
  })

  it('change nothing when repeated', async () => {
    await answer()
    const first = await write({ notes: 'a' })
    const again = await rig.calls.cards.writeDraft(anna, cardId, { baseVersion: 1, changes: { notes: 'a' } })
    expect(again).toEqual({ card: first.card, clashes: [] })
  })

  it('answer a repeated key as the first time, and refuse it for another card', async () => {
    await hangUp()
    const key = randomUUID()
    const request = { baseVersion: (await card()).version, changes: { notes: 'a', callBack: true }, idempotencyKey: key }
    const first = await rig.calls.cards.save(anna, cardId, request)
    expect(first.card).toMatchObject({ state: 'saved' })
    await rig.calls.cards.writeDraft(anna, cardId, { baseVersion: first.card.version, changes: { notes: 'b' } })
    expect(await rig.calls.cards.save(anna, cardId, request)).toEqual(first)
    expect(await card()).toMatchObject({ fields: { notes: 'b' } })
    await expect(rig.calls.cards.save(anna, 'main:other', request)).rejects.toMatchObject({ code: 'conflict' })
    await expect(rig.calls.cards.save(boris, cardId, request)).rejects.toMatchObject({ code: 'conflict' })
    await rig.restart()
    expect(await rig.calls.cards.save(anna, cardId, request)).toEqual(first)
  })

  it('keep answers for a week, without the customer’s contacts, and go on forgetting without a restart', async () => {
    const kept = () => rig.store.db.selectFrom('card_writes').selectAll().execute()
    await hangUp()
    await save({ notes: 'the first' })
    rig.telephony.setCall(callOf('2.0', [outside, legOf('2.1', '1001', { state: 'up', answeredAtMs: 1 })]))
    await rig.settle()
    expect((await card('main:2.1')).contacts).toMatchObject([{ notes: 'the first' }])
    const request = { baseVersion: 9, changes: { notes: 'x' }, idempotencyKey: randomUUID() }
    const first = await rig.calls.cards.save(anna, 'main:2.1', request)
    expect(first.card.contacts).toHaveLength(1)
    expect(await rig.calls.cards.save(anna, 'main:2.1', request)).toEqual(first)
    for (const { answer: text } of await kept()) expect(text).toContain('"contacts":[]')
    for (let day = 1; day <= 7; day++) await advance(24 * 3_600_000)
    expect(await kept()).toHaveLength(2)
    await advance(24 * 3_600_000)
    expect(await kept()).toEqual([])
  })

  it('remember the key of a save that changed nothing', async () => {
    await answer()
    const key = randomUUID()
    const first = await save({}, key)
    await write({ notes: 'later' })
    expect(await save({}, key)).toEqual(first)
  })

  it('reach a saved card late, and its call-back follows: made, changed, removed, one a card', async () => {
    await hangUp()
    await save({ description: 'why', callBack: true, callBackAtMs: 77 })
    const task = { cardId, reason: 'why', dueAtMs: 77, holder: { id: 'anna', name: 'Anna' }, number: '+79160000101' }
    expect(await openCallBacks()).toMatchObject([task])
    await write({ callBackAtMs: 99 })
    expect(await openCallBacks()).toMatchObject([{ ...task, dueAtMs: 99 }])
    await write({ callBack: false })
    expect(await openCallBacks()).toEqual([])
  })

  it('are refused for others’ cards: unknown to an operator, forbidden to a supervisor who may read', async () => {
    await answer()
    const attempt = { baseVersion: 0, changes: { notes: 'x' } }
    await expect(rig.calls.cards.writeDraft(boris, cardId, attempt)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig.calls.cards.read(boris, cardId)).rejects.toMatchObject({ code: 'notFound' })
    const saving = { ...attempt, idempotencyKey: randomUUID() }
    await expect(rig.calls.cards.save(boris, cardId, saving)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig.calls.cards.extend(boris, cardId)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig.calls.cards.writeDraft(galina, cardId, attempt)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rig.calls.cards.save(galina, cardId, saving)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rig.calls.cards.extend(galina, cardId)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rig.calls.cards.read(galina, cardId)).toMatchObject({ id: cardId, fields: { notes: '' } })
    await expect(rig.calls.cards.read(galina, 'main:none')).rejects.toMatchObject({ code: 'notFound' })
  })
})
