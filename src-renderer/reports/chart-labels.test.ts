import { expect, it } from 'vitest'
import type { Grouping } from '../../server/contract/index.ts'
import { chartLabels } from './chart-labels.ts'

const minuteMs = 60_000
/** Midnight of 16 November where the site is. */
const midnightMs = Date.UTC(2026, 10, 15, 14)

const site = { language: 'ru', timeZone: 'Asia/Vladivostok', nameOf: (key: string | null) => `имя ${key}` } as const

/** Places of so many minutes from a time of the site's 16 November, each `stepPx` wide. */
const intervals = (groupBy: Grouping, minutes: number, [fromMinute, count]: [number, number], stepPx: number) =>
  chartLabels(
    Array.from({ length: count }, (_, n) => String(midnightMs + (fromMinute + n * minutes) * minuteMs)),
    { ...site, groupBy, stepPx },
  )
const written = (labels: readonly (string | null)[]) => labels.filter((label) => label !== null)

it('dates of quarters of an hour in a row were cut off before their time: of one day only round times stand', () => {
  expect(written(intervals('quarterHour', 15, [9 * 60 + 30, 28], 39))).toEqual([
    ...['09:30', '10:00', '10:30', '11:00', '11:30', '12:00', '12:30'],
    ...['13:00', '13:30', '14:00', '14:30', '15:00', '15:30', '16:00'],
  ])
})

it('of several days each begins with its date, the first where there is room for it', () => {
  expect(written(intervals('halfHour', 30, [9 * 60 + 30, 48 * 3], 3.2))).toEqual([
    ...['16.11', '17.11', '12:00', '18.11', '12:00', '19.11'],
  ])
  expect(written(intervals('halfHour', 30, [23 * 60, 10], 24))).toEqual(['16.11', '17.11', '01:00', '02:00', '03:00'])
  expect(written(intervals('halfHour', 30, [23 * 60, 10], 20))).toEqual(['17.11', '02:00'])
})

it('of more days than there is room for some have their date', () => {
  const labels = intervals('halfHour', 30, [0, 48 * 8], 0.7)
  expect(written(labels)).toEqual(['16.11', '18.11', '20.11', '22.11'])
})

it('hours in a row have day and time, as far apart as they are long', () => {
  const labels = intervals('hour', 60, [9 * 60, 30], 36)
  expect(written(labels).slice(0, 2)).toEqual(['16.11 09:00', '16.11 12:00'])
})

it('none runs over the right edge, where it was cut', () => {
  const labels = intervals('hour', 60, [0, 28], 36)
  expect(labels.findLastIndex((label) => label !== null)).toBe(24)
  expect(intervals('quarterHour', 15, [0, 5], 20)).toEqual(['00:00', null, null, null, null])
})

it('names are as long as there is room, and one that is not given is a dash', () => {
  const named = (stepPx: number) =>
    chartLabels(['a', 'b'], { ...site, groupBy: 'operator', stepPx, nameOf: (key) => (key === 'a' ? 'Константинопольская' : '') })
  expect(named(400)).toEqual(['Константинопольская', '—'])
  expect(named(110)).toEqual(['Константинополь…', '—'])
})
