import type { Clock } from '../platform/clock.ts'
import { type Draft, isEmpty, mergeDrafts } from './card-editor.ts'
import { type DeskState, newSlot, type Slot, viewOf } from './desk-state.ts'
import type { DraftChannel } from './draft-channel.ts'
import type { DraftKeeper } from './draft-keeper.ts'
import { fromOutboxRow, toDraftRow } from './draft-row.ts'
import type { Outbox } from './outbox.ts'

interface DeskSlotsDeps {
  readonly userId: string
  readonly clock: Clock
  readonly keeper: () => Pick<DraftKeeper, 'keep'>
  readonly outbox: () => Pick<Outbox, 'rowsOf' | 'pending' | 'waiting' | 'setAside'>
  readonly link: () => Pick<Parameters<typeof viewOf>[1], 'online' | 'loaded'>
  readonly channel?: DraftChannel | undefined
}

/** The cards of a desk: what each holds, what of it lies on the disk, and what the screens see. */
export class DeskSlots {
  readonly #deps: DeskSlotsDeps
  readonly #slots = new Map<string, Slot>()
  readonly #listeners = new Set<() => void>()
  #state: DeskState = { loaded: false, entries: {}, offered: [], setAside: [], waitingSaves: 0 }

  constructor(deps: DeskSlotsDeps) {
    this.#deps = deps
  }

  get state(): DeskState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Nobody hears of anything any more. */
  silence(): void {
    this.#listeners.clear()
  }

  get(cardId: string): Slot | undefined {
    return this.#slots.get(cardId)
  }

  /** Made where there is none. */
  of(cardId: string): Slot {
    const known = this.#slots.get(cardId)
    if (known) return known
    const slot = newSlot(cardId)
    this.#slots.set(cardId, slot)
    return slot
  }

  all(): readonly Slot[] {
    return [...this.#slots.values()]
  }

  drop({ cardId }: Slot): void {
    this.#slots.delete(cardId)
    this.publish(cardId)
  }

  holdsNothing(slot: Slot): boolean {
    const rows = this.#deps.outbox().rowsOf(slot.cardId).length > 0
    return isEmpty(slot.draft) && slot.promoting.length === 0 && !slot.sending && !rows
  }

  /** Saves of the card that the server has not answered. */
  underway(slot: Slot): Draft[] {
    return [
      ...this.#deps
        .outbox()
        .pending(slot.cardId)
        .map((row) => fromOutboxRow(row).draft),
      ...slot.promoting.map((one) => one.draft),
    ]
  }

  /** To the disk, and to the person's other windows. */
  persist(slot: Slot): void {
    const { clock, userId, keeper, channel } = this.#deps
    const draft = slot.promoting.reduceRight((later, one) => mergeDrafts(one.draft, later), slot.draft)
    const row = isEmpty(draft) ? null : toDraftRow(userId, slot.cardId, draft, clock.nowMs())
    keeper().keep(slot.cardId, row)
    channel?.tell({ kind: 'draft', userId, cardId: slot.cardId, row })
  }

  publish(...cardIds: string[]): void {
    const { outbox, link } = this.#deps
    this.#state = viewOf(this.#state, { slots: this.#slots, outbox: outbox(), ...link() }, cardIds)
    for (const listener of this.#listeners) listener()
  }

  publishAll(): void {
    this.publish(...this.#slots.keys())
  }
}
