import { expect, it } from 'vitest'
import type { FigureDefinition } from '../../server/contract/index.ts'
import { beforeOf, labelEvery, noPictureOf, partsOf, placesOf, shortDay, ticksOf } from './chart-scale.ts'

it('has round ticks, in what the figure is counted in', () => {
  expect(ticksOf(37, 'count')).toEqual([0, 10, 20, 30, 40])
  expect(ticksOf(3, 'count')).toEqual([0, 1, 2, 3])
  expect(ticksOf(0, 'count')).toEqual([0, 1])
  expect(ticksOf(0.83, 'share')).toEqual([0, 0.25, 0.5, 0.75, 1])
  expect(ticksOf(0.06, 'share')).toEqual([0, 0.02, 0.04, 0.06])
  expect(ticksOf(95_000, 'ms')).toEqual([0, 30_000, 60_000, 90_000, 120_000])
  expect(ticksOf(10 * 3_600_000, 'ms')).toEqual([0, 4, 8, 12].map((hours) => hours * 3_600_000))
  expect(ticksOf(30 * 86_400_000, 'ms').at(-1)).toBeGreaterThanOrEqual(30 * 86_400_000)
  expect(ticksOf(4.4, 'mark')).toEqual([0, 2, 4, 6])
})

it.each([1, 7, 23, 99, 1_001, 123_456_789])('reaches above %d with five ticks at most', (most) => {
  for (const unit of ['count', 'ms'] as const) {
    const ticks = ticksOf(most, unit)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
    expect(ticks.length).toBeLessThanOrEqual(6)
  }
})

const row = (key: string) => ({ key, name: null, values: { calls: 1 }, before: null })
const asked = { report: 'times', fromDay: 20_261_030, toDay: 20_261_102, filter: {} } as const

it('leaves a gap where nothing is known: hours, weekdays and days all have their places', () => {
  const hours = placesOf([row('9')], { ...asked, groupBy: 'hourOfDay' })
  expect(hours).toHaveLength(24)
  expect(hours.filter((place) => place.row !== null).map(({ key }) => key)).toEqual(['9'])
  expect(placesOf([row('555')], { ...asked, groupBy: 'quarterHourOfDay' })).toHaveLength(96)
  expect(placesOf([row('540')], { ...asked, groupBy: 'halfHourOfDay' }).findIndex((place) => place.row !== null)).toBe(18)
  const [begin, later] = [String(Date.UTC(2026, 9, 30, 6)), String(Date.UTC(2026, 9, 30, 7))]
  const quarters = placesOf([row(later), row(begin)], { ...asked, groupBy: 'quarterHour' })
  expect(quarters.map((place) => place.row?.key)).toEqual([begin, undefined, undefined, undefined, later])
  expect(placesOf([], { ...asked, groupBy: 'weekday' })).toHaveLength(7)
  const days = placesOf([row('20261101')], { ...asked, groupBy: 'day' })
  expect(days.map((place) => [place.key, place.row !== null])).toEqual([
    ['20261030', false],
    ['20261031', false],
    ['20261101', true],
    ['20261102', false],
  ])
  expect(placesOf([row('702'), row('701')], { ...asked, groupBy: 'queue' }).map(({ key }) => key)).toEqual(['702', '701'])
})

it('draws what can be told apart, and says where there is too much of it', () => {
  const begin = Date.UTC(2026, 9, 30)
  const quarters = (days: number) => {
    const rows = [row(String(begin)), row(String(begin + days * 86_400_000 - 900_000))]
    return placesOf(rows, { ...asked, groupBy: 'quarterHour' })
  }
  expect([quarters(4).length, noPictureOf(quarters(4), 1)]).toEqual([384, null])
  expect([quarters(5).length, noPictureOf(quarters(5), 1)]).toEqual([480, 'tooMany'])
  expect([noPictureOf(quarters(5), 0), noPictureOf(placesOf([row('702')], { ...asked, groupBy: 'queue' }), 1)]).toEqual([
    'nothing',
    'nothing',
  ])
})

it('stands parts on one another only where there are at least two of the whole', () => {
  const figure = (id: string): FigureDefinition => ({
    id,
    unit: 'count',
    better: null,
    ru: { name: id, formula: '' },
    en: { name: id, formula: '' },
    opens: true,
  })
  expect(partsOf('queues', [figure('answered'), figure('abandoned'), figure('serviceLevel')]).map((one) => one.colour)).toEqual([
    'ok',
    'alarm',
  ])
  expect(partsOf('queues', [figure('answered')])).toEqual([])
  expect(partsOf('operators', [figure('handled'), figure('missedRings')])).toEqual([])
})

it('has the whole of the period before beside a whole of parts, and nothing where nothing is known', () => {
  const parts = ['inboundAnswered', 'missed'].map((id) => ({ figure: { id } }))
  const compared = { key: '20261101', name: null, values: {}, before: { inboundAnswered: 7, missed: 2, outbound: 40 } }
  expect(beforeOf({ key: '20261101', row: compared }, parts)).toBe(9)
  expect(beforeOf({ key: '20261101', row: compared }, parts.slice(1))).toBe(2)
  expect(beforeOf({ key: '20261101', row: { ...compared, before: { missed: null } } }, parts)).toBeNull()
  expect(beforeOf({ key: '20261101', row: row('20261101') }, parts)).toBeNull()
  expect(beforeOf({ key: '20261102', row: null }, parts)).toBeNull()
})

it('thins labels out', () => {
  expect(labelEvery(24, 900, 30)).toBe(1)
  expect(labelEvery(365, 900, 60)).toBe(25)
})

it('writes a day as its language does', () => {
  expect([shortDay('20261120', 'ru'), shortDay('20261120', 'en')]).toEqual(['20.11', '20/11'])
})
