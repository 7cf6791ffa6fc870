import { expect, it } from 'vitest'
import { type CallsView, callsPath, callsRequest, isUnfiltered, readCallsView } from './calls-view.ts'

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
