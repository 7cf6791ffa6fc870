import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import { silentLog } from '../log.ts'
import { migrate, openDatabase } from './database.ts'
import { createDraftStore } from './draft-store.ts'
import { migrations } from './migrations.ts'
import { StorageFailure } from './storage-failure.ts'

let folder: string
let file: string
const open: Database.Database[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-drafts-'))
  file = join(folder, 'drafts.db')
})
afterEach(() => {
  for (const database of open.splice(0)) database.close()
  rmSync(folder, { recursive: true })
})

function openStore() {
  const { database, notice, damaged } = openDatabase({ file, now: () => 42 })
  open.push(database)
  return { database, notice, store: createDraftStore({ database, damaged, log: silentLog }) }
}

const draft: DraftRow = { cardId: 'main:1', userId: 'anna', baseVersion: 1, changes: { notes: 'a' }, updatedAtMs: 5 }
const row: OutboxRow = {
  id: '7f1c2c9e-6d4a-4b39-9a37-9a0d6b1f2a01',
  userId: 'anna',
  lane: 'main:1',
  kind: 'card.save',
  payload: { cardId: 'main:1', baseVersion: 1, changes: { notes: 'a' } },
  createdAtMs: 6,
  attempts: 0,
  nextAtMs: 6,
  lastError: null,
}

test('commits wait for the disk: write-ahead log with full synchronisation', () => {
  const { database } = openStore()
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(database.pragma('synchronous', { simple: true })).toBe(2)
})

test('the database and its logs are for their owner only, also when an old file was open to all', () => {
  writeFileSync(file, '', { mode: 0o644 })
  openStore().store.put(draft)
  for (const name of readdirSync(folder)) expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
  expect(readdirSync(folder)).toContain('drafts.db-wal')
})

test('what a full disk refuses is told with advice, and what was stored before stays', () => {
  const { database, store } = openStore()
  store.put(draft)
  const pages = Number(database.pragma('page_count', { simple: true }))
  database.pragma(`max_page_count = ${pages}`)
  const big = { ...draft, changes: { notes: 'x'.repeat(100_000) } }
  expect(() => store.put(big)).toThrow(StorageFailure)
  expect(() => store.put(big)).toThrow(/disk is full/i)
  expect(() => store.promote({ ...row, payload: { ...row.payload, changes: big.changes } })).toThrow(StorageFailure)
  expect(store.get(draft)).toEqual(draft)
  expect(store.outbox({ userId: 'anna' })).toEqual([])
})

