import { create } from 'zustand'
import { type Card, type CardFieldName, type CardSetup, formOf, missingFields } from '../../server/contract/index.ts'
import type { DeskEntry } from '../card/desk-state.ts'

/** A word with a colleague: it has no disposition, and its card closes with it while nothing is noted. */
export const isWithin = (card: Card): boolean => card.direction === 'internal'

/** Empty fields without which «save» would not close the card. */
export function missingToClose(setup: CardSetup, { card, fields }: Pick<DeskEntry, 'card' | 'fields'>): CardFieldName[] {
  const closes = !isWithin(card) && card.state === 'wrapUp'
  return closes ? missingFields(setup, formOf(setup, card.queue?.number ?? null), fields) : []
}

interface RefusedSaves {
  /** Cards that were told to be saved and cannot be: what they miss is named. */
  readonly ids: ReadonlySet<string>
  /** The one to be brought to the front; null once it is there. */
  readonly toShow: string | null
}

export const useRefusedSaves = create<RefusedSaves>(() => ({ ids: new Set(), toShow: null }))

/** Told once; from then on each field that is filled in leaves the list. */
export const refuseSave = (cardId: string): void =>
  useRefusedSaves.setState(({ ids }) => ({ ids: new Set([...ids, cardId]), toShow: cardId }))

export const refusedShown = (): void => useRefusedSaves.setState({ toShow: null })
