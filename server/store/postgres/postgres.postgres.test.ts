import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { databaseAt, testDatabase } from '../fixture.ts'
import { Store } from '../store.ts'

let dataDir: string
let databaseUrl: string
let store: Store
const clock = new ManualClock()
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-postgres-'))
  databaseUrl = (await testDatabase(dataDir)).databaseUrl ?? ''
  store = new Store({ dataDir, databaseUrl, clock })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const setting = (key: string, value = '1') => ({ key, value, updated_at_ms: 0 })
const keys = async () => (await store.db.selectFrom('settings').select('key').orderBy('key').execute()).map(({ key }) => key)
/** Ends this store's sessions, as a network or a restarted database does. */
async function cut(which: 'writer' | 'all'): Promise<void> {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query(
    `select pg_terminate_backend(a.pid) from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid()
     ${which === 'all' ? '' : "and exists (select 1 from pg_locks l where l.pid = a.pid and l.locktype = 'advisory')"}`,
  )
  await admin.end()
}

/** A network between a server and PostgreSQL that can fall silent: nothing passes, and nobody is told that it does not. */
async function openRelay(to: URL) {
  let silent = false
  const sockets = new Set<Socket>()
  const relay = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    // What began before a silence stays silent: PostgreSQL does not hear that the other side gave up.
    let dead = silent
    const lost = () => silent || dead
    sockets.add(near).add(far)
    onSilence.add(() => {
      dead = true
    })
    for (const [from, other] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => void (lost() || other.write(bytes)))
      from.on('close', () => void (lost() || other.destroy()))
      from.on('error', () => undefined)
    }
  })
  const onSilence = new Set<() => void>()
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const url = new URL(to)
  const address = relay.address()
  if (typeof address === 'object' && address) url.port = String(address.port)
  return {
    url: url.href,
    silence() {
      silent = true
      for (const each of onSilence) each()
    },
    goOn() {
      silent = false
    },
    close() {
      for (const socket of sockets) socket.destroy()
      relay.close()
    },
  }
}

it('gives numbers and conditions as SQLite does, and refuses a whole number that is not exact', async () => {
  const { rows } = await sql`select count(*) as n, sum(updated_at_ms) as none, (1 = 1) as yes, 1.5::numeric as part,
    1760000000000::bigint as at_ms from settings`.execute(store.db)
  expect(rows).toEqual([{ n: 0, none: null, yes: 1, part: 1.5, at_ms: 1_760_000_000_000 }])
  await expect(sql`select 9007199254740993::bigint as n`.execute(store.db)).rejects.toThrow('too large')
})

it('keeps a text with a character that it cannot keep', async () => {
  await store.db.insertInto('settings').values(setting('a', 'be\0fore')).execute()
  expect(await store.db.selectFrom('settings').select('value').execute()).toEqual([{ value: 'before' }])
})

it('orders texts by their characters', async () => {
  for (const key of ['я', 'Б', 'а', 'ё', 'b', 'A', 'a-c', 'ab'])
    await store.db.insertInto('settings').values(setting(key)).execute()
  expect(await keys()).toEqual(['A', 'a-c', 'ab', 'b', 'Б', 'а', 'я', 'ё'])
})

it('refuses to write through a read', async () => {
  await expect(
    sql`with made as (insert into settings values ('a', '1', 0) returning key) select key from made`.execute(store.db),
  ).rejects.toThrow('read-only')
  expect(await keys()).toEqual([])
})

it('lets a transaction see nothing change that it did not change', async () => {
  await store.db.insertInto('settings').values(setting('n', '0')).execute()
  const add = () =>
    store.transaction(async (tx) => {
      const row = await tx.selectFrom('settings').select('value').where('key', '=', 'n').executeTakeFirstOrThrow()
      await tx
        .updateTable('settings')
        .set({ value: String(Number(row.value) + 1) })
        .where('key', '=', 'n')
        .execute()
    })
  await Promise.all(Array.from({ length: 20 }, add))
  expect(await store.db.selectFrom('settings').select('value').execute()).toEqual([{ value: '20' }])
})

it('does not take a transaction for written in which a statement failed', async () => {
  const given = store.transaction(async (tx) => {
    await tx.insertInto('settings').values(setting('a')).execute()
    await tx
      .insertInto('settings')
      .values(setting('a'))
      .execute()
      .catch(() => undefined)
  })
  await expect(given).rejects.toThrow('given up')
  expect(await keys()).toEqual([])
})

it('is one server’s at a time, whatever their data folders are', async () => {
  const other = mkdtempSync(join(tmpdir(), 'callsync-postgres-'))
  const second = new Store({ dataDir: other, databaseUrl, clock, limits: { takeMs: 0 } })
  await expect(second.start()).rejects.toThrow(/Another CallSync server is running on the PostgreSQL database/)
  await store.stop()
  await second.start()
  await second.stop()
  rmSync(other, { recursive: true, force: true })
})

