import { expect, it } from 'vitest'
import { meterShare } from './meter-share.ts'

it('fills by loudness as it is heard', () => {
  expect(meterShare(0)).toBe(0)
  expect(meterShare(0.001)).toBeCloseTo(0, 1)
  expect(meterShare(0.0178)).toBeCloseTo(0.5, 1)
  expect(meterShare(0.32)).toBeCloseTo(1, 1)
  expect(meterShare(1)).toBe(1)
})
