import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../server/clock.ts'
import { AmiRecord, amiSourceSettings } from '../server/reports/import/ami-record.ts'
import { openLedger } from '../server/reports/import/fixture.ts'
import { readAll } from '../server/reports/sources/fixture.ts'
import {
  type CdrRow,
  type CelRow,
  cdrSource,
  celSource,
  holdRow,
  QueueLogEvents,
  type QueueLogRow,
  queueLogSource,
} from '../server/reports/sources/index.ts'
import { type AmiAction, AmiConnection } from '../server/telephony/ami-connection.ts'
import type { AmiFields } from '../server/telephony/ami-event.ts'
import { eventMask } from '../server/telephony/ami-link.ts'
import { createTelephony, type OneTelephony } from '../server/telephony/index.ts'
import { project, startAsterisk, type TestPbx } from './support/pbx.ts'
import { ScriptedPhone } from './support/scripted-phone.ts'

/** Asterisk writes the machine's local time (/etc/localtime, whatever TZ says). */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
let pbx: TestPbx
let phone: ScriptedPhone
let connection: AmiConnection
const dataDir = mkdtempSync(join(tmpdir(), 'callsync-records-'))
let telephony: OneTelephony
let record: AmiRecord
const events: AmiFields[] = []
const listeners = new Set<() => void>()

async function seen(holds: (fields: AmiFields) => boolean, times = 1): Promise<void> {
  const enough = () => events.filter(holds).length >= times
  if (enough()) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const listener = () => {
    if (enough()) resolve()
  }
  listeners.add(listener)
  await promise
  listeners.delete(listener)
}

const action = (message: AmiAction) => connection.action(message)

async function connectAmi(): Promise<AmiConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const made = new AmiConnection({
    clock: systemClock,
    account: { host: pbx.file.host, port: pbx.file.amiPort, user: pbx.file.amiUser, secret: pbx.file.amiSecret },
    onConnect: resolve,
    onClose: (error) => reject(error ?? new Error('Asterisk closed its AMI')),
    onEvent: (fields) => {
      events.push(fields)
      for (const listener of listeners) listener()
    },
  })
  await promise
  await made.signIn()
  // as the server asks for them
  await made.action({ action: 'Events', eventmask: eventMask })
  return made
}

/** A server that follows Asterisk and keeps what it says; resolves when it is connected. */
async function beginServer(): Promise<void> {
  const logger = pino({ level: 'silent' })
  telephony = createTelephony({ clock: systemClock, random: Math.random, logger })
  record = new AmiRecord({ dataDir, telephony, clock: systemClock, logger, queueLines: () => true })
  record.start()
  const { promise, resolve } = Promise.withResolvers<void>()
  telephony.onStatus(({ state }) => {
    if (state === 'up') resolve()
  })
  telephony.use({ host: pbx.file.host, port: pbx.file.amiPort, user: pbx.file.amiUser, secret: pbx.file.amiSecret })
  await promise
}

/** A customer calls; the channel's name is the same in every call, so that one can be hung up. */
const customer = (where: Record<string, string>, id: string) =>
  action({
    action: 'Originate',
    channel: 'Local/s@demo-customer',
    callerid: '"Пётр ""Иванов""" <+79161234567>',
    async: 'true',
    channelid: id,
    otherchannelid: `${id}-2`,
    ...where,
  })
const toQueue = { context: 'internal', exten: '701', priority: '1' }
const gone = (id: string) => seen((event) => event['event'] === 'Hangup' && event['uniqueid'] === id)

