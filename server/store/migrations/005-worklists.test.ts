import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, it } from 'vitest'
import { ManualClock } from '../../clock.ts'
import { testDatabase } from '../fixture.ts'
import { Store } from '../store.ts'
import { migrations } from './index.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'callsync-005-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

it('keeps every call-back of before, with its person, number and state', async () => {
  const clock = new ManualClock()
  const database = await testDatabase(dataDir, 'nothing')
  const before = new Store({
    dataDir,
    ...database,
    clock,
    migrations: migrations.slice(
      0,
      migrations.findIndex(({ name }) => name === '005-worklists'),
    ),
  })
  await before.start()
  for (const [id, cardId, doneAtMs] of [
    ['open', 'c1', null],
    ['done', 'c2', 9],
  ] as const)
    await sql`insert into call_backs (id, card_id, operator_id, operator_name, number, reason, due_at_ms, created_at_ms, done_at_ms)
      values (${id}, ${cardId}, 'anna', 'Anna', '+79160000101', 'why', 7, 5, ${doneAtMs})`.execute(before.db)
  await before.stop()
  const after = new Store({ dataDir, ...database, clock })
  await after.start()
  const rows = await after.db.selectFrom('call_backs').selectAll().orderBy('id', 'desc').execute()
  await after.stop()
  const kept = {
    holder_id: 'anna',
    holder_name: 'Anna',
    reason: 'why',
    due_at_ms: 7,
    created_at_ms: 5,
    source: 'card',
    queue_number: null,
  }
  expect(rows).toMatchObject([
    { ...kept, id: 'open', card_id: 'c1', done_at_ms: null, done_how: null },
    { ...kept, id: 'done', card_id: 'c2', done_at_ms: 9, done_how: 'hand', done_by_id: 'anna' },
  ])
})
