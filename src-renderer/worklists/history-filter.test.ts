import { expect, it } from 'vitest'
import { presetSpan, readView, viewPath } from './history-filter.ts'

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
  for (const days of ['2026-02-30..2026-03-01', '2026-03-02..2026-03-01', '2026-03-01', '..', '2026-3-1..2026-3-2'])
    expect(readView(`period=${days}`).period).toBe('all')
})

it('begins to choose days from those that are shown', () => {
  const now = new Date(2026, 2, 3, 14, 5).getTime()
  expect(presetSpan('today', now)).toEqual({ from: '2026-03-03', to: '2026-03-03' })
  expect(presetSpan('week', now)).toEqual({ from: '2026-02-25', to: '2026-03-03' })
  expect(presetSpan('all', now)).toEqual(presetSpan('month', now))
})
