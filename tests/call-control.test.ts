import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createCallControl } from '../server/call-control/index.ts'
import { anna, boris, FakeUsers } from '../server/calls/fixture.ts'
import { systemClock } from '../server/clock.ts'
import { RecordingRules } from '../server/settings/index.ts'
import { Store } from '../server/store/index.ts'
import { createTelephony, type PbxState, type Telephony } from '../server/telephony/index.ts'
import { type CustomerCall, Customers } from './support/link-lab/customers.ts'
import { customerTonesHz, type Heard, heardAgainMs } from './support/link-lab/tones.ts'
import { project, startAsterisk, type TestPbx } from './support/pbx.ts'
import { type PhoneCall, ScriptedPhone } from './support/scripted-phone.ts'
import { writeTone } from './support/tones.ts'
import { readWav, untilRecorded, type Wav } from './support/wav.ts'

/** Call control on a real Asterisk: what the people outside hear, each with a tone of their own. The operators' phones are silent. */

const [firstHz, secondHz, musicHz] = customerTonesHz
let pbx: TestPbx
let telephony: Telephony
let control: ReturnType<typeof createCallControl>
let store: Store
let customers: Customers
const dataDir = mkdtempSync(join(tmpdir(), 'callsync-control-'))
const open: { phones: ScriptedPhone[]; calls: CustomerCall[] } = { phones: [], calls: [] }

/** Music on hold that can be told from silence from its first moment on. */
function musicOfOneTone(): string {
  const [music, conf] = [join(dataDir, 'music'), join(dataDir, 'music-conf')]
  mkdirSync(music)
  mkdirSync(conf)
  writeTone(join(music, 'tone.wav'), musicHz, 8_000)
  writeFileSync(join(conf, 'musiconhold.conf'), `[default]\nmode = files\ndirectory = ${music}\n`)
  return conf
}

beforeAll(async () => {
  pbx = await startAsterisk({
    name: 'control',
    templates: [join(project, 'resources/pbx/conf'), join(project, 'tests/support/telephony-conf'), musicOfOneTone()],
    sounds: join(project, 'resources/pbx/sounds'),
  })
  customers = await Customers.open({ port: pbx.ports.trunk, pbxPort: pbx.ports.sip })
  const logger = pino({ level: 'silent' })
  telephony = createTelephony({ clock: systemClock, random: Math.random, logger })
  store = new Store({ dataDir, clock: systemClock })
  await store.start()
  const { db } = store
  const recordingRules = new RecordingRules({ db, clock: systemClock })
  const deps = { db, clock: systemClock, telephony, users: new FakeUsers(), recordingRules, random: Math.random, logger }
  control = createCallControl({ ...deps, queueRights: { mayJoin: () => true, onChange: () => () => undefined } })
  control.start()
  const { host, amiPort, amiUser, amiSecret } = pbx.file
  telephony.use({ host, port: amiPort, user: amiUser, secret: amiSecret })
  await until((state) => state.queues.has('701'))
}, 120_000)

afterEach(async () => {
  for (const call of open.calls.splice(0)) call.hangUp()
  for (const phone of open.phones.splice(0)) {
    await phone.register(0).catch(() => undefined)
    phone.close()
  }
  await until((state) => state.calls.size === 0)
})

