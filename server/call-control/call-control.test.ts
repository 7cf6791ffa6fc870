import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anna, boris, galina, legOf, queueOf } from '../calls/fixture.ts'
import type { QualitySample } from '../contract/index.ts'
import type { PbxParticipant } from '../telephony/pbx-state.ts'
import { type ControlRig, channels, dialled, everybody, inbound, openControlRig } from './fixture.ts'

let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
})
afterEach(() => rig.close())

const code = (wanted: string) => ({ code: wanted })
const sent = () => rig.telephony.sent.splice(0)

const room = '471147114711'
const inRoom = (participants: readonly PbxParticipant[]) => ({ conference: room, participants })

/** Anna, the customer and the number she dialled are in a conference; her second leg has ended. */
function joined(participants = everybody): void {
  rig.telephony.setCall({ ...dialled(inRoom(participants)), legs: [] })
  rig.telephony.setCall(inbound(inRoom(participants)))
}

describe('a conference', () => {
  it('takes the first leg and its other side together, of the second call only the other side', async () => {
    const { conferenceId } = await rig.control.startConference(anna, ['1.1', '2.0'])
    expect(sent()).toEqual([
      `redirect PJSIP/1001-1.1 + PJSIP/trunk-1.0 to ${conferenceId}@callsync-conference`,
      `redirect Local/+7903@pstn-2;1 to ${conferenceId}@callsync-conference`,
    ])
  })

  it('begins with those who are there when the other side has hung up a moment before; nothing is moved when the first fail', async () => {
    rig.telephony.refusals.set('redirect Local/+7903', 'No such channel')
    await rig.control.startConference(anna, ['1.1', '2.0'])
    expect(sent()).toHaveLength(1)
    rig.telephony.refusals.set('redirect PJSIP/1001', 'No such channel')
    await expect(rig.control.startConference(anna, ['1.1', '2.0'])).rejects.toMatchObject({ code: 'refused' })
    expect(sent()).toEqual([])
  })

  it.each([
    ['a colleague with these legs', boris, ['1.1', '2.0'] as const, 'notFound'],
    ['a supervisor with these legs', galina, ['1.1', '2.0'] as const, 'notFound'],
    ['legs that never were', anna, ['1.1', '9.9'] as const, 'notFound'],
    ['the other side as a leg', anna, ['1.0', '2.0'] as const, 'notFound'],
    ['one call twice', anna, ['1.1', '1.1'] as const, 'invalidInput'],
  ])('is refused to %s', async (_, user, legs, wanted) => {
    await expect(rig.control.startConference(user, legs)).rejects.toMatchObject(code(wanted))
    expect(sent()).toEqual([])
  })

  it('needs answered calls', async () => {
    rig.telephony.setCall({ ...dialled(), legs: [legOf('2.0', '1001', { role: 'caller', state: 'dialing' })] })
    await expect(rig.control.startConference(anna, ['1.1', '2.0'])).rejects.toMatchObject(code('conflict'))
    expect(sent()).toEqual([])
  })

  it('needs the context, and nothing happens to the calls without it', async () => {
    rig.lackContext('callsync-conference')
    const refused = { code: 'pbxLacksContext', fields: { context: 'callsync-conference' } }
    await expect(rig.control.startConference(anna, ['1.1', '2.0'])).rejects.toMatchObject(refused)
    expect(sent()).toEqual([])
  })

  it('takes one more own call, of its member only', async () => {
    rig.telephony.setCall(inbound(inRoom(everybody.slice(0, 2))))
    await expect(rig.control.addToConference(boris, room, '2.0')).rejects.toMatchObject(code('notFound'))
    await expect(rig.control.addToConference(anna, '471247124712', '2.0')).rejects.toMatchObject(code('notFound'))
    expect(sent()).toEqual([])
    await rig.control.addToConference(anna, room, '2.0')
    expect(sent()).toEqual([`redirect Local/+7903@pstn-2;1 to ${room}@callsync-conference`])
  })

  it('puts one out, told by a member, and not the member itself', async () => {
    joined()
    await expect(rig.control.removeFromConference(boris, room, '2.1')).rejects.toMatchObject(code('notFound'))
    await expect(rig.control.removeFromConference(anna, room, '9.9')).rejects.toMatchObject(code('notFound'))
    await expect(rig.control.removeFromConference(anna, room, '1.1')).rejects.toMatchObject(code('conflict'))
    expect(sent()).toEqual([])
    await rig.control.removeFromConference(anna, room, '2.1')
    expect(sent()).toEqual(['hangUp Local/+7903@pstn-2;1'])
  })

  it('ends for all, told by a member', async () => {
    joined()
    await expect(rig.control.endConference(boris, room)).rejects.toMatchObject(code('notFound'))
    await rig.control.endConference(anna, room)
    expect(sent()).toEqual(['hangUp PJSIP/1001-1.1', 'hangUp PJSIP/trunk-1.0', 'hangUp Local/+7903@pstn-2;1'])
  })

  it('ends for all, should one of them have hung up a moment before', async () => {
    joined()
    rig.telephony.refusals.set('hangUp PJSIP/1001-1.1', 'No such channel')
    await rig.control.endConference(anna, room)
    expect(sent()).toEqual(['hangUp PJSIP/trunk-1.0', 'hangUp Local/+7903@pstn-2;1'])
  })

  it('goes on without whoever made it, and ends for the last one', async () => {
    joined(everybody.slice(0, 1))
    await rig.flush()
    expect(sent()).toEqual([])
    joined()
    joined(everybody.slice(1))
    await rig.flush()
    expect(sent()).toEqual([])
    joined(everybody.slice(2))
    await rig.flush()
    expect(sent()).toEqual(['hangUp Local/+7903@pstn-2;1'])
  })

  it('that somebody else made on the PBX is left alone', async () => {
    const meeting = (participants: readonly PbxParticipant[]) => inbound({ conference: '850', participants })
    rig.telephony.setCall(meeting(everybody))
    await expect(rig.control.removeFromConference(anna, '850', '2.1')).rejects.toMatchObject(code('notFound'))
    await expect(rig.control.endConference(anna, '850')).rejects.toMatchObject(code('notFound'))
    await expect(rig.control.addToConference(anna, '850', '2.0')).rejects.toMatchObject(code('notFound'))
    rig.telephony.setCall(meeting(everybody.slice(2)))
    await rig.flush()
    expect(sent()).toEqual([])
  })
})

