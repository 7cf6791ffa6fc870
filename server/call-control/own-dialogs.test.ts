import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, boris, galina, legOf } from '../calls/fixture.ts'
import { type ControlRig, dialled, inbound, openControlRig } from './fixture.ts'

let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
  const [leg] = inbound().legs
  if (!leg) throw new Error('no leg')
  for (const [part, value] of [
    ['call-id', 'c'],
    ['local_tag', 'of-asterisk'],
    ['remote_tag', 'of-phone'],
  ])
    rig.telephony.variables.set(`${leg.channel} CHANNEL(pjsip,${part})`, value ?? '')
})
afterEach(() => rig.close())

it('are those of the reader’s own calls, as the phone sees them', async () => {
  expect(await rig.control.ownDialogs(anna)).toEqual([
    { legId: '1.1', linkedId: '1.0', callId: 'c', localTag: 'of-phone', remoteTag: 'of-asterisk' },
  ])
})

it.each([
  ['a colleague', boris],
  ['a supervisor', galina],
])('are nobody else’s: %s', async (_, user) => expect(await rig.control.ownDialogs(user)).toEqual([]))

it('are not those of a call that rings', async () => {
  rig.telephony.setCall(inbound({ legs: [legOf('1.1', '1001', { state: 'ringing' })] }))
  rig.telephony.setCall({ ...dialled(), legs: [] })
  expect(await rig.control.ownDialogs(anna)).toEqual([])
})
