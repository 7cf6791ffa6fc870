import { expect, it } from 'vitest'
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
