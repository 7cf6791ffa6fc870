import { expect, it } from 'vitest'
import { periodStart, readView, viewPath } from './history-filter.ts'

it('is the same after a trip through the address', () => {
  const view = {
    period: 'today',
    filter: { direction: 'external', outcome: 'rated', search: 'Ёлка & +7 916', queue: '701' },
    cardId: 'main:1.2',
  } as const
  expect(readView(viewPath(view).split('?')[1] ?? '')).toEqual(view)
  expect(viewPath({ period: 'all', filter: {}, cardId: null })).toBe('/history')
})

it('leaves out what it does not know', () => {
  expect(readView('period=century&outcome=lost&direction=up&queue=')).toEqual({ period: 'all', filter: {}, cardId: null })
})

it('begins at local midnight', () => {
  const now = new Date(2026, 2, 30, 14, 5).getTime()
  expect(periodStart('today', now)).toBe(new Date(2026, 2, 30).getTime())
  expect(periodStart('week', now)).toBe(new Date(2026, 2, 24).getTime())
  expect(periodStart('all', now)).toBeNull()
})
