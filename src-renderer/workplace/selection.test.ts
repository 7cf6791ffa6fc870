import { describe, expect, it } from 'vitest'
import type { CardState } from '../../server/contract/index.ts'
import { makeCard } from '../card/testing.ts'
import { nextSelection as next, openEntries, type SelectionInput } from './selection.ts'

const card = (id: string, state: CardState, ringingAtMs = 0) => ({ id, state, ringingAtMs })
const seen = (...cards: { id: string; state: CardState }[]) => new Map(cards.map((one) => [one.id, one.state]))

const nextSelection = (input: Omit<SelectionInput, 'talkedId' | 'talkedBeforeId'> & Partial<SelectionInput>) =>
  next({ talkedId: null, talkedBeforeId: null, ...input })

describe('nextSelection', () => {
  it('follows the talk from one line to the other, and back', () => {
    const cards = [card('a', 'talking'), card('b', 'talking', 1)]
    const both = { cards, before: seen(...cards), typing: true }
    expect(nextSelection({ ...both, selectedId: 'a', talkedId: 'b', talkedBeforeId: 'a' })).toBe('b')
    // Between two lines nobody is talked to for a moment.
    expect(nextSelection({ ...both, selectedId: 'b', talkedId: null, talkedBeforeId: 'b' })).toBe('b')
    expect(nextSelection({ ...both, selectedId: 'b', talkedId: 'a', talkedBeforeId: null })).toBe('a')
  })
  it('lets another card be looked at during a talk', () => {
    const cards = [card('a', 'talking'), card('b', 'talking', 1)]
    const looked = { cards, before: seen(...cards), selectedId: 'a', typing: false, talkedId: 'b', talkedBeforeId: 'b' }
    expect(nextSelection(looked)).toBe('a')
  })
  it('does not take a text away for a call that was just answered', () => {
    const cards = [card('a', 'wrapUp'), card('b', 'talking', 1)]
    const before = seen(card('a', 'wrapUp'), card('b', 'ringing'))
    expect(nextSelection({ cards, before, selectedId: 'a', typing: true, talkedId: 'b', talkedBeforeId: null })).toBe('a')
  })
  it('brings a ringing card to the front', () => {
    const cards = [card('a', 'wrapUp'), card('b', 'ringing', 1)]
    expect(nextSelection({ cards, before: seen(card('a', 'wrapUp')), selectedId: 'a', typing: false })).toBe('b')
  })
  it('leaves the card that is being typed in at the front', () => {
    const cards = [card('a', 'wrapUp'), card('b', 'ringing', 1)]
    expect(nextSelection({ cards, before: seen(card('a', 'wrapUp')), selectedId: 'a', typing: true })).toBe('a')
  })
  it('does not move again for a card that is known', () => {
    const cards = [card('a', 'wrapUp'), card('b', 'ringing', 1)]
    expect(nextSelection({ cards, before: seen(...cards), selectedId: 'a', typing: false })).toBe('a')
  })
  it('brings a card to the front when its call is answered', () => {
    const cards = [card('a', 'wrapUp'), card('b', 'talking', 1)]
    expect(
      nextSelection({ cards, before: seen(card('a', 'wrapUp'), card('b', 'ringing')), selectedId: 'a', typing: false }),
    ).toBe('b')
  })
  it('gives the place of a closed card to a call before a wrap-up', () => {
    const cards = [card('a', 'wrapUp', 2), card('b', 'talking', 1)]
    expect(nextSelection({ cards, before: seen(...cards), selectedId: 'gone', typing: true })).toBe('b')
    expect(nextSelection({ cards: [], before: new Map(), selectedId: 'gone', typing: false })).toBeNull()
  })
})

describe('openEntries', () => {
  const entry = (id: string, state: CardState, saving: boolean, ringingAtMs: number) => {
    const one = makeCard({ id, state, ringingAtMs })
    return { card: one, fields: one.fields, clashes: [], keep: 'kept' as const, sync: 'onServer' as const, saving }
  }
  it('leaves out what is closed, and what was saved here in wrap-up', () => {
    const entries = {
      a: entry('a', 'wrapUp', true, 1),
      b: entry('b', 'talking', true, 3),
      c: entry('c', 'saved', false, 2),
      d: entry('d', 'ringing', false, 2),
    }
    expect(openEntries(entries).map(({ card }) => card.id)).toEqual(['d', 'b'])
  })
})
