import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AmiHeaders, ScriptedAmi } from '../../tests/support/scripted-ami.ts'
import { ManualClock } from '../clock.ts'
import { createTelephony } from './create-telephony.ts'
import type { OneTelephony } from './telephony.ts'
import { createTestConnection } from './test-connection.ts'

let ami: ScriptedAmi
let clock: ManualClock
let telephony: OneTelephony

const account = () => ({ host: '127.0.0.1', port: ami.port, user: 'callsync', secret: ami.secret })

beforeEach(async () => {
  ami = await ScriptedAmi.start()
  clock = new ManualClock()
  telephony = createTelephony({ clock, random: () => 0.5, logger: pino({ level: 'silent' }) })
})

afterEach(async () => {
  await telephony.stop()
  await ami.stop()
})

async function up(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = telephony.onStatus(({ state }) => {
    if (state === 'up') resolve()
  })
  telephony.use(account())
  await promise
  stop()
}

const channel: AmiHeaders = {
  Event: 'Status',
  Channel: 'PJSIP/1001-00000001',
  ChannelState: '5',
  CallerIDNum: '1001',
  ConnectedLineNum: '+79161234567',
  Uniqueid: '2',
  Linkedid: '1',
  Application: 'AppQueue',
  Seconds: '7',
}

describe('the state', () => {
  test('is healed by a snapshot, followed by events, and its changes are told once', async () => {
    ami.on('Status', (action, peer) => peer.list(action, [channel]))
    const heard: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = telephony.onChange((changes, healed) => {
      heard.push(...changes.map(({ kind }) => `${kind}${healed ? ' healed' : ''}`))
      if (!healed) resolve()
    })
    await up()
    expect(heard).toEqual(['legRinging healed', 'call healed'])
    expect(telephony.state().calls.get('1')).toMatchObject({
      direction: 'inbound',
      number: '+79161234567',
      startedAtMs: clock.nowMs() - 7_000,
    })
    ami.peers[0]?.send({ Event: 'Hangup', Uniqueid: '2', Linkedid: '1', Channel: 'PJSIP/1001-00000001', Cause: '19' })
    await promise
    expect(heard.slice(2)).toEqual(['legEnded', 'callEnded'])
    expect(telephony.state().calls.size).toBe(0)
    stop()
  })

  test('of another machine does not stay', async () => {
    ami.on('Status', (action, peer) => peer.list(action, [channel]))
    await up()
    const kinds: string[] = []
    telephony.onChange((changes) => kinds.push(...changes.map(({ kind }) => kind)))
    telephony.use({ ...account(), host: 'localhost' })
    expect(kinds).toEqual(['legEnded', 'callEnded'])
    expect(telephony.state().calls.size).toBe(0)
  })

  test('reaches the other listeners when one fails', async () => {
    ami.on('Status', (action, peer) => peer.list(action, [channel]))
    telephony.onChange(() => {
      throw new Error('a bad listener')
    })
    let heard = 0
    telephony.onChange((changes) => {
      heard += changes.length
    })
    await up()
    expect(heard).toBe(2)
  })
})

