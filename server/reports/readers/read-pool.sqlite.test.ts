import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databaseFile } from '../../store/index.ts'
import { openRecordRig, type RecordRig } from '../fixture.ts'
import { openRecord, recordFile } from '../record/record-file.ts'
import { ReadPool } from './read-pool.ts'
import { readerDb } from './reader-db.ts'

let rig: RecordRig
let pool: ReadPool
const text = (sql: string, ...parameters: (string | number | null)[]) => ({ sql, parameters })
/** Counts to `n` without ever coming back to us: some 50 ns a step. */
const slow = (n: number) =>
  text('with recursive c(i) as (select 1 union all select i + 1 from c where i < ?) select max(i) as last from c', n)
const make = (more: { size?: number; waiting?: number; onDamage?: () => void } = {}) =>
  new ReadPool({ recordFile: recordFile(rig.dataDir), appFile: databaseFile(rig.dataDir), clock: rig.clock, ...more })
beforeEach(async () => {
  rig = await openRecordRig()
  pool = make()
})
afterEach(async () => {
  await pool.stop()
  await rig.close()
})

it('reads the record beside the cards, on several threads', async () => {
  const [a, b] = await Promise.all([
    pool.rows(text('select count(*) as n from ledger_calls')),
    pool.rows(text('select id from app.users where extension = ?', '1001')),
  ])
  expect([a, b]).toEqual([[{ n: 0 }], [{ id: 'anna' }]])
})

it('reads the cards’ tables by their own names, as a database that cannot be written', async () => {
  const db = readerDb(pool)
  expect(await db.selectFrom('users').select('name').where('extension', '=', '1001').execute()).toEqual([{ name: 'Anna' }])
  await expect(db.deleteFrom('users').execute()).rejects.toThrow(/readonly|does not return data/)
  expect(await rig.store.db.selectFrom('users').select('id').execute()).toHaveLength(2)
})

it.each(['delete from app.users', 'insert into pbx_starts values (1)', 'create table app.t (a)'])(
  'cannot write: %s',
  async (sql) => {
    await expect(pool.rows(text(sql))).rejects.toThrow(/readonly|does not return data/)
    expect(await rig.store.db.selectFrom('users').select('id').execute()).toHaveLength(2)
  },
)

it('a question that fails leaves its thread fit for the next', async () => {
  pool = make({ size: 1 })
  await expect(pool.rows(text('select * from nowhere'))).rejects.toThrow('no such table')
  expect(await pool.rows(text('select 1 as one'))).toEqual([{ one: 1 }])
})

it('answers busy while there is no record, and reads the one that was made anew', async () => {
  const file = recordFile(rig.dataDir)
  pool = make({ size: 1 })
  rig.add('pbx_starts', { at_ms: 1 })
  const starts = text('select at_ms from pbx_starts')
  expect(await pool.rows(starts)).toEqual([{ at_ms: 1 }])
  rig.record.close()
  renameSync(file, `${file}.aside`)
  await expect(pool.rows(starts)).rejects.toMatchObject({ code: 'busy' })
  ;(await openRecord(file, 0)).close()
  expect(await pool.rows(starts)).toEqual([])
})

it('tells of damage it meets, and answers busy: the record will be made anew', async () => {
  const file = recordFile(rig.dataDir)
  const page =
    rig.record.prepare<[], { n: number }>("select rootpage as n from sqlite_master where name = 'pbx_starts'").get()?.n ?? 0
  const size = Number(rig.record.pragma('page_size', { simple: true }))
  rig.record.close()
  expect(page).toBeGreaterThan(1)
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(size, 0xff), 0, size, (page - 1) * size)
  closeSync(handle)
  let met = 0
  pool = make({ onDamage: () => met++ })
  await expect(pool.rows(text('select at_ms from pbx_starts'))).rejects.toMatchObject({ code: 'busy' })
  expect(met).toBe(1)
  // A mistake of ours is no damage.
  await expect(pool.rows(text('select * from nowhere'))).rejects.toThrow('no such table')
  expect(met).toBe(1)
})

