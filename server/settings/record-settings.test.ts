import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSecretBox } from '../accounts/index.ts'
import { ManualClock } from '../clock.ts'
import { type RecordKind, type RecordPlace, RecordSourceWrite, type RecordStore, type User } from '../contract/index.ts'
import { StartError } from '../errors.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import { QueueRules, RecordSources } from './index.ts'

const timeZone = 'Europe/Moscow'
const admin: User = { id: 'a', email: 'a@test', name: 'Admin', role: 'administrator', extension: null, active: true }

let folder: string
let dataDir: string
let store: Store
let clock: ManualClock
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-record-settings-'))
  dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  clock = new ManualClock(Date.UTC(2026, 10, 20, 12))
  store = new Store({ dataDir, ...(await testDatabase(dataDir)), clock })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  rmSync(folder, { recursive: true, force: true })
})

const audit = () => store.db.selectFrom('audit').select(['action', 'subject', 'details', 'actor_name']).execute()

describe('sources of call records', () => {
  let found: { kind: RecordKind; store: RecordStore }[]
  beforeEach(() => {
    found = []
  })
  async function open() {
    const box = await openSecretBox({ db: store.db, dataDir, secretKey: null, nowMs: 0 })
    const sources = new RecordSources({ db: store.db, clock, box, dataDir, found: () => found })
    await sources.start()
    return sources
  }
  const table: Extract<RecordPlace, { store: 'mysql' }> = {
    store: 'mysql',
    host: 'pbx.office',
    port: 3306,
    user: 'reader',
    database: 'asteriskcdrdb',
    tls: false,
    table: 'cdr',
    columns: { start: 'calldate' },
  }
  const write = (more: Partial<RecordSourceWrite> = {}): RecordSourceWrite => ({
    kind: 'cdr',
    place: table,
    timeZone,
    clockOffsetMs: 0,
    password: 'db-secret',
    ...more,
  })
  const log = (path: string) => write({ kind: 'queueLog', place: { store: 'log', path }, password: null })

  it('are there again after a restart, with the password for who reads them only', async () => {
    const sources = await open()
    const id = await sources.add(admin, write())
    const later = await open()
    expect(later.all()).toEqual([
      { id, kind: 'cdr', place: table, timeZone, clockOffsetMs: 0, server: '1', password: 'db-secret' },
    ])
    expect(later.saved()).toEqual([{ id, kind: 'cdr', place: table, timeZone, clockOffsetMs: 0, server: '1', hasPassword: true }])
  })

  it('leave their password neither in the database nor in the audit', async () => {
    await (await open()).add(admin, write())
    const stored = await store.db.selectFrom('record_sources').selectAll().execute()
    expect(JSON.stringify([stored, await audit()])).not.toContain('db-secret')
    expect(await audit()).toMatchObject([{ action: 'record.addSource', actor_name: 'Admin' }])
  })

  it('tell who listens, and are another source at another place only', async () => {
    const sources = await open()
    let told = 0
    sources.onChange(() => told++)
    const id = await sources.add(admin, write())
    expect(await sources.change(admin, id, write({ place: { ...table, columns: {} }, timeZone: 'UTC', password: null }))).toBe(id)
    expect(sources.all()).toMatchObject([{ id, timeZone: 'UTC', password: 'db-secret' }])
    const moved = await sources.change(admin, id, write({ place: { ...table, table: 'cdr_old' }, password: null }))
    expect(moved).not.toBe(id)
    expect((await open()).all()).toMatchObject([{ id: moved, password: 'db-secret' }])
    await sources.remove(admin, moved)
    expect([told, sources.all(), (await open()).all()]).toEqual([4, [], []])
    expect((await audit()).map(({ action }) => action)).toEqual([
      'record.addSource',
      'record.changeSource',
      'record.changeSource',
      'record.removeSource',
    ])
  })

  it.each<[string, Partial<typeof table>]>([
    ['host', { host: 'elsewhere' }],
    ['port', { port: 3307 }],
    ['user', { user: 'root' }],
    ['database', { database: 'mysql' }],
  ])('send no stored password to another %s', async (_, other) => {
    const sources = await open()
    const id = await sources.add(admin, write())
    const asked = write({ place: { ...table, ...other }, password: null })
    expect(() => sources.sourceFor(asked, id)).toThrow(expect.objectContaining({ fields: { password: 'required' } }))
    expect(sources.sourceFor(write({ password: null }), id).password).toBe('db-secret')
  })

  it('ask for a password where none is stored', async () => {
    const sources = await open()
    await expect(sources.add(admin, write({ password: null }))).rejects.toMatchObject({ fields: { password: 'required' } })
    expect(await sources.add(admin, write({ password: '' }))).toMatch(/^saved:/)
  })

  it('are never files of this server, by whatever way', async () => {
    const sources = await open()
    symlinkSync(dataDir, join(folder, 'link'))
    for (const path of [join(dataDir, 'secret.key'), `${folder}/x/../data/callsync.db`, join(folder, 'link', 'secret.key')])
      await expect(sources.add(admin, log(path))).rejects.toMatchObject({ fields: { path: 'ownFiles' } })
    await sources.add(admin, log(join(folder, 'database', 'queue_log')))
    await sources.add(admin, log(join(folder, 'queue_log')))
    expect(sources.all()).toHaveLength(2)
  })

  it('refuse an unknown time zone, the same place twice, another kind and an unknown source', async () => {
    const sources = await open()
    const id = await sources.add(admin, write())
    await expect(sources.add(admin, write({ timeZone: 'Mars/Olympus' }))).rejects.toMatchObject({
      fields: { timeZone: 'invalid' },
    })
    await expect(sources.add(admin, write({ place: { ...table, user: 'other' } }))).rejects.toMatchObject({
      fields: { place: 'alreadyUsed' },
    })
    await expect(sources.change(admin, id, write({ kind: 'cel' }))).rejects.toMatchObject({ fields: { kind: 'invalid' } })
    await expect(sources.change(admin, 'nobody', write())).rejects.toMatchObject({ code: 'notFound' })
    await expect(sources.remove(admin, 'nobody')).rejects.toMatchObject({ code: 'notFound' })
    expect(await audit()).toHaveLength(1)
  })

  it('are kept where their kind can be', () => {
    expect(RecordSourceWrite.safeParse(write()).success).toBe(true)
    expect(RecordSourceWrite.safeParse(write({ kind: 'cdr', place: { store: 'events' } })).success).toBe(false)
    expect(
      RecordSourceWrite.safeParse(write({ kind: 'queueLog', place: { store: 'csv', path: '/x', columns: null } })).success,
    ).toBe(false)
    expect(RecordSourceWrite.safeParse(log('queue_log')).success).toBe(false)
  })

  it('are imported anew as often as somebody asks', async () => {
    const sources = await open()
    expect(sources.generation()).toBe(0)
    await sources.importAnew(admin)
    await sources.importAnew(admin)
    expect([sources.generation(), (await open()).generation()]).toEqual([2, 2])
    expect((await audit()).map(({ action }) => action)).toEqual(['record.importAnew', 'record.importAnew'])
  })

  const events = write({ kind: 'queueLog', place: { store: 'events' }, password: null })

  it('of another Asterisk stand in no found file’s place: nothing is read anew for them', async () => {
    found = [{ kind: 'cdr', store: 'csv' }]
    const sources = await open()
    const there = await sources.add(admin, write({ server: '2' }))
    await sources.remove(admin, there)
    expect(sources.generation()).toBe(0)
    await sources.add(admin, write({ server: '2' }))
    await sources.add(admin, write({ place: { ...table, host: 'here' } }))
    expect(sources.generation()).toBe(1)
  })

  it('are each of one Asterisk, for good; queue events of one stand beside the queue_log of another', async () => {
    const sources = await open()
    const there = await sources.add(admin, write({ server: '2' }))
    expect((await open()).all()).toMatchObject([{ id: there, server: '2' }])
    await expect(sources.change(admin, there, write())).rejects.toMatchObject({ fields: { server: 'invalid' } })
    // The same table cannot be the record of two.
    await expect(sources.add(admin, write())).rejects.toMatchObject({ fields: { place: 'alreadyUsed' } })
    await sources.add(admin, log('/x/queue_log'))
    await sources.add(admin, { ...events, server: '2' })
    await sources.add(admin, { ...events, server: '3' })
    await expect(sources.add(admin, { ...events, server: '3' })).rejects.toMatchObject({ fields: { place: 'alreadyUsed' } })
    await expect(sources.add(admin, events)).rejects.toMatchObject({ fields: { place: 'besideEvents' } })
  })

  it('have queue events of AMI instead of a queue_log, never beside one', async () => {
    const sources = await open()
    const besideEvents = { fields: { place: 'besideEvents' } }
    const told = await sources.add(admin, events)
    await expect(sources.add(admin, log('/x/queue_log'))).rejects.toMatchObject(besideEvents)
    // Another kind is no matter.
    await sources.add(admin, write())
    const file = await sources.change(admin, told, log('/x/queue_log'))
    await expect(sources.add(admin, events)).rejects.toMatchObject(besideEvents)
    await sources.add(admin, log('/other/queue_log'))
    await expect(sources.change(admin, file, events)).rejects.toMatchObject(besideEvents)
    expect(sources.all().map(({ place }) => place.store)).toEqual(['log', 'mysql', 'log'])
  })

  it('are all read anew when one is kept in another store, not when it is elsewhere', async () => {
    const sources = await open()
    const told = await sources.add(admin, events)
    const file = await sources.change(admin, told, log('/x/queue_log'))
    expect([sources.generation(), (await open()).generation()]).toEqual([1, 1])
    await sources.change(admin, file, log('/y/queue_log'))
    expect([sources.generation(), (await open()).generation()]).toEqual([1, 1])
    expect((await audit()).map(({ action }) => action)).toContain('record.importAnew')
  })

  it('are all read anew when one takes the place of a file the server found, in another store, and when that file takes it back', async () => {
    found = [
      { kind: 'cdr', store: 'csv' },
      { kind: 'queueLog', store: 'log' },
    ]
    const sources = await open()
    // The same kind of store: what was read is known.
    const file = await sources.add(admin, log('/x/queue_log'))
    expect(sources.generation()).toBe(0)
    const first = await sources.add(admin, write())
    expect([sources.generation(), (await open()).generation()]).toEqual([1, 1])
    // Beside another that was named, it takes nobody's place.
    const second = await sources.add(admin, write({ place: { ...table, table: 'cdr2' } }))
    await sources.remove(admin, first)
    expect(sources.generation()).toBe(1)
    await sources.remove(admin, file)
    expect(sources.generation()).toBe(1)
    await sources.remove(admin, second)
    expect([sources.generation(), (await open()).generation()]).toEqual([2, 2])
  })

  it('are read as they were where the server found no file', async () => {
    const sources = await open()
    await sources.remove(admin, await sources.add(admin, write()))
    expect(sources.generation()).toBe(0)
  })

  it('that are damaged end the start, with what to do', async () => {
    const sources = await open()
    await sources.add(admin, write())
    await store.db.updateTable('record_sources').set({ settings: '{' }).execute()
    await expect(open()).rejects.toBeInstanceOf(StartError)
  })
})