describe('the recording', () => {
  const pauses = async () => (await rig.control.callMedia(galina, '1.0')).pauses

  it('is silent for a while, and the call keeps when', async () => {
    const fromMs = rig.clock.nowMs()
    await rig.control.setRecording(anna, '1.1', true)
    expect(sent()).toEqual(['mute PJSIP/trunk-1.0', 'set PJSIP/trunk-1.0 CALLSYNC_PAUSED=1'])
    expect(await pauses()).toEqual([{ fromMs, toMs: null, operatorId: 'anna', operatorName: 'Anna' }])
    rig.clock.advance(7_000)
    await rig.control.setRecording(anna, '1.1', false)
    expect(sent()).toEqual(['unmute PJSIP/trunk-1.0', 'set PJSIP/trunk-1.0 CALLSYNC_PAUSED='])
    expect(await pauses()).toMatchObject([{ fromMs, toMs: fromMs + 7_000 }])
  })

  it('is paused once, however often it is asked', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    rig.clock.advance(1_000)
    await rig.control.setRecording(anna, '1.1', true)
    expect(await pauses()).toHaveLength(1)
  })

  it.each([
    ['a colleague', boris],
    ['a supervisor', galina],
  ])('is nothing to %s', async (_, user) => {
    await expect(rig.control.setRecording(user, '1.1', true)).rejects.toMatchObject(code('notFound'))
    expect(sent()).toEqual([])
  })

  it('of a forced queue cannot be paused, but resumed', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    await rig.rules.force('701', true, galina)
    sent()
    await expect(rig.control.setRecording(anna, '1.1', true)).rejects.toMatchObject(code('recordingForced'))
    expect(sent()).toEqual([])
    await rig.control.setRecording(anna, '1.1', false)
    expect(sent()).toHaveLength(2)
    await rig.rules.force('701', false, galina)
    await rig.control.setRecording(anna, '1.1', true)
    expect(sent()).toHaveLength(2)
  })

  it('of a conference is paused in every file it goes to', async () => {
    joined()
    rig.telephony.setChannels(channels.map((each) => (each.uniqueid === '2.1' ? { ...each, recording: 'on' } : each)))
    await rig.control.setRecording(anna, '1.1', true)
    expect(sent().filter((line) => line.startsWith('mute'))).toEqual([
      'mute PJSIP/trunk-1.0',
      'mute PJSIP/1001-2.0',
      'mute Local/+7903@pstn-2;1',
    ])
    await rig.rules.force('701', true, galina)
    await expect(rig.control.setRecording(anna, '1.1', true)).rejects.toMatchObject(code('recordingForced'))
  })

  it('that is none cannot be paused', async () => {
    rig.telephony.setChannels(channels.map((each) => ({ ...each, recording: 'none' })))
    await expect(rig.control.setRecording(anna, '1.1', true)).rejects.toMatchObject(code('conflict'))
  })

  it('goes on when the one who paused it leaves the call', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    sent()
    rig.clock.advance(3_000)
    rig.telephony.setCall(inbound({ legs: [legOf('1.2', '1002', { state: 'up', answeredAtMs: 2 })] }))
    await rig.flush()
    await rig.settle()
    expect(sent()).toEqual(['unmute PJSIP/trunk-1.0', 'set PJSIP/trunk-1.0 CALLSYNC_PAUSED='])
    expect((await pauses())[0]?.toMs).toBe(rig.clock.nowMs())
  })

  it('stays silent over a reload of the page that paused it, until that leg leaves', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    sent()
    rig.telephony.setCall(inbound({ legs: [legOf('1.3', '1001', { state: 'up', answeredAtMs: 2, replaces: '1.1' })] }))
    await rig.flush()
    expect(sent()).toEqual([])
    expect(await pauses()).toMatchObject([{ toMs: null }])
    rig.telephony.setCall(inbound({ legs: [legOf('1.4', '1002', { state: 'up', answeredAtMs: 3 })] }))
    await rig.flush()
    expect(sent()).toEqual(['unmute PJSIP/trunk-1.0', 'set PJSIP/trunk-1.0 CALLSYNC_PAUSED='])
  })

  it('goes on when the one who paused it leaves, to a server that has started meanwhile too', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    rig.restartControl()
    rig.telephony.heal()
    await rig.flush()
    sent()
    rig.telephony.setCall(inbound({ legs: [legOf('1.2', '1002', { state: 'up', answeredAtMs: 2 })] }))
    await rig.flush()
    expect(sent()).toEqual(['unmute PJSIP/trunk-1.0', 'set PJSIP/trunk-1.0 CALLSYNC_PAUSED='])
  })

  it('goes on when the one who paused it has left unseen', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    rig.restartControl()
    sent()
    rig.telephony.setChannels(channels.filter(({ uniqueid }) => uniqueid !== '1.1'))
    rig.telephony.heal()
    await rig.flush()
    expect(sent()).toEqual(['unmute PJSIP/trunk-1.0', 'set PJSIP/trunk-1.0 CALLSYNC_PAUSED='])
    expect((await pauses())[0]?.toMs).toBe(rig.clock.nowMs())
  })

  it('has no pause without an end when the call ended meanwhile', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    const calls = new Map(rig.telephony.state().calls)
    calls.delete('1.0')
    rig.telephony.heal({ ...rig.telephony.state(), calls })
    await rig.flush()
    await rig.settle()
    expect((await pauses())[0]?.toMs).toBe(rig.clock.nowMs())
  })
})

