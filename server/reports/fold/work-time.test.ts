import { describe, expect, it } from 'vitest'
import { DayHours, type Holiday, type WorkTime } from '../../contract/index.ts'
import { siteBuckets } from './buckets.ts'
import { localMinute, workTimeBook, workTimeChanges } from './work-time.ts'

const closed: DayHours = []
const hours = (from: number, to: number) => ({ from: from * 60, to: to * 60 })
/** Weekdays so, Saturday and Sunday closed. */
const weekdays = (...day: DayHours): DayHours[] => [day, day, day, day, day, closed, closed]
const time = (queue: string, fromDay: number | null, week: DayHours[], keepsHolidays = true): WorkTime => ({
  queue,
  fromDay,
  week,
  keepsHolidays,
})
const holiday = (queue: string, day: number, ...of: DayHours): Holiday => ({ queue, day, name: '', hours: of })

/** Is the queue open at that local time? */
const open = (times: WorkTime[], holidays: Holiday[] = []) => {
  const book = workTimeBook({ times, holidays })
  return (queue: string, day: number, clock: string) => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number)
    return book.isOpen(queue, { day, minute: hour * 60 + minute })
  }
}
// 16 November 2026 is a Monday.
const monday = 20_261_116
const saturday = 20_261_121

describe('work time', () => {
  it('is always where nobody has set any', () => {
    expect(open([])('701', saturday, '03:00')).toBe(true)
    expect(open([time('702', null, weekdays(hours(9, 18)))])('701', saturday, '03:00')).toBe(true)
    expect(open([time('*', monday, weekdays(hours(9, 18)))])('701', 20_261_115, '03:00')).toBe(true)
  })

  it('begins with its first minute and ends before its last, with a break between', () => {
    const is = open([time('*', null, weekdays(hours(9, 13), hours(14, 18)))])
    expect(['08:59', '09:00', '12:59', '13:00', '14:00', '17:59', '18:00'].map((clock) => is('701', monday, clock))).toEqual([
      ...[false, true, true, false],
      ...[true, true, false],
    ])
    expect(is('701', saturday, '12:00')).toBe(false)
  })

  it('is the queue’s own before everybody’s, each from its day on', () => {
    const is = open([
      time('*', null, weekdays(hours(9, 18))),
      time('701', 20_261_118, weekdays(hours(12, 20))),
      time('*', 20_261_119, weekdays(hours(10, 11))),
    ])
    expect([is('701', 20_261_117, '09:30'), is('701', 20_261_118, '09:30'), is('701', 20_261_119, '19:30')]).toEqual([
      true,
      false,
      true,
    ])
    expect([is('702', 20_261_118, '17:00'), is('702', 20_261_119, '17:00')]).toEqual([true, false])
  })

  it('goes on after midnight where it ends no later than it began, and all day where both are midnight', () => {
    const is = open([time('*', null, [[hours(22, 6)], ...Array.from({ length: 5 }, () => closed), [hours(0, 0)]])])
    expect(['21:59', '22:00', '23:59'].map((clock) => is('701', monday, clock))).toEqual([false, true, true])
    expect(['00:00', '05:59', '06:00'].map((clock) => is('701', 20_261_117, clock))).toEqual([true, true, false])
    // Sunday is whole, and does not go on into Monday.
    expect([is('701', 20_261_122, '00:00'), is('701', 20_261_122, '23:59'), is('701', 20_261_123, '00:00')]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('is a holiday’s on that day, of the queue itself or of everybody who keeps holidays', () => {
    const is = open(
      [
        time('*', null, weekdays(hours(9, 18))),
        time('701', null, weekdays(hours(0, 0)), false),
        time('702', null, weekdays(hours(9, 18))),
      ],
      [holiday('*', monday), holiday('702', monday, hours(10, 12))],
    )
    const at = (queue: string) => is(queue, monday, '11:00')
    // 701 works on holidays; 702 has hours of its own on that day.
    expect(['700', '701', '702'].map(at)).toEqual([false, true, true])
    expect(is('702', monday, '12:00')).toBe(false)
    expect(is('700', monday + 1, '11:00')).toBe(true)
  })

  it('lets the shift of the evening before go on into a holiday, and none of a holiday begin', () => {
    const night = weekdays(hours(22, 6))
    const is = open([time('*', null, night)], [holiday('*', 20_261_117)])
    expect([is('701', 20_261_117, '05:00'), is('701', 20_261_117, '23:00'), is('701', 20_261_118, '05:00')]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('is of the local clock on the nights it is changed: both hours of one name are in, and the one that is not there is none', () => {
    const zone = 'Europe/Berlin'
    const buckets = siteBuckets(zone)
    const book = workTimeBook({
      times: [
        time(
          '*',
          null,
          Array.from({ length: 7 }, () => [hours(2, 3)]),
        ),
      ],
      holidays: [],
    })
    const isOpen = (ms: number) => {
      const at = buckets(ms)
      return book.isOpen('701', { day: at.day, minute: localMinute(at, ms) })
    }
    const openMinutes = (fromMs: number) =>
      Array.from({ length: 8 * 60 }, (_, n) => isOpen(fromMs + n * 60_000)).filter(Boolean).length
    // 25 October 2026: 02:00–03:00 twice. 29 March 2026: not at all. Any other night: once.
    expect(openMinutes(Date.UTC(2026, 9, 24, 21))).toBe(120)
    expect(openMinutes(Date.UTC(2026, 2, 28, 21))).toBe(0)
    expect(openMinutes(Date.UTC(2026, 10, 10, 21))).toBe(60)
  })

  it('is right where the clock is put on by half an hour', () => {
    const buckets = siteBuckets('Australia/Lord_Howe')
    // 4 October 2026, 02:00 becomes 02:30.
    const ms = Date.UTC(2026, 9, 3, 15, 30)
    expect([ms - 60_000, ms, ms + 29 * 60_000, ms + 30 * 60_000].map((at) => localMinute(buckets(at), at))).toEqual([
      119, 150, 179, 180,
    ])
  })
})

it('hours of a day follow one another, and only the last may end on the next day', () => {
  const isRight = (...day: DayHours) => DayHours.safeParse(day).success
  expect([isRight(), isRight(hours(9, 13), hours(14, 2)), isRight(hours(0, 0))]).toEqual([true, true, true])
  expect([
    isRight(hours(9, 13), hours(13, 18)),
    isRight(hours(22, 6), hours(23, 7)),
    isRight(hours(14, 18), hours(9, 13)),
  ]).toEqual([false, false, false])
})

it('changes the days it differs on, and no others', () => {
  const week = weekdays(hours(9, 18))
  const before = { times: [time('*', null, week), time('701', monday, week)], holidays: [holiday('*', saturday)] }
  expect(workTimeChanges(before, structuredClone(before))).toEqual([])
  expect(workTimeChanges(before, { ...before, times: before.times.slice(0, 1) })).toEqual([
    { queue: '701', fromDay: monday, toDay: null },
  ])
  // A shift of that day may end on the next.
  expect(workTimeChanges(before, { ...before, holidays: [holiday('702', 20_261_231)] })).toEqual([
    { queue: '*', fromDay: saturday, toDay: 20_261_122 },
    { queue: '702', fromDay: 20_261_231, toDay: 20_270_101 },
  ])
})
