import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../server/clock.ts'
import {
  createTelephony,
  createTestConnection,
  type OneTelephony,
  type PbxChange,
  type PbxState,
} from '../server/telephony/index.ts'
import { project, startAsterisk, type TestPbx } from './support/pbx.ts'
import { ScriptedPhone } from './support/scripted-phone.ts'

let pbx: TestPbx
let telephony: OneTelephony
let phone: ScriptedPhone
const changes: PbxChange[] = []

function account() {
  const { host, amiPort, amiUser, amiSecret } = pbx.file
  return { host, port: amiPort, user: amiUser, secret: amiSecret }
}

/** Looked at now and after each change. */
async function until(holds: (state: PbxState) => boolean): Promise<void> {
  if (holds(telephony.state())) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = telephony.onChange(() => {
    if (holds(telephony.state())) resolve()
  })
  await promise
  stop()
}

async function untilStatus(state: string): Promise<void> {
  if (telephony.status().state === state) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = telephony.onStatus((status) => {
    if (status.state === state) resolve()
  })
  await promise
  stop()
}

function connectPhone(extension: string): Promise<ScriptedPhone> {
  const password = pbx.file.extensions.find((entry) => entry.extension === extension)?.sipPassword ?? ''
  return ScriptedPhone.connect({ socketUrl: pbx.file.socketUrl, domain: pbx.file.sipDomain, extension, password })
}

const callQueue = () =>
  telephony.commands.originate({
    channel: 'Local/s@demo-customer',
    context: 'internal',
    exten: '701',
    callerNumber: '+79161234567',
    callerName: 'Пётр',
    timeoutMs: 10_000,
  })

const theCall = (state: PbxState) => [...state.calls.values()][0]

beforeAll(async () => {
  pbx = await startAsterisk({
    name: 'telephony',
    templates: [join(project, 'resources/pbx/conf'), join(project, 'tests/support/telephony-conf')],
    sounds: join(project, 'resources/pbx/sounds'),
  })
  telephony = createTelephony({ clock: systemClock, random: Math.random, logger: pino({ level: 'silent' }) })
  telephony.onChange((batch) => void changes.push(...batch))
  telephony.use(account())
  await untilStatus('up')
  phone = await connectPhone('1001')
}, 120_000)

afterAll(async () => {
  phone?.close()
  await telephony?.stop()
  await pbx?.stop()
})

