import { beforeEach, describe, expect, it, vi } from 'vitest'
import { boris, callOf, FakeUsers, legOf, queueOf } from '../../calls/fixture.ts'
import { ManualClock } from '../../clock.ts'
import { FakeTelephony } from '../../telephony/fake-telephony.ts'
import type { PbxQueue } from '../../telephony/pbx-state.ts'
import { builtInRule, type QueueRule, ruleBook } from '../fold/rules.ts'
import { openLedger, siteRules } from '../import/fixture.ts'
import { MissedWatch } from './missed-watch.ts'

let clock: ManualClock
let telephony: FakeTelephony
let rules: QueueRule[]
let watch: MissedWatch
beforeEach(() => {
  clock = new ManualClock()
  telephony = new FakeTelephony()
  rules = [builtInRule]
  watch = new MissedWatch({ clock, telephony, users: new FakeUsers(), rules: () => rules })
  watch.start()
})

const id = '7.0'
const say = (name: string, fields: Record<string, string> = {}) =>
  telephony.say([{ name, fields: { uniqueid: id, linkedid: id, ...fields }, atMs: clock.nowMs() }])

/** Who logged in, free unless told otherwise. */
function members(endpoints: readonly string[], more: Partial<{ paused: boolean; fixed: boolean }> = {}): PbxQueue['members'] {
  const of = queueOf('701', endpoints).members
  return new Map([...of].map(([endpoint, member]) => [endpoint, { ...member, fixed: false, ...more }]))
}
const waiting = () => [{ callId: id, number: '79160000101', sinceMs: clock.nowMs() }]

function joins(of: PbxQueue['members'] = members(['1001']), queue = '701'): void {
  telephony.setQueue({ ...queueOf(queue, []), members: of })
  say('QueueCallerJoin', { queue, position: '1', calleridnum: '79160000101' })
  telephony.setCall(callOf(id, [], { queue, state: 'waiting' }))
  telephony.setQueue({ ...queueOf(queue, []), members: of, waiting: waiting() })
}
function leaves(queue = '701', of: PbxQueue['members'] = members(['1001'])): void {
  say('QueueCallerLeave', { queue, position: '1' })
  telephony.setQueue({ ...queueOf(queue, []), members: of })
}
function hangsUp(queue = '701'): void {
  say('HangupRequest')
  say('QueueCallerAbandon', { queue, position: '1' })
  leaves(queue)
  say('Hangup')
  telephony.endCall(id)
}
const cause = () => watch.seen(id)?.cause