describe('rules of queues', () => {
  async function open() {
    const rules = new QueueRules({ db: store.db, clock, timeZone })
    await rules.start()
    return rules
  }
  const rule = (fromDay: number | null, targetMs = 20_000, queue = '701') => ({
    queue,
    fromDay,
    targetMs,
    shortMs: 3_000,
    formula: 'serviceLevelOfAll' as const,
    recount: false,
  })
  const builtIn = { queue: '*', fromDay: null, targetMs: 30_000, shortMs: 5_000, formula: 'serviceLevelOfOffered' }

  it('begin with the built-in one, and are there again after a restart', async () => {
    const rules = await open()
    expect(rules.all()).toEqual([builtIn])
    let told = 0
    rules.onChange(() => told++)
    await rules.save(admin, rule(20_261_120))
    await rules.save(admin, rule(20_261_201, 15_000))
    const { recount: _, ...second } = rule(20_261_201, 15_000)
    expect((await open()).all()).toMatchObject([builtIn, second, { fromDay: 20_261_120, targetMs: 20_000 }])
    // From the midnight of the site on.
    expect(rules.dated().map(({ validFromMs }) => validFromMs)).toEqual([
      0,
      Date.UTC(2026, 10, 30, 21),
      Date.UTC(2026, 10, 19, 21),
    ])
    expect(told).toBe(2)
    expect(await audit()).toMatchObject([
      { action: 'record.saveRule', subject: '701' },
      { action: 'record.saveRule', subject: '701' },
    ])
  })

  it('move no report of a day that is over, unless that is asked for', async () => {
    const rules = await open()
    for (const day of [20_261_119, null])
      await expect(rules.save(admin, rule(day))).rejects.toMatchObject({ fields: { fromDay: 'past' } })
    expect(rules.all()).toEqual([builtIn])
    await rules.save(admin, { ...rule(20_261_119), recount: true })
    await rules.save(admin, { ...rule(null, 10_000, '*'), recount: true })
    expect(rules.all()).toMatchObject([
      { queue: '*', fromDay: null, targetMs: 10_000 },
      { queue: '701', fromDay: 20_261_119 },
    ])
    await expect(rules.remove(admin, { queue: '701', fromDay: 20_261_119, recount: false })).rejects.toMatchObject({
      fields: { fromDay: 'past' },
    })
    await rules.remove(admin, { queue: '701', fromDay: 20_261_119, recount: true })
    await rules.remove(admin, { queue: '*', fromDay: null, recount: true })
    expect([rules.all(), (await open()).all()]).toEqual([[builtIn], [builtIn]])
  })

  it('of today are not of the past where the day has begun already', async () => {
    clock.advance(9 * 3_600_000 + 60_000)
    const rules = await open()
    expect(rules.today()).toBe(20_261_121)
    await expect(rules.save(admin, rule(20_261_120))).rejects.toMatchObject({ fields: { fromDay: 'past' } })
    await rules.save(admin, rule(20_261_121))
  })

  it('refuse a day that is none, and one that is not there', async () => {
    const rules = await open()
    await expect(rules.save(admin, rule(20_270_231))).rejects.toMatchObject({ fields: { fromDay: 'invalid' } })
    await expect(rules.remove(admin, { queue: '701', fromDay: 20_270_201, recount: true })).rejects.toMatchObject({
      code: 'notFound',
    })
  })
})