afterAll(async () => {
  control?.stop()
  await telephony?.stop()
  await customers?.close()
  store?.stop()
  await pbx?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function until(holds: (state: PbxState) => boolean): Promise<void> {
  if (holds(telephony.state())) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = telephony.onChange(() => {
    if (holds(telephony.state())) resolve()
  })
  await promise
  stop()
}

async function phoneOf(extension: string): Promise<ScriptedPhone> {
  const password = pbx.file.extensions.find((entry) => entry.extension === extension)?.sipPassword ?? ''
  const { socketUrl, sipDomain: domain } = pbx.file
  const phone = await ScriptedPhone.connect({ socketUrl, domain, extension, password })
  open.phones.push(phone)
  await until((state) => state.endpoints.get(extension)?.online === true)
  return phone
}

/** The phone's socket is gone. */
function vanish(phone: ScriptedPhone): void {
  open.phones.splice(open.phones.indexOf(phone), 1)
  phone.close()
}

async function customer(toneHz: number, from: string): Promise<CustomerCall> {
  const call = await customers.call({ from, to: '+74950000701', toneHz })
  open.calls.push(call)
  return call
}

const legOf = (extension: string, nth = 0): string => {
  const legs = [...telephony.state().calls.values()].flatMap((call) => call.legs)
  return legs.filter(({ endpoint }) => endpoint === extension)[nth]?.uniqueid ?? ''
}

/** A customer talks to 1001. */
async function talking(
  phone: ScriptedPhone,
  toneHz: number = firstHz,
): Promise<{ call: PhoneCall; outside: CustomerCall; leg: string }> {
  const outside = await customer(toneHz, '+79160000001')
  const call = await phone.incoming()
  await call.answer()
  const mine = () => [...telephony.state().calls.values()].find(({ state }) => state === 'talking')
  await until(() => mine() !== undefined)
  await bridged(mine()?.id)
  return { call, outside, leg: legOf('1001') }
}

/** The answer comes a moment before the bridge, of which no change tells. */
async function bridged(callId: string | undefined): Promise<void> {
  const count = () =>
    [...telephony.channels().values()].filter(({ linkedid, bridge }) => linkedid === callId && bridge !== null).length
  await vi.waitFor(() => expect(count()).toBeGreaterThan(1), { timeout: 5_000 })
}

/** 1001 calls somebody outside, who answers with this tone. */
async function dialled(phone: ScriptedPhone, toneHz: number): Promise<{ call: PhoneCall; outside: CustomerCall; leg: string }> {
  const answering = customers.expectCall(toneHz)
  const call = phone.call('9+79165550002')
  const outside = await answering
  open.calls.push(outside)
  await call.answered
  const mine = () => [...telephony.state().calls.values()].find((each) => each.direction === 'outbound')
  await until(() => mine()?.state === 'talking')
  await bridged(mine()?.id)
  return { call, outside, leg: mine()?.legs.find(({ endpoint }) => endpoint === '1001')?.uniqueid ?? '' }
}

const sinceMs = (heard: readonly Heard[], fromMs: number, untilMs = Number.POSITIVE_INFINITY) =>
  heard.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
/** How much of a time this tone was heard, 0 to 1. */
const share = (heard: readonly Heard[], toneHz: number): number =>
  heard.length === 0 ? 0 : heard.filter(({ tonesHz }) => tonesHz.includes(toneHz)).length / heard.length

/** What an ear hears from now on, after what is on its way has passed. */
async function hears(call: CustomerCall): Promise<readonly Heard[]> {
  await delay(300)
  const fromMs = Date.now()
  await delay(1_000)
  return sinceMs(await call.heard(), fromMs)
}

/** 1001, the customer and somebody outside in one conference. */
async function conference() {
  const phone = await phoneOf('1001')
  const first = await talking(phone)
  await first.call.hold()
  const second = await dialled(phone, secondHz)
  await second.call.hold()
  await first.call.unhold()
  const { conferenceId } = await control.startConference(anna, [first.leg, second.leg])
  await second.call.ended
  await until((state) => [...state.calls.values()].some((call) => call.participants.length === 3))
  return { phone, first, second, conferenceId }
}

describe('on a real Asterisk', { timeout: 90_000 }, () => {
  it('all in a conference hear each other, whoever is put out hears nobody, and the last one is not left alone', async () => {
    const { first, second, conferenceId } = await conference()
    expect(share(await hears(first.outside), secondHz)).toBeGreaterThan(0.5)
    expect(share(await hears(second.outside), firstHz)).toBeGreaterThan(0.5)
    const [call] = [...telephony.state().calls.values()].filter((each) => each.conference === conferenceId)
    expect(call?.participants.map(({ endpoint }) => endpoint)).toContain('1001')

    await expect(control.endConference(boris, conferenceId)).rejects.toMatchObject({ code: 'notFound' })
    const put = call?.participants.find(({ number }) => number.includes('79165550002'))?.uniqueid ?? ''
    await control.removeFromConference(anna, conferenceId, put)
    await second.outside.ended
    expect(share(await hears(first.outside), secondHz)).toBe(0)

    const ended = first.call.ended
    first.outside.hangUp()
    await ended
  })

  it('a paused recording is silent in the files of both sides for that time, and both stay equally long', async () => {
    const { first } = await conference()
    const callId = [...telephony.state().calls.values()].find((call) => call.direction === 'inbound')?.id ?? ''
    await delay(1_500)
    await control.setRecording(anna, first.leg, true)
    await until((state) => state.calls.get(callId)?.recording === 'paused')
    await delay(2_000)
    await control.setRecording(anna, first.leg, false)
    await until((state) => state.calls.get(callId)?.recording === 'on')
    await delay(1_500)
    await control.endConference(anna, telephony.state().calls.get(callId)?.conference ?? '')
    await until((state) => state.calls.size === 0)

    const pathOf = (side: string) => join(pbx.file.recordingsDir, `${callId}-${side}.wav`)
    // Both are written to their ends a moment after the call.
    const outside = await untilRecorded(
      pathOf('customer'),
      ({ samples }) => samples.length === readWav(pathOf('operator')).samples.length,
    )
    const operator = readWav(pathOf('operator'))
    expect(outside.samples.length).toBe(operator.samples.length)
    const [pause] = (await control.callMedia({ ...anna, role: 'supervisor' }, callId)).pauses
    expect((pause?.toMs ?? 0) - (pause?.fromMs ?? 0)).toBeGreaterThanOrEqual(2_000)
    const silences = [outside, operator].map(longestSilence)
    for (const silence of silences) expect(silence.ms).toBeGreaterThan(1_900)
    for (const silence of silences) expect(silence.ms).toBeLessThan(2_600)
    expect(Math.abs((silences[0]?.fromMs ?? 0) - (silences[1]?.fromMs ?? 0))).toBeLessThan(100)
  })

  it('a voicemail drop frees the operator at once and is heard to the end', async () => {
    const phone = await phoneOf('1001')
    const { call, outside, leg } = await dialled(phone, secondHz)
    const atMs = Date.now()
    await control.playAnnouncement(anna, { legId: leg, announcementId: 'recorded', leave: true })
    await call.ended
    expect(Date.now() - atMs).toBeLessThan(1_000)
    await outside.ended
    const heard = sinceMs(await outside.heard(), atMs)
    const spoken = heard.filter(({ sound }) => sound)
    const durationMs = control.announcements().find(({ id }) => id === 'recorded')?.durationMs ?? 0
    expect((spoken.at(-1)?.atMs ?? 0) - (spoken[0]?.atMs ?? 0)).toBeGreaterThan(0.8 * durationMs)
  })

  it('an announcement is heard on both sides of the call, which goes on', async () => {
    // A whisper rides on the packets of the other side, so this operator is a phone with sound: one at the trunk. Both are silent.
    const answering = [customers.expectCall(0), customers.expectCall(0)]
    await telephony.commands.originate({
      channel: 'PJSIP/+79165550003@trunk',
      context: 'internal',
      exten: '9+79165550004',
      callerNumber: '+79165550003',
      callerName: '',
      timeoutMs: 10_000,
    })
    const sides = await Promise.all(answering)
    open.calls.push(...sides)
    await until((state) => [...state.calls.values()].some(({ legs }) => legs.length === 2))
    await bridged([...telephony.state().calls.keys()][0])
    for (const side of sides) expect((await hears(side)).some(({ sound }) => sound)).toBe(false)
    const desk = { ...anna, extension: 'trunk' }
    await control.playAnnouncement(desk, { legId: legOf('trunk'), announcementId: 'recorded', leave: false })
    for (const side of sides) expect((await hears(side)).some(({ sound }) => sound)).toBe(true)
    await delay(4_000)
    for (const side of sides) expect((await hears(side)).some(({ sound }) => sound)).toBe(false)
    expect([...telephony.state().calls.values()].map(({ legs }) => legs.length)).toEqual([2])
  })

  it('a caller whose operator’s phone vanished hears music within 3.5 s and is given back', async () => {
    const phone = await phoneOf('1001')
    const { outside } = await talking(phone)
    const callId = [...telephony.state().calls.keys()][0] ?? ''
    const gone = Date.now()
    vanish(phone)
    await until((state) => state.calls.get(callId)?.awaits === '1001')
    const music = await vi.waitFor(async () => {
      const atMs = heardAgainMs(await outside.heard(), musicHz, gone)
      if (atMs === null) throw new Error('no music is heard')
      return atMs
    }, 5_000)
    expect(music - gone).toBeGreaterThan(2_800)
    expect(music - gone).toBeLessThan(3_500)

    const back = await phoneOf('1001')
    const resumed = await back.incoming()
    expect(resumed.header('X-CallSync-Resume')).toBe('1')
    expect(resumed.header('X-CallSync-Call')).toBe(callId)
    await resumed.answer()
    await until((state) => state.calls.get(callId)?.state === 'talking')
    expect(telephony.state().calls.get(callId)?.awaits).toBeNull()
    expect((await hears(outside)).some(({ sound }) => sound)).toBe(false)
  })

  it('a page that reloads keeps its call to itself', async () => {
    const phone = await phoneOf('1001')
    const { call, outside } = await talking(phone)
    const callId = [...telephony.state().calls.keys()][0] ?? ''
    vanish(phone)
    await delay(400)
    const reloaded = await phoneOf('1001')
    expect(await reloaded.replace(call).answered).toBe(true)
    await delay(4_000)
    expect(telephony.state().calls.get(callId)).toMatchObject({ state: 'talking', awaits: null })
    expect((await outside.heard()).some(({ sound, atMs }) => sound && atMs > Date.now() - 4_000)).toBe(false)
  })

  it('a caller whose operator stays away is first in line after 30 s', async () => {
    const phone = await phoneOf('1001')
    const { outside } = await talking(phone)
    const callId = [...telephony.state().calls.keys()][0] ?? ''
    await customer(secondHz, '+79160000002')
    const gone = Date.now()
    vanish(phone)
    const line = (state: PbxState) => state.queues.get('701')?.waiting.map((caller) => caller.callId) ?? []
    await until((state) => line(state).length === 1)
    await until((state) => line(state)[0] === callId && line(state).length === 2)
    expect(Date.now() - gone).toBeGreaterThan(32_000)
    expect(Date.now() - gone).toBeLessThan(40_000)
    const colleague = await phoneOf('1002')
    const call = await colleague.incoming()
    expect(call.header('X-CallSync-Call')).toBe(callId)
    expect(call.header('X-CallSync-Resume')).toBe('')
    await call.answer()
    await until(
      (state) => state.calls.get(callId)?.legs.some(({ endpoint, state: up }) => endpoint === '1002' && up === 'up') === true,
    )
    outside.hangUp()
  })
})

/** The longest time without a sound that is neither at the beginning nor at the end. */
function longestSilence({ samples, sampleRate }: Wav): { fromMs: number; ms: number } {
  const slice = sampleRate / 50
  const loud: number[] = []
  for (let at = 0; at + slice <= samples.length; at += slice) {
    if (samples.subarray(at, at + slice).some((sample) => Math.abs(sample) > 0.01)) loud.push(at / slice)
  }
  let longest = { fromMs: 0, ms: 0 }
  for (const [index, at] of loud.entries()) {
    const ms = 20 * (at - (loud[index - 1] ?? at))
    if (ms > longest.ms) longest = { fromMs: 20 * (loud[index - 1] ?? 0), ms }
  }
  return longest
}
