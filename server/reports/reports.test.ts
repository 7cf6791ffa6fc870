import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallsRig, callOf, legOf, openCallsRig, queueOf } from '../calls/fixture.ts'
import { addCustomers } from '../calls/index.ts'
import { emptyPbxState } from '../telephony/pbx-state.ts'
import { createReports, type Reports } from './index.ts'

let rig: CallsRig
let reports: Reports
const build = (): Reports =>
  createReports({
    db: rig.store.db,
    clock: rig.clock,
    telephony: rig.telephony,
    users: rig.users,
    queueNames: rig.queueNames,
    logger: pino({ level: 'silent' }),
  })
beforeEach(async () => {
  rig = await openCallsRig()
  reports = build()
  await reports.start()
})
afterEach(async () => {
  await reports.stop()
  await rig.close()
})

const outside = legOf('1.0', 'trunk', { role: 'caller', state: 'up', answeredAtMs: 0 })
const all = async () => {
  await rig.settle()
  await reports.idle()
  return (await reports.calls({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 100 })).calls
}
/** A call that waits 20 s, is talked 65 s by Anna and ends. */
const answeredCall = async (startedAtMs: number) => {
  const times = { startedAtMs, queuedAtMs: startedAtMs }
  rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001')], times))
  rig.clock.advance(20_000)
  const answeredAtMs = rig.clock.nowMs()
  const leg = legOf('1.1', '1001', { state: 'up', answeredAtMs })
  rig.telephony.setCall(callOf('1.0', [outside, leg], { ...times, answeredAtMs, state: 'talking' }))
  rig.clock.advance(65_000)
  rig.telephony.endCall('1.0')
  await rig.settle()
}

describe('the ledger', () => {
  it('has one row a call, with who answered, the wait, the talk and what the card says', async () => {
    await addCustomers(rig.store.db, [
      { id: 'c1', name: 'Ivan', phones: ['+79160000101'], address: '', notes: '', tag: null, createdAtMs: 0 },
    ])
    const startedAtMs = rig.clock.nowMs()
    await answeredCall(startedAtMs)
    const anna = rig.users.byExtension('1001')
    if (!anna) throw new Error('nobody')
    const changes = { categoryId: 'delivery', resultId: 'resolved', satisfaction: 5, description: 'd' }
    await rig.calls.cards.writeDraft(anna, 'main:1.1', { baseVersion: 99, changes })
    expect(await all()).toEqual([
      {
        callId: '1.0',
        startedAtMs,
        direction: 'inbound',
        number: '+79160000101',
        customerName: 'Ivan',
        queue: { number: '701', name: 'Sales' },
        operatorName: 'Anna',
        outcome: 'answered',
        waitMs: 20_000,
        talkMs: 65_000,
        ...changes,
        cardId: 'main:1.1',
      },
    ])
  })

  it('calls nobody missed whom we called', async () => {
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001')], { direction: 'outbound' }))
    rig.telephony.endCall('1.0')
    expect(await all()).toMatchObject([{ direction: 'outbound', outcome: 'noAnswer' }])
  })

  it('calls a call nobody answered missed, with its wait and no talk, though the trunk’s own leg was up', async () => {
    const startedAtMs = rig.clock.nowMs()
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.1', '1001')], { startedAtMs, queuedAtMs: startedAtMs }))
    expect(await all()).toMatchObject([{ outcome: 'running', waitMs: null, talkMs: null }])
    rig.clock.advance(7_000)
    rig.telephony.endCall('1.0')
    expect(await all()).toMatchObject([{ outcome: 'missed', waitMs: 7_000, talkMs: null, operatorName: null }])
  })

  it('keeps the one who answered first through a transfer', async () => {
    const anna = legOf('1.1', '1001', { state: 'up', answeredAtMs: 10 })
    rig.telephony.setCall(callOf('1.0', [outside, anna], { answeredAtMs: 10 }))
    rig.telephony.setCall(callOf('1.0', [outside, legOf('1.2', '1002', { state: 'up', answeredAtMs: 90 })], { answeredAtMs: 10 }))
    rig.telephony.endCall('1.0')
    expect(await all()).toMatchObject([{ operatorName: 'Anna', outcome: 'answered' }])
  })

  it('drops the row of a call that became part of another', async () => {
    const moving = legOf('2.2', '1001', { role: 'caller', state: 'up', answeredAtMs: 5 })
    rig.telephony.setCall(callOf('2.2', [moving, legOf('2.3', '1003')], { direction: 'internal', number: '', queue: null }))
    expect(await all()).toHaveLength(1)
    rig.telephony.setCall(callOf('1.0', [outside, moving], { answeredAtMs: 5 }))
    rig.telephony.endCall('2.2')
    expect((await all()).map(({ callId }) => callId)).toEqual(['1.0'])
  })

  it('has no row for a feature code or an announcement', async () => {
    const own = legOf('6.0', '1001', { role: 'caller', state: 'up' })
    rig.telephony.setCall(callOf('6.0', [own], { direction: 'internal', number: '1001', queue: null }))
    rig.telephony.endCall('6.0')
    expect(await all()).toEqual([])
  })

  it('knows the talk time of a call that ended while a snapshot was taken with the link up', async () => {
    const answeredAtMs = rig.clock.nowMs()
    const leg = legOf('1.1', '1001', { state: 'up', answeredAtMs })
    rig.telephony.setCall(callOf('1.0', [outside, leg], { answeredAtMs, startedAtMs: answeredAtMs }))
    rig.clock.advance(5_000)
    rig.telephony.resync(emptyPbxState)
    expect(await all()).toMatchObject([{ outcome: 'answered', talkMs: 5_000 }])
  })

  it('survives a restart: goes on with a running call, closes one that ended meanwhile with no made-up talk time', async () => {
    const leg = legOf('1.1', '1001', { state: 'up', answeredAtMs: 10 })
    const goes = callOf('1.0', [outside, leg], { answeredAtMs: 10, startedAtMs: 2 })
    const gone = callOf('9.0', [legOf('9.1', '1002', { state: 'up', answeredAtMs: 10 })], { answeredAtMs: 10, startedAtMs: 1 })
    rig.telephony.setCall(goes)
    rig.telephony.setCall(gone)
    await all()
    await reports.stop()
    await rig.restart()
    reports = build()
    await reports.start()
    expect(await all()).toMatchObject([{ outcome: 'running' }, { outcome: 'running' }])
    rig.telephony.heal({ ...emptyPbxState, calls: new Map([['1.0', goes]]), queues: new Map([['701', queueOf('701', [])]]) })
    expect(await all()).toMatchObject([
      { callId: '1.0', outcome: 'running' },
      { callId: '9.0', outcome: 'answered', talkMs: null, operatorName: 'Boris' },
    ])
  })

  it('counts all calls of [from, to) and gives the newest of them', async () => {
    for (const [index, startedAtMs] of [100, 200, 300, 400].entries()) {
      rig.telephony.setCall(callOf(`${index}.0`, [], { startedAtMs }))
      rig.telephony.endCall(`${index}.0`)
    }
    await all()
    const { calls, total } = await reports.calls({ fromMs: 100, toMs: 400, limit: 2 })
    expect(calls.map(({ startedAtMs }) => startedAtMs)).toEqual([300, 200])
    expect(total).toBe(3)
  })
})
