import { expect, it } from 'vitest'
import { daysTogether, pageDays } from './page-days.ts'

const counts = [
  { day: 20_261_103, counted: 3 },
  { day: 20_261_102, counted: 1 },
  { day: 20_261_031, counted: 4 },
]

it.each([
  [0, 2, [20_261_103], 0],
  [2, 1, [20_261_103], 2],
  [2, 2, [20_261_103, 20_261_102], 2],
  [3, 1, [20_261_102], 0],
  [3, 9, [20_261_102, 20_261_031], 0],
  [7, 9, [20_261_031], 3],
  [8, 9, [], 0],
])('a page from row %d, %d rows long, lies in %j after %d of their rows', (offset, limit, days, before) => {
  expect(pageDays(counts, { offset, limit })).toEqual({ days, offset: before, total: 8 })
})

it.each([
  [8, [[20_261_103, 20_261_102, 20_261_031]]],
  [4, [[20_261_103, 20_261_102], [20_261_031]]],
  [3, [[20_261_103], [20_261_102], [20_261_031]]],
])('days with up to %d rows are read together, each once', (most, together) => {
  expect([...daysTogether(counts, most)]).toEqual(together)
})

it('no days have no page', () => {
  expect(pageDays([], { offset: 0, limit: 10 })).toEqual({ days: [], offset: 0, total: 0 })
})
