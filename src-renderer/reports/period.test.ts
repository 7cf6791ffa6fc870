import { expect, it } from 'vitest'
import { todayOf } from './period.ts'

it('cuts the day at midnight', () => {
  expect(todayOf(new Date(2026, 10, 20, 13, 5).getTime())).toEqual({
    fromMs: new Date(2026, 10, 20).getTime(),
    toMs: new Date(2026, 10, 21).getTime(),
  })
})
