import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Card } from '../contract/index.ts'
import { type CallsRig, callOf, legOf, openCallsRig, queueOf } from './fixture.ts'

/** The card of a call whose operator's phone vanished, while the PBX keeps the caller with music. */

let rig: CallsRig
let endedAtMs = 0
beforeEach(async () => {
  rig = await openCallsRig()
  rig.telephony.setQueue(queueOf('701', ['1001', '1002']))
  talk('1.1', '1001')
  rig.clock.advance(10_000)
  endedAtMs = rig.clock.nowMs()
  rig.telephony.setCall(callOf('1.0', [], { state: 'waiting', answeredAtMs: 1, awaits: '1001' }))
  await pass(20_000)
})
afterEach(() => rig.close())

function talk(leg: string, endpoint: string): void {
  const state = { state: 'up', answeredAtMs: rig.clock.nowMs() } as const
  rig.telephony.setCall(callOf('1.0', [legOf(leg, endpoint, state)], { state: 'talking', answeredAtMs: 1 }))
}
async function pass(ms: number): Promise<void> {
  await rig.settle()
  rig.clock.advance(ms)
  await rig.settle()
}
const open = (): readonly Card[] => rig.calls.cards.openCards()

it('stays the operator’s while the caller waits, and goes on with the new leg', async () => {
  expect(open()).toMatchObject([{ operatorId: 'anna', state: 'talking', legId: '1.1' }])
  talk('1.2', '1001')
  await pass(5_000)
  expect(open()).toMatchObject([{ operatorId: 'anna', state: 'talking', legId: '1.2' }])
  rig.telephony.endCall('1.0')
  await rig.settle()
  expect(open()).toMatchObject([{ operatorId: 'anna', state: 'wrapUp', endedAtMs: rig.clock.nowMs() }])
})

it('ends when its operator’s leg did, once the caller goes on to somebody else', async () => {
  rig.telephony.setCall(callOf('1.0', [], { state: 'waiting', answeredAtMs: 1 }))
  await rig.settle()
  expect(open()).toMatchObject([{ operatorId: 'anna', state: 'wrapUp', endedAtMs }])
  talk('1.3', '1002')
  await rig.settle()
  expect(open()).toMatchObject([
    { operatorId: 'anna', state: 'wrapUp' },
    { operatorId: 'boris', state: 'talking' },
  ])
})

it('ends when the caller has no patience left', async () => {
  rig.telephony.endCall('1.0')
  await rig.settle()
  expect(open()).toMatchObject([{ state: 'wrapUp', endedAtMs }])
})

it('is found again by a server that started meanwhile', async () => {
  const state = rig.telephony.state()
  await rig.restart()
  rig.telephony.heal(state)
  await pass(2_000)
  expect(open()).toMatchObject([{ state: 'talking' }])
  talk('1.2', '1001')
  await pass(2_000)
  expect(open()).toMatchObject([{ state: 'talking', legId: '1.2' }])
})
