import SqliteDatabase from 'better-sqlite3'
import { afterAll, expect, it } from 'vitest'
import { siteBuckets } from '../fold/buckets.ts'
import { intervalAt } from './intervals.ts'
import { clockOffsets, countOfDay, wallMsOf } from './site-clock.ts'
import { sources, wallMs } from './sources.ts'

const db = new SqliteDatabase(':memory:')
afterAll(() => db.close())

const period = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 5, 1) }
const groupings = ['day', 'weekday', 'hourOfDay', 'hour', 'halfHour', 'quarterHour'] as const

/** Each seven minutes or so around the changes of the clock, and hours of other days. */
function* momentsIn(timeZone: string): Generator<number> {
  for (const { untilMs } of clockOffsets(period, timeZone).slice(0, -1))
    for (let ms = untilMs - 90_000_000; ms < untilMs + 90_000_000; ms += 421_337) yield ms
  for (let { fromMs: ms } = period; ms < period.toMs; ms += 7_777_777) yield ms
}

it.each([
  ['Europe/Moscow', 0],
  ['Europe/Berlin', 3],
  ['America/Santiago', 3],
  ['Asia/Kathmandu', 0],
  // The half hour after a change begins an hour there in the record; cards have a row of their own.
  ['Australia/Lord_Howe', 3],
])('the clock of %s, changed %d times, puts cards where the record puts talks', (timeZone, changes) => {
  const offsets = clockOffsets(period, timeZone)
  expect(offsets).toHaveLength(changes + 1)
  const { atMs, keys } = sources.cards
  const columns = groupings.map((name) => `${(keys[name] ?? '').replaceAll(wallMs, wallMsOf(atMs, offsets))} as "${name}"`)
  const read = db.prepare<[number, number], Record<(typeof groupings)[number], number>>(
    `select ${columns.join(', ')} from (select cast(? as integer) as queued_at_ms, cast(? as integer) as ringing_at_ms) k`,
  )
  const buckets = siteBuckets(timeZone)
  const halfHours = timeZone === 'Australia/Lord_Howe' ? offsets.slice(0, -1).map(({ untilMs }) => untilMs) : []
  for (const ms of momentsIn(timeZone)) {
    const { day, weekday, hour_of_day, hour_ms } = buckets(ms)
    const told = read.get(ms, ms + 5_000)
    const change = halfHours.find((one) => ms >= one && ms < one + 1_800_000)
    const hour = change === undefined ? hour_ms : change - 1_800_000
    expect(told, new Date(ms).toISOString()).toEqual({
      ...{ day: countOfDay(day), weekday, hourOfDay: hour_of_day, hour },
      ...{ halfHour: intervalAt(ms, 30, buckets).startMs, quarterHour: intervalAt(ms, 15, buckets).startMs },
    })
  }
})
