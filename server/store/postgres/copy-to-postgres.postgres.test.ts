import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { testDatabase } from '../fixture.ts'
import { Store } from '../store.ts'
import { copyToPostgres } from './copy-to-postgres.ts'

const clock = new ManualClock()
let dataDir: string
let databaseUrl: string
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-copy-'))
  databaseUrl = (await testDatabase(dataDir)).databaseUrl ?? ''
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

async function within<T>(url: string | null, work: (store: Store) => Promise<T>): Promise<T> {
  const store = new Store({ dataDir, databaseUrl: url, clock })
  await store.start()
  try {
    return await work(store)
  } finally {
    await store.stop()
  }
}

const user = (id: string) => ({
  ...{ id, email: `${id}@test`, name: 'Ёлка\0', role: 'operator' as const, extension: null, active: 1, password_hash: 'x' },
  ...{ sip_secret: null, created_at_ms: 1_760_000_000_000, updated_at_ms: 0 },
})
const reasons = (store: Store) => store.db.selectFrom('pause_reasons').selectAll().orderBy('code').execute()

it('copies every table, what was changed of the first entries too', async () => {
  const before = await within(null, async (store) => {
    for (let n = 0; n < 1_500; n++)
      await store.db
        .insertInto('users')
        .values(user(`u${n}`))
        .execute()
    await store.db.insertInto('sessions').values({ token_hash: 't', user_id: 'u1', created_at_ms: 1, expires_at_ms: 2 }).execute()
    await store.db.updateTable('pause_reasons').set({ ru: 'Кофе' }).where('code', '=', 'break').execute()
    await store.db.deleteFrom('pause_reasons').where('code', '=', 'lunch').execute()
    return reasons(store)
  })
  expect(await copyToPostgres({ dataDir, databaseUrl, clock })).toBeGreaterThan(1_501)
  await within(databaseUrl, async (store) => {
    const users = await store.db.selectFrom('users').selectAll().execute()
    expect(users).toHaveLength(1_500)
    expect(users.find(({ id }) => id === 'u7')).toMatchObject({ ...user('u7'), name: 'Ёлка' })
    expect(await store.db.selectFrom('sessions').select('user_id').execute()).toEqual([{ user_id: 'u1' }])
    expect(await reasons(store)).toEqual(before)
  })
})

it('touches nothing where somebody has worked', async () => {
  await within(databaseUrl, (store) => store.db.insertInto('users').values(user('there')).execute())
  await expect(copyToPostgres({ dataDir, databaseUrl, clock })).rejects.toThrow('has people in it already')
  await within(databaseUrl, async (store) =>
    expect(await store.db.selectFrom('users').select('id').execute()).toEqual([{ id: 'there' }]),
  )
})
