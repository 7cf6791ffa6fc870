import pino from 'pino'
import { expect, it } from 'vitest'
import { addDays, type DayHours, type Holiday, type WorkTime } from '../../contract/index.ts'
import { type WorkTimes, workTimeBook } from '../fold/work-time.ts'
import { Expectation, expectedOf } from './expectation.ts'
import { likeDays } from './like-days.ts'
import type { ExpectedRow } from './visit-rows.ts'

const nineToSix: DayHours = [{ from: 540, to: 1_080 }]
const tenToFour: DayHours = [{ from: 600, to: 960 }]
/** Monday to Friday so, closed at weekends. */
const weekdays = (hours: DayHours): DayHours[] => [hours, hours, hours, hours, hours, [], []]
const time = (queue: string, more: Partial<WorkTime> = {}): WorkTime => ({
  ...{ queue, fromDay: null, week: weekdays(nineToSix), keepsHolidays: true },
  ...more,
})
const holiday = (day: number, hours: DayHours = [], queue = '*'): Holiday => ({ queue, day, name: '', hours })
const like = (workTimes: WorkTimes, day: number, queue = '701') => likeDays(workTimeBook(workTimes), queue, day)

// 20 November 2026 is a Friday.
const friday = 20_261_120
const weeksAgo = (...weeks: number[]) => weeks.map((week) => addDays(friday, -7 * week))

it('a day is like the same weekday of eight weeks, without holidays, which older weeks make up for', () => {
  expect(like({ times: [], holidays: [] }, friday)).toEqual({
    ...{ holiday: false, others: [] },
    choices: [weeksAgo(1, 2, 3, 4, 5, 6, 7, 8), weeksAgo(1, 2, 3, 4, 5, 6, 7, 8)],
  })
  const [second = 0] = weeksAgo(2)
  const workTimes = { times: [time('*')], holidays: [holiday(second)] }
  expect(like(workTimes, friday)).toMatchObject({ choices: [weeksAgo(1, 3, 4, 5, 6, 7, 8, 9), {}], others: [second] })
})

it('a day is like those of its hours, and after a change of hours like the others as long as there are none', () => {
  const [second = 0] = weeksAgo(2)
  const times = [time('*', { fromDay: second, week: weekdays(tenToFour) }), time('*')]
  expect(like({ times, holidays: [] }, friday).choices).toEqual([weeksAgo(1, 2), weeksAgo(1, 2, 3, 4, 5, 6, 7, 8)])
})

it('a holiday is like the holidays of its hours, else like days that always have them', () => {
  const newYear = 20_260_101
  const may = 20_260_501
  const short = 20_260_430
  const workTimes = { times: [time('*')], holidays: [holiday(friday), holiday(may), holiday(newYear), holiday(short, tenToFour)] }
  const closed = like(workTimes, friday)
  expect(closed).toMatchObject({ holiday: true, others: [] })
  expect(closed.choices[0]).toEqual([may, newYear])
  // Sundays and Saturdays.
  expect(closed.choices[1]?.slice(0, 3)).toEqual([20_261_115, 20_261_114, 20_261_108])
  expect(like({ ...workTimes, times: [] }, friday).choices).toEqual([[may, newYear], []])
})

it('a holiday is none of a queue that keeps none, and one of a queue’s own is nobody else’s', () => {
  const times = [time('*'), time('701', { keepsHolidays: false }), time('702')]
  const workTimes = { times, holidays: [holiday(friday), holiday(addDays(friday, -7), [], '702')] }
  expect([like(workTimes, friday, '701').holiday, like(workTimes, friday, '702').holiday]).toEqual([false, true])
  expect(like(workTimes, addDays(friday, -7), '703').holiday).toBe(false)
  expect(like(workTimes, addDays(friday, -7), '702').holiday).toBe(true)
})

const row = (queue: string, day: number, offered: number): ExpectedRow => ({ queue, day, hourOfDay: 12, offered })
const expected = (rows: readonly ExpectedRow[], workTimes: WorkTimes, day = friday) =>
  expectedOf(rows, {
    book: workTimeBook(workTimes),
    queues: ['*', ...workTimes.times.map(({ queue }) => queue), ...workTimes.holidays.map(({ queue }) => queue)],
    day,
  })

it('is of each queue by its own days, and of all their sum', () => {
  const [first = 0, second = 0, third = 0] = weeksAgo(1, 2, 3)
  const rows = [row('701', first, 4), row('701', second, 100), row('701', third, 2), row('702', first, 1), row('702', second, 3)]
  const of = expected(rows, { times: [], holidays: [holiday(second, [], '701')] })
  expect(of('701')).toMatchObject({ days: [first, third], otherDays: [second], emptyDays: [] })
  expect(of('702')).toMatchObject({ days: [first, second, third], otherDays: [] })
  expect([of('701').mean(12), of('702').mean(12), of('799').mean(12), of('701').mean(13)]).toEqual([3, 4 / 3, 0, 0])
  expect(of(null)).toMatchObject({ days: [first, second, third], otherDays: [] })
  expect(of(null).mean(12)).toBeCloseTo(3 + 4 / 3)
})

it('takes an open day without a call for one the record lacks, and a closed one for one without callers', () => {
  const holidays = [holiday(friday), holiday(20_260_101), holiday(20_260_501), holiday(20_260_612)]
  const of = expected([row('701', 20_260_101, 4)], { times: [time('*')], holidays })
  expect(of(null)).toMatchObject({ holiday: true, days: [20_260_612, 20_260_501, 20_260_101], emptyDays: [] })
  expect(of(null).mean(12)).toBeCloseTo(4 / 3)
  const open = expected([row('701', addDays(friday, -21), 4)], { times: [], holidays: [] })
  expect(open(null)).toMatchObject({ days: weeksAgo(3), emptyDays: weeksAgo(1, 2) })
  expect(open(null).mean(12)).toBe(4)
})

it('of a holiday is of days that always have its hours only where the record has no holiday', () => {
  const workTimes = { times: [time('*')], holidays: [holiday(friday), holiday(20_260_501)] }
  const sunday = row('701', 20_261_115, 6)
  expect(expected([sunday], workTimes)(null).days).toContain(20_261_115)
  expect(expected([sunday, row('701', 20_260_501, 1)], workTimes)(null).days).toEqual([20_260_501])
})

it('is asked once by those who ask together, and anew for another day or other work times', async () => {
  let asked = 0
  let workTimes: WorkTimes = { times: [], holidays: [] }
  const expectation = new Expectation({
    rows: async () => {
      asked += 1
      return []
    },
    workTimes: { all: () => workTimes },
    logger: pino({ enabled: false }),
  })
  const together = [expectation.of(friday, 0), expectation.of(friday, 0), expectation.of(addDays(friday, 1), 0)]
  workTimes = { times: [], holidays: [holiday(addDays(friday, -7))] }
  const [first, second, tomorrow, after] = await Promise.all([...together, expectation.of(addDays(friday, 1), 0)])
  expect(asked).toBe(3)
  expect(first).toBe(second)
  expect(new Set([first, tomorrow, after]).size).toBe(3)
})
