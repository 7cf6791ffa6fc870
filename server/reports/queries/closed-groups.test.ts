import { expect, it } from 'vitest'
import type { Grouping, WorkTime } from '../../contract/index.ts'
import { siteBuckets } from '../fold/buckets.ts'
import { workTimeBook } from '../fold/work-time.ts'
import { closedGroups } from './closed-groups.ts'

const nineToSix = [{ from: 540, to: 1_080 }]
const week = [nineToSix, nineToSix, nineToSix, nineToSix, nineToSix, [], []]
const times: WorkTime[] = [
  { queue: '*', fromDay: null, week, keepsHolidays: true },
  { queue: '702', fromDay: null, week: week.map(() => [{ from: 600, to: 1_230 }]), keepsHolidays: false },
]
const holidays = [{ queue: '*', day: 20_261_118, name: '', hours: [] }]
const book = workTimeBook({ times, holidays })
// Monday to Sunday.
const days = { fromDay: 20_261_116, toDay: 20_261_122 }
const closed = (groupBy: Grouping, queues: readonly string[], keys: string[] = []) =>
  closedGroups(groupBy, { days, queues, book, keys, buckets: siteBuckets('Europe/Moscow') })

it('are the hours in which none of the queues was open on any day, not those begun', () => {
  expect(closed('hourOfDay', ['701']).map(Number)).toEqual([...[0, 1, 2, 3, 4, 5, 6, 7, 8], ...[18, 19, 20, 21, 22, 23]])
  // 702 is open until half past eight in the evening.
  expect(closed('hourOfDay', ['701', '702']).map(Number)).toEqual([...[0, 1, 2, 3, 4, 5, 6, 7, 8], ...[21, 22, 23]])
})

it('are the days and weekdays on which they were closed all day', () => {
  expect(closed('day', ['701'])).toEqual(['20261118', '20261121', '20261122'])
  expect(closed('weekday', ['701'])).toEqual(['3', '6', '7'])
  expect(closed('day', ['701', '702'])).toEqual([])
})

it('are those of the hours listed, by their moment', () => {
  const at = (day: number, hour: number) => String(Date.UTC(2026, 10, day, hour - 3))
  expect(closed('hour', ['701'], [at(16, 8), at(16, 9), at(18, 9), at(21, 12)])).toEqual([at(16, 8), at(18, 9), at(21, 12)])
})

it('are the parts of hours beside them: of the day all, one after another all from the first to the last', () => {
  expect(
    closed('halfHourOfDay', ['701', '702'])
      .map(Number)
      .filter((minute) => minute > 720),
  ).toEqual([1_230, 1_260, 1_290, 1_320, 1_350, 1_380, 1_410])
  expect(closed('quarterHourOfDay', ['701'])).toHaveLength(15 * 4)
  const at = (hour: number, minute: number) => String(Date.UTC(2026, 10, 16, hour - 3, minute))
  expect(closed('quarterHour', ['701'], [at(9, 15), at(8, 15)])).toEqual([at(8, 15), at(8, 30), at(8, 45)])
  expect(closed('quarterHour', ['701'])).toEqual([])
})

it('are none of groups that are no times', () => {
  expect([closed('queue', ['701'], ['701']), closed('direction', ['701'])]).toEqual([[], []])
})
