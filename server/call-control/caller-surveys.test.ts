import { afterEach, beforeEach, expect, it } from 'vitest'
import { callOf, galina, legOf } from '../calls/fixture.ts'
import { SurveyedQueues } from '../settings/index.ts'
import type { AmiEvent } from '../telephony/ami-event.ts'
import { type ControlRig, openControlRig } from './fixture.ts'

let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
})
afterEach(() => rig.close())

const event = (name: string, fields: AmiEvent['fields']): AmiEvent => ({ name, fields, atMs: rig.clock.nowMs() })
const joins = (queue: string, channel = 'PJSIP/trunk-9') =>
  rig.telephony.say([event('QueueCallerJoin', { queue, channel, linkedid: '9.0' })])
const told = (step: 'asked' | 'answered', more: AmiEvent['fields'] = {}) =>
  event('UserEvent', { userevent: 'CallSyncSurvey', linkedid: '9.0', queue: '701', step, ...more })
const up = (uniqueid: string, endpoint: string, answeredAtMs: number) =>
  legOf(uniqueid, endpoint, { state: 'up', answeredAtMs, startedAtMs: 0 })
const surveys = async () => {
  await rig.flush()
  return rig.store.db.selectFrom('call_surveys').selectAll().execute()
}

it('has callers asked who enter a queue with the survey on, and nobody else', async () => {
  await rig.surveyed.set('701', true, galina)
  joins('702')
  expect(rig.telephony.sent).toEqual([])
  joins('701')
  expect(rig.telephony.sent).toEqual(['set PJSIP/trunk-9 CALLSYNC_SURVEY=701'])
  await rig.surveyed.set('701', false, galina)
  joins('701')
  expect(rig.telephony.sent).toHaveLength(1)
})

it('has the caller asked on the server they are at', async () => {
  await rig.surveyed.set('701~2', true, galina)
  joins('701')
  expect(rig.telephony.sent).toEqual([])
  rig.telephony.say([event('QueueCallerJoin', { queue: '701', channel: 'PJSIP/trunk-9', linkedid: '9.0' })], '2')
  expect(rig.telephony.sent).toEqual(['set PJSIP/trunk-9~2 CALLSYNC_SURVEY=701~2'])
})

it('keeps which queues ask over a restart of the server', async () => {
  await rig.surveyed.set('701', true, galina)
  await rig.surveyed.set('702', true, galina)
  await rig.surveyed.set('702', false, galina)
  const again = new SurveyedQueues({ db: rig.store.db, clock: rig.clock })
  await again.start()
  expect(['701', '702'].map((queue) => again.asks(queue))).toEqual([true, false])
})

it('keeps the answer with the call and with who talked last, after a transfer too', async () => {
  rig.telephony.setCall(callOf('9.0', [up('9.1', '1001', 10)], { state: 'talking' }))
  rig.telephony.setCall(callOf('9.0', [up('9.1', '1001', 10), up('9.2', '1002', 20)], { state: 'talking' }))
  rig.telephony.setCall(callOf('9.0', [up('9.2', '1002', 20)], { state: 'talking' }))
  rig.telephony.setCall(callOf('9.0', [], { state: 'talking' }))
  const askedAtMs = rig.clock.nowMs()
  rig.telephony.say([told('asked')])
  const asked = { call_id: '9.0', queue_number: '701', operator_id: 'boris', asked_at_ms: askedAtMs, score: null }
  expect(await surveys()).toEqual([asked])
  expect(await rig.control.ratingOf(['8.0', '9.0'])).toEqual({ score: null })
  rig.clock.advance(4_000)
  rig.telephony.say([told('answered', { score: '5' })])
  expect(await surveys()).toEqual([{ ...asked, score: 5 }])
  expect(await rig.control.ratingOf(['8.0', '9.0'])).toEqual({ score: 5 })
  expect(await rig.control.ratingOf(['8.0'])).toBeNull()
  // Told again, as after a write whose answer was not heard.
  rig.telephony.say([told('asked')])
  expect(await surveys()).toEqual([{ ...asked, score: 5 }])
})

it('knows who talked when question, answer and end are heard in one reading', async () => {
  rig.telephony.say([told('asked'), told('answered', { score: '4' })])
  rig.telephony.setCall(callOf('9.0', [up('9.1', '1001', 10)], { state: 'talking' }))
  rig.telephony.endCall('9.0')
  expect(await surveys()).toMatchObject([{ operator_id: 'anna', score: 4 }])
})

it.each(['', '0', '6', '55', '*'])('takes %j for no answer', async (score) => {
  rig.telephony.say([told('asked'), told('answered', { score })])
  expect(await surveys()).toMatchObject([{ operator_id: null, score: null }])
})

it('takes no notice of what others tell by user events', async () => {
  rig.telephony.say([event('UserEvent', { userevent: 'Parking', linkedid: '9.0', queue: '701', score: '5' })])
  rig.telephony.say([event('UserEvent', { userevent: 'CallSyncSurvey', queue: '701', score: '5' })])
  expect(await surveys()).toEqual([])
})
