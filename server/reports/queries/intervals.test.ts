import { expect, it } from 'vitest'
import { siteBuckets } from '../fold/buckets.ts'
import { intervalAt, startsOf } from './intervals.ts'

const at = (timeZone: string, iso: string, minutes: number) => {
  const { startMs, minuteOfDay, day } = intervalAt(Date.parse(iso), minutes, siteBuckets(timeZone))
  return [new Date(startMs).toISOString().slice(0, 16), minuteOfDay, day]
}

it.each([
  ['Europe/Moscow', '2026-11-20T21:29:59Z', 15, ['2026-11-20T21:15', 15, 20_261_121]],
  // Local half hours begin at a quarter of UTC's.
  ['Asia/Kathmandu', '2026-11-20T06:20:00Z', 30, ['2026-11-20T06:15', 720, 20_261_120]],
  // From half past one (UTC 15:00) the clock of half an hour: 02:00 becomes 01:30.
  ['Australia/Lord_Howe', '2026-04-04T15:10:00Z', 30, ['2026-04-04T15:00', 90, 20_260_405]],
  ['Australia/Lord_Howe', '2026-04-04T15:40:00Z', 15, ['2026-04-04T15:30', 120, 20_260_405]],
] as const)('in %s %s lies in its %d minutes', (timeZone, iso, minutes, expected) => {
  expect(at(timeZone, iso, minutes)).toEqual(expected)
})

it('a time of the day begins twice where the clock is put back, and never where it is put on', () => {
  const timeZone = 'Europe/Berlin'
  const starts = (fromDay: number, minuteOfDay: number) =>
    startsOf(
      { groupBy: 'quarterHourOfDay', minuteOfDay },
      {
        ...{ days: { fromDay, toDay: fromDay + 1 }, timeZone, buckets: siteBuckets(timeZone) },
      },
    ).map((ms) => new Date(ms).toISOString().slice(5, 16))
  expect(starts(20_261_024, 135)).toEqual(['10-24T00:15', '10-25T00:15', '10-25T01:15'])
  expect(starts(20_260_328, 135)).toEqual(['03-28T01:15'])
})