describe('a queue', () => {
  const set = (loggedIn: boolean, number = '702', user = anna) => rig.control.setQueueMembership(user, { number, loggedIn })
  const withMember = (more: { penalty?: number; fixed?: boolean; paused?: boolean; pauseReason?: string }) => {
    const queue = queueOf('702', ['1001'])
    const member = queue.members.get('1001')
    if (member) rig.telephony.setQueue({ ...queue, members: new Map([['1001', { ...member, ...more }]]) })
  }

  it('is left and entered again with the same penalty', async () => {
    withMember({ fixed: false, penalty: 3 })
    await set(false)
    rig.telephony.setQueue(queueOf('702', []))
    await set(true)
    expect(sent()).toEqual(['remove 1001 from 702', 'add 1001 to 702 penalty 3 as 1001'])
  })

  it('is not left when the configuration says so', async () => {
    await expect(set(false)).rejects.toMatchObject(code('conflict'))
    expect(sent()).toEqual([])
  })

  it('is entered paused by who is paused elsewhere', async () => {
    withMember({ paused: true, pauseReason: 'lunch' })
    await set(true, '701')
    expect(sent()).toEqual(['add 1001 to 701 penalty 0 as 1001'])
    expect(rig.telephony.pauses).toContainEqual({ endpoint: '1001', paused: true, reason: 'lunch', queues: ['701'] })
  })

  it('stays as it is when it is so already', async () => {
    await set(true, '702')
    await set(false, '701')
    expect(sent()).toEqual([])
  })

  it('that is none of the chosen ones is refused to an operator, not to a supervisor', async () => {
    await rig.calls.queueRights.set(galina, 'anna', ['702'])
    await expect(set(true, '701')).rejects.toMatchObject(code('forbidden'))
    expect(sent()).toEqual([])
    await set(true, '701', galina)
    await rig.calls.queueRights.set(galina, 'anna', null)
    await set(true, '701')
    expect(sent()).toEqual(['add 1004 to 701 penalty 0 as 1004', 'add 1001 to 701 penalty 0 as 1001'])
  })

  it('is left at once by who may no longer be in it, unless the configuration says so', async () => {
    await rig.calls.queueRights.set(galina, 'anna', [])
    await rig.flush()
    expect(sent()).toEqual([])
    withMember({ fixed: false })
    await rig.flush()
    expect(sent()).toEqual(['remove 1001 from 702'])
    await rig.calls.queueRights.set(galina, 'anna', ['702'])
    withMember({ fixed: false, penalty: 1 })
    await rig.flush()
    expect(sent()).toEqual([])
  })

  it('that does not exist is refused, and so is who has no extension', async () => {
    await expect(set(true, '799')).rejects.toMatchObject(code('notFound'))
    await expect(set(true, '701', { ...anna, extension: null })).rejects.toMatchObject(code('notConfigured'))
  })
})