describe('pauseMember', () => {
  test('pauses in all queues at once, with the reason', async () => {
    ami.on('QueuePause', (action, peer) => peer.ok(action))
    await up()
    await telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'wrapup' })
    const sent = ami.actions.at(-1)
    expect(sent).toMatchObject({ Action: 'QueuePause', Interface: 'PJSIP/1001', Paused: 'true', Reason: 'wrapup' })
    expect(sent).not.toHaveProperty('Queue')
  })

  test('uses the interface the queue knows the member by', async () => {
    const member = {
      Event: 'QueueMember',
      Queue: '701',
      Location: 'Local/1001@agents',
      StateInterface: 'PJSIP/1001',
      Status: '1',
    }
    ami.on('QueueStatus', (action, peer) => peer.list(action, [{ Event: 'QueueParams', Queue: '701' }, member]))
    ami.on('QueuePause', (action, peer) => peer.ok(action))
    await up()
    await telephony.commands.pauseMember({ endpoint: '1001', paused: false, reason: null })
    expect(ami.actions.at(-1)).toMatchObject({ Interface: 'Local/1001@agents', Paused: 'false' })
    expect(ami.actions.at(-1)).not.toHaveProperty('Reason')
    await telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'wrapup', queues: ['701'] })
    expect(ami.actions.at(-1)).toMatchObject({ Interface: 'Local/1001@agents', Queue: '701', Paused: 'true' })
  })

  test('of a member of no queue is no error, but a missing right is', async () => {
    await up()
    ami.on('QueuePause', (action, peer) => peer.error(action, 'Interface not found'))
    await telephony.commands.pauseMember({ endpoint: '1009', paused: true, reason: null })
    ami.on('QueuePause', (action, peer) => peer.error(action, 'Permission denied'))
    await expect(telephony.commands.pauseMember({ endpoint: '1009', paused: true, reason: null })).rejects.toMatchObject({
      code: 'refused',
    })
  })

  test('without a link is unavailable', async () => {
    await expect(telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: null })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})

describe('originate', () => {
  const request = {
    channel: 'Local/s@demo-customer',
    context: 'internal',
    exten: '701',
    callerNumber: '+79161234567',
    callerName: 'Пётр "Петя" Иванов',
    variables: { A: '1', B: 'x=y' },
    timeoutMs: 10_000,
  }
  const respond = (response: string) =>
    ami.on('Originate', (action, peer) => {
      peer.ok(action)
      peer.send({ Event: 'OriginateResponse', ActionID: action['ActionID'] ?? '', Response: response, Reason: '5' })
    })

  test('resolves when the call is answered', async () => {
    respond('Success')
    await up()
    await telephony.commands.originate(request)
    expect(ami.actions.at(-1)).toMatchObject({
      Channel: 'Local/s@demo-customer',
      Exten: '701',
      Priority: '1',
      Async: 'true',
      Timeout: '10000',
      Callerid: `"Пётр 'Петя' Иванов" <+79161234567>`,
      Variable: 'B=x=y',
    })
  })

  test('rejects when it is not', async () => {
    respond('Failure')
    await up()
    await expect(telephony.commands.originate(request)).rejects.toMatchObject({ code: 'refused' })
  })

  test('times out when nothing tells', async () => {
    ami.on('Originate', (action, peer) => peer.ok(action))
    await up()
    const result = expect(telephony.commands.originate(request)).rejects.toMatchObject({ code: 'timedOut' })
    await ami.until(() => ami.count('Originate') === 1)
    clock.advance(15_000)
    await result
  })
})

