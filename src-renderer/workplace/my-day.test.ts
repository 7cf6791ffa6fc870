import { expect, it } from 'vitest'
import type { Direction } from '../../server/contract/index.ts'
import { myDay } from './my-day.ts'

const now = new Date('2026-11-20T14:00:00').getTime()
const at = (text: string) => new Date(`2026-11-${text}`).getTime()
const card = (ringing: number, talkMs: number | null, direction: Direction = 'inbound') => ({
  direction,
  state: talkMs === null ? ('missed' as const) : ('saved' as const),
  ringingAtMs: ringing,
  answeredAtMs: talkMs === null ? null : ringing + 5000,
  endedAtMs: talkMs === null ? ringing + 20_000 : ringing + 5000 + talkMs,
})

it('counts today only, and averages over answered calls only', () => {
  const cards = [
    card(at('20T09:00:00'), 60_000),
    card(at('20T00:00:00'), 30_000),
    card(at('20T10:00:00'), null),
    card(at('19T23:59:59'), 600_000),
    card(at('19T12:00:00'), null),
  ]
  expect(myDay(cards, now)).toEqual({ answered: 2, missed: 1, averageTalkMs: 45_000 })
})

it('has no average of nothing', () => {
  expect(myDay([card(at('20T10:00:00'), null)], now)).toEqual({ answered: 0, missed: 1, averageTalkMs: null })
})

it('does not count own dialled calls as taken or missed', () => {
  const cards = [card(at('20T10:00:00'), 20_000, 'outbound'), card(at('20T11:00:00'), null, 'outbound')]
  expect(myDay(cards, now)).toEqual({ answered: 0, missed: 0, averageTalkMs: 20_000 })
})
