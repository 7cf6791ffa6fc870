import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ControlRig, channel, channels } from '../call-control/fixture.ts'
import { anna, boris, callOf, galina, legOf, queueOf } from '../calls/fixture.ts'
import { openSupervisionRig, type SupervisionRig } from './fixture.ts'
import type { SupervisionService } from './index.ts'

let opened: SupervisionRig
let rig: ControlRig
let supervision: SupervisionService
beforeEach(async () => {
  opened = await openSupervisionRig()
  rig = opened.rig
  supervision = opened.supervision
})
afterEach(() => opened.close())
const code = (wanted: string) => ({ code: wanted })
const sent = () => rig.telephony.sent.splice(0)

describe('a supervisor', () => {
  it('pauses an operator with a reason and ends the pause', async () => {
    await supervision.pauseOperator(galina, 'boris', { paused: true, reason: 'lunch' })
    await supervision.pauseOperator(galina, 'boris', { paused: false, reason: null })
    expect(rig.telephony.pauses).toMatchObject([
      { endpoint: '1002', paused: true, reason: 'lunch' },
      { endpoint: '1002', paused: false },
    ])
    await expect(supervision.pauseOperator(galina, 'boris', { paused: true, reason: 'wrapup' })).rejects.toMatchObject(
      code('invalidInput'),
    )
    expect(await opened.audited()).toEqual([
      'galina operator.pause boris {"reason":"lunch"}',
      'galina operator.unpause boris {"reason":null}',
      'galina operator.pause boris {"reason":"wrapup"}',
      'galina operator.pause boris {"reason":"wrapup","failed":"invalidInput"}',
    ])
  })

  it('changes nothing of an operator that could not be written into the audit log', async () => {
    opened.canWrite = false
    await expect(supervision.pauseOperator(galina, 'boris', { paused: true, reason: 'lunch' })).rejects.toThrow('no disk')
    await expect(supervision.setOperatorMembership(galina, 'boris', { number: '702', loggedIn: false })).rejects.toThrow(
      'no disk',
    )
    expect(rig.telephony.pauses).toEqual([])
    expect(opened.membership).toEqual([])
  })

  it('logs an operator out of a queue', async () => {
    await supervision.setOperatorMembership(galina, 'boris', { number: '702', loggedIn: false })
    expect(opened.membership).toEqual(['boris 702 false'])
    expect(await opened.audited()).toEqual(['galina operator.queueLogOut boris {"queue":"702"}'])
  })

  it('ends a call for everybody in it, whoever has hung up meanwhile', async () => {
    rig.telephony.refusals.set('hangUp PJSIP/1001-1.1', 'No such channel')
    await supervision.endCall(galina, '1.0')
    expect(sent()).toEqual(['hangUp PJSIP/trunk-1.0'])
    await expect(supervision.endCall(galina, '9.9')).rejects.toMatchObject(code('notFound'))
    expect(await opened.audited()).toEqual(['galina call.end 1.0 {}'])
  })

  it('ends a conference for everybody in it, by whichever of its calls, and no other', async () => {
    const up = { state: 'up', answeredAtMs: 1 } as const
    for (const [id, conference] of [
      ['5.0', '471147114711'],
      ['6.0', '471147114711'],
      ['7.0', '471247124712'],
    ] as const)
      rig.telephony.setCall(callOf(id, [legOf(`${id}1`, '1001', up)], { conference }))
    rig.telephony.setChannels(['5.0', '6.0', '7.0'].map((id) => channel(id, `PJSIP/trunk-${id}`)))
    await supervision.endCall(galina, '6.0')
    expect(sent()).toEqual(['hangUp PJSIP/trunk-5.0', 'hangUp PJSIP/trunk-6.0'])
    expect(await opened.audited()).toEqual(['galina call.end 6.0 {"calls":["5.0","6.0"]}'])
  })

  it('ends one call in a room of the PBX’s own, and nobody else’s', async () => {
    for (const id of ['5.0', '6.0']) rig.telephony.setCall(callOf(id, [], { conference: '850' }))
    rig.telephony.setChannels(['5.0', '6.0'].map((id) => channel(id, `PJSIP/trunk-${id}`)))
    await supervision.endCall(galina, '6.0')
    expect(sent()).toEqual(['hangUp PJSIP/trunk-6.0'])
    expect(await opened.audited()).toEqual(['galina call.end 6.0 {}'])
  })

  it('moves a waiting caller, and nobody who talks already', async () => {
    await expect(supervision.moveCaller(galina, '1.0', '702')).rejects.toMatchObject(code('conflict'))
    rig.telephony.setCall(callOf('8.0', [], { state: 'waiting' }))
    rig.telephony.setChannels([...channels, channel('8.0', 'PJSIP/trunk-8.0')])
    rig.telephony.setQueue({ ...queueOf('701', ['1002']), waiting: [{ callId: '8.0', number: '1', sinceMs: 0 }] })
    await expect(supervision.moveCaller(galina, '8.0', '799')).rejects.toMatchObject(code('notFound'))
    await supervision.moveCaller(galina, '8.0', '701')
    expect(sent()).toEqual([])
    await supervision.moveCaller(galina, '8.0', '702')
    expect(sent()).toEqual(['set PJSIP/trunk-8.0 CALLSYNC_QUEUE=702', 'redirect PJSIP/trunk-8.0 to s@callsync-onwards'])
    expect(await opened.audited()).toEqual(['galina call.move 8.0 {"from":"701","to":"702"}'])
  })
})

