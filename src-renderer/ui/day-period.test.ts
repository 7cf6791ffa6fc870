import { expect, it } from 'vitest'
import { periodText, presetSpan, readPeriod } from './day-period.ts'

it('is the same after a trip through the address', () => {
  for (const period of ['today', 'week', 'month', 'all', { from: '2026-11-01', to: '2026-11-20' }] as const)
    expect(readPeriod(periodText(period) ?? '')).toEqual(period)
  for (const days of ['2026-02-30..2026-03-01', '2026-03-02..2026-03-01', '2026-03-01', '..', '2026-3-1..2026-3-2'])
    expect(readPeriod(days)).toBe('all')
})

it('begins to choose days from those that are shown', () => {
  const now = new Date(2026, 2, 3, 14, 5).getTime()
  expect(presetSpan('today', now)).toEqual({ from: '2026-03-03', to: '2026-03-03' })
  expect(presetSpan('week', now)).toEqual({ from: '2026-02-25', to: '2026-03-03' })
  expect(presetSpan('all', now)).toEqual(presetSpan('month', now))
})