describe('the quality of a leg', () => {
  const sample = (mos: number, more: Partial<QualitySample> = {}): QualitySample => ({
    atMs: 0,
    loss: 0,
    jitterMs: 2,
    roundTripMs: null,
    mos,
    ...more,
  })
  const quality = async (callId = '1.0') => (await rig.control.callMedia(galina, callId)).quality

  it('is added up over portions', async () => {
    await rig.control.reportQuality(anna, '1.1', [sample(4.4), sample(3, { loss: 0.1, jitterMs: 40, roundTripMs: 80 })])
    await Promise.all([
      rig.control.reportQuality(anna, '1.1', [sample(4)]),
      rig.control.reportQuality(anna, '1.1', [sample(4.2, { roundTripMs: 20 })]),
    ])
    expect(await quality()).toMatchObject([{ legId: '1.1', operatorId: 'anna', samples: 4, minMos: 3, maxLoss: 0.1 }])
    const [whole] = await quality()
    expect(whole?.avgMos).toBeCloseTo(3.9)
    expect(whole?.avgRoundTripMs).toBe(50)
    expect(whole?.maxJitterMs).toBe(40)
  })

  it('is told of own legs only', async () => {
    for (const user of [boris, galina]) {
      await expect(rig.control.reportQuality(user, '1.1', [sample(4)])).rejects.toMatchObject(code('notFound'))
    }
    expect(await quality()).toEqual([])
  })

  it('is told of a leg that has just ended, by its operator', async () => {
    rig.telephony.endCall('2.0')
    await expect(rig.control.reportQuality(boris, '2.0', [sample(4)])).rejects.toMatchObject(code('notFound'))
    await rig.control.reportQuality(anna, '2.0', [sample(4)])
    expect(await quality('2.0')).toHaveLength(1)
  })

  it('is read by supervisors and by who has a card of the call', async () => {
    await rig.settle()
    await expect(rig.control.callMedia(boris, '1.0')).rejects.toMatchObject(code('notFound'))
    await expect(rig.control.callMedia(anna, '1.0')).resolves.toEqual({ quality: [], pauses: [] })
  })
})
