import { describe, expect, it } from 'vitest'
import { duesWithin, mostAtOnce, nextDue, wholeBefore } from './schedule-times.ts'

const zone = 'Europe/Moscow'
const daily = { every: 'day', weekday: 1, dayOfMonth: 1, minuteOfDay: 8 * 60 } as const
const weekly = { ...daily, every: 'week', weekday: 3 } as const
const monthly = { ...daily, every: 'month', dayOfMonth: 5 } as const
/** Eight in Moscow. */
const eight = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day, 5)

describe('a report', () => {
  it('is due at its minute by the site’s clock, and is of the whole days before', () => {
    const at = eight(2026, 11, 20)
    expect(duesWithin(daily, { afterMs: at - 1, untilMs: at }, zone)).toEqual([
      { atMs: at, days: { fromDay: 20_261_119, toDay: 20_261_119 }, period: 'day:20261119' },
    ])
    expect(duesWithin(daily, { afterMs: at, untilMs: at + 80_000_000 }, zone)).toEqual([])
    expect(wholeBefore('week', 20_261_118)).toEqual({ fromDay: 20_261_109, toDay: 20_261_115 })
    expect(wholeBefore('week', 20_261_116)).toEqual({ fromDay: 20_261_109, toDay: 20_261_115 })
    expect(wholeBefore('month', 20_270_105)).toEqual({ fromDay: 20_261_201, toDay: 20_261_231 })
    expect(wholeBefore('month', 20_280_301)).toEqual({ fromDay: 20_280_201, toDay: 20_280_229 })
  })

  it('says when it is due next', () => {
    const noon = Date.UTC(2026, 10, 20, 9)
    expect(nextDue(daily, noon, zone)).toBe(eight(2026, 11, 21))
    expect(nextDue(daily, eight(2026, 11, 20) - 1, zone)).toBe(eight(2026, 11, 20))
    expect(nextDue(weekly, noon, zone)).toBe(eight(2026, 11, 25))
    expect(nextDue(monthly, noon, zone)).toBe(eight(2026, 12, 5))
  })

  it('was due once for each period that a server missed, the oldest first, and not for years', () => {
    const until = Date.UTC(2026, 10, 20, 9)
    const missed = duesWithin(daily, { afterMs: until - 3 * 86_400_000, untilMs: until }, zone)
    expect(missed.map(({ days }) => days.fromDay)).toEqual([20_261_117, 20_261_118, 20_261_119])
    expect(duesWithin(daily, { afterMs: 0, untilMs: until }, zone)).toHaveLength(mostAtOnce)
    expect(duesWithin(monthly, { afterMs: until - 70 * 86_400_000, untilMs: until }, zone).map(({ period }) => period)).toEqual([
      'month:20260901',
      'month:20261001',
    ])
  })

  it.each([
    ['Europe/Berlin', 20_260_329],
    ['Europe/Berlin', 20_261_025],
  ])('is due once in a night of %s whose clock is changed (%d)', (timeZone, day) => {
    const night = { ...daily, minuteOfDay: 150 }
    const noon = Date.UTC(2026, Math.floor((day % 10_000) / 100) - 1, day % 100, 11)
    const dues = duesWithin(night, { afterMs: noon - 86_400_000, untilMs: noon }, timeZone)
    expect(dues).toHaveLength(1)
    expect(nextDue(night, noon - 86_400_000, timeZone)).toBe(dues[0]?.atMs)
  })
})