describe('on a real Asterisk', { timeout: 30_000 }, () => {
  it('a connection is tested step by step', async () => {
    const test = createTestConnection({ clock: systemClock })
    const right = await test(account(), pbx.file.socketUrl)
    expect(right.checks.filter(({ ok }) => !ok)).toEqual([])
    expect(right.checks.map(({ step }) => step)).toEqual([
      'reach',
      'signIn',
      'rights',
      'endpoints',
      'queues',
      'contexts',
      'softphoneSocket',
    ])
    expect(right.queues).toEqual(['701', '702'])
    expect(right.endpoints).toContain('1001')
    const wrong = await test({ ...account(), secret: 'wrong' })
    expect(wrong.checks.at(-1)).toMatchObject({ step: 'signIn', ok: false })
  })

  it('a phone that registers is online', async () => {
    await until((state) => state.endpoints.get('1001')?.online === true)
    expect(telephony.state().endpoints.get('1002')?.online).toBe(false)
  })

  it('a customer who calls the queue rings the operator, talks and is gone', async () => {
    await callQueue()
    const ringing = await phone.incoming()
    await until((state) => theCall(state)?.state === 'ringing')
    const call = theCall(telephony.state())
    expect(call).toMatchObject({ direction: 'inbound', number: '+79161234567', callerName: 'Пётр', queue: '701' })
    // the phone and the server speak of the same call
    expect(ringing.header('X-CallSync-Call')).toBe(call?.id)
    expect(ringing.header('X-CallSync-Leg')).toBe(call?.legs[0]?.uniqueid)
    await ringing.answer()
    await until((state) => theCall(state)?.state === 'talking')
    await ringing.hangUp()
    await until((state) => state.calls.size === 0)
    const kinds = changes.filter((change) => 'leg' in change).map(({ kind }) => kind)
    expect(kinds).toEqual(['legRinging', 'legAnswered', 'legEnded'])
  })

  it('a member is paused in every queue and back, and one of no queue does not matter', async () => {
    const paused = (yes: boolean) => (state: PbxState) =>
      [...state.queues.values()].every((queue) => queue.members.get('1001')?.paused === yes)
    await telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'wrapup' })
    await until(paused(true))
    expect(telephony.state().queues.get('702')?.members.get('1001')?.pauseReason).toBe('wrapup')
    await telephony.commands.pauseMember({ endpoint: '1001', paused: false, reason: null })
    await until(paused(false))
    await telephony.commands.pauseMember({ endpoint: '2001', paused: true, reason: null })
  })

  it('a member is paused in one queue only', async () => {
    const paused = (state: PbxState) => ['701', '702'].map((name) => state.queues.get(name)?.members.get('1001')?.paused)
    await telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: 'wrapup', queues: ['702'] })
    await until((state) => paused(state)[1] === true)
    expect(paused(telephony.state())).toEqual([false, true])
    await telephony.commands.pauseMember({ endpoint: '1001', paused: false, reason: null, queues: ['702'] })
    await until((state) => paused(state)[1] === false)
  })

  it('an operator cannot listen to a colleague', async () => {
    changes.length = 0
    const call = phone.call('*811002')
    expect(await call.answered).toBe(false)
    await until(() => changes.some(({ kind }) => kind === 'callEnded'))
  })

  it('nobody listens from behind a Local channel, where anybody may have been transferred to', async () => {
    const listening = {
      channel: 'Local/*811002@operators/n',
      context: 'internal',
      exten: '605',
      callerNumber: '1004',
      callerName: '',
      timeoutMs: 3_000,
    }
    changes.length = 0
    await expect(telephony.commands.originate(listening)).rejects.toMatchObject({ code: 'refused' })
    await until((state) => changes.some(({ kind }) => kind === 'callEnded') && state.calls.size === 0)
  })

  it.each([
    ['1004', '*811002'],
    ['1005', '600'],
  ])('from %s to %s is a call within the house to nobody', async (extension, number) => {
    changes.length = 0
    const own = await connectPhone(extension)
    const call = own.call(number)
    expect(await call.answered).toBe(true)
    await until((state) => theCall(state) !== undefined)
    await call.hangUp()
    own.close()
    await until((state) => state.calls.size === 0)
    const seen = changes.flatMap((change) => (change.kind === 'call' ? change.call : []))
    expect(new Set(seen.map(({ direction, legs }) => `${direction} ${legs.map(({ endpoint }) => endpoint)}`))).toEqual(
      new Set([`internal ${extension}`]),
    )
  })

  it('an originate to nowhere is refused', async () => {
    const nowhere = {
      channel: 'PJSIP/1003',
      context: 'internal',
      exten: '701',
      callerNumber: '1',
      callerName: '',
      timeoutMs: 3_000,
    }
    await expect(telephony.commands.originate(nowhere)).rejects.toMatchObject({ code: 'refused' })
  })

  it('an Asterisk that ends and starts again is lost, found, and its old calls are over', async () => {
    await callQueue()
    const call = await phone.incoming()
    await call.answer()
    await until((state) => theCall(state)?.state === 'talking')
    const before = changes.length
    const { pid } = pbx.pbx
    if (pid === null) throw new Error('Asterisk does not run')
    // as a crash: no Hangup, no queue leave
    const lost = untilStatus('down')
    const exited = new Promise<void>((done) => pbx.pbx.onExit(() => done()))
    process.kill(pid, 'SIGKILL')
    await Promise.all([lost, exited])
    expect(telephony.status().problem).toBe('lost')
    await expect(telephony.commands.pauseMember({ endpoint: '1001', paused: true, reason: null })).rejects.toMatchObject({
      code: 'unavailable',
    })
    await pbx.pbx.start()
    await untilStatus('up')
    await until((state) => state.calls.size === 0)
    const ended = changes.slice(before).filter((change) => change.kind === 'legEnded')
    expect(ended).toMatchObject([{ cause: 0, answered: true }])
  })
})
