import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ControlRig, channel, channels, inbound } from '../call-control/fixture.ts'
import { anna, boris, callOf, galina, legOf } from '../calls/fixture.ts'
import type { PbxSpy } from '../telephony/pbx-state.ts'
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
const openly = { private: false } as const
const spyChannel = 'PJSIP/1004-s'
const spyOf = (more: Partial<PbxSpy> = {}): PbxSpy => ({
  uniqueid: 'callsync-spy-1.1',
  endpoint: '1004',
  on: '1.1',
  mode: 'listen',
  sinceMs: 1,
  ...more,
})

/** Galina hears Anna's talk with the customer. */
function spied(more: Partial<PbxSpy> = {}): void {
  const own = channel('callsync-spy-1.1', spyChannel, { endpoint: '1004' })
  rig.telephony.setChannels([...channels, own])
  rig.telephony.setCall(inbound({ spies: [spyOf(more)] }))
}

describe('a spy call', () => {
  it('calls the supervisor’s phone into the call the operator talks in, and is in the audit log', async () => {
    await supervision.spy(galina, { operatorId: 'anna', mode: 'whisper', ...openly })
    expect(rig.telephony.originated).toMatchObject([
      {
        channel: 'PJSIP/1004',
        context: 'callsync-spy',
        exten: 'whisper',
        callerNumber: '1001',
        callerName: 'Anna',
        variables: { CALLSYNC_SPIED: '1.1', 'PJSIP_HEADER(add,X-CallSync-Spy)': '1' },
        uniqueid: expect.stringMatching(/^callsync-spy-\d+\.\d+$/),
      },
    ])
    expect(await opened.audited()).toEqual(['galina call.spy 1.0 {"operatorId":"anna","mode":"whisper"}'])
  })

  it.each([
    ['of an operator in no call', 'boris', 'conflict'],
    ['of nobody', 'nobody', 'notFound'],
    ['of oneself', 'galina', 'notFound'],
  ])('is refused %s', async (_, operatorId, wanted) => {
    await expect(supervision.spy(galina, { operatorId, mode: 'listen', ...openly })).rejects.toMatchObject(code(wanted))
    expect(rig.telephony.originated).toEqual([])
    expect(await opened.audited()).toEqual([])
  })

  it('needs the own phone: set, registered, free', async () => {
    const spy = () => supervision.spy(galina, { operatorId: 'anna', mode: 'listen', ...openly })
    await expect(
      supervision.spy({ ...galina, extension: null }, { operatorId: 'anna', mode: 'listen', ...openly }),
    ).rejects.toMatchObject(code('notConfigured'))
    rig.telephony.setEndpoint({ name: '1004', online: false, sinceMs: 1 })
    await expect(spy()).rejects.toMatchObject(code('phoneNotReady'))
    rig.telephony.setEndpoint({ name: '1004', online: true, sinceMs: 2 })
    rig.telephony.setCall(callOf('7.0', [legOf('7.1', '1004')]))
    await expect(spy()).rejects.toMatchObject(code('phoneNotReady'))
    rig.telephony.endCall('7.0')
    rig.telephony.variables.delete('DIALPLAN_EXISTS(callsync-spy,listen,1)')
    await expect(spy()).rejects.toMatchObject(code('pbxLacksContext'))
    expect(rig.telephony.originated).toEqual([])
  })

  it('is called once for two presses', async () => {
    const ask = () => supervision.spy(galina, { operatorId: 'anna', mode: 'listen', ...openly })
    const both = await Promise.allSettled([ask(), ask()])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(rig.telephony.originated).toHaveLength(1)
  })

  it.each(['anna', 'boris'])('of %s is refused while the own phone still rings', async (operatorId) => {
    rig.telephony.setCall(inbound())
    rig.telephony.setCall(callOf('3.0', [legOf('3.1', '1002', { state: 'up', answeredAtMs: 1 })], { state: 'talking' }))
    // As a server finds it that was started again meanwhile: nothing of its own says that it rings.
    rig.telephony.setChannels([...channels, channel('callsync-spy-1.1', spyChannel, { endpoint: '1004' })])
    await expect(supervision.spy(galina, { operatorId, mode: 'listen', ...openly })).rejects.toMatchObject(code('phoneNotReady'))
    expect([sent(), rig.telephony.originated, await opened.audited()]).toEqual([[], [], []])
  })

  it('keeps a second press off the phone that the first one is sending on', async () => {
    spied()
    rig.telephony.setCall(callOf('3.0', [legOf('3.1', '1002', { state: 'up', answeredAtMs: 1 })], { state: 'talking' }))
    const ask = (operatorId: string) => supervision.spy(galina, { operatorId, mode: 'listen', ...openly })
    const [first, second] = await Promise.allSettled([ask('boris'), ask('anna')])
    expect(first?.status).toBe('fulfilled')
    expect(second).toMatchObject({ reason: code('phoneNotReady') })
    expect(sent()).toEqual([`set ${spyChannel} CALLSYNC_SPIED=3.1`, `redirect ${spyChannel} to listen@callsync-spy`])
  })

  it('is not begun, changed or made one’s own when its line cannot be written', async () => {
    opened.canWrite = false
    await expect(supervision.spy(galina, { operatorId: 'anna', mode: 'listen', ...openly })).rejects.toThrow('no disk')
    spied()
    await expect(supervision.setSpyMode(galina, { mode: 'barge', ...openly })).rejects.toThrow('no disk')
    await expect(supervision.takeOver(galina)).rejects.toThrow('no disk')
    expect([sent(), rig.telephony.originated]).toEqual([[], []])
  })

  it('says in the audit log what Asterisk refused', async () => {
    spied()
    rig.telephony.refusals.set('redirect', 'no')
    await expect(supervision.setSpyMode(galina, { mode: 'barge', ...openly })).rejects.toMatchObject(code('refused'))
    expect(await opened.audited()).toEqual([
      'galina call.spy 1.0 {"mode":"barge"}',
      'galina call.spy 1.0 {"mode":"barge","failed":"refused"}',
    ])
  })

  it('goes on by the channel’s new name after the supervisor’s page was reloaded', async () => {
    spied()
    rig.telephony.setChannels([...channels, channel('callsync-spy-1.1', 'PJSIP/1004-new', { endpoint: '1004' })])
    await supervision.setSpyMode(galina, { mode: 'barge', ...openly })
    await supervision.takeOver(galina)
    expect(sent()).toEqual([
      'redirect PJSIP/1004-new to barge@callsync-spy',
      'set PJSIP/1004-new CALLSYNC_TAKEN=PJSIP/trunk-1.0',
      'redirect PJSIP/1004-new to s@callsync-take-over',
    ])
  })

  const privately = async () => {
    await supervision.setPrivateListener(anna, 'galina', true)
    spied({ mode: 'private' })
    expect(sent()).toEqual([])
  }

  it.each([
    ['right', () => supervision.setPrivateListener(anna, 'galina', false)],
    ['role', () => rig.users.set([anna, boris, { ...galina, role: 'operator' }])],
    ['account', () => rig.users.set([anna, boris, { ...galina, active: false }])],
  ])('ends once when it is private and the %s is taken away', async (_, take) => {
    await privately()
    await take()
    rig.telephony.setCall(inbound({ spies: [spyOf({ mode: 'private' })] }))
    expect(sent()).toEqual([`hangUp ${spyChannel}`])
  })

  it('ends when it becomes private after the right was taken away, and not for what others may', async () => {
    spied({ mode: 'private' })
    expect(sent()).toEqual([`hangUp ${spyChannel}`])
    spied({ mode: 'listen', uniqueid: 'callsync-spy-2.1' })
    rig.users.set([anna, boris, { ...galina, role: 'operator' }])
    expect(sent()).toEqual([])
  })

  it('is private for those who may, and only to listen', async () => {
    const ask = (mode: 'listen' | 'whisper') => supervision.spy(galina, { operatorId: 'anna', mode, private: true })
    await expect(ask('listen')).rejects.toMatchObject(code('forbidden'))
    await supervision.setPrivateListener(anna, 'galina', true)
    await expect(ask('whisper')).rejects.toMatchObject(code('invalidInput'))
    await ask('listen')
    expect(rig.telephony.originated).toMatchObject([{ exten: 'private' }])
    await supervision.setPrivateListener(anna, 'galina', false)
    spied()
    await expect(supervision.setSpyMode(galina, { mode: 'listen', private: true })).rejects.toMatchObject(code('forbidden'))
    expect(sent()).toEqual([])
  })

  it('keeps the right over a restart, and takes it from who is an operator now', async () => {
    await supervision.setPrivateListener(anna, 'galina', true)
    expect(await opened.audited()).toEqual(['anna person.privateListening galina {"allowed":true}'])
    await supervision.start()
    expect(supervision.privateListeners()).toEqual(['galina'])
    expect(supervision.mayListenPrivately(galina)).toBe(true)
    expect(supervision.mayListenPrivately({ ...galina, role: 'operator' })).toBe(false)
  })

  it('changes its way on the same call of the phone', async () => {
    spied()
    await supervision.setSpyMode(galina, { mode: 'barge', ...openly })
    expect(sent()).toEqual([`redirect ${spyChannel} to barge@callsync-spy`])
    await supervision.setSpyMode(galina, { mode: 'listen', ...openly })
    expect(sent()).toEqual([])
    expect(await opened.audited()).toEqual(['galina call.spy 1.0 {"mode":"barge"}'])
  })

  it('is nobody else’s to change, take over or end', async () => {
    spied()
    const other = { ...galina, id: 'other', extension: '1005' }
    await expect(supervision.setSpyMode(other, { mode: 'barge', ...openly })).rejects.toMatchObject(code('notFound'))
    await expect(supervision.takeOver(other)).rejects.toMatchObject(code('notFound'))
    await expect(supervision.endSpying(other)).rejects.toMatchObject(code('notFound'))
    expect(sent()).toEqual([])
  })

  it('goes over to another operator without a new call', async () => {
    spied()
    rig.telephony.setCall(callOf('3.0', [legOf('3.1', '1002', { state: 'up', answeredAtMs: 1 })], { state: 'talking' }))
    await supervision.spy(galina, { operatorId: 'boris', mode: 'listen', ...openly })
    expect(sent()).toEqual([`set ${spyChannel} CALLSYNC_SPIED=3.1`, `redirect ${spyChannel} to listen@callsync-spy`])
    expect(rig.telephony.originated).toEqual([])
  })

  it('takes the other side over, but out of no conference', async () => {
    spied({ mode: 'barge' })
    await supervision.takeOver(galina)
    expect(sent()).toEqual([`set ${spyChannel} CALLSYNC_TAKEN=PJSIP/trunk-1.0`, `redirect ${spyChannel} to s@callsync-take-over`])
    expect(await opened.audited()).toEqual(['galina call.takeOver 1.0 {"operatorId":"anna"}'])
    rig.telephony.setCall(inbound({ spies: [spyOf()], conference: '471147114711' }))
    await expect(supervision.takeOver(galina)).rejects.toMatchObject(code('conflict'))
    expect(sent()).toEqual([])
  })

  it('takes nobody over who has gone on to a colleague in that moment', async () => {
    spied()
    const [customer, ...others] = [...rig.telephony.channels().values()]
    const { setVariable } = rig.telephony.commands
    vi.spyOn(rig.telephony.commands, 'setVariable').mockImplementation(async (request) => {
      await setVariable(request)
      if (customer) rig.telephony.setChannels([{ ...customer, bridge: 'b9' }, ...others])
    })
    await expect(supervision.takeOver(galina)).rejects.toMatchObject(code('conflict'))
    expect(sent()).toEqual([`set ${spyChannel} CALLSYNC_TAKEN=PJSIP/trunk-1.0`])
    expect((await opened.audited()).at(-1)).toBe('galina call.takeOver 1.0 {"operatorId":"anna","failed":"conflict"}')
  })

  it('takes nobody over where nobody is, or Asterisk lacks the context', async () => {
    spied()
    rig.telephony.variables.delete('DIALPLAN_EXISTS(callsync-take-over,s,1)')
    await expect(supervision.takeOver(galina)).rejects.toMatchObject(code('pbxLacksContext'))
    rig.telephony.setChannels([...rig.telephony.channels().values()].filter(({ uniqueid }) => uniqueid !== '1.0'))
    await expect(supervision.takeOver(galina)).rejects.toMatchObject(code('conflict'))
    expect([sent(), await opened.audited()]).toEqual([[], []])
  })

  it('ends by hanging up the own phone', async () => {
    spied()
    await supervision.endSpying(galina)
    expect(sent()).toEqual([`hangUp ${spyChannel}`])
  })

  it('is sent on when the supervisor’s phone came back by another channel, which is no end of it', async () => {
    spied({ mode: 'whisper' })
    const reloaded = channel('9.9', 'PJSIP/1004-r', { endpoint: '1004', kind: 'spy' })
    rig.telephony.setChannels([...channels, reloaded])
    rig.telephony.setCall(inbound({ spies: [spyOf({ uniqueid: '9.9', mode: 'whisper' })] }))
    await rig.flush()
    expect(sent()).toEqual(['set PJSIP/1004-r CALLSYNC_SPIED=1.1', 'redirect PJSIP/1004-r to whisper@callsync-spy'])
    rig.telephony.setCall(inbound({ spies: [spyOf({ uniqueid: '9.9', mode: 'listen' })] }))
    await rig.flush()
    expect(sent()).toEqual([])
    expect(await opened.audited()).toEqual([])
  })

  it('goes on in another way after a reload of the page, whose channel has an id of its own; one by a feature code does not', async () => {
    const reloaded = channel('9.9', 'PJSIP/1004-r', { endpoint: '1004', kind: 'spy' })
    rig.telephony.setChannels([...channels, reloaded])
    rig.telephony.setCall(inbound({ spies: [spyOf({ uniqueid: '9.9' })] }))
    await supervision.setSpyMode(galina, { mode: 'whisper', ...openly })
    expect(sent()).toEqual(['redirect PJSIP/1004-r to whisper@callsync-spy'])
    rig.telephony.setChannels([...channels, { ...reloaded, kind: 'leg' }])
    await expect(supervision.setSpyMode(galina, { mode: 'barge', ...openly })).rejects.toMatchObject(code('notFound'))
  })

  it('is in the audit log when it ends, once, however it ends and whoever began it', async () => {
    spied()
    rig.clock.advance(30_000)
    // Another way of hearing, and the operator's phone by another channel: it goes on.
    spied({ mode: 'whisper' })
    spied({ on: '1.9' })
    await rig.flush()
    expect(await opened.audited()).toEqual([])
    rig.telephony.setCall(inbound())
    rig.telephony.endCall('1.0')
    await expect
      .poll(opened.audited)
      .toEqual([`galina call.spyEnd 1.0 {"operatorId":"anna","lastedMs":${rig.clock.nowMs() - 1}}`])
  })

  it('goes on on another call without an end', async () => {
    spied()
    const talk = { state: 'talking', spies: [spyOf({ on: '3.1' })] } as const
    const next = callOf('3.0', [legOf('3.1', '1002', { state: 'up', answeredAtMs: 1 })], talk)
    rig.telephony.setCall(next)
    rig.telephony.setCall(inbound())
    await rig.flush()
    expect(await opened.audited()).toEqual([])
    rig.telephony.endCall('3.0')
    await expect.poll(opened.audited).toEqual([expect.stringContaining('galina call.spyEnd 3.0 {"operatorId":"boris"')])
  })

  it('goes after an operator whose phone came back by another channel', async () => {
    spied({ mode: 'whisper' })
    const [was] = inbound().legs
    const now = legOf('1.9', '1001', { state: 'up', answeredAtMs: 3, replaces: '1.1' })
    rig.telephony.setCall(inbound({ spies: [spyOf({ mode: 'whisper' })], legs: was ? [was, now] : [now] }))
    await rig.flush()
    expect(sent()).toEqual([`set ${spyChannel} CALLSYNC_SPIED=1.9`, `redirect ${spyChannel} to whisper@callsync-spy`])
  })
})

describe('with another Asterisk', () => {
  it('a phone here hears no call there', async () => {
    rig.users.set([anna, { ...boris, extension: '1002~2' }, galina])
    rig.telephony.setCall(callOf('9.0~2', [legOf('9.1~2', '1002~2', { state: 'up', answeredAtMs: 1 })]))
    await expect(supervision.spy(galina, { operatorId: 'boris', mode: 'listen', ...openly })).rejects.toMatchObject(
      code('otherServer'),
    )
    expect(rig.telephony.originated).toEqual([])
  })
})
