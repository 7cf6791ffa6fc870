import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { annasCall, outside } from './annas-call.ts'
import { anna, boris, type CallsRig, callOf, legOf, openCallsRig, queueOf } from './fixture.ts'

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())
const { answer, hangUp, advance, card, save } = annasCall(() => rig)

describe('the pause in Asterisk', () => {
  const paused = () => rig.telephony.pauses.map(({ endpoint, paused, reason }) => [endpoint, paused, reason])
  beforeEach(() => rig.telephony.setQueue(queueOf('701', ['1001'])))

  it('begins with the hang-up and ends with the save', async () => {
    await hangUp()
    expect(paused()).toEqual([['1001', true, 'wrapup']])
    await save({})
    await rig.settle()
    expect(paused()).toEqual([
      ['1001', true, 'wrapup'],
      ['1001', false, null],
    ])
  })

  it('leaves a person’s own pause alone, taken before or during wrap-up', async () => {
    const lunch = () => rig.telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'lunch' })
    await lunch()
    await hangUp()
    await save({})
    await rig.settle()
    expect(paused()).toEqual([['1001', true, 'lunch']])
  })

  it('ends in a queue where a colleague paused them in another, and where another was joined meanwhile', async () => {
    rig.telephony.setQueue(queueOf('702', ['1001']))
    await hangUp()
    await rig.telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'training', queues: ['702'] })
    rig.telephony.setQueue(queueOf('703', ['1001']))
    await save({})
    await rig.settle()
    const reasons = [...rig.telephony.state().queues].map(([name, { members }]) => [name, members.get('1001')?.pauseReason])
    expect(reasons).toEqual([
      ['701', ''],
      ['702', 'training'],
      ['703', ''],
    ])
    expect(rig.telephony.pauses.at(-1)).toEqual({ endpoint: '1001', paused: false, reason: null, queues: ['701'] })
  })

  it('comes in the queues where they are not paused already', async () => {
    rig.telephony.setQueue(queueOf('702', ['1001']))
    await rig.telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'Auto-Pause', queues: ['702'] })
    await hangUp()
    expect(rig.telephony.pauses.at(-1)).toEqual({ endpoint: '1001', paused: true, reason: 'wrapup', queues: ['701'] })
  })

  it('is not sent for people without a queue', async () => {
    rig.telephony.setQueue(queueOf('701', ['1002']))
    await hangUp()
    expect(paused()).toEqual([])
  })

  it('stays while another card of the same person is in wrap-up', async () => {
    await hangUp()
    const second = legOf('7.1', '1001', { state: 'up', answeredAtMs: 1 })
    rig.telephony.setCall(callOf('7.0', [second]))
    rig.telephony.endCall('7.0')
    await rig.settle()
    await save({})
    await rig.settle()
    expect(paused()).toEqual([['1001', true, 'wrapup']])
  })

  it('is not lifted when a consultation ends with the transfer it was for', async () => {
    const within = { direction: 'internal', number: '1001', queue: null, queuedAtMs: null } as const
    const up = { state: 'up', answeredAtMs: 3 } as const
    await answer()
    const colleague = legOf('6.1', '1009', up)
    rig.telephony.setCall(callOf('6.0', [legOf('6.0', '1001', { role: 'caller', ...up }), colleague], within))
    await rig.settle()
    await advance(1_000)
    rig.telephony.setCall(callOf('1.0', [outside, colleague], { state: 'talking' }))
    rig.telephony.endCall('6.0')
    await rig.settle()
    await advance(1_000)
    expect(await card('main:6.0')).toMatchObject({ state: 'saved' })
    expect(await card()).toMatchObject({ state: 'wrapUp' })
    expect(paused()).toEqual([['1001', true, 'wrapup']])
  })

  const members = () =>
    [...rig.telephony.state().queues.values()].flatMap((queue) =>
      [...queue.members.values()].map(({ endpoint, pauseReason }) => [endpoint, pauseReason]),
    )
  const moveAnna = async (extension: string | null) => {
    rig.users.set([{ ...anna, extension }, boris])
    await rig.settle()
  }

  it('goes along to another phone of the same person, and ends there', async () => {
    rig.telephony.setQueue(queueOf('701', ['1001', '1009']))
    await hangUp()
    await moveAnna('1009')
    expect(members()).toEqual([
      ['1001', ''],
      ['1009', 'wrapup'],
    ])
    await save({})
    await rig.settle()
    expect(members()).toEqual([
      ['1001', ''],
      ['1009', ''],
    ])
  })

  it('is lifted from a phone that is taken away, after the link is back if need be', async () => {
    await hangUp()
    rig.telephony.linkUp = false
    await moveAnna(null)
    expect(members()).toEqual([['1001', 'wrapup']])
    rig.telephony.linkUp = true
    rig.telephony.heal()
    await rig.settle()
    expect(members()).toEqual([['1001', '']])
  })

  it('leaves a person’s own pause on the phone before alone', async () => {
    await hangUp()
    await rig.telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'lunch' })
    await moveAnna('1009')
    expect(members()).toEqual([['1001', 'lunch']])
  })

  it('stays where it is when something else about the person changes', async () => {
    await hangUp()
    const sent = rig.telephony.pauses.length
    rig.users.set([{ ...anna, name: 'Anna K.' }, boris])
    await rig.settle()
    expect(rig.telephony.pauses).toHaveLength(sent)
    expect(members()).toEqual([['1001', 'wrapup']])
  })

  it('is sent again after a snapshot of its own server that does not show it, not of another', async () => {
    // Asterisk takes it and does not tell of it yet.
    vi.spyOn(rig.telephony.commands, 'pauseMember').mockImplementation(async (request) => {
      rig.telephony.pauses.push(request)
    })
    await hangUp()
    rig.telephony.heal(rig.telephony.state(), '2')
    await rig.settle()
    expect(paused()).toEqual([['1001', true, 'wrapup']])
    rig.telephony.heal(rig.telephony.state())
    await rig.settle()
    expect(paused()).toHaveLength(2)
  })

  it('is made good after the link was down: saving works without it', async () => {
    rig.telephony.linkUp = false
    await hangUp()
    expect(paused()).toEqual([])
    rig.telephony.linkUp = true
    rig.telephony.heal()
    await rig.settle()
    expect(paused()).toEqual([['1001', true, 'wrapup']])
    rig.telephony.linkUp = false
    await save({})
    expect(await card()).toMatchObject({ state: 'saved' })
    rig.telephony.linkUp = true
    rig.telephony.heal()
    await rig.settle()
    expect(paused().at(-1)).toEqual(['1001', false, null])
    rig.telephony.heal()
    await rig.settle()
    expect(paused()).toHaveLength(2)
  })
})
