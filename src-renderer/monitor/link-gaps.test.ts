import { expect, it } from 'vitest'
import { askEveryMs, gapToTell } from './link-gaps.ts'

const hourMs = 3_600_000
const gap = (fromMs: number, toMs: number, filled = false, server = '1') => ({ server, fromMs, toMs, filled, calls: 0 })

it('tells the newest gap until it was read, no blink, and none of long ago', () => {
  const gaps = [gap(20_000, 22_999), gap(10_000, 13_000), gap(0, 5_000)]
  expect(gapToTell(gaps, {}, 30_000)?.toMs).toBe(13_000)
  expect(gapToTell(gaps, { 1: 13_000 }, 30_000)).toBeNull()
  expect(gapToTell(gaps, {}, 13_000 + 8 * hourMs - 1)?.toMs).toBe(13_000)
  expect(gapToTell(gaps, {}, 13_000 + 8 * hourMs)).toBeNull()
})

it('tells another server’s gap of the same time too', () => {
  const gaps = [gap(10_000, 14_000), gap(10_000, 13_000, false, '2')]
  expect(gapToTell(gaps, { 1: 14_000 }, 30_000)?.server).toBe('2')
  expect(gapToTell(gaps, { 1: 14_000, 2: 13_000 }, 30_000)).toBeNull()
})

it('asks often only while the last gap may still be filled', () => {
  expect(askEveryMs({ gaps: [gap(0, 5_000)], upSinceMs: 5_000, nowMs: 10_000 })).toBe(3_000)
  expect(askEveryMs({ gaps: [], upSinceMs: 5_000, nowMs: 10_000 })).toBe(3_000)
  expect(askEveryMs({ gaps: [gap(0, 5_000, true)], upSinceMs: 5_000, nowMs: 10_000 })).toBe(60_000)
  expect(askEveryMs({ gaps: [gap(0, 5_000)], upSinceMs: 5_000, nowMs: 605_000 })).toBe(60_000)
  expect(askEveryMs({ gaps: [], upSinceMs: null, nowMs: 5_000 })).toBe(60_000)
})
