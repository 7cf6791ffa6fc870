import { expect, it } from 'vitest'
import { periodBounds, presetSpan, readView, viewPath } from './history-filter.ts'

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

it('begins at local midnight', () => {
  const now = new Date(2026, 2, 30, 14, 5).getTime()
  expect(periodBounds('today', now)).toEqual({ fromMs: new Date(2026, 2, 30).getTime() })
  expect(periodBounds('week', now)).toEqual({ fromMs: new Date(2026, 2, 24).getTime() })
  expect(periodBounds('all', now)).toEqual({})
})

it('has chosen days whole, the last one too, also the long and short ones of a clock change', () => {
  const bounds = periodBounds({ from: '2026-10-24', to: '2026-10-31' }, 0)
  expect(bounds).toEqual({ fromMs: new Date(2026, 9, 24).getTime(), toMs: new Date(2026, 10, 1).getTime() })
  const { fromMs, toMs } = periodBounds({ from: '2026-12-31', to: '2026-12-31' }, 0)
  expect([fromMs, toMs]).toEqual([new Date(2026, 11, 31).getTime(), new Date(2027, 0, 1).getTime()])
})

it('begins to choose days from those that are shown', () => {
  const now = new Date(2026, 2, 3, 14, 5).getTime()
  expect(presetSpan('today', now)).toEqual({ from: '2026-03-03', to: '2026-03-03' })
  expect(presetSpan('week', now)).toEqual({ from: '2026-02-25', to: '2026-03-03' })
  expect(presetSpan('all', now)).toEqual(presetSpan('month', now))
})
