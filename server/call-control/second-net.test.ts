import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { legOf } from '../calls/fixture.ts'
import { type ControlRig, channel, channels, dialled, inbound, openControlRig } from './fixture.ts'

let rig: ControlRig
let packets = 0
beforeEach(async () => {
  rig = await openControlRig()
  rig.telephony.endCall('2.0')
  hear(100)
})
afterEach(() => rig.close())

const phone = (online: boolean) => rig.telephony.setEndpoint({ name: '1001', online, sinceMs: rig.clock.nowMs() })
function hear(count: number): void {
  packets = count
  for (const name of ['PJSIP/1001-1.1', 'PJSIP/1001-2.0']) {
    rig.telephony.variables.set(`${name} CHANNEL(rtcp,rxcount)`, String(count))
  }
}
async function pass(ms: number): Promise<void> {
  await rig.flush()
  for (let left = ms; left > 0; left -= 500) {
    rig.clock.advance(Math.min(500, left))
    await rig.flush()
  }
}
const rescue = (queue: string) => [
  `set PJSIP/trunk-1.0 CALLSYNC_QUEUE=${queue}`,
  'redirect PJSIP/trunk-1.0 to 1001@callsync-wait',
]

describe('a phone that vanished from a call', () => {
  it('and is silent leaves its caller to the music after 3 s, with the way back to the queue', async () => {
    phone(false)
    await pass(2_900)
    expect(rig.telephony.sent).toEqual([])
    await pass(100)
    expect(rig.telephony.sent).toEqual(rescue('701'))
    await pass(60_000)
    expect(rig.telephony.sent).toHaveLength(2)
  })

  it.each([
    ['1', ['redirect PJSIP/trunk-1.0 to 1002@callsync-wait']],
    ['0', []],
  ])('is waited for where the dialplan has a way back to its endpoint (%s), and keeps its call where not', async (has, moved) => {
    const name = 'PJSIP/1002-1.3'
    rig.telephony.setChannels([...channels, channel('1.3', name, { endpoint: '1002', linkedid: '1.0', bridge: 'b1' })])
    rig.telephony.variables.set(`${name} CHANNEL(rtcp,rxcount)`, '100')
    rig.telephony.variables.set('DIALPLAN_EXISTS(callsync-wait,1002,1)', has)
    rig.telephony.setCall(inbound({ legs: [legOf('1.3', '1002', { state: 'up', answeredAtMs: 1 })] }))
    rig.telephony.setEndpoint({ name: '1002', online: false, sinceMs: rig.clock.nowMs() })
    await pass(10_000)
    expect(rig.telephony.sent.filter((line) => line.startsWith('redirect'))).toEqual(moved)
  })

  it('but still sends its audio keeps the call, until the audio ends too', async () => {
    phone(false)
    for (let second = 0; second < 20; second++) {
      await pass(1_000)
      hear(packets + 50)
    }
    expect(rig.telephony.sent).toEqual([])
    await pass(3_000)
    expect(rig.telephony.sent).toEqual(rescue('701'))
  })

  it('and is back in time keeps it', async () => {
    phone(false)
    await pass(2_900)
    phone(true)
    await pass(60_000)
    expect(rig.telephony.sent).toEqual([])
  })

  it('and whose reloaded page took the leg’s place keeps it', async () => {
    phone(false)
    await pass(400)
    rig.telephony.setCall(inbound({ legs: [legOf('1.2', '1001', { state: 'up', answeredAtMs: 2, replaces: '1.1' })] }))
    phone(true)
    await pass(60_000)
    expect(rig.telephony.sent).toEqual([])
  })

  it('begins anew after each return', async () => {
    phone(false)
    await pass(2_500)
    phone(true)
    await pass(100)
    phone(false)
    await pass(2_500)
    expect(rig.telephony.sent).toEqual([])
    await pass(500)
    expect(rig.telephony.sent).toEqual(rescue('701'))
  })

  it('while the caller is on hold has 30 s, for there is music already', async () => {
    rig.telephony.setCall(inbound({ state: 'held', legs: [legOf('1.1', '1001', { state: 'held', answeredAtMs: 1 })] }))
    phone(false)
    await pass(29_900)
    expect(rig.telephony.sent).toEqual([])
    await pass(1_100)
    expect(rig.telephony.sent).toEqual(rescue('701'))
  })

  it('from a call past no queue has it go to the colleagues of the operator’s queue', async () => {
    rig.telephony.setCall(inbound({ queue: null, queuedAtMs: null }))
    phone(false)
    await pass(3_000)
    expect(rig.telephony.sent).toEqual(rescue('702'))
  })

  it('from a call within the house has it go nowhere else', async () => {
    rig.telephony.setCall(inbound({ queue: null, queuedAtMs: null, direction: 'internal' }))
    phone(false)
    await pass(3_000)
    expect(rig.telephony.sent).toEqual(rescue(''))
  })

  it('before it answered is nobody’s loss', async () => {
    rig.telephony.endCall('1.0')
    rig.telephony.setCall(inbound({ answeredAtMs: null, legs: [legOf('1.1', '1001')], state: 'ringing' }))
    phone(false)
    await pass(10_000)
    expect(rig.telephony.sent).toEqual([])
  })

  it('leaves a conference to the others', async () => {
    const side = { number: '', callerName: '', muted: false }
    const participants = [
      { uniqueid: '1.1', endpoint: '1001', ...side },
      { uniqueid: '1.0', endpoint: null, ...side },
      { uniqueid: '2.1', endpoint: null, ...side },
    ]
    rig.telephony.setCall(inbound({ conference: '4711', participants }))
    phone(false)
    await pass(10_000)
    expect(rig.telephony.sent).toEqual([])
  })

  it('that answers while it is away is watched from then on', async () => {
    rig.telephony.endCall('1.0')
    phone(false)
    rig.telephony.setCall(dialled())
    await pass(3_000)
    expect(rig.telephony.sent.at(-1)).toBe('redirect Local/+7903@pstn-2;1 to 1001@callsync-wait')
  })

  it('is left alone on a PBX without the context, or when Asterisk cannot tell of its audio', async () => {
    rig.lackContext('callsync-wait')
    phone(false)
    await pass(10_000)
    expect(rig.telephony.sent).toEqual([])
    phone(true)
    rig.telephony.variables.delete('PJSIP/1001-1.1 CHANNEL(rtcp,rxcount)')
    phone(false)
    await pass(10_000)
    expect(rig.telephony.sent).toEqual([])
  })

  it('is no longer looked at after the end', async () => {
    phone(false)
    rig.control.stop()
    await pass(10_000)
    expect(rig.telephony.sent).toEqual([])
  })

  it('of nobody here (the trunk) is not looked at', async () => {
    const trunk = legOf('1.0', 'trunk', { role: 'caller', state: 'up', answeredAtMs: 1 })
    rig.telephony.setCall(inbound({ legs: [trunk] }))
    rig.telephony.setEndpoint({ name: 'trunk', online: false, sinceMs: 0 })
    await pass(10_000)
    expect(rig.telephony.sent).toEqual([])
  })
})