it('answers late ones with busy, and goes on when they are through', async () => {
  pool = make({ size: 1 })
  const late = pool.rows(slow(3_000_000))
  const behind = pool.rows(text('select 1 as one'))
  const refused = Promise.all([
    expect(late).rejects.toMatchObject({ code: 'busy' }),
    expect(behind).rejects.toMatchObject({ code: 'busy' }),
  ])
  rig.clock.advance(9_000)
  await refused
  expect(await pool.rows(text('select 2 as two'))).toEqual([{ two: 2 }])
})

it('refuses more than may wait, at once and politely', async () => {
  pool = make({ size: 1, waiting: 2 })
  const running = pool.rows(slow(1_000_000))
  const waiting = [pool.rows(text('select 1 as one')), pool.rows(text('select 1 as one'))]
  await expect(pool.rows(text('select 1 as one'))).rejects.toMatchObject({ code: 'busy', retryAfterMs: 5_000 })
  expect(await running).toEqual([{ last: 1_000_000 }])
  expect(await Promise.all(waiting)).toEqual([[{ one: 1 }], [{ one: 1 }]])
})

it('answers several at once', async () => {
  const one = text('select 1 as one')
  expect(await pool.together([one, text('select 2 as two'), one])).toEqual([[{ one: 1 }], [{ two: 2 }], [{ one: 1 }]])
  await expect(pool.together([one, text('select * from nowhere')])).rejects.toThrow('no such table')
})

describe('a snapshot', () => {
  const starts = text('select count(*) as n from pbx_starts')
  const people = text('select count(*) as n from app.users')

  it('is of one moment, while others see what comes in between', async () => {
    pool = make({ size: 2 })
    const seen = await pool.snapshot(async (ask) => {
      const before = await ask(starts)
      rig.add('pbx_starts', { at_ms: 1 })
      return [before, await pool.rows(starts), await ask(starts), await ask(people)]
    })
    expect(seen).toEqual([[{ n: 0 }], [{ n: 1 }], [{ n: 0 }], [{ n: 2 }]])
    expect(await pool.snapshot((ask) => ask(starts))).toEqual([{ n: 1 }])
  })

  it('has its thread to itself, and gives it back, whatever becomes of it', async () => {
    pool = make({ size: 1 })
    const order: string[] = []
    let another: Promise<unknown> = Promise.resolve()
    await pool.snapshot(async (ask) => {
      await ask(starts)
      another = pool.rows(starts).then(() => order.push('another'))
      await ask(starts)
      order.push('snapshot')
    })
    await another
    expect(order).toEqual(['snapshot', 'another'])
    await expect(pool.snapshot((ask) => ask(text('select * from nowhere')))).rejects.toThrow('no such table')
    const unwanted = pool.snapshot(async (ask) => {
      await ask(starts)
      throw new Error('not what was wanted')
    })
    await expect(unwanted).rejects.toThrow('not what was wanted')
    rig.add('pbx_starts', { at_ms: 1 })
    expect(await pool.rows(starts)).toEqual([{ n: 1 }])
  })

  it('that takes too long is given up, and its thread is free when it is back', async () => {
    pool = make({ size: 1 })
    const asked = Promise.withResolvers<void>()
    const late = pool.snapshot(async (ask) => {
      await ask(starts)
      const answer = ask(slow(3_000_000))
      asked.resolve()
      return answer
    })
    const refused = expect(late).rejects.toMatchObject({ code: 'busy' })
    await asked.promise
    rig.clock.advance(9_000)
    await refused
    rig.add('pbx_starts', { at_ms: 1 })
    expect(await pool.rows(starts)).toEqual([{ n: 1 }])
  })

  it('answers one question after another', async () => {
    const both = pool.snapshot(async (ask) => {
      await ask(starts)
      return Promise.all([ask(starts), ask(starts)])
    })
    await expect(both).rejects.toThrow(RangeError)
    expect(await pool.rows(starts)).toEqual([{ n: 0 }])
  })
})

it('tells those who wait when it stops', async () => {
  const asked = pool.rows(slow(500_000))
  const refused = expect(asked).rejects.toMatchObject({ code: 'busy' })
  await pool.stop()
  await refused
  await expect(pool.rows(text('select 1'))).rejects.toMatchObject({ code: 'busy' })
})
