import { expect, it } from 'vitest'
import { history } from '../../../bench/support/history.ts'
import { openLedger } from '../import/fixture.ts'
import { PublishQueue } from './index.ts'

it('gives the sums first and the newest calls next, and says when nothing but old ones waits', async () => {
  const { db, apply } = await openLedger()
  for (const day of history({ seed: 6, calls: 300, days: 4, operators: 8, queues: 3 })) apply(day)
  const keysSince = db.prepare<[number], { key: string }>('select call_key as key from ledger_calls where day >= ? order by 1')
  const days = db.prepare<[], { day: number }>('select distinct day from ledger_calls order by day').all()
  const recentDay = days.at(-2)?.day ?? 0
  const recent = keysSince.all(recentDay).map(({ key }) => key)
  const queue = new PublishQueue(db)
  queue.fill()

  const tables: string[] = []
  const calls: string[] = []
  let published = false
  for (let taken = queue.take(20); taken.length > 0; taken = queue.take(20)) {
    const batch = taken.flatMap(({ table, keys }) => (table === 'ledger_calls' ? (keys[0] ?? []) : [])).map(String)
    calls.push(...batch.sort().reverse())
    tables.push(...taken.map(({ table }) => table))
    queue.done()
    expect(queue.calls()).toEqual({ waiting: keysSince.all(0).length - calls.length, all: keysSince.all(0).length })
    published = queue.isPublishedSince(recentDay)
    expect(published).toBe(recent.every((key) => calls.includes(key)))
  }
  expect(published).toBe(true)
  expect(calls.length).toBeGreaterThan(recent.length + 50)
  expect(calls).toEqual([...calls].sort().reverse())
  expect(tables.indexOf('ledger_calls')).toBeGreaterThan(tables.lastIndexOf('operator_sums'))
  // A late row of an old call: its sums wait too.
  db.exec(`update ledger_calls set talk_ms = talk_ms + 1 where call_key = '${calls.at(-1)}'`)
  expect(queue.isPublishedSince(recentDay)).toBe(true)
  db.exec('update call_days set answered = answered + 1 where day = (select min(day) from call_days)')
  expect(queue.isPublishedSince(recentDay)).toBe(false)
})

it('fills what is asked for', async () => {
  const { db, apply } = await openLedger()
  for (const day of history({ seed: 7, calls: 30, days: 1, operators: 8, queues: 3 })) apply(day)
  const queue = new PublishQueue(db)
  queue.fill(['queue_days'])
  // What belongs together is published together.
  expect(queue.take(1_000).map(({ table }) => table)).toEqual(['call_days', 'queue_days'])
})
