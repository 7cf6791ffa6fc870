import type { Card, CardChanges, CardFields, ErrorCode, FieldClash } from '../../server/contract/index.ts'
import type { OutboxRow } from '../../src-preload/contract/index.ts'
import { clashesOf, type Draft, emptyDraft, isEmpty, ownValues, shownFields } from './card-editor.ts'
import type { KeepState } from './draft-keeper.ts'
import { fromOutboxRow } from './draft-row.ts'
import { isSetAside } from './outbox.ts'

/** One card inside the desk. */
export interface Slot {
  readonly cardId: string
  card: Card | null
  /** The server does not know the card, or not for this person. */
  gone: boolean
  /** It was open and is not any more; the server was not yet asked what it is now. */
  unsure: boolean
  /** A closed card somebody has open to change: it stays, and its draft is no offered rest. */
  reopened: boolean
  draft: Draft
  /** Saves on their way into the outbox, or that the disk refused to take. */
  promoting: readonly { readonly id: string; readonly draft: Draft }[]
  keep: KeepState
  sending: boolean
  resolving: boolean
  failures: number
  /** The server refused the draft; typing on tries again. */
  problem: ErrorCode | 'offline' | null
  cancelTimer: (() => void) | null
}

export const newSlot = (cardId: string): Slot => ({
  cardId,
  card: null,
  gone: false,
  unsure: false,
  reopened: false,
  draft: emptyDraft,
  promoting: [],
  keep: 'kept',
  sending: false,
  resolving: false,
  failures: 0,
  problem: null,
  cancelTimer: null,
})

/** `onServer`: nothing here that the server lacks. `here`: waits for the link. `refused`: the server will not take it. */
export type SyncState = 'onServer' | 'sending' | 'here' | 'refused'

/** One card as the screens see it. */
export interface DeskEntry {
  readonly card: Card
  /** The form's values: the server's with the own ones over them. */
  readonly fields: CardFields
  readonly clashes: readonly FieldClash[]
  readonly keep: KeepState
  readonly sync: SyncState
  /** «Save» was pressed and the server has not answered yet. */
  readonly saving: boolean
}

/** Text that lies on this computer while its card is closed on the server (or unknown to it). */
export interface OfferedRest {
  readonly cardId: string
  readonly card: Card | null
  readonly fields: CardChanges
  readonly clashes: readonly FieldClash[]
}

/** A save the server refuses; kept until the person decides. */
export interface SetAsideSave {
  readonly id: string
  readonly cardId: string
  readonly card: Card | null
  readonly fields: CardChanges
  readonly reason: string
}

export interface DeskState {
  /** What lay on this computer has been read. */
  readonly loaded: boolean
  readonly entries: Readonly<Record<string, DeskEntry>>
  readonly offered: readonly OfferedRest[]
  readonly setAside: readonly SetAsideSave[]
  /** Saves that wait for the link. */
  readonly waitingSaves: number
}

export const isClosed = (card: Card): boolean => card.state === 'saved' || card.state === 'missed'

export interface DeskParts {
  readonly slots: ReadonlyMap<string, Slot>
  readonly outbox: {
    readonly waiting: number
    readonly setAside: readonly OutboxRow[]
    rowsOf(lane: string): readonly OutboxRow[]
  }
  readonly online: boolean
  readonly loaded: boolean
}

/** The state after the cards `touched` changed; entries of others keep their identity. */
export function viewOf(before: DeskState, parts: DeskParts, touched: readonly string[]): DeskState {
  const entries: Record<string, DeskEntry> = { ...before.entries }
  for (const cardId of touched) {
    const slot = parts.slots.get(cardId)
    if (slot?.card) entries[cardId] = entryOf(slot, slot.card, parts)
    else delete entries[cardId]
  }
  // Thousands of cards may wait to be sent: only those touched are looked at.
  const isTouched = new Set(touched)
  const offered = [
    ...before.offered.filter(({ cardId }) => !isTouched.has(cardId)),
    ...[...isTouched].flatMap((cardId) => {
      const slot = parts.slots.get(cardId)
      return slot ? offerOf(slot, parts) : []
    }),
  ]
  const setAside = parts.outbox.setAside.map((row) => ({
    id: row.id,
    cardId: row.lane,
    card: parts.slots.get(row.lane)?.card ?? null,
    fields: ownValues(fromOutboxRow(row).draft),
    reason: row.lastError ?? 'internal',
  }))
  return { loaded: parts.loaded, entries, offered, setAside, waitingSaves: parts.outbox.waiting }
}

function entryOf(slot: Slot, card: Card, parts: DeskParts): DeskEntry {
  const rows = parts.outbox.rowsOf(slot.cardId).filter((row) => !isSetAside(row))
  const drafts = [...rows.map((row) => fromOutboxRow(row).draft), ...slot.promoting.map((one) => one.draft), slot.draft]
  const saving = rows.length > 0 || slot.promoting.length > 0
  const nothing = isEmpty(slot.draft) && !saving
  const sync = slot.problem !== null ? 'refused' : nothing ? 'onServer' : parts.online ? 'sending' : 'here'
  return { card, fields: shownFields(card.fields, ...drafts), clashes: clashesOf(slot.draft), keep: slot.keep, sync, saving }
}

function offerOf(slot: Slot, parts: DeskParts): OfferedRest[] {
  if (slot.reopened || isEmpty(slot.draft) || slot.sending || slot.promoting.length > 0) return []
  if (!slot.gone && !(slot.card && isClosed(slot.card))) return []
  if (parts.outbox.rowsOf(slot.cardId).some((row) => !isSetAside(row))) return []
  const { cardId, card, draft } = slot
  return [{ cardId, card, fields: ownValues(draft), clashes: clashesOf(draft) }]
}
