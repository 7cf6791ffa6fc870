import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { type CallControl, createCallControl } from '../../call-control/index.ts'
import { anna, boris, type CallsRig, callOf, endedCall, galina, legOf, openCallsRig, queueOf } from '../../calls/fixture.ts'
import type { PastCall, Recording, User } from '../../contract/index.ts'
import { Recordings } from '../../recordings/index.ts'
import { PauseReasons, RecordingRules, SurveyedQueues } from '../../settings/index.ts'
import { worklistHandlers } from './worklists.ts'

const folder = mkdtempSync(join(tmpdir(), 'callsync-voices-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let rig: CallsRig
let callControl: CallControl
let handlers: ReturnType<typeof worklistHandlers>
beforeEach(async () => {
  rig = await openCallsRig()
  const recordings = new Recordings({ db: rig.store.db, clock: rig.clock, users: rig.users, folders: () => [folder] })
  const { store, clock, telephony, users, calls } = rig
  const { db } = store
  const settings = { recordingRules: new RecordingRules({ db, clock }), surveyed: new SurveyedQueues({ db, clock }) }
  const logger = pino({ level: 'silent' })
  const { queueRights } = calls
  const { eventDb } = store
  callControl = createCallControl({ db, eventDb, clock, telephony, users, ...settings, queueRights, random: () => 0.5, logger })
  handlers = worklistHandlers({ calls, callControl, recordings, pauseReasons: new PauseReasons({ db, clock }) })
  rig.telephony.setQueue(queueOf('701', ['1001']))
})
afterEach(() => rig.close())

const callBacksOf = async (user: User) => (await rig.calls.callBacks.list(user, { status: 'open', limit: 9 })).entries
const missedOf = async (user: User) => (await rig.calls.missedCalls.list(user, { status: 'open', limit: 9 })).entries

const as = (user: User) => ({
  user,
  sessionToken: null,
  remoteAddress: '',
  setSessionCookie: () => undefined,
})

async function missed(): Promise<string> {
  rig.calls.callEnded(endedCall({ id: '1.0', ended_at_ms: 9_000 }), 'asterisk')
  await rig.settle()
  const [entry] = await missedOf(anna)
  return entry?.id ?? ''
}

async function boriss(): Promise<string> {
  rig.telephony.setCall(callOf('20.0', [legOf('20.1', '1002', { state: 'up', answeredAtMs: 0 })]))
  await rig.settle()
  rig.telephony.endCall('20.0')
  await rig.settle()
  return 'main:20.1'
}

it('schedules a missed caller once: the missed call is done with it, and only for those who may see it', async () => {
  const missedCallId = await missed()
  const body = {
    idempotencyKey: randomUUID(),
    number: '+79160000101',
    reason: '',
    dueAtMs: null,
    remindBeforeMs: 0,
    queueNumber: null,
    missedCallId,
  }
  await expect(handlers.createCallBack({ body }, as(boris))).rejects.toMatchObject({ code: 'notFound' })
  expect(await callBacksOf(boris)).toEqual([])
  expect(await handlers.createCallBack({ body }, as(anna))).toMatchObject({ source: 'missed', holder: { id: 'anna' } })
  expect(await missedOf(anna)).toEqual([])
  await expect(handlers.createCallBack({ body }, as(galina))).rejects.toMatchObject({ code: 'conflict' })
  expect(await callBacksOf(galina)).toHaveLength(1)
})

it('keeps a missed caller in the list when the call-back is refused', async () => {
  const missedCallId = await missed()
  const body = {
    idempotencyKey: randomUUID(),
    number: '+79160000101',
    reason: '',
    dueAtMs: null,
    remindBeforeMs: 0,
    queueNumber: null,
    missedCallId,
  }
  const wrong = [
    { ...body, queueNumber: '799' },
    { ...body, number: 'x' },
  ]
  for (const each of wrong)
    await expect((async () => handlers.createCallBack({ body: each }, as(anna)))()).rejects.toMatchObject({
      code: 'invalidInput',
    })
  expect(await missedOf(anna)).toHaveLength(1)
})

it('lends no voices to whose phone only rang', async () => {
  rig.telephony.setCall(callOf('40.0', [legOf('40.1', '1001')]))
  await rig.settle()
  rig.telephony.setCall(callOf('40.0', [legOf('40.2', '1002', { state: 'up', answeredAtMs: 0 })], { answeredAtMs: 0 }))
  await rig.settle()
  rig.telephony.endCall('40.0')
  await rig.settle()
  writeFileSync(join(folder, '40.0.wav'), 'RIFF')
  const ask = (user: User, id: string) => handlers.listen({ params: { id, recordingId: '40.0' } }, as(user))
  await expect((async () => ask(anna, 'main:40.1'))()).rejects.toMatchObject({ code: 'forbidden' })
  expect(await ask(boris, 'main:40.2')).toMatchObject({ ticket: expect.any(String) })
})

/** Silence in 16 bits at 8 kHz. */
function putRecording(name: string, seconds: number): void {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.write('WAVEfmt ', 8, 'latin1')
  for (const [at, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
  ] as const)
    head.writeUInt32LE(value, at)
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at)
  head.write('data', 36, 'latin1')
  writeFileSync(join(folder, name), Buffer.concat([head, Buffer.alloc(seconds * 16_000)]))
}

it('lends each operator of a transferred call the own part alone, and nothing where that cannot be told', async () => {
  const talk = async (leg: string, extension: string, ms: number) => {
    const answeredAtMs = rig.clock.nowMs()
    rig.telephony.setCall(callOf('60.0', [legOf(leg, extension, { state: 'up', answeredAtMs })], { answeredAtMs }))
    await rig.settle()
    rig.clock.advance(ms)
  }
  await talk('60.1', '1001', 3_000)
  await talk('60.2', '1002', 4_000)
  rig.telephony.endCall('60.0')
  await rig.settle()
  // As long as what was said: MixMonitor writes while somebody talks.
  putRecording('60.0.wav', 7)
  putRecording('60.2.wav', 1)
  const heard = async (user: User, id: string) => {
    const page: { recordings: Recording[]; recordingBar: string } = await handlers.callPage({ params: { id } }, as(user))
    return page.recordings.map(({ id, durationMs, partOnly }) => [id, durationMs, partOnly])
  }
  const ask = async (user: User, id: string, recordingId = '60.0') => handlers.listen({ params: { id, recordingId } }, as(user))
  expect(await heard(anna, 'main:60.1')).toEqual([['60.0', 3_000, true]])
  expect(await heard(boris, 'main:60.2')).toContainEqual(['60.0', 4_000, true])
  expect(await heard(galina, 'main:60.1')).toContainEqual(['60.0', 7_000, false])
  expect(await ask(anna, 'main:60.1')).toMatchObject({ ticket: expect.any(String) })
  // What was recorded of the colleague's own channel is the colleague's.
  await expect(ask(anna, 'main:60.1', '60.2')).rejects.toMatchObject({ code: 'notFound' })

  putRecording('60.0.wav', 30)
  expect(await handlers.callPage({ params: { id: 'main:60.1' } }, as(anna))).toMatchObject({ recordingBar: 'notYours' })
  await expect(ask(anna, 'main:60.1')).rejects.toMatchObject({ code: 'forbidden' })
  expect(await ask(galina, 'main:60.1')).toMatchObject({ ticket: expect.any(String) })
})

it('says why there is no recording, and lends none of a call that is not one’s own', async () => {
  const id = await boriss()
  const bar = async (user: User): Promise<{ recordings: Recording[]; recordingBar: string }> =>
    handlers.callPage({ params: { id } }, as(user))
  expect(await bar(boris)).toMatchObject({ recordings: [], recordingBar: 'notRecorded' })
  expect(await bar(galina)).toMatchObject({ recordingBar: 'notRecorded' })
  await expect(bar(anna)).rejects.toMatchObject({ code: 'notFound' })
  const listen = async (user: User, recordingId: string) => handlers.listen({ params: { id, recordingId } }, as(user))
  await expect(listen(anna, '20.0')).rejects.toMatchObject({ code: 'notFound' })
  // Anna has the same caller on the line: the card, not the voice.
  rig.telephony.setCall(callOf('30.0', [legOf('30.1', '1001', { state: 'up', answeredAtMs: 0 })]))
  await rig.settle()
  rig.telephony.endCall('30.0')
  await rig.settle()
  expect(await bar(anna)).toMatchObject({ recordingBar: 'notYours' })
  await expect(listen(anna, '20.0')).rejects.toMatchObject({ code: 'forbidden' })
  // The voices of Anna's call are there, but not of the call that is asked by.
  writeFileSync(join(folder, '30.0.wav'), 'RIFF')
  await expect(listen(boris, '30.0')).rejects.toMatchObject({ code: 'notFound' })
  await expect(listen(galina, '30.0')).rejects.toMatchObject({ code: 'notFound' })
})

it('lends the recording of a call without a card to supervisors and to who talked', async () => {
  const parts = [
    { operatorId: 'anna', talk: { fromMs: 0, toMs: 1_000 } },
    { operatorId: 'boris', talk: null },
  ]
  const call: PastCall = {
    ...{ callKey: '50.0', startedAtMs: 0, direction: 'inbound', number: '', customerName: null, queue: null },
    ...{ operatorName: null, outcome: 'answered', cause: null, waitMs: 0, talkMs: 0 },
  }
  rig.recorded.set('50.0', { call, ids: ['50.0', '50.1'], endedAtMs: 1_000, course: [], parts })
  writeFileSync(join(folder, '50.1.wav'), 'RIFF')
  const page = async (user: User) => handlers.pastCall({ params: { callId: '50.0' } }, as(user))
  const listen = async (user: User, recordingId = '50.1') =>
    handlers.listenToCall({ params: { callId: '50.0', recordingId } }, as(user))
  expect(await page(galina)).toMatchObject({ card: null, recordings: [{ id: '50.1' }], recordingBar: 'none' })
  expect(await listen(galina)).toMatchObject({ ticket: expect.any(String) })
  const heard = await rig.store.db.selectFrom('audit').select(['subject']).where('action', '=', 'recording.listen').execute()
  expect(heard.at(-1)).toEqual({ subject: '50.0' })
  expect(await listen(anna)).toMatchObject({ ticket: expect.any(String) })
  expect(await page(boris)).toMatchObject({ recordings: [], recordingBar: 'notYours' })
  await expect(listen(boris)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(listen(galina, '20.0')).rejects.toMatchObject({ code: 'notFound' })
})

it('tells how each leg of a call sounded, to those alone who may see the call', async () => {
  rig.telephony.setCall(callOf('20.0', [legOf('20.1', '1002', { state: 'up', answeredAtMs: 0 })]))
  await rig.settle()
  const sample = { atMs: 1, loss: 0.02, jitterMs: 10, roundTripMs: 40, mos: 4 }
  await callControl.reportQuality(boris, '20.1', [sample, { ...sample, loss: 0.04, jitterMs: 20, roundTripMs: null, mos: 3 }])
  rig.telephony.endCall('20.0')
  await rig.settle()
  const read = async (user: User, id: string) => (await handlers.callPage({ params: { id } }, as(user))).quality
  const told = [{ operatorName: boris.name, avgMos: 3.5, avgLoss: 0.03, avgJitterMs: 15, avgRoundTripMs: 40 }]
  expect(await read(boris, 'main:20.1')).toMatchObject(told)
  expect(await read(galina, 'main:20.1')).toMatchObject(told)
  await expect(read(anna, 'main:20.1')).rejects.toMatchObject({ code: 'notFound' })
  rig.telephony.setCall(callOf('30.0', [legOf('30.1', '1002', { state: 'up', answeredAtMs: 0 })]))
  await rig.settle()
  rig.telephony.endCall('30.0')
  await rig.settle()
  expect(await read(boris, 'main:30.1')).toEqual([])
})

it('has what the caller pressed after the call on the page of the call', async () => {
  const id = await boriss()
  const rating = async () => (await handlers.callPage({ params: { id } }, as(boris))).rating
  expect(await rating()).toBeNull()
  await rig.store.db
    .insertInto('call_surveys')
    .values({ call_id: '20.0', queue_number: '701', operator_id: 'boris', asked_at_ms: 1, score: 4 })
    .execute()
  expect(await rating()).toEqual({ score: 4 })
})

it('keeps pause reasons in their order, refuses wrap-up’s own code and twins', async () => {
  const reason = (code: string) => ({ code, ru: code, en: code, limitMin: null })
  const save = async (...codes: string[]) => handlers.savePauseReasons({ body: { reasons: codes.map(reason) } }, as(galina))
  await expect(save('a', 'a')).rejects.toMatchObject({ fields: { code: 'twice' } })
  await expect(save('wrapup')).rejects.toMatchObject({ fields: { code: 'reserved' } })
  await save('tea', 'lunch')
  expect(await handlers.pauseReasons({}, as(anna))).toEqual({ reasons: [reason('tea'), reason('lunch')] })
  const written = async () => {
    const rows = await rig.store.db.selectFrom('audit').selectAll().where('action', '=', 'pauseReasons.save').execute()
    return rows.map(({ actor_id, details }) => `${actor_id} ${details}`)
  }
  const before = await written()
  expect(before).toHaveLength(1)
  await save('tea', 'lunch')
  expect(await written()).toEqual(before)
  await handlers.savePauseReasons({ body: { reasons: [{ ...reason('tea'), limitMin: 5 }, reason('rest')] } }, as(galina))
  const tea = JSON.stringify(reason('tea'))
  expect((await written()).filter((line) => !before.includes(line))).toEqual([
    `galina {"added":[${JSON.stringify(reason('rest'))}],"removed":["lunch"],"changed":[{"from":${tea},"to":${tea.replace('null', '5')}}],"order":["tea","rest"]}`,
  ])
})
