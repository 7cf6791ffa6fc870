import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'

// Starts whole processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-kill-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

/** A server in a process of its own: a call rings (and is answered), then a draft is typed without end, a message for each answer. */
const typist = (answered: boolean): string => `
  const { Store } = await import(${url('../store/index.ts')})
  const { systemClock } = await import(${url('../clock.ts')})
  const { createCalls } = await import(${url('./index.ts')})
  const { FakeTelephony } = await import(${url('../telephony/fake-telephony.ts')})
  const { anna, callOf, FakeQueueNames, FakeUsers, legOf } = await import(${url('./fixture.ts')})
  const { pino } = await import('pino')
  const store = new Store({ dataDir: process.env.DATA_DIR, databaseUrl: process.env.DATABASE_URL, clock: systemClock })
  await store.start()
  const telephony = new FakeTelephony()
  const calls = createCalls({ db: store.db, eventDb: store.eventDb, clock: systemClock, telephony, users: new FakeUsers(), queueNames: new FakeQueueNames(), misses: { seen: () => null, forget: () => undefined }, record: { read: async () => null }, logger: pino({ level: 'silent' }), timeZone: 'UTC' })
  await calls.start()
  telephony.setCall(callOf('1.0', [legOf('1.1', '1001'${answered ? ", { state: 'up', answeredAtMs: 1 }" : ''})]))
  await calls.idle()
  let version = 1
  for (let typed = 1; ; typed++) {
    const { card } = await calls.cards.writeDraft(anna, 'main:1.1', { baseVersion: version, changes: { notes: 'x'.repeat(typed) } })
    version = card.version
    process.send(typed)
    await new Promise((resolve) => setImmediate(resolve))
  }`

it.each([
  ['talking', true],
  ['ringing', false],
])('kill -9 while %s: every draft that was answered is on disk', async (state, answered) => {
  const { databaseUrl } = await testDatabase(dataDir)
  const child = spawn(process.execPath, ['--input-type=module', '-e', typist(answered)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: databaseUrl ?? '' },
  })
  let acknowledged = 0
  child.on('message', (typed) => {
    acknowledged = Number(typed)
    if (acknowledged === 20) child.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
  const store = new Store({ dataDir, databaseUrl, clock: systemClock })
  await store.start()
  const rows = await store.db.selectFrom('cards').select(['id', 'state', 'notes']).execute()
  await store.stop()
  expect(rows).toMatchObject([{ id: 'main:1.1', state }])
  expect(rows[0]?.notes.length).toBeGreaterThanOrEqual(acknowledged)
  expect(acknowledged).toBeGreaterThanOrEqual(20)
})
