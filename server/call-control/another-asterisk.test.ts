import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anna, galina, queueOf } from '../calls/fixture.ts'
import { createSeveralTelephony } from '../telephony/index.ts'
import { type ControlRig, everybody, inbound, openControlRig } from './fixture.ts'
import { createCallControl } from './index.ts'

let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
})
afterEach(() => rig.close())

const code = (wanted: string) => ({ code: wanted })
const sent = () => rig.telephony.sent.splice(0)

describe('another Asterisk', () => {
  it('that tells a snapshot ends no recording pause of the first', async () => {
    await rig.control.setRecording(anna, '1.1', true)
    rig.restartControl()
    rig.telephony.replay({ ...rig.telephony.state(), calls: new Map() }, [])
    rig.telephony.heal(rig.telephony.state(), '2')
    await rig.flush()
    const pauses = async () => (await rig.control.callMedia(galina, '1.0')).pauses
    expect((await pauses())[0]?.toMs).toBeNull()
    rig.telephony.heal(rig.telephony.state(), '1')
    await rig.flush()
    expect((await pauses())[0]?.toMs).not.toBeNull()
  })

  it('has its conferences, told by their own names, in its own words', async () => {
    const telephony = createSeveralTelephony({
      create: () => rig.telephony,
      clock: rig.clock,
      logger: pino({ level: 'silent' }),
    })
    telephony.use('2', { host: 'there', port: 1, user: 'a', secret: 'b' })
    const { store, clock, users, calls, rules, surveyed } = rig
    const there = createCallControl({
      ...{ db: store.db, eventDb: store.eventDb, clock, telephony, users, recordingRules: rules, surveyed },
      ...{ queueRights: calls.queueRights, random: () => 0.5, logger: pino({ level: 'silent' }) },
    })
    const annaThere = { ...anna, extension: '1001~2' }
    const { conferenceId } = await there.startConference(annaThere, ['1.1~2', '2.0~2'])
    const plain = conferenceId.replace('~2', '')
    expect(conferenceId).toBe(`${plain}~2`)
    expect(sent()).toEqual([
      `redirect PJSIP/1001-1.1 + PJSIP/trunk-1.0 to ${plain}@callsync-conference`,
      `redirect Local/+7903@pstn-2;1 to ${plain}@callsync-conference`,
    ])
    rig.telephony.setCall(inbound({ conference: plain, participants: everybody }))
    await there.addToConference(annaThere, conferenceId, '2.0~2')
    expect(sent()).toEqual([`redirect Local/+7903@pstn-2;1 to ${plain}@callsync-conference`])
    await expect(there.addToConference(anna, conferenceId, '2.0~2')).rejects.toMatchObject(code('notFound'))
  })

  it('has queues that a phone here cannot join', async () => {
    rig.telephony.setQueue(queueOf('701~2', []))
    await expect(rig.control.setQueueMembership(anna, { number: '701~2', loggedIn: true })).rejects.toMatchObject(
      code('forbidden'),
    )
    expect(sent()).toEqual([])
  })
})