describe('a caller who is to be moved', () => {
  const waits = () => {
    rig.telephony.setCall(callOf('8.0', [], { state: 'waiting' }))
    rig.telephony.setChannels([...channels, channel('8.0', 'PJSIP/trunk-8.0')])
    for (const number of ['701', '702']) rig.telephony.setQueue(queueOf(number, ['1002']))
    rig.telephony.setQueue({ ...queueOf('701', ['1002']), waiting: [{ callId: '8.0', number: '1', sinceMs: 0 }] })
  }

  it.each([
    ['has left the queue', () => rig.telephony.setQueue(queueOf('701', ['1002']))],
    ['talks', () => rig.telephony.setChannels([...channels, channel('8.0', 'PJSIP/trunk-8.0', { bridge: 'b8' })])],
  ])('stays where they are who %s in that moment', async (_, answer) => {
    waits()
    vi.spyOn(rig.telephony.commands, 'setVariable').mockImplementation(async () => answer())
    await expect(supervision.moveCaller(galina, '8.0', '702')).rejects.toMatchObject(code('conflict'))
    expect(sent()).toEqual([])
    expect((await opened.audited()).at(-1)).toBe('galina call.move 8.0 {"from":"701","to":"702","failed":"conflict"}')
  })

  it('is not moved without the context', async () => {
    waits()
    rig.telephony.variables.delete('DIALPLAN_EXISTS(callsync-onwards,s,1)')
    await expect(supervision.moveCaller(galina, '8.0', '702')).rejects.toMatchObject(code('pbxLacksContext'))
    expect([sent(), await opened.audited()]).toEqual([[], []])
  })

  it('is not moved to a queue of another Asterisk', async () => {
    rig.telephony.setCall(callOf('8.0', [], { state: 'waiting', queue: '701' }))
    rig.telephony.setChannels([...channels, channel('8.0', 'PJSIP/trunk-8')])
    rig.telephony.setQueue({ ...queueOf('701', []), waiting: [{ callId: '8.0', number: '7', sinceMs: 0 }] })
    rig.telephony.setQueue(queueOf('702~2', []))
    await expect(supervision.moveCaller(galina, '8.0', '702~2')).rejects.toMatchObject(code('otherServer'))
    expect(sent()).toEqual([])
  })
})

describe('messages', () => {
  it('go to every operator, are kept for who is away, and read once', async () => {
    await supervision.sendMessage(galina, { to: null, text: 'Lunch at one' })
    rig.clock.advance(1)
    await supervision.sendMessage(galina, { to: ['boris'], text: 'Come here' })
    expect(opened.told.map(({ message, readers }) => `${message.text}: ${readers}`)).toEqual([
      'Lunch at one: anna,boris',
      'Come here: boris',
    ])
    expect((await supervision.messages(boris)).map(({ text, fromName }) => `${fromName} ${text}`)).toEqual([
      'Galina Come here',
      'Galina Lunch at one',
    ])
    expect(await supervision.messages(anna)).toMatchObject([{ text: 'Lunch at one', readAtMs: null }])
    await supervision.readMessages(anna)
    expect((await supervision.messages(anna))[0]?.readAtMs).toBe(rig.clock.nowMs())
    expect((await supervision.messages(boris)).every(({ readAtMs }) => readAtMs === null)).toBe(true)
    await expect(supervision.sendMessage(galina, { to: ['nobody'], text: 'x' })).rejects.toMatchObject(code('notFound'))
  })
})
