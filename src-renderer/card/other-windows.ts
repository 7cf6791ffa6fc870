import type { Clock } from '../platform/clock.ts'
import { emptyDraft, type FieldName, isEmpty, rebase, withoutSaved } from './card-editor.ts'
import type { DeskSlots } from './desk-slots.ts'
import type { Slot } from './desk-state.ts'
import type { DraftNews } from './draft-channel.ts'
import type { DraftKeeper } from './draft-keeper.ts'
import { fromOutboxRow, fromStored, toDraftRow } from './draft-row.ts'
import { HeardDrafts } from './heard-drafts.ts'
import type { Outbox } from './outbox.ts'

interface OtherWindowsDeps {
  readonly userId: string
  readonly clock: Clock
  readonly slots: DeskSlots
  readonly keeper: Pick<DraftKeeper, 'keep'>
  readonly outbox: Pick<Outbox, 'rowsOf' | 'add'>
  readonly onChanged: (slot: Slot) => void
}

/** What the same person types and saves in other windows: it joins the own, so that whatever either writes to the disk is whole. */
export class OtherWindows {
  readonly #deps: OtherWindowsDeps
  readonly #heard = new HeardDrafts()

  constructor(deps: OtherWindowsDeps) {
    this.#deps = deps
  }

  /** The field is one's own again. */
  typedHere(cardId: string, name: FieldName): void {
    this.#heard.typedHere(cardId, name)
  }

  hear(news: DraftNews): void {
    if (news.kind === 'saved') this.#saved(news)
    else this.#typed(news)
  }

  #saved({ row }: Extract<DraftNews, { kind: 'saved' }>): void {
    const { slots, outbox, onChanged } = this.#deps
    const slot = slots.of(row.lane)
    // What it saves is under way now, not typed here any more.
    slot.draft = withoutSaved(slot.draft, fromOutboxRow(row).draft)
    // The other window's save took the card's draft off the disk, with what was typed here meanwhile.
    if (!isEmpty(slot.draft)) slots.persist(slot)
    if (!outbox.rowsOf(row.lane).some(({ id }) => id === row.id)) outbox.add([row])
    onChanged(slot)
  }

  #typed({ cardId, row }: Extract<DraftNews, { kind: 'draft' }>): void {
    const { userId, clock, slots, keeper, onChanged } = this.#deps
    const slot = slots.get(cardId)
    if (!slot) return
    const told = row ? fromStored(row.baseVersion, row.changes).draft : emptyDraft
    const theirs = slot.card ? rebase(told, slot.card) : told
    const { draft, kept } = this.#heard.join(cardId, slot.draft, theirs)
    slot.draft = draft
    // The other window's row on the disk lacks what was typed here.
    if (!isEmpty(kept)) keeper.keep(slot.cardId, toDraftRow(userId, slot.cardId, slot.draft, clock.nowMs()))
    onChanged(slot)
  }
}
