import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../clock.ts'
import { migrations } from './migrations/index.ts'
import { databaseFile } from './open-sqlite.ts'
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
