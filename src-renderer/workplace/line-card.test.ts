import { describe, expect, it } from 'vitest'
import { cardOfLine, lineOfCard } from './line-card.ts'

const line = { callId: '10.1', legId: '10.2', number: '+74950000701', phase: 'ringingIn' as const }
const card = { callId: '10.1', legId: '10.2', number: '+74950000701', state: 'ringing' as const }

describe('cardOfLine', () => {
  it('meets on the leg before the number', () => {
    const other = { ...card, legId: '10.9', callId: '10.8' }
    expect(cardOfLine(line, [other, card])).toBe(card)
  })
  it('does not take another operator’s card of the same call', () => {
    expect(cardOfLine(line, [{ ...card, legId: '10.3' }])).toBeNull()
  })
  it('meets on the call, then on the number, when the dialplan sent no header', () => {
    expect(cardOfLine({ ...line, legId: null }, [card])).toBe(card)
    expect(cardOfLine({ ...line, legId: null, callId: null, number: '8 (495) 000-07-01' }, [card])).toBe(card)
    expect(cardOfLine({ ...line, legId: null, callId: null, number: '' }, [{ ...card, number: '' }])).toBeNull()
  })
  it('leaves a card in wrap-up alone when the same number rings again', () => {
    expect(cardOfLine({ ...line, legId: null, callId: null }, [{ ...card, state: 'wrapUp' }])).toBeNull()
  })
})

describe('lineOfCard', () => {
  it('finds the line that rings, and none that has ended', () => {
    expect(lineOfCard(card, [line])).toBe(line)
    expect(lineOfCard(card, [{ ...line, phase: 'ended' as const }])).toBeNull()
    expect(lineOfCard({ ...card, state: 'wrapUp' as const }, [line])).toBeNull()
  })
})
