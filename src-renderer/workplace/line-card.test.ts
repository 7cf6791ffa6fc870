import { describe, expect, it } from 'vitest'
import { cardOfLine, lineOfCard, mayBeOnLines } from './line-card.ts'

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

describe('mayBeOnLines', () => {
  const talking = { ...card, state: 'talking' as const }
  it('says that a page loaded again in the middle of a call is not in it', () => {
    expect(mayBeOnLines(talking, [])).toBe(false)
    expect(mayBeOnLines(talking, [{ ...line, phase: 'ended' }])).toBe(false)
    expect(mayBeOnLines(talking, [{ ...line, legId: '10.9' }])).toBe(false)
  })
  it('claims nothing of an own dialled call, whose leg the phone does not know', () => {
    expect(mayBeOnLines(talking, [{ callId: null, legId: null, number: '9 123', phase: 'active' }])).toBe(true)
    expect(mayBeOnLines(talking, [{ ...line, phase: 'active' }])).toBe(true)
  })
})
