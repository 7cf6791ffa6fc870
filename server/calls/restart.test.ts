import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyPbxState } from '../telephony/pbx-state.ts'
import { annasCall, cardId, talking } from './annas-call.ts'
import { anna, boris, type CallsRig, callOf, galina, legOf, openCallsRig, person, queueOf } from './fixture.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())
const { answer, hangUp, advance, card, write, save, rows } = annasCall(() => rig)

describe('a restart of the server', () => {
  it('keeps a talking card whose leg goes on, with its draft', async () => {
    await answer()
    await write({ notes: 'kept' })
    await rig.restart()
    expect(rig.calls.cards.openCards()).toMatchObject([{ id: cardId, state: 'talking', fields: { notes: 'kept' } }])
    rig.telephony.heal({ ...emptyPbxState, calls: new Map([['1.0', talking]]), queues: new Map([['701', queueOf('701', [])]]) })
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'talking', fields: { notes: 'kept' } })
    expect(await rows()).toHaveLength(1)
  })

  it('keeps since when the caller had waited, which Asterisk does not tell of a talk', async () => {
    await answer()
    const { queuedAtMs } = await card()
    expect(queuedAtMs).toBe(0)
    await rig.restart()
    const healed = { ...talking, queuedAtMs: null }
    rig.telephony.heal({ ...emptyPbxState, calls: new Map([['1.0', healed]]), queues: new Map([['701', queueOf('701', [])]]) })
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'talking', queuedAtMs })
  })

  it('starts wrap-up at the first snapshot for a call that ended meanwhile, and not before it', async () => {
    await answer()
    await rig.restart()
    await advance(500_000)
    expect(await card()).toMatchObject({ state: 'talking' })
    rig.telephony.heal({ ...emptyPbxState, queues: new Map([['701', queueOf('701', [])]]) })
    await rig.settle()
    const nowMs = rig.clock.nowMs()
    expect(await card()).toMatchObject({ state: 'wrapUp', endedAtMs: nowMs, wrapUpEndsAtMs: nowMs + 60_000 })
  })

  it('gives 30 s of grace to a wrap-up that ended while we were away, then saves', async () => {
    await hangUp()
    await rig.calls.stop()
    rig.clock.advance(3_600_000)
    await rig.restart()
    await advance(29_999)
    expect(await card()).toMatchObject({ state: 'wrapUp' })
    await write({ notes: 'brought late' })
    await advance(1)
    expect(await card()).toMatchObject({ state: 'saved', fields: { notes: 'brought late' } })
  })

  it('knows of a wrap-up that it stands still while another call goes on', async () => {
    await answer()
    const up = { state: 'up', answeredAtMs: rig.clock.nowMs() } as const
    rig.telephony.setCall(callOf('7.0', [legOf('7.1', '1001', up)]))
    rig.telephony.endCall('1.0')
    await rig.settle()
    await rig.restart()
    await advance(500_000)
    expect(await card()).toMatchObject({ state: 'wrapUp', wrapUpLeftMs: 60_000 })
    rig.telephony.heal({ ...emptyPbxState, queues: new Map([['701', queueOf('701', [])]]) })
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'wrapUp', wrapUpEndsAtMs: rig.clock.nowMs() + 60_000 })
    await advance(60_000)
    expect(await card()).toMatchObject({ state: 'saved', wrapUpMs: 60_000 })
  })

  it('unpauses whom an earlier run left paused, and nobody who paused by hand', async () => {
    const left = queueOf('701', ['1001', '1002'])
    const members = new Map(
      [...left.members].map(([endpoint, member]) => [
        endpoint,
        { ...member, paused: true, pauseReason: endpoint === '1001' ? 'wrapup' : 'lunch' },
      ]),
    )
    rig.telephony.heal({ ...emptyPbxState, queues: new Map([['701', { ...left, members }]]) })
    await rig.settle()
    expect(rig.telephony.pauses).toEqual([{ endpoint: '1001', paused: false, reason: null }])
  })

  it('does not open a second card for a leg whose card is closed', async () => {
    await hangUp()
    await save({})
    rig.telephony.setCall(talking)
    await rig.settle()
    expect(rig.calls.cards.openCards()).toEqual([])
    expect(await card()).toMatchObject({ state: 'saved' })
  })
})

