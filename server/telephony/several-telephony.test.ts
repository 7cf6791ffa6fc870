import { pino } from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { callOf, legOf, queueOf } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import { serverOf } from '../contract/server-mark.ts'
import { FakeTelephony } from './fake-telephony.ts'
import { emptyPbxState, type PbxChange } from './pbx-state.ts'
import { createSeveralTelephony } from './several-telephony.ts'
import type { PbxChannel, SeveralTelephony } from './telephony.ts'

/** Two Asterisk servers that say the very same: both have an endpoint 1001, a queue 701 and a call 1.0. */
let first: FakeTelephony
let second: FakeTelephony
let both: SeveralTelephony
let told: { kinds: string[]; healed: boolean; server: string }[]

const account = { host: 'pbx', port: 5038, user: 'callsync', secret: 'secret' }
const call = callOf('1.0', [legOf('1.1', '1001', { state: 'up', answeredAtMs: 1 })], { conference: 'room' })
const channel: PbxChannel = {
  ...{ uniqueid: '1.1', name: 'PJSIP/1001-1', endpoint: '1001', linkedid: '1.0' },
  ...{ bridge: 'b', kind: 'leg', recording: 'none' },
}

beforeEach(() => {
  first = new FakeTelephony()
  second = new FakeTelephony()
  both = createSeveralTelephony({
    create: (server) => (server === '1' ? first : second),
    clock: new ManualClock(),
    logger: pino({ level: 'silent' }),
  })
  both.use('1', account)
  told = []
  both.onChange((changes, healed, server) => told.push({ kinds: changes.map(idOf), healed, server }))
})

const idOf = (change: PbxChange): string => {
  if ('call' in change) return `${change.kind} ${change.call.id}`
  if (change.kind === 'queue') return `queue ${change.queue.name}`
  return `${change.kind} ${change.kind === 'endpoint' ? change.endpoint.name : change.name}`
}

function fill(telephony: FakeTelephony): void {
  telephony.setEndpoint({ name: '1001', online: true, sinceMs: 0 })
  telephony.setQueue({ ...queueOf('701', ['1001']), waiting: [{ callId: '1.0', number: '7', sinceMs: 0 }] })
  telephony.setCall(call)
  telephony.setChannels([channel])
}

describe('one server', () => {
  it('is as it is, to the very object', () => {
    fill(first)
    expect(both.state().calls).toBe(first.state().calls)
    expect(both.channels()).toBe(first.channels())
    expect(both.status()).toBe(first.status())
    expect(told.at(-1)).toEqual({ kinds: ['legAnswered 1.0', 'call 1.0'], healed: false, server: '1' })
  })
})

it('a transfer at a second server is between the people and queues there', () => {
  both.use('2', account)
  const given: PbxChange[] = []
  both.onChange((changes) => given.push(...changes))
  second.replay({ ...emptyPbxState, calls: new Map([[call.id, call]]) }, [{ kind: 'transferred', call, by: '1001', to: '702' }])
  expect(given).toMatchObject([{ kind: 'transferred', call: { id: '1.0~2' }, by: '1001~2', to: '702~2' }])
})

describe('names of the first that end like a mark', () => {
  const support = () => queueOf('support~2', ['1001', 'gsm~1'])

  it('are no other server’s, and commands go out with them as they are', async () => {
    fill(first)
    const { calls } = first.state()
    expect(both.state().calls).toBe(calls)
    first.setQueue(support())
    expect([...both.state().queues.keys()]).toEqual(['701', 'support~2~1'])
    expect([...(both.state().queues.get('support~2~1')?.members.keys() ?? [])]).toEqual(['1001', 'gsm~1~1'])
    expect(told.at(-1)).toEqual({ kinds: ['queue support~2~1'], healed: false, server: '1' })
    expect(serverOf('support~2~1')).toBe('1')
    await both.commands.removeMember({ queue: 'support~2~1', endpoint: '1001' })
    await both.commands.pauseMember({ endpoint: 'gsm~1~1', paused: true, reason: null })
    expect(first.sent).toEqual(['remove 1001 from support~2'])
    expect(first.pauses.at(-1)).toMatchObject({ endpoint: 'gsm~1' })
    await both.commands.originate({
      ...{ server: '1', channel: 'PJSIP/gsm~2~1', context: 'callsync-spy', exten: 'listen', timeoutMs: 1 },
      ...{ callerNumber: 'gsm~1~1', callerName: 'Boris', variables: { CALLSYNC_SPIED: '1.1', TEXT: 'left~1', OTHER: 'gsm~2' } },
    })
    expect(first.originated).toMatchObject([
      { channel: 'PJSIP/gsm~2', callerNumber: 'gsm~1', variables: { CALLSYNC_SPIED: '1.1', TEXT: 'left~1', OTHER: 'gsm~2' } },
    ])
  })

  it('are not taken for those of the server they look like', () => {
    both.use('2', { ...account, host: 'other' })
    first.setQueue(support())
    second.setQueue(queueOf('support', []))
    second.setEndpoint({ name: 'gsm~1', online: true, sinceMs: 0 })
    expect([...both.state().queues.keys()]).toEqual(['support~2~1', 'support~2'])
    expect([...both.state().endpoints.keys()]).toEqual(['gsm~1~2'])
  })

  it('are seen wherever they come from first', () => {
    first.setCall({ ...call, legs: [legOf('1.1', 'gsm~1')] })
    expect(both.state().calls.get('1.0')?.legs[0]?.endpoint).toBe('gsm~1~1')
    first.setEndpoint({ name: 'gsm~3', online: true, sinceMs: 0 })
    expect([...both.state().endpoints.keys()]).toEqual(['gsm~3~1'])
  })
})