describe('a missed call', () => {
  it('was early within the queue’s own limit of that day, as in the record', async () => {
    clock.advance(1_000)
    rules = [builtInRule, { ...builtInRule, queue: '701', shortMs: 10_000, validFromMs: clock.nowMs() }]
    const ledger = await openLedger({ ...siteRules(), rule: ruleBook(rules) })
    const line = { callId: id, queue: '701', agent: 'NONE' }
    const fromMs = clock.nowMs()
    joins()
    clock.advance(7_000)
    hangsUp()
    ledger.apply({
      queueLog: [
        { ...line, atMs: fromMs, event: 'ENTERQUEUE', data: ['', '79160000101', '1'] },
        { ...line, atMs: fromMs + 7_000, event: 'ABANDON', data: ['1', '1', '7'] },
      ],
    })
    expect(ledger.calls()).toMatchObject([{ outcome: 'missed', missed_cause: 'hungUpEarly' }])
    expect(cause()).toBe('hungUpEarly')
    ledger.db.close()
  })

  it('was not early by a limit that came into force later, nor beyond the limit of all queues', () => {
    rules = [builtInRule, { ...builtInRule, queue: '701', shortMs: 10_000, validFromMs: clock.nowMs() + 1 }]
    joins()
    clock.advance(7_000)
    hangsUp()
    expect(cause()).toBe('hungUpWaiting')
  })

  it('ended by the queue’s time-out, however soon after it the call was over', () => {
    joins()
    clock.advance(60_000)
    say('QueueCallerAbandon', { queue: '701', position: '1' })
    leaves()
    say('VarSet', { variable: 'QUEUESTATUS', value: 'TIMEOUT' })
    telephony.endCall(id)
    expect(cause()).toBe('queueTimeout')
  })

  it('that left by a key was missed by nobody', () => {
    joins()
    clock.advance(9_000)
    leaves()
    say('Newexten', { extension: '1' })
    clock.advance(30_000)
    telephony.endCall(id)
    expect(watch.seen(id)).toEqual({ cause: null, operatorId: null })
  })

  it('is of who was there, first of all', () => {
    joins(members([]))
    hangsUp()
    expect(cause()).toBe('nobodyLoggedIn')
    joins(members(['1001', '1002'], { paused: true }))
    hangsUp()
    expect(cause()).toBe('allPaused')
    const talk = legOf('8.1', '1001', { state: 'up', answeredAtMs: 0 })
    telephony.setCall(callOf('8.0', [talk], { answeredAtMs: 0, state: 'talking' }))
    joins()
    clock.advance(40_000)
    hangsUp()
    expect(cause()).toBe('allBusy')
  })

  it('found somebody free, if only for a moment of the wait', () => {
    const talk = legOf('8.1', '1001', { state: 'up', answeredAtMs: 0 })
    telephony.setCall(callOf('8.0', [talk], { answeredAtMs: 0, state: 'talking' }))
    joins()
    clock.advance(20_000)
    telephony.endCall('8.0')
    clock.advance(20_000)
    hangsUp()
    expect(cause()).toBe('hungUpWaiting')
  })

  it('of a queue whose members are written in its configuration is not said to have found nobody', () => {
    joins(members(['1001'], { fixed: true, paused: true }))
    clock.advance(20_000)
    hangsUp()
    expect(cause()).toBe('hungUpWaiting')
  })

  it('rang at somebody who did not answer', () => {
    joins()
    telephony.setCall(callOf(id, [legOf('7.1', '1002')]))
    clock.advance(2_000)
    hangsUp()
    expect(watch.seen(id)).toEqual({ cause: 'nobodyAnswered', operatorId: boris.id })
  })

  it('of two queues is the last one’s, and not early when the whole wait was not', () => {
    joins()
    telephony.setCall(callOf(id, [legOf('7.1', '1001')]))
    clock.advance(20_000)
    telephony.setCall(callOf(id, []))
    say('QueueCallerAbandon', { queue: '701', position: '1' })
    leaves()
    say('VarSet', { variable: 'QUEUESTATUS', value: 'TIMEOUT' })
    joins(members(['1002']), '702')
    clock.advance(2_000)
    hangsUp('702')
    expect(cause()).toBe('hungUpWaiting')
  })

  it('past no queue is told by its own channel', () => {
    const past = { queue: null, queuedAtMs: null } as const
    const caller = legOf('7.0', 'trunk', { role: 'caller', state: 'dialing' })
    telephony.setCall(callOf(id, [caller], { ...past, startedAtMs: clock.nowMs() }))
    telephony.endCall(id, 34)
    expect(cause()).toBe('failed')
    telephony.setCall(callOf(id, [caller], { ...past, startedAtMs: clock.nowMs() }))
    clock.advance(5_000)
    telephony.endCall(id)
    expect(cause()).toBe('hungUpWaiting')
  })

  it('to a queue that let nobody in found nobody there', () => {
    const call = callOf(id, [legOf('7.0', 'trunk', { role: 'caller', state: 'dialing' })], { queue: null, queuedAtMs: null })
    for (const [exten, cause] of [
      ['701', 'nobodyLoggedIn'],
      ['100', 'hungUpEarly'],
    ]) {
      telephony.setQueue(queueOf('701', []))
      say('Newchannel', { exten: exten ?? '' })
      telephony.setCall({ ...call, startedAtMs: clock.nowMs() })
      telephony.endCall(id)
      expect(watch.seen(id)?.cause).toBe(cause)
    }
  })

  it('that had joined its queue before anybody listened has no cause that is known', () => {
    telephony.setQueue({ ...queueOf('701', []), members: members(['1001']), waiting: waiting() })
    telephony.setCall(callOf(id, [], { state: 'waiting' }))
    clock.advance(20_000)
    telephony.endCall(id)
    expect(watch.seen(id)).toEqual({ cause: null, operatorId: null })
  })
})

it('looks once a change at who is there, however many wait', () => {
  const ids = Array.from({ length: 5 }, (_, n) => `${n}.0`)
  const of = members(['1001', '1002'])
  const waiting = ids.map((callId) => ({ callId, number: '79160000101', sinceMs: clock.nowMs() }))
  telephony.setQueue({ ...queueOf('701', []), members: of, waiting })
  for (const callId of ids) telephony.setCall(callOf(callId, [], { queue: '701', state: 'waiting' }))
  const looks = [vi.spyOn(of, 'values'), vi.spyOn(telephony.state().calls, 'values')]
  telephony.setQueue({ ...queueOf('702', []), members: members(['1003']) })
  expect(looks.map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  // Nobody waits in the other queue.
  const others = members(['1003'])
  const other = vi.spyOn(others, 'values')
  telephony.setQueue({ ...queueOf('702', []), members: others })
  expect(other).not.toHaveBeenCalled()
})

it('an answered call, and one of ours, is not seen as missed', () => {
  joins()
  telephony.setCall(callOf(id, [legOf('7.1', '1001', { state: 'up', answeredAtMs: 5 })], { answeredAtMs: 5 }))
  telephony.endCall(id)
  expect(watch.seen(id)).toBeNull()
  telephony.setCall(callOf(id, [], { direction: 'outbound' }))
  telephony.endCall(id)
  expect(watch.seen(id)).toBeNull()
})
