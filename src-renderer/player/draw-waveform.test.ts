import { expect, it } from 'vitest'
import { barsOf } from './draw-waveform.ts'

it('shows each slice in some bar, and the loudest of those that share one', () => {
  expect(barsOf([1, 9, 2, 3], 2)).toEqual([9, 3])
  expect(barsOf([1, 2], 4)).toEqual([1, 1, 2, 2])
  expect(barsOf([], 3)).toEqual([0, 0, 0])
  expect(barsOf([5], 0)).toEqual([])
})
