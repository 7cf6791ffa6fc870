import { describe, expect, it } from 'vitest'
import { cardOfLine, learntOf, lineOfCard, mayBeOnLines } from './line-card.ts'

const line = { callId: '10.1', legId: '10.2', cardId: null, number: '+74950000701', phase: 'ringingIn' as const }
const card = { id: 'main:10.2', callId: '10.1', legId: '10.2', number: '+74950000701', state: 'ringing' as const }

describe('cardOfLine', () => {
  it('meets on the leg before the number', () => {
    const other = { ...card, id: 'main:10.9', legId: '10.9', callId: '10.8' }
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
  it('stays with the card it has met, whatever leg and call the PBX makes of it', () => {
    const met = { ...line, phase: 'active' as const, cardId: card.id, legId: null }
    const talking = { ...card, state: 'talking' as const }
    const joined = { ...talking, callId: '9.1', number: '+79160001000' }
    expect(cardOfLine(met, [joined])).toBe(joined)
    expect(cardOfLine({ ...met, cardId: null }, [joined])).toBeNull()
    const second = { ...talking, id: 'main:20.2', legId: '20.2' }
    expect(cardOfLine({ ...met, legId: '20.2' }, [joined, second])).toBe(second)
  })
})

describe('what a line learns of its card', () => {
  const talk = { ...line, phase: 'active' as const, answeredAtMs: 1, name: 'Анна', number: '1001' }
  const own = { ...card, state: 'talking' as const, number: '1001', callerName: 'Анна' }
  const asked = { ...talk, cardId: own.id }
  const customer = { ...own, callId: '9.1', number: '+79160001000', callerName: '' }

  it('is which card it is, once', () => {
    expect(learntOf(talk, [talk], [own])).toEqual({ cardId: own.id, callId: '10.1', number: '1001', name: 'Анна' })
    expect(learntOf(asked, [asked], [own])).toBeNull()
  })

  it('is the customer, when a colleague who asked has connected us', () => {
    const learnt = { cardId: own.id, callId: '9.1', number: '+79160001000', name: '' }
    expect(learntOf(asked, [asked], [customer])).toEqual(learnt)
    // Moved to another connection meanwhile, which has another leg.
    const moved = { ...asked, legId: null }
    expect(learntOf(moved, [moved], [customer])).toEqual(learnt)
    const knows = { ...moved, ...learnt }
    expect(learntOf(knows, [knows], [customer])).toBeNull()
    expect(learntOf(asked, [asked], [{ ...customer, number: '' }])).toEqual({ ...learnt, number: '' })
  })

  it('is the customer, when the talk with the colleague who asked is the older call', () => {
    const connected = { ...customer, callId: own.callId }
    const learnt = { cardId: own.id, callId: own.callId, number: '+79160001000', name: '' }
    expect(learntOf(asked, [asked], [connected])).toEqual(learnt)
    // Loaded again meanwhile: the call has another leg.
    const moved = { ...asked, legId: null }
    expect(learntOf(moved, [moved], [connected])).toEqual(learnt)
    const knows = { ...moved, ...learnt }
    expect(learntOf(knows, [knows], [connected])).toBeNull()
    const written = { ...knows, number: '8 916 000-10-00' }
    expect(learntOf(written, [written], [connected])).toBeNull()
  })

  it('is nothing while it rings: the PBX may show the phone another number than the caller’s', () => {
    const rings = { ...asked, phase: 'ringingIn' as const, answeredAtMs: null, number: '701' }
    expect(learntOf(rings, [rings], [{ ...own, state: 'ringing', number: '+79160001000' }])).toBeNull()
  })

  it('is whom an own call has reached, without its Linkedid', () => {
    const dialled = { ...talk, callId: null, legId: null }
    const met = { ...dialled, cardId: own.id }
    expect(learntOf(dialled, [dialled], [own])).toEqual({ cardId: own.id, callId: null, number: '1001', name: 'Анна' })
    const handedOn = { ...own, number: '1003', callerName: 'Вера' }
    expect(learntOf(met, [met], [handedOn])).toEqual({ cardId: own.id, callId: null, number: '1003', name: 'Вера' })
  })

  it.each(['', 'anonymous'])('is once that an own call has reached somebody whose number is withheld: %j', (number) => {
    const met = { ...talk, callId: null, legId: null, cardId: own.id }
    const withheld = { ...own, number, callerName: '' }
    const learnt = learntOf(met, [met], [withheld])
    expect(learnt).toEqual({ cardId: own.id, callId: null, number, name: '' })
    const knows = { ...met, ...learnt }
    expect(learntOf(knows, [knows], [withheld])).toBeNull()
  })

  it('is nothing that is not sure', () => {
    const dialled = { ...talk, callId: null, legId: null }
    expect(learntOf(dialled, [dialled, { ...dialled }], [own])).toBeNull()
    expect(learntOf(dialled, [dialled], [own, { ...own, id: 'main:20.2', legId: '20.2', callId: '20.1' }])).toBeNull()
    expect(learntOf(dialled, [dialled], [{ ...own, state: 'ringing' }])).toBeNull()
    const rings = { ...dialled, phase: 'ringingOut' as const, answeredAtMs: null }
    expect(learntOf(rings, [rings], [own])).toBeNull()
    const over = { ...asked, phase: 'ended' as const }
    expect(learntOf(over, [over], [customer])).toBeNull()
    expect(learntOf(talk, [talk], [])).toBeNull()
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
    expect(mayBeOnLines(talking, [{ callId: null, legId: null, cardId: null, number: '9 123', phase: 'active' }])).toBe(true)
    expect(mayBeOnLines(talking, [{ ...line, phase: 'active' }])).toBe(true)
  })
})
