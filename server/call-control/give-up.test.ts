import { afterEach, beforeEach, expect, it } from 'vitest'
import { anna, boris } from '../calls/fixture.ts'
import { type ControlRig, dialled, openControlRig } from './fixture.ts'

let rig: ControlRig
beforeEach(async () => {
  rig = await openControlRig()
})
afterEach(() => rig.close())

const rise = () => {
  const legs = dialled().legs.map((leg) => ({ ...leg, state: 'dialing' as const, answeredAtMs: null }))
  rig.telephony.setCall(dialled({ state: 'ringing', answeredAtMs: null, legs }))
}

it('ends an own call that nobody has answered', async () => {
  rise()
  await rig.control.giveUpCall(anna, '2.0')
  expect(rig.telephony.sent).toEqual(['hangUp PJSIP/1001-2.0'])
})

it('ends nobody else’s, and none that has been answered', async () => {
  await expect(rig.control.giveUpCall(anna, '2.0')).rejects.toMatchObject({ code: 'conflict' })
  rise()
  await expect(rig.control.giveUpCall(boris, '2.0')).rejects.toMatchObject({ code: 'notFound' })
  expect(rig.telephony.sent).toEqual([])
})
