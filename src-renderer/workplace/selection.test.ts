import { describe, expect, it } from 'vitest'
import type { CardState } from '../../server/contract/index.ts'
import { makeCard } from '../card/testing.ts'
import { nextSelection, openEntries } from './selection.ts'

const card = (id: string, state: CardState, ringingAtMs = 0) => ({ id, state, ringingAtMs })
const seen = (...cards: { id: string; state: CardState }[]) => new Map(cards.map((one) => [one.id, one.state]))

describe('nextSelection', () => {
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
