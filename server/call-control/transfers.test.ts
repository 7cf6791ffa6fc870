import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, boris, galina } from '../calls/fixture.ts'
import { callControlRoutes } from '../contract/index.ts'
import { type ControlRig, dialled, inbound, openControlRig } from './fixture.ts'

const number = '+74950000600'
let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
  rig.telephony.variables.set('PJSIP_ENDPOINT(1001,context)', 'operators')
  rig.telephony.variables.set(`DIALPLAN_EXISTS(operators,${number},1)`, '1')
})
afterEach(() => rig.close())

const code = (wanted: string) => ({ code: wanted })
const sent = () => rig.telephony.sent.splice(0)
const transfer = (user = anna, legId = '1.1') => rig.control.transferWithExtension(user, { legId, number, extension: '12' })

it('gives the other side to the number, with the digits for after its answer', async () => {
  await transfer()
  expect(sent()).toEqual([
    'set PJSIP/trunk-1.0 CALLSYNC_CONTEXT=operators',
    'set PJSIP/trunk-1.0 CALLSYNC_DIGITS=12',
    `transfer by PJSIP/1001-1.1 to ${number}@callsync-transfer`,
  ])
})

it('gives on who was dialled, too', async () => {
  await transfer(anna, '2.0')
  expect(sent()).toContain('set Local/+7903@pstn-2;1 CALLSYNC_DIGITS=12')
})

it('dials where the PBX lets this call transfer to', async () => {
  rig.telephony.variables.set('PJSIP/1001-1.1 TRANSFER_CONTEXT', 'transfers')
  await expect(transfer()).rejects.toMatchObject(code('pbxRefused'))
  rig.telephony.variables.set(`DIALPLAN_EXISTS(transfers,${number},1)`, '1')
  await transfer()
  expect(sent()[0]).toBe('set PJSIP/trunk-1.0 CALLSYNC_CONTEXT=transfers')
})

it('leaves the call as it is where the number leads nowhere, or the dialplan cannot do it', async () => {
  rig.telephony.variables.delete(`DIALPLAN_EXISTS(operators,${number},1)`)
  await expect(transfer()).rejects.toMatchObject(code('pbxRefused'))
  rig.lackContext('callsync-transfer')
  await expect(transfer()).rejects.toMatchObject(code('pbxLacksContext'))
  expect(sent()).toEqual([])
})

it.each([
  ['a colleague’s call', boris],
  ['a supervisor in somebody’s call', galina],
])('is refused to %s', async (_, user) => {
  await expect(transfer(user)).rejects.toMatchObject(code('notFound'))
  expect(sent()).toEqual([])
})

it('is refused before the answer and in a conference', async () => {
  const ringing = dialled().legs.map((leg) => ({ ...leg, state: 'dialing' as const, answeredAtMs: null }))
  rig.telephony.setCall(dialled({ legs: ringing }))
  await expect(transfer(anna, '2.0')).rejects.toMatchObject(code('conflict'))
  rig.telephony.setCall(inbound({ conference: '471147114711' }))
  await expect(transfer()).rejects.toMatchObject(code('conflict'))
  expect(sent()).toEqual([])
})

it('is refused while a third one, such as an announcement, is in the call', async () => {
  const channels = [...rig.telephony.channels().values()]
  const customer = channels.find(({ name }) => name === 'PJSIP/trunk-1.0')
  if (!customer) throw new Error('the fixture has no such channel')
  rig.telephony.setChannels([...channels, { ...customer, uniqueid: '9.1', name: 'Local/s@callsync-announce-9;2' }])
  await expect(transfer()).rejects.toMatchObject(code('conflict'))
  expect(sent()).toEqual([])
})

it.each([
  ['+74950000600', true],
  ['79165550005', true],
  ['*831002', false],
  ['#1', false],
  ['9*831002', false],
])('the number %s may be asked for: %s', (asked, may) => {
  const body = { legId: '1.1', number: asked, extension: '5' }
  expect(callControlRoutes.transferCall.body.safeParse(body).success).toBe(may)
})
