import { expect, it } from 'vitest'
import type { CallsRequest } from '../../server/contract/index.ts'
import { type CallsView, callsPath, callsRequest, isUnfiltered, looksAgainMs, readCallsView } from './calls-view.ts'

const today = 20_261_121
const full: CallsView = {
  period: { fromDay: 20_231_101, toDay: 20_231_130 },
  queues: ['701', '702'],
  operators: ['1001'],
  direction: 'outbound',
  outcome: 'busy',
  search: '916 00&я',
}

it('has the whole view in its address, and today with nothing else in none', () => {
  const back = (view: CallsView) => readCallsView(callsPath(view).split('?')[1] ?? '')
  expect(back(full)).toEqual(full)
  const first = readCallsView('')
  expect(callsPath(first)).toBe('/calls')
  expect(callsRequest(first, today)).toEqual({ fromDay: today, toDay: today, filter: {} })
  expect(back({ ...first, period: 'last7' })).toEqual({ ...first, period: 'last7' })
  expect(readCallsView('period=never&direction=up&outcome=eaten')).toEqual(first)
})

it('asks for what is shown, and for nothing empty', () => {
  expect(callsRequest({ ...full, search: '  916 ' }, today)).toEqual({
    ...{ fromDay: 20_231_101, toDay: 20_231_130 },
    filter: { queues: ['701', '702'], operators: ['1001'], direction: 'outbound', outcome: 'busy', search: '916' },
  })
  const first = readCallsView('')
  expect(isUnfiltered({ ...first, search: ' ' })).toBe(true)
  for (const change of [
    { queues: ['701'] },
    { operators: ['1'] },
    { direction: 'inbound' },
    { outcome: 'lost' },
    { search: 'a' },
  ] as const)
    expect(isUnfiltered({ ...first, ...change })).toBe(false)
})

it.each<[string, CallsRequest, number | null]>([
  ['all calls of years up to today', { fromDay: 20_240_101, toDay: today, filter: { queues: ['701'] } }, 15_000],
  ['a search in two days', { fromDay: 20_261_120, toDay: today, filter: { search: 'a' } }, 15_000],
  ['a search in three days', { fromDay: 20_261_119, toDay: today, filter: { search: 'a' } }, null],
  ['an outcome of a week', { fromDay: 20_261_115, toDay: today, filter: { outcome: 'busy' } }, null],
  ['some people’s calls of a week', { fromDay: 20_261_115, toDay: today, filter: { operators: ['1001'] } }, null],
  ['days that are over', { fromDay: 20_261_120, toDay: 20_261_120, filter: {} }, null],
])('looks by itself no longer than is quick: %s', (_, request, everyMs) => {
  expect(looksAgainMs(request, today)).toBe(everyMs)
})
