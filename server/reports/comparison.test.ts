import { expect, it } from 'vitest'
import { type Days, dateOfDay } from '../contract/index.ts'
import { beforeOf, besideKey, partsOf } from './comparison.ts'

const timeZone = 'Europe/Moscow'
/** A quarter past two in the afternoon of the 20th in Moscow. */
const nowMs = Date.UTC(2026, 10, 20, 11, 15)
const of = (fromDay: number, toDay: number, atMs = nowMs) => beforeOf({ fromDay, toDay }, { nowMs: atMs, timeZone })

it('compares a period that is over with the whole one before', () => {
  expect(of(20_261_113, 20_261_119)).toEqual({ days: { fromDay: 20_261_106, toDay: 20_261_112 }, untilMs: null })
  expect(of(20_261_001, 20_261_031)).toEqual({ days: { fromDay: 20_260_901, toDay: 20_260_930 }, untilMs: null })
})

it.each([
  ['today', 20_261_120, 20_261_120, 20_261_119, 20_261_119, Date.UTC(2026, 10, 19, 11, 15)],
  ['seven days', 20_261_114, 20_261_120, 20_261_107, 20_261_113, Date.UTC(2026, 10, 13, 11, 15)],
  ['this month', 20_261_101, 20_261_130, 20_261_001, 20_261_020, Date.UTC(2026, 9, 20, 11, 15)],
  ['this year', 20_260_101, 20_261_231, 20_250_101, 20_251_120, Date.UTC(2025, 10, 20, 11, 15)],
])('compares %s with as much as has passed of it', (_, fromDay, toDay, begin, end, untilMs) => {
  expect(of(fromDay, toDay)).toEqual({ days: { fromDay: begin, toDay: end }, untilMs })
})

it.each([
  ['25 hours beside 24', '2026-10-25T13:15:07', '2026-10-24T12:15:07'],
  ['24 hours beside 25', '2026-10-26T13:15:07', '2026-10-25T13:15:07'],
  ['23 hours beside 24', '2026-03-29T12:15:07', '2026-03-28T13:15:07'],
  ['24 hours beside 23', '2026-03-30T12:15:07', '2026-03-29T12:15:07'],
  ['the second two o’clock', '2026-10-25T01:30:00', '2026-10-24T00:30:00'],
  ['two o’clock beside none', '2026-03-30T00:30:07', '2026-03-29T01:00:00'],
])('compares up to what the site’s clock shows: %s', (_, now, until) => {
  const nowMs = Date.parse(`${now}Z`)
  const day = Number(now.slice(0, 10).replaceAll('-', ''))
  const { untilMs } = beforeOf({ fromDay: day, toDay: day }, { nowMs, timeZone: 'Europe/Berlin' })
  expect(new Date(untilMs ?? 0).toISOString()).toBe(`${until}.000Z`)
})

it('compares the last days of March with the whole of February, and what is still to come with what is before', () => {
  const march = of(20_260_301, 20_260_331, Date.UTC(2026, 2, 30, 9))
  expect(march).toEqual({ days: { fromDay: 20_260_201, toDay: 20_260_228 }, untilMs: null })
  expect(of(20_261_201, 20_261_202)).toEqual({ days: { fromDay: 20_261_129, toDay: 20_261_130 }, untilMs: null })
})

it('reads the day that is not whole apart', () => {
  const days = { fromDay: 20_261_101, toDay: 20_261_103 }
  expect(partsOf({ days, untilMs: null })).toEqual([{ days }])
  expect(partsOf({ days, untilMs: 7 })).toEqual([
    { days: { fromDay: 20_261_101, toDay: 20_261_102 }, endMs: 7 },
    { days: { fromDay: 20_261_103, toDay: 20_261_103 }, untilMs: 7, endMs: 7 },
  ])
  const one = { fromDay: 20_261_103, toDay: 20_261_103 }
  expect(partsOf({ days: one, untilMs: 7 })).toEqual([{ days: one, untilMs: 7, endMs: 7 }])
})

it('puts days and hours beside those at the same place, and others beside themselves', () => {
  const periods = {
    now: { fromDay: 20_261_101, toDay: 20_261_130 },
    before: { fromDay: 20_261_001, toDay: 20_261_030 },
    timeZone,
  }
  expect(['20261001', '20261030', null].map(besideKey('day', periods))).toEqual(['20261101', '20261130', null])
  expect(besideKey('hour', periods)(String(Date.UTC(2026, 9, 2, 6)))).toBe(String(Date.UTC(2026, 10, 2, 6)))
  expect(besideKey('weekday', periods)('3')).toBe('3')
})

it.each([
  ['30 days beside 31', { now: [20_261_101, 20_261_130], before: [20_261_001, 20_261_031] }, [20_261_030, 20_261_031]],
  ['a year beside a leap year', { now: [20_250_101, 20_251_231], before: [20_240_101, 20_241_231] }, [20_241_230, 20_241_231]],
] as const)('%s: the last has no place', (_, { now, before }, days) => {
  const beside = (groupBy: 'day' | 'hour') =>
    besideKey(groupBy, {
      now: { fromDay: now[0], toDay: now[1] },
      before: { fromDay: before[0], toDay: before[1] },
      timeZone,
    })
  expect(days.map((day) => beside('day')(String(day)))).toEqual([String(now[1]), undefined])
  const noon = (day: number) => String(dateOfDay(day).getTime() + 9 * 3_600_000)
  expect(days.map((day) => beside('hour')(noon(day)))).toEqual([noon(now[1]), undefined])
})

it('hours stand beside those that the site’s clock calls so, however long its days are', () => {
  const of = (now: Days, before: Days) => {
    const beside = besideKey('hour', { now, before, timeZone: 'Europe/Berlin' })
    return (atMs: number) => {
      const key = beside(String(atMs))
      return key === null || key === undefined ? key : new Date(Number(key)).toISOString()
    }
  }
  // The clock is put back on 25 October 2026, and on on 29 March.
  const november = of({ fromDay: 20_261_101, toDay: 20_261_130 }, { fromDay: 20_261_001, toDay: 20_261_031 })
  expect(november(Date.UTC(2026, 9, 5, 7))).toBe('2026-11-05T08:00:00.000Z')
  expect(november(Date.UTC(2026, 9, 28, 8))).toBe('2026-11-28T08:00:00.000Z')
  // Twice two o'clock.
  expect([0, 1].map((hour) => november(Date.UTC(2026, 9, 25, hour)))).toEqual(Array(2).fill('2026-11-25T01:00:00.000Z'))
  expect(november(Date.UTC(2026, 9, 31, 11))).toBeUndefined()
  const week = of({ fromDay: 20_260_323, toDay: 20_260_329 }, { fromDay: 20_260_316, toDay: 20_260_322 })
  expect([0, 1, 2].map((hour) => week(Date.UTC(2026, 2, 22, hour)))).toEqual([
    '2026-03-29T00:00:00.000Z',
    undefined,
    '2026-03-29T01:00:00.000Z',
  ])
})
