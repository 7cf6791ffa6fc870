import { expect, it } from 'vitest'
import { makeCard } from '../card/testing.ts'
import { ringingNotice } from './ringing-notice.ts'

const card = makeCard({ state: 'ringing', queue: { number: '701', name: 'Отдел продаж' } })
const line = {
  id: 'in-1',
  callId: card.callId,
  legId: card.legId,
  cardId: null,
  direction: 'inbound',
  phase: 'ringingIn',
  number: card.number,
  name: 'Ivan',
} as const

it('tells of the ringing card, also when the phone on the desk rings', () => {
  expect(ringingNotice({ cards: [card], lines: [], serverTells: true })).toMatchObject({ key: '1.1', queue: 'Отдел продаж' })
})

it('tells of a call that rings while the server is away', () => {
  expect(ringingNotice({ cards: [], lines: [line], serverTells: false })).toEqual({
    key: '1.1',
    caller: { customer: null, callerName: 'Ivan', number: card.number },
    queue: null,
  })
})

it('goes on under the same key when the server goes or comes in the middle of the ringing', () => {
  const keys = [true, false].map((serverTells) => ringingNotice({ cards: [card], lines: [line], serverTells })?.key)
  expect(keys).toEqual(['1.1', '1.1'])
})

it('is silent on a card that rings in an old view only', () => {
  expect(ringingNotice({ cards: [card], lines: [], serverTells: false })).toBeNull()
})

it('is silent on own calls, answered ones and empty lines', () => {
  expect(ringingNotice({ cards: [{ ...card, direction: 'outbound' }], lines: [], serverTells: true })).toBeNull()
  const toColleague = { ...card, direction: 'internal', legId: card.callId } as const
  expect(ringingNotice({ cards: [toColleague], lines: [], serverTells: true })).toBeNull()
  const dialled = { ...line, direction: 'outbound', phase: 'ringingOut' } as const
  expect(ringingNotice({ cards: [card], lines: [dialled], serverTells: true })).toBeNull()
  expect(ringingNotice({ cards: [{ ...card, state: 'talking' }], lines: [], serverTells: true })).toBeNull()
  expect(ringingNotice({ cards: [], lines: [{ ...line, phase: 'active' }], serverTells: false })).toBeNull()
})
