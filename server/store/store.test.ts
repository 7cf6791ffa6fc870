import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock, systemClock } from '../clock.ts'
import { StartError } from '../errors.ts'
import { testDatabase } from './fixture.ts'
import { migrations } from './migrations/index.ts'
import { Store } from './store.ts'

let dataDir: string
let started: Store[]
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-store-'))
  started = []
})
afterEach(async () => {
  for (const store of started) await store.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const open = async (folder = dataDir): Promise<Store> => {
  const store = new Store({ dataDir: folder, ...(await testDatabase(folder)), clock: new ManualClock() })
  await store.start()
  started.push(store)
  return store
}
const setting = (key: string) => ({ key, value: '1', updated_at_ms: 0 })

describe('Store', () => {
  it('finds again what it wrote', async () => {
    const store = await open(join(dataDir, 'new', 'folder'))
    await store.db.insertInto('settings').values(setting('a')).execute()
    await store.stop()
    const again = await open(join(dataDir, 'new', 'folder'))
    expect(await again.db.selectFrom('settings').select('key').execute()).toEqual([{ key: 'a' }])
  })

  it('takes back everything a failed transaction wrote, and nothing that was written beside it', async () => {
    const store = await open()
    const failing = store.transaction(async (tx) => {
      await tx.insertInto('settings').values(setting('inside')).execute()
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error('no')
    })
    const beside = store.db.insertInto('settings').values(setting('beside')).execute()
    await expect(failing).rejects.toThrow('no')
    await beside
    expect(await store.db.selectFrom('settings').select('key').execute()).toEqual([{ key: 'beside' }])
  })

  it('refuses rows that point at nothing', async () => {
    const store = await open()
    const orphan = store.db
      .insertInto('sessions')
      .values({ token_hash: 'x', user_id: 'nobody', created_at_ms: 0, expires_at_ms: 1 })
      .execute()
    await expect(orphan).rejects.toThrow(/FOREIGN KEY/i)
  })

  it('refuses a database of a newer version and names both versions', async () => {
    const newer = [...migrations, { name: '999-future', up: async () => {} }]
    const database = await testDatabase(dataDir)
    const future = new Store({ dataDir, ...database, clock: new ManualClock(), migrations: newer })
    await future.start()
    await future.stop()
    const attempt = open()
    await expect(attempt).rejects.toThrow(StartError)
    await expect(attempt).rejects.toThrow(`of version ${newer.length}, this server knows version ${migrations.length}`)
  })

  it('refuses a second server on one folder until the first has stopped', async () => {
    const first = await open()
    await expect(open()).rejects.toThrow(/Another CallSync server is running on the data folder/)
    await first.stop()
    await open()
  })

  it('says so when the folder cannot be written', async () => {
    // A file in the way fails for root too, unlike a read-only mode.
    writeFileSync(join(dataDir, 'taken'), '')
    await expect(open(join(dataDir, 'taken'))).rejects.toThrow(/cannot be written .*CALLSYNC_DATA/)
  })

  it('leaves an unfinished step undone', async () => {
    const broken = {
      name: '999-broken',
      up: async (db: Parameters<(typeof migrations)[number]['up']>[0]) => {
        await db.schema.createTable('half').addColumn('id', 'text').execute()
        throw new Error('power cut')
      },
    }
    const database = await testDatabase(dataDir)
    const store = new Store({ dataDir, ...database, clock: new ManualClock(), migrations: [...migrations, broken] })
    await expect(store.start()).rejects.toThrow('power cut')
    const healthy = await open()
    const tables = await healthy.db.introspection.getTables()
    expect(tables.map((table) => table.name)).not.toContain('half')
    expect(tables.map((table) => table.name)).toContain('users')
  })

  it('keeps every acknowledged row through kill -9, and the folder is free at once', async () => {
    const { databaseUrl } = await testDatabase(dataDir)
    const script = `
      const { Store } = await import(${JSON.stringify(new URL('./store.ts', import.meta.url).href)})
      const { systemClock } = await import(${JSON.stringify(new URL('../clock.ts', import.meta.url).href)})
      const store = new Store({ dataDir: ${JSON.stringify(dataDir)}, databaseUrl: ${JSON.stringify(databaseUrl)}, clock: systemClock })
      await store.start()
      for (let i = 0; i < 100000; i++) {
        await store.db.insertInto('settings').values({ key: String(i), value: '1', updated_at_ms: 0 }).execute()
        process.send(i)
        await new Promise((resolve) => setImmediate(resolve))
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    let acknowledged = -1
    child.on('message', (i) => {
      acknowledged = Number(i)
      if (acknowledged === 25) child.kill('SIGKILL')
    })
    await once(child, 'exit')
    const store = new Store({ dataDir, databaseUrl, clock: systemClock })
    await store.start()
    started.push(store)
    const rows = await store.db.selectFrom('settings').select('key').execute()
    const keys = new Set(rows.map((row) => row.key))
    expect(acknowledged).toBeGreaterThanOrEqual(25)
    for (let i = 0; i <= acknowledged; i++) expect(keys).toContain(String(i))
  })
})
