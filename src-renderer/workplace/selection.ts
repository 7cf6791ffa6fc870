import type { Card, CardState } from '../../server/contract/index.ts'
import type { DeskEntry } from '../card/desk-state.ts'

/** Cards that are on the desk: open on the server, and not already saved here in wrap-up. Oldest first. */
export function openEntries(entries: Readonly<Record<string, DeskEntry>>): DeskEntry[] {
  const isOpen = ({ card, saving }: DeskEntry) =>
    card.state === 'ringing' || card.state === 'talking' || (card.state === 'wrapUp' && !saving)
  return Object.values(entries)
    .filter(isOpen)
    .sort((a, b) => a.card.ringingAtMs - b.card.ringingAtMs || (a.card.id < b.card.id ? -1 : 1))
}

type Shown = Pick<Card, 'id' | 'state' | 'ringingAtMs'>

export interface SelectionInput {
  readonly cards: readonly Shown[]
  readonly before: ReadonlyMap<string, CardState>
  readonly selectedId: string | null
  /** The person's cursor is in a text field of the selected card. */
  readonly typing: boolean
  /** The card of the line that is talked on, now and when the desk was last looked at. */
  readonly talkedId: string | null
  readonly talkedBeforeId: string | null
}

/**
 * Which card the desk shows. A card that opens or is answered comes to the front, unless the person is typing in another:
 * then it waits in the tabs. A call that is taken off hold brings its card along: only a hand does that. A card that goes
 * leaves the place to the one that needs a person most.
 */
export function nextSelection(input: SelectionInput): string | null {
  const { cards, before, selectedId, typing, talkedId, talkedBeforeId } = input
  if (talkedId !== null && talkedId !== talkedBeforeId && before.get(talkedId) === 'talking') return talkedId
  const selected = cards.find((card) => card.id === selectedId)
  const fresh = cards.filter((card) => {
    const was = before.get(card.id)
    return was === undefined || (was === 'ringing' && card.state === 'talking')
  })
  const newest = fresh.at(-1)
  if (newest && !(selected && typing)) return newest.id
  if (selected) return selected.id
  const order: readonly CardState[] = ['talking', 'ringing', 'wrapUp']
  for (const state of order) {
    const found = cards.filter((card) => card.state === state).at(-1)
    if (found) return found.id
  }
  return null
}
