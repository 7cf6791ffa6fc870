import { expect, it } from 'vitest'
import { readView, viewPath } from './history-filter.ts'

it('is the same after a trip through the address', () => {
  const view = {
    period: 'today',
    filter: { direction: 'external', outcome: 'rated', search: 'Ёлка & +7 916', queue: '701' },
    cardId: 'main:1.2',
  } as const
  expect(readView(viewPath(view).split('?')[1] ?? '')).toEqual(view)
  const days = { ...view, period: { from: '2026-11-01', to: '2026-11-20' } }
  expect(readView(viewPath(days).split('?')[1] ?? '')).toEqual(days)
  expect(viewPath({ period: 'all', filter: {}, cardId: null })).toBe('/history')
})

it('leaves out what it does not know', () => {
  expect(readView('period=century&outcome=lost&direction=up&queue=')).toEqual({ period: 'all', filter: {}, cardId: null })
})