test('a damaged database is set aside whole, told, and a new one made', () => {
  openStore().store.put(draft)
  for (const database of open.splice(0)) database.close()
  writeFileSync(file, 'this is not a database, but it is long enough to be read as a header of one'.repeat(20))
  const damaged = readFileSync(file)

  const { notice, store } = openStore()
  expect(notice).toEqual({ kind: 'setAside', setAsideAs: 'drafts.db.damaged-42' })
  expect(readFileSync(join(folder, 'drafts.db.damaged-42'))).toEqual(damaged)
  store.put(draft)
  expect(store.get(draft)).toEqual(draft)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('damage in the middle of the file is found at the opening', () => {
  const { store } = openStore()
  for (let i = 0; i < 200; i += 1) store.put({ ...draft, cardId: `main:${i}`, changes: { notes: 'y'.repeat(500) } })
  for (const database of open.splice(0)) database.close()
  const bytes = readFileSync(file)
  bytes.fill(0xff, 4096, bytes.length - 4096)
  writeFileSync(file, bytes)
  expect(openStore().notice?.kind).toBe('setAside')
})

test('a healthy database is opened again without a notice', () => {
  openStore().store.put(draft)
  for (const database of open.splice(0)) database.close()
  const { notice, store } = openStore()
  expect(notice).toBeNull()
  expect(store.get(draft)).toEqual(draft)
})

test('a database of a newer program is refused and left alone', () => {
  const { database } = openStore()
  database.pragma(`user_version = ${migrations.length + 1}`)
  for (const each of open.splice(0)) each.close()
  expect(() => openStore()).toThrow(/newer version/)
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([])
})

test('migrations run once each, in order, and continue where a kill left them', () => {
  const database = new Database(':memory:')
  open.push(database)
  const first = 'CREATE TABLE a (x)'
  migrate(database, [first])
  migrate(database, [first, 'ALTER TABLE a ADD COLUMN y', 'CREATE TABLE b (z)'])
  expect(database.pragma('user_version', { simple: true })).toBe(3)
  expect(database.pragma('table_info(a)')).toHaveLength(2)
})

test('a migration that fails leaves the version and the tables as they were', () => {
  const database = new Database(':memory:')
  open.push(database)
  expect(() => migrate(database, ['CREATE TABLE a (x); CREATE TABLE a (x)'])).toThrow()
  expect(database.pragma('user_version', { simple: true })).toBe(0)
  expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'a'").all()).toEqual([])
})

const reopen = () => {
  for (const database of open.splice(0)) database.close()
  return openStore()
}

test('rows that this version cannot read are set aside, counted, and not overwritten by what comes after them', () => {
  const before = openStore()
  before.store.put(draft)
  before.store.promote({ ...row, payload: { ...row.payload, cardId: 'main:2' } })
  before.database.prepare('UPDATE draft SET row = ?').run('{"kind":"of the future"}')
  before.database.prepare('UPDATE outbox SET row = ?').run('no json')
  expect(before.store.rowsSetAside()).toBe(0)

  const { database, store } = reopen()
  expect([store.rowsSetAside(), store.list(draft), store.outbox(draft)]).toEqual([2, [], []])
  store.put(draft)
  store.promote(row)
  const kept = () => database.prepare('SELECT origin, key, row FROM set_aside').all()
  expect(kept()).toEqual([
    { origin: 'draft', key: draft.cardId, row: '{"kind":"of the future"}' },
    { origin: 'outbox', key: row.id, row: 'no json' },
  ])
  expect(reopen().store.rowsSetAside()).toBe(2)
})

test('a row that can be read again returns, in its order; where a newer one stands it goes on waiting', () => {
  const { database } = openStore()
  const aside = database.prepare(`INSERT INTO set_aside (user_id, origin, key, row) VALUES ('anna', ?, ?, ?)`)
  const second = { ...row, id: '7f1c2c9e-6d4a-4b39-9a37-9a0d6b1f2a02' }
  aside.run('draft', draft.cardId, JSON.stringify(draft))
  aside.run('outbox', row.id, JSON.stringify(row))
  aside.run('outbox', second.id, JSON.stringify(second))
  const { store } = reopen()
  expect([store.rowsSetAside(), store.get(draft), store.outbox(draft)]).toEqual([0, draft, [row, second]])

  const older = { ...draft, changes: { notes: 'older' } }
  open[0]
    ?.prepare(`INSERT INTO set_aside (user_id, origin, key, row) VALUES ('anna', 'draft', ?, ?)`)
    .run(draft.cardId, JSON.stringify(older))
  const after = reopen().store
  expect([after.rowsSetAside(), after.get(draft)]).toEqual([1, draft])
})

/** The bytes of every file beside the database. */
const bytesOnDisk = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
const anywhere = (text: string) => bytesOnDisk().some((bytes) => bytes.includes(text))

test('what is wiped is in no file any more, whether it was readable or not; another person’s stays', () => {
  const long = (text: string) => `${text} `.repeat(3_000)
  const before = openStore()
  before.store.put({ ...draft, changes: { notes: long('SECRETDRAFT') } })
  before.store.put({ ...draft, changes: { notes: long('SECRETLATER') } })
  before.store.promote({ ...row, payload: { cardId: 'main:9', baseVersion: 1, changes: { notes: long('SECRETSAVE') } } })
  before.store.put({ ...draft, userId: 'boris', changes: { notes: 'BORISTEXT' } })
  before.store.put({ ...draft, cardId: 'main:3' })
  before.database.prepare(`UPDATE draft SET row = 'SECRETFUTURE' WHERE card_id = 'main:3'`).run()
  const { store } = reopen()
  store.put({ ...draft, cardId: 'main:4', changes: { notes: 'SECRETINTHELOG' } })
  const secrets = ['SECRETLATER', 'SECRETSAVE', 'SECRETFUTURE', 'SECRETINTHELOG']
  expect(secrets.map(anywhere)).toEqual(secrets.map(() => true))

  store.wipe({ userId: 'anna' })
  expect(['SECRETDRAFT', ...secrets].filter(anywhere)).toEqual([])
  expect(statSync(`${file}-wal`).size).toBe(0)
  expect([store.rowsSetAside(), store.list(draft), store.outbox(draft)]).toEqual([0, [], []])
  expect(anywhere('BORISTEXT')).toBe(true)
  expect(store.list({ userId: 'boris' })).toHaveLength(1)
})

test('a wipe takes every damaged database, with its log, and no other file', () => {
  const { store } = openStore()
  expect(store.damagedFiles()).toBe(0)
  const damaged = ['drafts.db.damaged-7', 'drafts.db.damaged-7-wal', 'drafts.db.damaged-42']
  const others = ['other.db.damaged-7', 'config.json']
  for (const name of [...damaged, ...others]) writeFileSync(join(folder, name), 'SECRET')
  expect(reopen().store.damagedFiles()).toBe(2)

  const { store: after } = openStore()
  after.wipe({ userId: 'anna' })
  expect(after.damagedFiles()).toBe(0)
  const left = readdirSync(folder)
  expect(left.filter((name) => damaged.includes(name))).toEqual([])
  expect(left).toEqual(expect.arrayContaining(others))
})

test('a damaged database that cannot be removed fails the wipe, after the rows went', () => {
  const { database } = openStore()
  const removeAll = () => {
    throw new Error('EBUSY')
  }
  const store = createDraftStore({ database, damaged: { count: () => 1, removeAll }, log: silentLog })
  store.put(draft)
  expect(() => store.wipe({ userId: 'anna' })).toThrow('EBUSY')
  expect(store.list(draft)).toEqual([])
})

test('a wipe that leaves text in the log says so', () => {
  const { store } = openStore()
  store.put({ ...draft, changes: { notes: 'SECRET' } })
  const reader = new Database(file, { readonly: true })
  open.push(reader)
  // It holds the log where it is.
  const rows = reader.prepare('SELECT * FROM draft').iterate()
  rows.next()
  expect(() => store.wipe({ userId: 'anna' })).toThrow(StorageFailure)
  rows.return?.()
})