describe('of two Asterisk servers', () => {
  const empty = { ...emptyPbxState, queues: new Map([['701', queueOf('701', [])]]) }

  it('the snapshot of one ends no card of a call on the other', async () => {
    await answer()
    await rig.restart()
    rig.telephony.heal({ ...emptyPbxState, queues: new Map([['701~2', queueOf('701~2', [])]]) }, '2')
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'talking' })
    rig.telephony.heal(empty)
    await rig.settle()
    expect(await card()).toMatchObject({ state: 'wrapUp' })
  })

  it('a card of one that was removed ends though nothing has been heard of it since the start', async () => {
    rig.users.set([{ ...anna, extension: '1001~2' }, boris])
    rig.telephony.setCall(callOf('1.0~2', [legOf('1.1~2', '1001~2', { state: 'up', answeredAtMs: 1_000 })], { state: 'talking' }))
    await rig.settle()
    const states = () => rig.calls.cards.openCards().map(({ callId, state }) => `${callId} ${state}`)
    await rig.restart()
    expect(states()).toEqual(['1.0~2 talking'])
    // What is told then has no changes.
    rig.telephony.heal(emptyPbxState, '2')
    await rig.settle()
    expect(states()).toEqual(['1.0~2 wrapUp'])
  })

  it('the same leg id on both is two cards', async () => {
    rig.users.set([anna, { ...boris, extension: '1001~2' }])
    await answer()
    rig.telephony.setCall(callOf('1.0~2', [legOf('1.1~2', '1001~2', { state: 'up', answeredAtMs: 1_000 })], { state: 'talking' }))
    await rig.settle()
    const open = rig.calls.cards.openCards().map(({ id, operatorId, callId }) => `${operatorId} ${id} ${callId}`)
    expect(open).toEqual([`anna ${cardId} 1.0`, `boris ${cardId}~2 1.0~2`])
  })

  it('colleagues of the second are shown by the plain number, whoever has it at the first', async () => {
    rig.users.set([
      { ...anna, extension: '1001~2' },
      { ...boris, extension: '1002~2' },
      { ...galina, extension: '1001' },
      person('vera', '1002'),
    ])
    const legs = [
      legOf('5.0~2', '1001~2', { role: 'caller', state: 'up', answeredAtMs: 1_000 }),
      legOf('5.1~2', '1002~2', { state: 'up', answeredAtMs: 1_000 }),
    ]
    rig.telephony.setCall(callOf('5.0~2', legs, { direction: 'internal', number: '1001', queue: null, state: 'talking' }))
    await rig.settle()
    const shown = rig.calls.cards.openCards().map(({ operatorId, number, callerName }) => [operatorId, number, callerName])
    expect(shown).toEqual([
      ['anna', '1002', 'Boris'],
      ['boris', '1001', 'Anna'],
    ])
  })

  it('a caller of the second who is nobody here has the name that came with the call', async () => {
    rig.users.set([anna, { ...boris, extension: '1002~2' }])
    const legs = [
      legOf('5.0~2', '1001~2', { role: 'caller', state: 'up', answeredAtMs: 1_000 }),
      legOf('5.1~2', '1002~2', { state: 'up', answeredAtMs: 1_000 }),
    ]
    const named = { direction: 'internal', number: '1001', callerName: 'Kazan', queue: null, state: 'talking' } as const
    rig.telephony.setCall(callOf('5.0~2', legs, named))
    await rig.settle()
    expect(rig.calls.cards.openCards()).toMatchObject([{ operatorId: 'boris', number: '1001', callerName: 'Kazan' }])
  })
})
