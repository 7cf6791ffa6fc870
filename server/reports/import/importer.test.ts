import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../clock.ts'
import { StartError } from '../../errors.ts'
import { migrate } from '../../store/index.ts'
import { builtInRule, type QueueRule } from '../fold/rules.ts'
import { recordMigrations } from '../record/migrations.ts'
import { openRecord } from '../record/record-file.ts'
import { Importer } from './importer.ts'
import type { ReadSource } from './protocol.ts'

/** Threads begin and end, each with all its code to read: slow on a busy machine. */
vi.setConfig({ testTimeout: 120_000 })

const site = {
  timeZone: 'Europe/Moscow',
  phoneRegion: 'RU' as const,
  extensions: [],
  agents: [],
  queues: [],
  workTimes: { times: [], holidays: [] },
}

let folder: string
let importer: Importer
let rules: QueueRule[]
let generation = 0
let restart = Promise.withResolvers<() => void>()
/** At the end of a test nobody waits for a step. */
let ending = false
/** The importer waits for nothing but its restarts: the test says when. */
const clock: Clock = {
  nowMs: () => 0,
  after(_, callback) {
    if (ending) setImmediate(callback)
    else restart.resolve(callback)
    return () => undefined
  },
}
const queueLog = (): ReadSource => ({
  kind: 'queueLog',
  settings: { store: 'log', id: 'q', timeZone: 'Europe/Moscow', path: join(folder, 'queue_log') },
})
const begin = (recordFile = join(folder, 'reports.db'), source = queueLog()) => {
  restart = Promise.withResolvers()
  importer = new Importer({
    clock,
    logger: pino({ level: 'silent' }),
    setup: () => ({
      recordFile,
      databaseUrl: null,
      generation,
      site: { ...site, rules },
      sources: [source],
    }),
  })
  return importer.start()
}
const readRecord = <Row>(sql: string): Row[] => {
  const db = new SqliteDatabase(join(folder, 'reports.db'), { readonly: true, fileMustExist: true })
  try {
    return db.prepare<[], Row>(sql).all()
  } finally {
    db.close()
  }
}
/** The import is a thread of its own, with a real clock: what it has written is the only thing to wait for. */
const imported = () =>
  vi.waitFor(() => expect(readRecord('select call_key from queue_visits')).toEqual([{ call_key: '1763629200.1' }]), 60_000)
const setAsideFiles = () => readdirSync(folder).filter((name) => name.includes('.damaged-'))

