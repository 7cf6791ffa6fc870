import { expect, it } from 'vitest'
import { heldDays, Tenures } from './tenures.ts'

const time = (extension: string, fromMs: number, toMs: number | null = null) => ({ extension, fromMs, toMs })
/** Anna had 1001 until 50, then 1005; Boris 1002 until 40, then from 60 Anna's 1001. */
const tenures = new Tenures([
  { id: 'anna', times: [time('1001', 10, 50), time('1005', 50)] },
  { id: 'boris', times: [time('1002', 20, 40), time('1001', 60)] },
])

it('tells whose an extension was, and of the time before anything was noted takes who had it first', () => {
  expect([0, 49, 50, 59, 60, 999].map((atMs) => tenures.holderAt('1001', atMs))).toEqual([
    'anna',
    'anna',
    '1001',
    '1001',
    'boris',
    'boris',
  ])
  // Anna had another before it: whose it was then is not known.
  expect([49, 50].map((atMs) => tenures.holderAt('1005', atMs))).toEqual(['1005', 'anna'])
  expect(tenures.holderAt('1099', 7)).toBe('1099')
})

it('knows what changed hands within a time, and what did not', () => {
  const holders = (fromMs: number, toMs: number) =>
    ['1001', '1002', '1005', '1099'].map((extension) => tenures.holderIn(extension, { fromMs, toMs }))
  expect(holders(0, 40)).toEqual(['anna', 'boris', '1005', '1099'])
  expect(holders(60, 90)).toEqual(['boris', '1002', 'anna', '1099'])
  expect(holders(30, 70)).toEqual([null, null, null, '1099'])
  expect(tenures.handedOverIn({ fromMs: 0, toMs: 40 })).toEqual([])
  expect(tenures.handedOverIn({ fromMs: 45, toMs: 55 }).map(({ id, times }) => [id, times[0]?.extension])).toEqual([
    ['anna', '1001'],
    ['1001', '1001'],
    ['1005', '1005'],
    ['anna', '1005'],
  ])
})

it('has all that was somebody’s, or nobody’s', () => {
  expect(tenures.of('anna').times).toEqual([time('1001', 0, 50), time('1005', 50, Number.MAX_SAFE_INTEGER)])
  expect(tenures.of('1001').times).toEqual([time('1001', 50, 60)])
  expect(tenures.of('1099').times).toEqual([time('1099', 0)])
})

it('the days of a tenure are whole ones and those of its change', () => {
  const timeZone = 'Europe/Moscow'
  const days = { fromDay: 20_261_101, toDay: 20_261_119 }
  // In Moscow.
  const midnight = (day: number) => Date.UTC(2026, 10, day) - 10_800_000
  const noon = (day: number) => midnight(day) + 43_200_000
  const of = (fromMs: number, toMs: number | null) =>
    heldDays({ id: 'anna', times: [{ extension: '1001', fromMs, toMs }] }, { days, timeZone }).map((held) => [
      held.days.fromDay % 100,
      held.days.toDay % 100,
      held.whole,
    ])
  expect(of(0, null)).toEqual([[1, 19, true]])
  expect(of(0, noon(15))).toEqual([
    [1, 14, true],
    [15, 15, false],
  ])
  expect(of(noon(3), noon(15))).toEqual([
    [4, 14, true],
    [3, 3, false],
    [15, 15, false],
  ])
  expect(of(midnight(3), midnight(15))).toEqual([[3, 14, true]])
  expect(of(noon(3), noon(4))).toEqual([
    [3, 3, false],
    [4, 4, false],
  ])
  expect(of(noon(3), noon(3) + 1)).toEqual([[3, 3, false]])
  expect(of(midnight(20), null)).toEqual([])
  const [, part] = heldDays({ id: 'anna', times: [time('1001', noon(3))] }, { days, timeZone })
  // A talk of the day may begin after its midnight.
  expect(part?.person.times).toEqual([time('1001', noon(3), midnight(5))])
})