describe('testConnection', () => {
  const rights = Object.fromEntries(
    [
      ...['Status', 'BridgeList', 'QueueStatus', 'QueuePause', 'QueueAdd', 'QueueRemove', 'Originate', 'Redirect', 'Hangup'],
      ...['Getvar', 'Setvar', 'MixMonitorMute', 'PJSIPShowEndpoints'],
    ].map((name) => [name, 'may']),
  )
  const haveContexts = (but = '') =>
    ami.on('Getvar', (action, peer) => peer.ok(action, { Value: but !== '' && action['Variable']?.includes(but) ? '0' : '1' }))

  test('names endpoints and queues, and leaves nothing open', async () => {
    ami.on('ListCommands', (action, peer) => peer.ok(action, rights))
    ami.on('PJSIPShowEndpoints', (action, peer) => peer.list(action, [{ Event: 'EndpointList', ObjectName: '1001' }]))
    ami.on('QueueStatus', (action, peer) => peer.list(action, [{ Event: 'QueueParams', Queue: '701' }]))
    haveContexts()
    const result = await createTestConnection({ clock })(account())
    expect(result.checks.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
      'reach true',
      'signIn true',
      'rights true',
      'endpoints true',
      'queues true',
      'contexts true',
    ])
    expect(result).toMatchObject({ endpoints: ['1001'], queues: ['701'] })
    await ami.peers[0]?.closed
  })

  test('stops at the first step that fails, in the words of who refused', async () => {
    const wrong = await createTestConnection({ clock })({ ...account(), secret: 'wrong' })
    expect(wrong.checks).toEqual([
      { step: 'reach', ok: true, detail: `127.0.0.1:${ami.port}` },
      { step: 'signIn', ok: false, detail: 'Authentication failed' },
    ])
    await ami.peers[0]?.closed

    ami.on('ListCommands', (action, peer) => peer.ok(action, { Status: 's', QueueStatus: 'q' }))
    const { checks } = await createTestConnection({ clock })(account())
    expect(checks.at(-1)).toEqual({
      step: 'rights',
      ok: false,
      detail: expect.stringMatching(/^No right to: BridgeList, QueuePause, .*PJSIPShowEndpoints$/),
    })
  })

  test('names chan_sip as what is not supported, whether PJSIP is missing or has no phones', async () => {
    const { PJSIPShowEndpoints: _, ...withoutPjsip } = rights
    ami.on('ListCommands', (action, peer) => peer.ok(action, { ...withoutPjsip, SIPpeers: 'may' }))
    const missing = await createTestConnection({ clock })(account())
    // Not under the rights, which somebody would then look for in vain.
    expect(missing.checks.slice(-2)).toMatchObject([
      { step: 'rights', ok: true },
      { step: 'endpoints', ok: false, detail: expect.stringContaining('chan_sip') },
    ])

    ami.on('ListCommands', (action, peer) => peer.ok(action, { ...rights, SIPpeers: 'may' }))
    const empty = await createTestConnection({ clock })(account())
    expect(empty.checks.at(-1)).toMatchObject({ step: 'endpoints', ok: false, detail: expect.stringContaining('chan_sip') })

    // Both drivers, phones on the right one.
    haveContexts()
    ami.on('PJSIPShowEndpoints', (action, peer) => peer.list(action, [{ Event: 'EndpointList', ObjectName: '1001' }]))
    const both = await createTestConnection({ clock })(account())
    expect(both.checks.filter(({ step }) => step === 'endpoints')).toEqual([{ step: 'endpoints', ok: true, detail: '1' }])
  })

  test('names the contexts the dialplan lacks, and goes on', async () => {
    ami.on('ListCommands', (action, peer) => peer.ok(action, rights))
    haveContexts('callsync-wait')
    const { checks } = await createTestConnection({ clock })(account(), `ws://127.0.0.1:${ami.port}/ws`)
    expect(checks.slice(-2)).toMatchObject([
      { step: 'contexts', ok: false, detail: 'callsync-wait' },
      { step: 'softphoneSocket', ok: false },
    ])
  })

  test('tries the socket of the softphones last, and only when all else is well', async () => {
    ami.on('ListCommands', (action, peer) => peer.ok(action, rights))
    haveContexts()
    const test = createTestConnection({ clock })
    // the manager interface speaks no WebSocket
    const socketUrl = `ws://127.0.0.1:${ami.port}/ws`
    const all = await test(account(), socketUrl)
    expect(all.checks.slice(-2)).toMatchObject([
      { step: 'contexts', ok: true },
      { step: 'softphoneSocket', ok: false },
    ])
    const wrong = await test({ ...account(), secret: 'wrong' }, socketUrl)
    expect(wrong.checks.at(-1)).toMatchObject({ step: 'signIn', ok: false })
  })

  test('says when nobody is there', async () => {
    const { port } = ami
    await ami.stop()
    const { checks } = await createTestConnection({ clock })({ host: '127.0.0.1', port, user: 'x', secret: 'x' })
    expect(checks).toMatchObject([{ step: 'reach', ok: false, detail: expect.stringContaining('ECONNREFUSED') }])
    ami = await ScriptedAmi.start()
  })
})