beforeEach(() => {
  rules = [builtInRule]
  generation = 0
  ending = false
  folder = mkdtempSync(join(tmpdir(), 'callsync-importer-'))
  writeFileSync(
    join(folder, 'queue_log'),
    '1763629200|1763629200.1|701|NONE|ENTERQUEUE||79160000001|1\n1763629220|1763629200.1|701|NONE|ABANDON|1|1|20\n',
  )
})
afterEach(async () => {
  ending = true
  await importer.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('is started while an older record is brought to this version, and tells when it can be read', async () => {
  const db = new SqliteDatabase(join(folder, 'reports.db'))
  await migrate(new Kysely<unknown>({ dialect: new SqliteDialect({ database: db }) }), recordMigrations.slice(0, -2), 0)
  db.pragma('journal_mode = WAL')
  // The upgrade cannot go on before this is let go.
  db.exec('begin immediate')
  await begin()
  const gaveUp = await Promise.race([restart.promise.then(() => true), Promise.resolve(false)])
  expect({ gaveUp, upgrading: importer.upgrading() }).toEqual({ gaveUp: false, upgrading: true })
  db.exec('rollback')
  db.close()
  await vi.waitFor(() => expect(importer.upgrading()).toBe(false), 60_000)
  await imported()
})

it('has nothing to bring to this version where there is no record yet, and waits for it', async () => {
  await begin()
  expect(importer.upgrading()).toBe(false)
  expect(readRecord('select 1 from queue_days')).toEqual([])
})

it('leaves nothing beside the record of the files it was first filled by, nor of those a kill has left', async () => {
  const stepFiles = () => readdirSync(folder).filter((name) => name.includes('.step-'))
  writeFileSync(join(folder, 'reports.db.step-0'), 'left')
  await begin()
  await imported()
  await vi.waitFor(() => expect(stepFiles()).toEqual([]), 60_000)
})

it('tells that new calls could not be put down beside the record, and goes on when they can', async () => {
  const inTheWay = ['reports.db.step-0', 'reports.db.step-1'].map((name) => join(folder, name))
  for (const path of inTheWay) mkdirSync(path)
  await begin()
  const told = () =>
    expect(readRecord('select error, rows_read from import_state')).toEqual([
      { error: expect.stringContaining('step-'), rows_read: 0 },
    ])
  await vi.waitFor(told, 60_000)
  for (const path of inTheWay) rmSync(path, { recursive: true })
  await imported()
  expect(readRecord('select error, rows_read from import_state')).toEqual([{ error: null, rows_read: 2 }])
})

describe('a damaged record', () => {
  it('keeps nothing from starting: it is set aside, told, and imported again', async () => {
    writeFileSync(join(folder, 'reports.db'), 'no database at all, and longer than the head of one'.repeat(100))
    await begin()
    await imported()
    expect(setAsideFiles()).toHaveLength(1)
    expect(readRecord('select source_id, kind, place from import_problems')).toEqual([
      { source_id: 'record', kind: 'damaged', place: expect.stringMatching(/^reports\.db\.damaged-\d+$/) },
    ])
  })

  it('is found out by the first write too', async () => {
    const path = join(folder, 'reports.db')
    const db = await openRecord(path, 0)
    const page =
      db.prepare<[], { n: number }>("select rootpage as n from sqlite_master where name = 'queue_visits'").get()?.n ?? 0
    const size = Number(db.pragma('page_size', { simple: true }))
    db.close()
    expect(page).toBeGreaterThan(1)
    writeSync(openSync(path, 'r+'), Buffer.alloc(size, 0xff), 0, size, (page - 1) * size)
    await begin()
    const again = await restart.promise
    again()
    await imported()
    expect(setAsideFiles()).not.toEqual([])
    expect(readRecord("select kind from import_problems where source_id = 'record'")).toEqual([{ kind: 'damaged' }])
  })
})

it('finds damage before the first write, and begins anew', async () => {
  await begin()
  await imported()
  await importer.stop()
  const path = join(folder, 'reports.db')
  const db = new SqliteDatabase(path)
  const page = db.prepare<[], { n: number }>("select rootpage as n from sqlite_master where name = 'queue_rules'").get()?.n ?? 0
  const size = Number(db.pragma('page_size', { simple: true }))
  db.close()
  writeSync(openSync(path, 'r+'), Buffer.alloc(size, 0xff), 0, size, (page - 1) * size)
  await begin()
  const again = await restart.promise
  again()
  await imported()
  expect(setAsideFiles()).not.toEqual([])
})

describe('damage that a reader met', () => {
  it('has the record imported again, where it is there', async () => {
    await begin()
    await imported()
    const path = join(folder, 'reports.db')
    const db = new SqliteDatabase(path)
    // While the importer writes the log stays, and with it a whole copy of the page.
    await vi.waitFor(() => expect(db.pragma('wal_checkpoint(truncate)')).toMatchObject([{ busy: 0, log: 0 }]), 20_000)
    const page = db.prepare<[], { n: number }>("select rootpage as n from sqlite_master where name = 'queue_rules'").get()?.n ?? 0
    const size = Number(db.pragma('page_size', { simple: true }))
    db.close()
    writeSync(openSync(path, 'r+'), Buffer.alloc(size, 0xff), 0, size, (page - 1) * size)
    importer.damageMet()
    const again = await restart.promise
    again()
    await imported()
    expect(setAsideFiles()).not.toEqual([])
    expect(readRecord("select kind from import_problems where source_id = 'record'")).toEqual([{ kind: 'damaged' }])
  })

  it('leaves a whole record alone', async () => {
    await begin()
    await imported()
    importer.damageMet()
    // The worker has looked when it has ended.
    await importer.stop()
    expect(setAsideFiles()).toEqual([])
    expect(readRecord("select kind from import_problems where source_id = 'record'")).toEqual([])
  })
})

it('leaves the planner’s statistics behind a first import', async () => {
  await begin()
  await imported()
  await vi.waitFor(
    () => expect(readRecord("select distinct tbl from sqlite_stat1 where tbl = 'queue_visits'")).toHaveLength(1),
    20_000,
  )
})

it('is stopped while a database answers nothing', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const asked = once(silent, 'connection')
  const database = { host: '127.0.0.1', port, user: 'u', password: 'p', database: 'd', table: 'cdr' }
  await begin(join(folder, 'reports.db'), {
    kind: 'cdr',
    settings: { store: 'mysql', id: 'm', timeZone: 'Europe/Moscow', ...database },
  })
  await asked
  const stopped = importer.stop()
  const patienceIsOver = await restart.promise
  patienceIsOver()
  await stopped
  silent.close()
  // What was there is read at the next start.
  await begin()
  await imported()
})

it('starts without a record that cannot be opened, and goes on when it can be', async () => {
  writeFileSync(join(folder, 'data'), 'a file where a folder should be')
  await begin(join(folder, 'data', 'reports.db'))
  const again = await restart.promise
  rmSync(join(folder, 'data'))
  mkdirSync(join(folder, 'data'))
  again()
  await vi.waitFor(() => expect(readdirSync(join(folder, 'data'))).toContain('reports.db'), 60_000)
})

it('learns of a changed site when it has settled, and is left alone by what is not of the import', async () => {
  await begin()
  let timers = 0
  void restart.promise.then(() => timers++)
  importer.settingsChanged()
  await Promise.resolve()
  expect(timers).toBe(0)
  rules = [builtInRule, { queue: '701', validFromMs: 5, targetMs: 20_000, shortMs: 5_000, formula: 'serviceLevelOfOffered' }]
  importer.settingsChanged()
  const settled = await restart.promise
  settled()
  const kept = () => expect(readRecord("select target_ms from queue_rules where queue = '701'")).toEqual([{ target_ms: 20_000 }])
  await vi.waitFor(kept, 60_000)
  // The same again is no change.
  restart = Promise.withResolvers()
  void restart.promise.then(() => timers++)
  importer.settingsChanged()
  await Promise.resolve()
  expect(timers).toBe(1)
})

it('forgets everything and reads from the beginning when that is asked for', async () => {
  await begin()
  await imported()
  writeFileSync(join(folder, 'queue_log'), '1763629300|1763629300.7|701|NONE|ENTERQUEUE||79160000001|1\n')
  generation = 1
  importer.settingsChanged()
  const settled = await restart.promise
  settled()
  const other = () => expect(readRecord('select call_key from queue_visits')).toEqual([{ call_key: '1763629300.7' }])
  await vi.waitFor(other, 60_000)
  expect(readRecord('select source_id, rows_read from import_state')).toEqual([{ source_id: 'q', rows_read: 1 }])
})

it('ends the start, with what to do, only for a record of a newer server, and does not try again', async () => {
  const db = await openRecord(join(folder, 'reports.db'), 0)
  db.prepare("insert into schema_migrations (number, name, applied_at_ms) values (999, 'later', 0)").run()
  db.close()
  const failure: unknown = await begin().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StartError)
  expect(String(failure)).toContain('written by a newer server')
  const tried = await Promise.race([restart.promise.then(() => true), Promise.resolve(false)])
  expect([tried, setAsideFiles()]).toEqual([false, []])
})