it('waits at its start for the end of a session that PostgreSQL has not missed yet', async () => {
  const other = mkdtempSync(join(tmpdir(), 'callsync-postgres-'))
  let waits = 0
  const onWaiting = () => {
    waits++
    void store.stop()
  }
  const second = new Store({ dataDir: other, databaseUrl, clock, onWaiting })
  await second.start()
  expect(waits).toBe(1)
  expect((await sql`show lock_timeout`.execute(second.db)).rows).toEqual([{ lock_timeout: '2s' }])
  await second.stop()
  rmSync(other, { recursive: true, force: true })
})

it('has PostgreSQL miss a machine that died within seconds, not hours', async () => {
  const shown = async (name: string) => Object.values((await sql.raw<object>(`show ${name}`).execute(store.db)).rows[0] ?? {})[0]
  const names = ['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout']
  const values: unknown[] = []
  for (const name of names) values.push(await shown(name))
  expect(values.map(String)).toEqual(['5', '5', '3', '20000'])
})

it('refuses what is asked while the network is silent, and goes on after it', async () => {
  await store.stop()
  const relay = await openRelay(new URL(databaseUrl))
  const through = new Store({ dataDir, databaseUrl: relay.url, clock, limits: { connectMs: 300, writeMs: 300, readMs: 300 } })
  await through.start()
  const write = (key: string) => through.db.insertInto('settings').values(setting(key)).execute()
  const read = () => through.db.selectFrom('settings').select('key').orderBy('key').execute()
  await write('before')
  relay.silence()
  const asked = [write('a'), write('b'), through.transaction((tx) => tx.insertInto('settings').values(setting('c')).execute())]
  // Reads wait for what was asked to be written before, and no longer.
  const reading = read()
  for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'busy' })
  await expect(reading).rejects.toMatchObject({ code: 'busy' })
  relay.goOn()
  await vi.waitFor(() => write('after'), { timeout: 10_000 })
  expect(await vi.waitFor(read, { timeout: 10_000 })).toEqual([{ key: 'after' }, { key: 'before' }])
  await through.stop()
  relay.close()
})

it('goes on after its sessions were lost', async () => {
  await store.db.insertInto('settings').values(setting('a')).execute()
  await cut('all')
  // What was under way on a lost session is refused; the next try has another.
  const again = async <T>(work: () => Promise<T>): Promise<T> => work().catch(work)
  await again(() => store.db.insertInto('settings').values(setting('b')).execute())
  expect(await again(keys)).toEqual(['a', 'b'])
})

it('writes nothing of a transaction whose session was lost in the middle', async () => {
  const broken = store.transaction(async (tx) => {
    await tx.insertInto('settings').values(setting('before')).execute()
    await cut('writer')
    await tx.insertInto('settings').values(setting('after')).execute()
  })
  await expect(broken).rejects.toMatchObject({ code: 'busy' })
  await store.db.insertInto('settings').values(setting('next')).execute()
  expect(await keys()).toEqual(['next'])
})

it('writes nothing once the database is another server’s', async () => {
  await cut('writer')
  const other = mkdtempSync(join(tmpdir(), 'callsync-postgres-'))
  const second = new Store({ dataDir: other, databaseUrl, clock })
  await second.start()
  const write = () => store.db.insertInto('settings').values(setting('a')).execute()
  await expect(write().catch(write)).rejects.toMatchObject({ code: 'busy' })
  expect(await second.db.selectFrom('settings').select('key').execute()).toEqual([])
  await second.stop()
  rmSync(other, { recursive: true, force: true })
  await write()
  expect(await keys()).toEqual(['a'])
})

it.each([
  ['nobody', /refuses the user/, (url: URL) => Object.assign(url, { password: 'wrong' })],
  [
    'no database',
    /has no database nowhere\. Make it with: create database/,
    (url: URL) => Object.assign(url, { pathname: '/nowhere' }),
  ],
  ['nothing there', /cannot be reached/, (url: URL) => Object.assign(url, { port: '1' })],
])('says what to do: %s', async (_, message, spoil) => {
  const other = mkdtempSync(join(tmpdir(), 'callsync-postgres-'))
  const url = spoil(new URL(databaseUrl)).href
  const start = new Store({ dataDir: other, databaseUrl: url, clock }).start()
  await expect(start).rejects.toThrow(message)
  await expect(start).rejects.not.toThrow(new URL(databaseUrl).password)
  rmSync(other, { recursive: true, force: true })
})

it('refuses a database that orders texts by a language', async () => {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  const name = `${new URL(databaseUrl).pathname.slice(1)}_en`
  await admin.query(`create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en' locale 'C'`)
  const other = mkdtempSync(join(tmpdir(), 'callsync-postgres-'))
  const start = new Store({ dataDir: other, databaseUrl: databaseAt(databaseUrl, name), clock }).start()
  await expect(start).rejects.toThrow(/does not keep texts .* locale 'C'/)
  await admin.query(`drop database ${name}`)
  await admin.end()
  rmSync(other, { recursive: true, force: true })
})
