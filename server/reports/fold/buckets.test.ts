import { describe, expect, it } from 'vitest'
import { siteBuckets } from './buckets.ts'

const quarters = (fromMs: number, toMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / 900_000 }, (_, n) => fromMs + n * 900_000)

describe('the calendar of the site', () => {
  it('puts the seconds around midnight into two days', () => {
    const buckets = siteBuckets('Europe/Moscow')
    const midnight = Date.UTC(2026, 10, 20, 21)
    expect(buckets(midnight - 1)).toEqual({
      day: 20261120,
      hour_ms: midnight - 3_600_000,
      hour_of_day: 23,
      weekday: 5,
      from_minute: 0,
    })
    expect(buckets(midnight)).toEqual({ day: 20261121, hour_ms: midnight, hour_of_day: 0, weekday: 6, from_minute: 0 })
  })

  it('gives an autumn night 25 hours, two of one name', () => {
    const buckets = siteBuckets('Europe/Berlin')
    const fromMs = Date.UTC(2026, 9, 24, 22)
    const hours = new Map(quarters(fromMs, fromMs + 25 * 3_600_000).map((ms) => [buckets(ms).hour_ms, buckets(ms)]))
    expect(hours.size).toBe(25)
    expect([...hours.values()].every(({ day, weekday }) => day === 20261025 && weekday === 7)).toBe(true)
    expect([...hours.values()].filter(({ hour_of_day }) => hour_of_day === 2)).toHaveLength(2)
    expect(buckets(fromMs + 25 * 3_600_000).day).toBe(20261026)
  })

  it('gives a spring night 23 hours, one name missing', () => {
    const buckets = siteBuckets('Europe/Berlin')
    const fromMs = Date.UTC(2026, 2, 28, 23)
    const hours = new Map(quarters(fromMs, fromMs + 23 * 3_600_000).map((ms) => [buckets(ms).hour_ms, buckets(ms)]))
    expect(hours.size).toBe(23)
    expect([...hours.values()].some(({ hour_of_day }) => hour_of_day === 2)).toBe(false)
    expect(buckets(fromMs + 23 * 3_600_000).day).toBe(20260330)
  })

  it('begins an hour where the local clock shows it, in a zone with half hours', () => {
    const buckets = siteBuckets('Asia/Kolkata')
    const at = Date.UTC(2026, 10, 20, 6, 40)
    expect(buckets(at)).toMatchObject({ hour_ms: Date.UTC(2026, 10, 20, 6, 30), hour_of_day: 12 })
  })

  it('keeps the whole hours on both sides of a half-hour change', () => {
    // Lord Howe: back by 30 minutes on 5 April 2026 at 15:00 UTC
    const buckets = siteBuckets('Australia/Lord_Howe')
    const hours = quarters(Date.UTC(2026, 3, 4, 13), Date.UTC(2026, 3, 5, 13, 30)).map(buckets)
    expect(new Set(hours.map(({ day }) => day))).toEqual(new Set([20260405]))
  })
})