beforeAll(async () => {
  pbx = await startAsterisk({
    name: 'records',
    templates: [join(project, 'resources/pbx/conf'), join(project, 'tests/support/telephony-conf')],
    sounds: join(project, 'resources/pbx/sounds'),
  })
  connection = await connectAmi()
  await beginServer()
  const password = pbx.file.extensions.find(({ extension }) => extension === '1001')?.sipPassword ?? ''
  phone = await ScriptedPhone.connect({ socketUrl: pbx.file.socketUrl, domain: pbx.file.sipDomain, extension: '1001', password })

  // answered, held, ended by the operator
  await customer(toQueue, 'answered')
  const talk = await phone.incoming()
  await talk.answer()
  await talk.hold()
  // CDR keeps whole seconds: a talk of none would have no hold
  await delay(2_500)
  await talk.unhold()
  await talk.hangUp()
  await gone('answered')

  // the server is killed, its record never told to end, and begins again
  await telephony.stop()
  await beginServer()

  // the customer gives up while the phone rings
  await customer(toQueue, 'given-up')
  const ring = await phone.incoming()
  await action({ action: 'Hangup', channel: '/^Local/s@demo-customer.*/', cause: '16' })
  await ring.ended
  await gone('given-up')

  // rings in vain, then is answered; the customer ends it
  await customer(toQueue, 'second-ring')
  const missed = await phone.incoming()
  await missed.ended
  const second = await phone.incoming()
  await second.answer()
  await action({ action: 'Hangup', channel: '/^Local/s@demo-customer.*/', cause: '16' })
  await gone('second-ring')

  await action({ action: 'QueuePause', queue: '701', interface: 'PJSIP/1001', paused: 'true', reason: 'обед' })
  // nobody there: the time is up after a second
  await customer({ application: 'Queue', data: '701,,,,1' }, 'timed-out')
  await gone('timed-out')
  await action({ action: 'QueuePause', queue: '701', interface: 'PJSIP/1001', paused: 'false' })
  await action({ action: 'QueueAdd', queue: '701', interface: 'PJSIP/1004', membername: '1004' })
  await action({ action: 'QueueRemove', queue: '701', interface: 'PJSIP/1004' })
}, 240_000)