describe('two servers', () => {
  beforeEach(() => {
    both.use('2', { ...account, host: 'other' })
    fill(first)
    fill(second)
  })

  it('keep what has the same name apart', () => {
    expect([...both.state().calls.keys()]).toEqual(['1.0', '1.0~2'])
    expect([...both.state().endpoints.keys()]).toEqual(['1001', '1001~2'])
    expect([...both.state().queues.keys()]).toEqual(['701', '701~2'])
    expect([...both.channels().keys()]).toEqual(['1.1', '1.1~2'])
    expect(both.state().calls.get('1.0~2')).toMatchObject({
      id: '1.0~2',
      queue: '701~2',
      conference: 'room~2',
      legs: [{ uniqueid: '1.1~2', endpoint: '1001~2' }],
    })
    const queue = both.state().queues.get('701~2')
    expect(queue).toMatchObject({ name: '701~2', waiting: [{ callId: '1.0~2' }] })
    expect([...(queue?.members ?? [])]).toMatchObject([['1001~2', { endpoint: '1001~2', interface: 'PJSIP/1001' }]])
    expect(both.channels().get('1.1~2')).toMatchObject({ name: 'PJSIP/1001-1~2', linkedid: '1.0~2', bridge: 'b~2' })
    expect(told.at(-1)).toEqual({ kinds: ['legAnswered 1.0~2', 'call 1.0~2'], healed: false, server: '2' })
  })

  it('keep the identity of what did not change', () => {
    const before = both.state()
    second.setEndpoint({ name: '1002', online: true, sinceMs: 0 })
    const after = both.state()
    expect(after.calls).toBe(before.calls)
    expect(after.endpoints).not.toBe(before.endpoints)
    expect(after.endpoints.get('1001~2')).toBe(before.endpoints.get('1001~2'))
    second.setCall({ ...call, recording: 'on' })
    expect(both.state().calls.get('1.0~2')?.legs[0]).toBe(before.calls.get('1.0~2')?.legs[0])
  })

  it('get commands by what they are about, in their own words', async () => {
    await both.commands.hangUp('PJSIP/1001-1~2')
    await both.commands.redirect({
      ...{ channel: 'PJSIP/1001-1~2', extra: 'PJSIP/1002-2~2' },
      place: { context: 'callsync-wait', exten: '1001~2' },
    })
    await both.commands.transfer({ channel: 'PJSIP/1001-1~2', place: { context: 'callsync-transfer', exten: '+7916' } })
    await both.commands.setVariable({ channel: 'PJSIP/1001-1~2', name: 'CALLSYNC_QUEUE', value: '701~2' })
    await both.commands.muteRecording({ channel: 'PJSIP/1001-1~2', muted: true })
    await both.commands.addMember({ queue: '701~2', endpoint: '1001~2', penalty: 0, name: '1001~2' })
    await both.commands.removeMember({ queue: '701~2', endpoint: '1001~2' })
    await both.commands.pauseMember({ endpoint: '1001~2', paused: true, reason: 'lunch', queues: ['701~2'] })
    await both.commands.originate({
      ...{ server: '2', channel: 'PJSIP/1001~2', context: 'callsync-spy', exten: 'listen' },
      ...{ callerNumber: '1002~2', callerName: 'Boris', timeoutMs: 1, uniqueid: 'callsync-spy-1.1' },
      ...{ variables: { CALLSYNC_SPIED: '1.1~2', TEXT: 'left~3' }, halves: ['callsync-speaker-1.0~2', 'callsync-player-1.0~2'] },
    })
    expect(second.sent).toEqual([
      'hangUp PJSIP/1001-1',
      'redirect PJSIP/1001-1 + PJSIP/1002-2 to 1001@callsync-wait',
      'transfer by PJSIP/1001-1 to +7916@callsync-transfer',
      'set PJSIP/1001-1 CALLSYNC_QUEUE=701',
      'mute PJSIP/1001-1',
      'add 1001 to 701 penalty 0 as 1001',
      'remove 1001 from 701',
    ])
    expect(second.pauses).toEqual([{ endpoint: '1001', paused: true, reason: 'lunch', queues: ['701'] }])
    expect(second.originated).toMatchObject([
      {
        ...{ channel: 'PJSIP/1001', callerNumber: '1002', uniqueid: 'callsync-spy-1.1' },
        ...{ variables: { CALLSYNC_SPIED: '1.1', TEXT: 'left~3' }, halves: ['callsync-speaker-1.0', 'callsync-player-1.0'] },
      },
    ])
    expect([...first.sent, ...first.pauses, ...first.originated]).toEqual([])
    await both.commands.hangUp('PJSIP/1001-1')
    expect(first.sent).toEqual(['hangUp PJSIP/1001-1'])
  })

  it('are asked for values each by itself', async () => {
    first.variables.set('DIALPLAN_EXISTS(x,s,1)', '1')
    second.variables.set('PJSIP/1001-1 SOUND', 'holiday')
    expect(await both.commands.globalVariable('DIALPLAN_EXISTS(x,s,1)', '1')).toBe('1')
    expect(await both.commands.globalVariable('DIALPLAN_EXISTS(x,s,1)', '2')).toBe('')
    expect(await both.commands.variable('SOUND', 'PJSIP/1001-1~2')).toBe('holiday')
  })

  it('refuse a command to a server there is not', async () => {
    await expect(both.commands.hangUp('PJSIP/1001-1~3')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(both.commands.globalVariable('X', '3')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('go on when one is away, and it is told which one', () => {
    const links: string[] = []
    both.onStatus(({ state }, server) => links.push(`${server} ${state}`))
    second.setStatus({ state: 'down', problem: 'lost', sinceMs: 5 })
    expect(links).toEqual(['2 down'])
    expect(both.status()).toMatchObject({ state: 'down', problem: 'lost' })
    expect(both.status('1').state).toBe('up')
    expect(both.status('2').state).toBe('down')
    // What it had is kept, and the other one moves on.
    first.endCall('1.0')
    expect([...both.state().calls.keys()]).toEqual(['1.0~2'])
    // It comes back without the call: that is its own gap, nobody else's.
    told = []
    second.heal({ ...second.state(), calls: new Map() })
    second.setStatus({ state: 'up', problem: null, sinceMs: 6 })
    expect(told).toMatchObject([{ healed: true, server: '2' }])
    expect(told[0]?.kinds).toContain('callEnded 1.0~2')
    expect(both.status().state).toBe('up')
  })

  it('lose one that is removed, with its calls, and no other', () => {
    both.use('2', null)
    expect(second.account).toBeNull()
    expect([...both.state().calls.keys()]).toEqual(['1.0'])
    expect(both.status('2')).toMatchObject({ state: 'down', problem: 'notConfigured' })
    expect(both.status().state).toBe('up')
    expect(told.at(-1)).toEqual({ kinds: [], healed: true, server: '2' })
    told = []
    second.setCall(callOf('2.0', []))
    expect(told).toEqual([])
  })

  it('tell that nothing goes on at one that was removed before this start, or never heard, as not seen', () => {
    const links: (string | null)[] = []
    both.onChange((_, healed, server) => links.push(`${server} ${healed} ${both.status(server).state}`))
    told = []
    both.use('3', null)
    expect(told).toEqual([{ kinds: [], healed: true, server: '3' }])
    expect(links).toEqual(['3 true down'])
    expect([...both.state().calls.keys()]).toEqual(['1.0', '1.0~2'])
  })

  it('do not connect anew because another one is changed', () => {
    let connected = 0
    first.use = () => {
      connected += 1
    }
    both.use('2', { ...account, secret: 'new' })
    expect(second.account).toMatchObject({ secret: 'new' })
    expect(connected).toBe(0)
  })
})

it('is not set up while no server is', () => {
  both.use('1', null)
  expect(both.status()).toMatchObject({ state: 'down', problem: 'notConfigured' })
  expect(both.state()).toEqual(emptyPbxState)
})
