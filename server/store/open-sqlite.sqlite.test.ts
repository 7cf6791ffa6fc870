import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ManualClock } from '../clock.ts'
import { Checkpoints } from './checkpoints.ts'
import { migrations } from './migrations/index.ts'
import { databaseFile, openSqlite } from './open-sqlite.ts'
import { Store } from './store.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-sqlite-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const clock = new ManualClock()
const write = (store: Store) => store.db.insertInto('settings').values({ key: 'a', value: '1', updated_at_ms: 0 }).execute()

it('is private, and whole when it is closed', async () => {
  const store = new Store({ dataDir, clock })
  await store.start()
  await write(store)
  const file = databaseFile(dataDir)
  for (const path of [file, `${file}-wal`]) expect(statSync(path).mode & 0o777).toBe(0o600)
  await store.stop()
  const check = new SqliteDatabase(file, { readonly: true })
  expect(check.pragma('integrity_check', { simple: true })).toBe('ok')
  check.close()
})

it('changes no byte of a newer version', async () => {
  const newer = [...migrations, { name: '999-future', up: async () => {} }]
  const future = new Store({ dataDir, clock, migrations: newer })
  await future.start()
  await future.stop()
  const hash = () =>
    createHash('sha256')
      .update(readFileSync(databaseFile(dataDir)))
      .digest('hex')
  const before = hash()
  await expect(new Store({ dataDir, clock }).start()).rejects.toThrow('written by a newer server')
  expect(hash()).toBe(before)
})

it('says so when the file is no database', async () => {
  writeFileSync(databaseFile(dataDir), 'plain text, and long enough to be taken for a header of sorts'.repeat(20))
  await expect(new Store({ dataDir, clock }).start()).rejects.toThrow(/cannot be opened as a database/)
})

describe('what is promised', () => {
  /** A database with a table, whose disk takes something when it is told to. */
  async function slowDisk() {
    const flushes: (() => void)[] = []
    let slow = false
    const engine = openSqlite(databaseFile(dataDir), {
      flush: () => (slow ? new Promise((resolve) => void flushes.push(resolve)) : Promise.resolve()),
    })
    engine.settle()
    const db = new Kysely<unknown>({ dialect: engine.dialect })
    const eventDb = new Kysely<unknown>({ dialect: engine.eventDialect ?? engine.dialect })
    await sql`create table notes (text text)`.execute(db)
    slow = true
    const close = async () => {
      slow = false
      for (const flush of flushes) flush()
      await engine.close()
    }
    return { db, eventDb, flushes, close }
  }
  const add = (db: Kysely<unknown>, text: string) => sql`insert into notes values (${text})`.execute(db)
  const texts = async (db: Kysely<unknown>) =>
    (await sql<{ text: string }>`select text from notes`.execute(db)).rows.map(({ text }) => text)

  it('is on the disk; others read and write meanwhile', async () => {
    const { db, eventDb, flushes, close } = await slowDisk()
    const told: string[] = []
    const promised = add(db, 'draft').then(() => told.push('draft'))
    await add(eventDb, 'event')
    expect(await texts(db)).toEqual(['draft', 'event'])
    expect(told).toEqual([])
    await vi.waitUntil(() => flushes.length === 1)
    flushes[0]?.()
    await promised
    await close()
  })

  it('is on the disk by one flush for all who wrote before it began', async () => {
    const { db, flushes, close } = await slowDisk()
    const first = add(db, '1')
    await vi.waitUntil(() => flushes.length === 1)
    const rest = Promise.all(['2', '3', '4'].map((text) => db.transaction().execute((tx) => add(tx, text))))
    await texts(db)
    flushes[0]?.()
    await first
    await vi.waitUntil(() => flushes.length === 2)
    flushes[1]?.()
    await rest
    expect(await texts(db)).toEqual(['1', '2', '3', '4'])
    await close()
  })

  it('is in the database itself after the disk refused once', async () => {
    let refuses = false
    const engine = openSqlite(databaseFile(dataDir), {
      flush: async () => (refuses ? Promise.reject(new Error('EIO')) : undefined),
    })
    engine.settle()
    const db = new Kysely<unknown>({ dialect: engine.dialect })
    await sql`create table notes (text text)`.execute(db)
    refuses = true
    await expect(add(db, 'refused')).rejects.toMatchObject({ code: 'busy', cause: new Error('EIO') })
    refuses = false
    await Promise.all(['1', '2', '3'].map((text) => db.transaction().execute((tx) => add(tx, text))))
    // Without its journal: what a power cut would leave if the disk had lost it.
    const copy = join(dataDir, 'copy.db')
    copyFileSync(databaseFile(dataDir), copy)
    const check = new SqliteDatabase(copy)
    expect(check.prepare('select text from notes limit 1').pluck().all()).toEqual(['refused'])
    check.close()
    await engine.close()
  })
})

it('tries the journal again after it could not be moved, and says so once', async () => {
  const path = databaseFile(dataDir)
  const failures: Error[] = []
  const checkpoints = new Checkpoints({ path, onFailure: (error) => void failures.push(error) })
  // A checkpoint under way takes no other.
  const need = () => {
    for (let commit = 0; commit < 250; commit++) checkpoints.committed()
  }
  need()
  await vi.waitUntil(() => failures.length === 1, { timeout: 20_000 })
  const file = new SqliteDatabase(path)
  file.pragma('journal_mode = WAL')
  file.pragma('wal_autocheckpoint = 0')
  file.exec('create table notes (text text)')
  const before = statSync(path).size
  need()
  await vi.waitUntil(() => statSync(path).size > before, { timeout: 20_000 })
  await checkpoints.stop()
  file.close()
  expect(failures).toHaveLength(1)
})

it('moves the journal into the database in a thread, while it is written', async () => {
  const store = new Store({ dataDir, clock })
  await store.start()
  const row = (key: number) => ({ key: String(key), value: '1', updated_at_ms: 0 })
  // Of the rows, the database file itself has those that were moved.
  const sizeBefore = statSync(databaseFile(dataDir)).size
  for (let key = 0; key < 1_000; key++) await store.eventDb.insertInto('settings').values(row(key)).execute()
  await vi.waitUntil(() => statSync(databaseFile(dataDir)).size > sizeBefore, { timeout: 20_000 })
  await store.stop()
  const check = new SqliteDatabase(databaseFile(dataDir), { readonly: true })
  expect(check.prepare('select count(*) as rows from settings where value = 1').get()).toEqual({ rows: 1_000 })
  expect(check.pragma('integrity_check', { simple: true })).toBe('ok')
  check.close()
})

it('goes on after a commit that the database refuses', async () => {
  const store = new Store({ dataDir, clock })
  await store.start()
  const orphan = store.transaction(async (tx) => {
    await sql`pragma defer_foreign_keys = on`.execute(tx)
    await tx.insertInto('sessions').values({ token_hash: 'x', user_id: 'nobody', created_at_ms: 0, expires_at_ms: 1 }).execute()
  })
  await expect(orphan).rejects.toThrow(/FOREIGN KEY/i)
  await write(store)
  await store.transaction((tx) => tx.updateTable('settings').set({ value: '2' }).where('key', '=', 'a').execute())
  expect(await store.db.selectFrom('settings').select('value').where('key', '=', 'a').execute()).toEqual([{ value: '2' }])
  await store.stop()
})

it('does not let a write pass as a read', async () => {
  const store = new Store({ dataDir, clock })
  await store.start()
  const hidden = sql`with one as (select 1) insert into settings select 'b', '1', 0 from one`.execute(store.db)
  await expect(hidden).rejects.toThrow('cannot be asked as a read')
  await store.stop()
})