afterAll(async () => {
  phone?.close()
  connection?.close()
  await telephony?.stop()
  record?.stop()
  await pbx?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const deps = { nowMs: () => Date.now() }
const log = (name: string) => join(dirname(pbx.filePath), 'log', name)

const cdrOrder = (rows: readonly CdrRow[]) => rows.toSorted((a, b) => Number(a.sequence) - Number(b.sequence))
const celOrder = (rows: readonly CelRow[]) => rows.map((row) => JSON.stringify(row)).toSorted((a, b) => a.localeCompare(b))

it('CDR read alike from Master.csv and from SQLite, in the right zone', async () => {
  const csv = cdrSource({ store: 'csv', id: 'csv', path: log('cdr-csv/Master.csv'), timeZone }, deps)
  const sqlite = cdrSource({ store: 'sqlite', id: 'sqlite', path: log('master.db'), table: 'cdr', timeZone }, deps)
  for (const source of [csv, sqlite]) {
    const ids = async () => (await readAll(source)).rows.map(({ uniqueId }) => uniqueId)
    await expect.poll(ids, { timeout: 10_000 }).toEqual(expect.arrayContaining(['timed-out', 'timed-out-2']))
  }
  const fromCsv = await readAll(csv)
  const fromSqlite = await readAll(sqlite)
  expect(fromCsv.problems).toEqual([])
  expect(fromSqlite.problems).toEqual([])
  expect(fromCsv.rows.length).toBeGreaterThan(4)
  expect(cdrOrder(fromSqlite.rows)).toEqual(cdrOrder(fromCsv.rows))
  const answered = fromCsv.rows.find(({ uniqueId, lastApp }) => uniqueId === 'answered' && lastApp === 'Queue')
  expect(answered).toMatchObject({
    linkedId: 'answered',
    disposition: 'ANSWERED',
    callerId: expect.stringContaining('+79161234567'),
  })
  for (const { startMs } of fromCsv.rows) expect(Math.abs(Date.now() - startMs)).toBeLessThan(240_000)
  await sqlite.stop()
})

it('CEL read alike from CSV and SQLite; holds, which it lacks, come from AMI', async () => {
  const csv = celSource({ store: 'csv', id: 'csv', path: log('cel-custom/Master.csv'), timeZone }, deps)
  const sqlite = celSource({ store: 'sqlite', id: 'sqlite', path: log('master.db'), table: 'cel', timeZone }, deps)
  for (const source of [csv, sqlite]) {
    const ends = async () =>
      (await readAll(source)).rows.flatMap(({ eventType, linkedId }) => (eventType === 'LINKEDID_END' ? [linkedId] : []))
    await expect.poll(ends, { timeout: 10_000 }).toContain('timed-out')
  }
  const fromCsv = await readAll(csv)
  const fromSqlite = await readAll(sqlite)
  expect(fromCsv.problems).toEqual([])
  expect(celOrder(fromSqlite.rows)).toEqual(celOrder(fromCsv.rows))
  const types = fromCsv.rows.filter(({ linkedId }) => linkedId === 'answered').map(({ eventType }) => eventType)
  expect(types).toEqual(expect.arrayContaining(['CHAN_START', 'ANSWER', 'BRIDGE_ENTER', 'HANGUP']))
  const holds = events.flatMap((fields) => holdRow({ name: fields['event'] ?? '', fields, atMs: Date.now() }) ?? [])
  expect(holds).toMatchObject([
    { eventType: 'HOLD', linkedId: 'answered', channel: expect.stringMatching(/^PJSIP\/1001-/) },
    { eventType: 'UNHOLD', linkedId: 'answered' },
  ])
  await sqlite.stop()
})

it('queue_log says what AMI events say, but for what AMI does not tell', async () => {
  const source = queueLogSource({ store: 'log', id: 'log', path: log('queue_log'), timeZone }, deps)
  const { rows, problems } = await readAll(source)
  expect(problems).toEqual([])
  const mapper = new QueueLogEvents()
  const told = events.flatMap((fields) => mapper.rows({ name: fields['event'] ?? '', fields, atMs: Date.now() }))
  const ofQueues = (row: QueueLogRow) => row.queue === '701' && row.event !== 'CONFIGRELOAD'
  const named = (row: QueueLogRow) => ({
    who: `${row.callId} ${row.agent} ${row.event}`,
    data: row.event === 'RINGCANCELED' ? [] : row.data.map((value) => value.replace(/^records-.*/, 'ID')),
  })
  // Asterisk counts the seconds for the event and for the line one after the other: a new one may begin between.
  const orOneOff = (value: string, secondMs: number) =>
    /^\d+$/.test(value) ? expect.toSatisfy((other: string) => Math.abs(Number(other) - Number(value)) <= secondMs) : value
  const written = rows.filter(ofQueues).map(named)
  // A ring in vain is told in milliseconds, of whole seconds too.
  const second = (who: string) => (who.endsWith(' RINGNOANSWER') ? 1000 : 1)
  expect(told.filter(ofQueues).map(named)).toEqual(
    written.map(({ who, data }) => ({ who, data: data.map((value) => orOneOff(value, second(who))) })),
  )
})

it('what AMI told makes the ledger that queue_log makes, over a restart of the server, and has the holds besides', async () => {
  const cdr = (await readAll(cdrSource({ store: 'csv', id: 'csv', path: log('cdr-csv/Master.csv'), timeZone }, deps))).rows
  const written = await readAll(queueLogSource({ store: 'log', id: 'log', path: log('queue_log'), timeZone }, deps))
  const told = amiSourceSettings(dataDir)
  const channels = await readAll(celSource(told.channels, deps))
  const queues = await readAll(queueLogSource(told.queues, deps))
  expect([channels.problems, queues.problems]).toEqual([[], []])
  const [byLog, byAmi] = [await openLedger(), await openLedger()]
  byLog.apply({ cdr, queueLog: written.rows })
  byAmi.apply({ cdr, queueLog: queues.rows, cel: channels.rows })
  const visits = (ledger: typeof byLog) =>
    ledger.visits().map(({ call_key, queue, outcome, operator, rings }) => ({ call_key, queue, outcome, operator, rings }))
  expect(visits(byAmi)).toEqual(visits(byLog))
  expect(
    visits(byAmi)
      .map(({ outcome }) => outcome)
      .toSorted(),
  ).toEqual(['abandoned', 'answered', 'answered', 'timeout'])
  const holdOf = (ledger: typeof byLog, key: string) => ledger.legs().find(({ call_key }) => call_key === key)?.hold_ms
  expect(holdOf(byAmi, 'answered')).toBeGreaterThan(0)
  expect(holdOf(byAmi, 'second-ring')).toBe(0)
  expect(holdOf(byLog, 'answered')).toBeNull()
  byLog.db.close()
  byAmi.db.close()
})

it('goes on in the new queue_log after Asterisk rotated it', async () => {
  const source = queueLogSource({ store: 'log', id: 'log', path: log('queue_log'), timeZone }, deps)
  const before = await readAll(source)
  await action({ action: 'QueueAdd', queue: '702', interface: 'PJSIP/1005', membername: '1005' })
  await action({ action: 'Command', command: 'logger rotate' })
  await action({ action: 'QueueRemove', queue: '702', interface: 'PJSIP/1005' })
  const after = await readAll(source, before.cursor)
  expect(after.problems).toEqual([])
  expect(after.rows.filter(({ queue }) => queue === '702').map(({ event }) => event)).toEqual(['ADDMEMBER', 'REMOVEMEMBER'])
})
