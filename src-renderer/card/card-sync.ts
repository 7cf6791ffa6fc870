import { type ApiClient, ApiError, type Card, type CardWriteResult, type FieldValue } from '../../server/contract/index.ts'
import type { OutboxRow } from '../../src-preload/contract/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { DraftStore } from '../platform/platform.ts'
import {
  changesOf,
  chooseMine,
  chooseTheirs,
  type Draft,
  emptyDraft,
  type FieldName,
  insist,
  isEmpty,
  mergeDrafts,
  rebase,
  settle,
  typeField,
} from './card-editor.ts'
import { DeskSlots } from './desk-slots.ts'
import { type DeskState, isClosed, type Slot } from './desk-state.ts'
import type { DraftChannel } from './draft-channel.ts'
import { DraftKeeper } from './draft-keeper.ts'
import { cardOfCustomerRow, fromOutboxRow, fromStored, toOutboxRow } from './draft-row.ts'
import { DraftSender } from './draft-sender.ts'
import { OtherWindows } from './other-windows.ts'
import { backoffMs, isSetAside, Outbox } from './outbox.ts'

export interface CardDeskDeps {
  readonly store: DraftStore
  readonly api: Pick<ApiClient, 'card' | 'writeDraft' | 'saveCard'>
  readonly userId: string
  readonly clock: Clock
  /** Epoch milliseconds by the server's clock. */
  readonly serverNowMs: () => number
  readonly random: () => number
  readonly uuid: () => string
  /** To the same person's other windows on this computer; they share the disk. */
  readonly channel?: DraftChannel
}

const loadRetryMs = 2000

/**
 * One signed-in person's cards: what the server has, what was typed here, and how the second becomes the first.
 *
 * typed → draft on disk → (≤ 0.5 s, online) writeDraft → the server has it
 * save → draft becomes an outbox row, one transaction → saveCard until answered → row goes
 * card saved by the server's clock with a draft left → offered: apply (a save with late changes) or discard
 */
export class CardDesk {
  readonly #deps: CardDeskDeps
  readonly #keeper: DraftKeeper
  readonly #outbox: Outbox
  readonly #sender: DraftSender
  readonly #slots: DeskSlots
  #loaded = false
  /** Reading the disk was tried once: with or without what lies there, typing goes on to the server. */
  #ready = false
  #online = false
  #stopped = false
  readonly #others: OtherWindows
  readonly #stopListening: (() => void) | undefined

  constructor(deps: CardDeskDeps) {
    this.#deps = deps
    this.#slots = new DeskSlots({
      userId: deps.userId,
      clock: deps.clock,
      keeper: () => this.#keeper,
      outbox: () => this.#outbox,
      link: () => ({ online: this.#online, loaded: this.#loaded }),
      channel: deps.channel,
    })
    this.#keeper = new DraftKeeper({
      store: deps.store,
      userId: deps.userId,
      clock: deps.clock,
      onState: (cardId, keep) => {
        const slot = this.#slots.get(cardId)
        if (!slot || slot.keep === keep) return
        slot.keep = keep
        this.#slots.publish(slot.cardId)
      },
    })
    this.#outbox = new Outbox({
      store: deps.store,
      clock: deps.clock,
      random: deps.random,
      send: ({ cardId, ...body }) => deps.api.saveCard({ params: { id: cardId }, body }),
      mayStart: (lane) => !this.#slots.get(lane)?.sending,
      onSent: (row, answer) => this.#saved(row, answer),
      onChange: (lanes) => this.#lanesMoved(lanes),
    })
    this.#others = new OtherWindows({
      userId: deps.userId,
      clock: deps.clock,
      slots: this.#slots,
      keeper: this.#keeper,
      outbox: this.#outbox,
      onChanged: (slot) => this.#after(slot),
    })
    this.#stopListening = deps.channel?.onNews((news) => {
      if (!this.#stopped && this.#loaded) this.#others.hear(news)
    })
    this.#sender = new DraftSender({
      ...deps,
      maySend: (slot) => this.#maySend(slot),
      keep: (slot) => {
        this.#slots.persist(slot)
        this.#slots.publish(slot.cardId)
        return this.#keeper.flush(slot.cardId)
      },
      onAnswer: (slot, answer) => {
        this.#adopt(slot, answer.card)
        this.#slots.persist(slot)
      },
      onRefused: (slot, { code }) => {
        // Closed or gone by now: the server tells which, and what is left is offered.
        if (code === 'conflict' || code === 'notFound') void this.#resolve(slot)
      },
      onDone: (slot) => {
        this.#after(slot)
        this.#outbox.wake(slot.cardId)
      },
    })
  }

  get state(): DeskState {
    return this.#slots.state
  }

  subscribe = (listener: () => void): (() => void) => this.#slots.subscribe(listener)

  /** Reads what this person left on this computer. */
  async start(): Promise<void> {
    const { store, userId } = this.#deps
    if (this.#stopped) return
    try {
      const [drafts, rows] = await Promise.all([store.list({ userId }), store.outbox({ userId })])
      if (this.#stopped || this.#loaded) return
      for (const row of drafts.filter((each) => cardOfCustomerRow(each) === null)) {
        const slot = this.#slots.of(row.cardId)
        const stored = fromStored(row.baseVersion, row.changes).draft
        const based = slot.card ? rebase(stored, slot.card) : stored
        slot.draft = mergeDrafts(based, slot.draft)
        this.#slots.persist(slot)
      }
      this.#loaded = true
      this.#ready = true
      for (const row of rows) this.#slots.of(row.lane)
      // A new start is a new try; a clock that was set back meanwhile must not make a save wait for hours.
      this.#outbox.add(rows.map((row) => (isSetAside(row) ? row : { ...row, nextAtMs: 0 })))
      this.#slots.publishAll()
      if (this.#online) this.#wake()
    } catch {
      if (this.#stopped) return
      this.#deps.clock.after(loadRetryMs, () => void this.start())
      if (this.#ready) return
      this.#ready = true
      if (this.#online) this.#wake()
    }
  }

  stop(): void {
    this.#stopped = true
    this.#keeper.stop()
    this.#outbox.stop()
    this.#stopListening?.()
    this.#sender.stop()
    for (const slot of this.#slots.all()) this.#sender.cancel(slot)
    this.#slots.silence()
  }

  /** True while the server can be reached. */
  setOnline(online: boolean): void {
    if (this.#online === online) return
    this.#online = online
    this.#outbox.setOnline(online)
    if (online) this.#wake()
    this.#slots.publishAll()
  }

  /** A card as the server has it now, from wherever it came. */
  feed(card: Card): void {
    const slot = this.#slots.of(card.id)
    if (this.#adopt(slot, card)) this.#after(slot)
  }

  /** The whole list of open cards, before `setOnline(true)`: others that were open were closed while nobody told us. */
  feedOpen(cards: readonly Card[]): void {
    const open = new Set(cards.map((card) => card.id))
    for (const card of cards) if (this.#slots.get(card.id)?.card !== card) this.feed(card)
    for (const slot of this.#slots.all()) {
      if (open.has(slot.cardId) || !slot.card || isClosed(slot.card)) continue
      if (this.#slots.holdsNothing(slot)) this.#drop(slot)
      else {
        // Nothing is sent before we know what became of it: a rest for a closed card is offered, not slipped in.
        slot.unsure = true
        void this.#resolve(slot)
      }
    }
  }

  /** A closed card, to change afterwards; it is saved by `save`. The disposer puts it away, what was typed and not saved is offered. */
  reopen(card: Card): () => void {
    const slot = this.#slots.of(card.id)
    slot.reopened = true
    this.feed(card)
    return () => {
      slot.reopened = false
      if (!this.#stopped) this.#after(slot)
    }
  }

  type<F extends FieldName>(cardId: string, name: F, value: FieldValue<F>): void {
    const slot = this.#slots.get(cardId)
    if (!slot?.card) return
    const next = typeField(slot.draft, slot.card, name, value, this.#slots.underway(slot))
    if (next === slot.draft) return
    slot.draft = next
    slot.problem = null
    this.#others.typedHere(cardId, name)
    this.#slots.persist(slot)
    this.#sender.schedule(slot)
    this.#slots.publish(slot.cardId)
  }

  chooseMine(cardId: string, name: FieldName): void {
    this.#change(cardId, (draft) => chooseMine(draft, name))
  }

  chooseTheirs(cardId: string, name: FieldName): void {
    this.#change(cardId, (draft) => chooseTheirs(draft, name))
  }

  /** Durable on this computer when it resolves, even if the server cannot be reached now. */
  async save(cardId: string): Promise<void> {
    const slot = this.#slots.get(cardId)
    if (!slot) return
    const { clock, uuid, userId } = this.#deps
    const draft = slot.draft
    const row = toOutboxRow({ id: uuid(), userId, cardId }, draft, clock.nowMs())
    slot.draft = emptyDraft
    slot.promoting = [...slot.promoting, { id: row.id, draft }]
    this.#slots.publish(slot.cardId)
    if (await this.#keeper.promote(row)) {
      slot.promoting = slot.promoting.filter((one) => one.id !== row.id)
      this.#deps.channel?.tell({ kind: 'saved', userId, row })
    } else if (!this.#stopped) {
      // The disk refused: the row lives in memory, its values stay wanted as a draft until the server has answered.
      this.#slots.persist(slot)
    }
    if (this.#stopped) return
    this.#outbox.add([row])
    this.#slots.publish(slot.cardId)
  }

  /** An offered rest is saved over what the server has. */
  async applyOffered(cardId: string): Promise<void> {
    this.#change(cardId, insist)
    await this.save(cardId)
  }

  /** Returns the way back. */
  discardOffered(cardId: string): () => void {
    const { draft, card, gone } = this.#slots.of(cardId)
    this.#change(cardId, () => emptyDraft)
    return () => {
      const slot = this.#slots.of(cardId)
      slot.card ??= card
      slot.gone = gone
      slot.draft = mergeDrafts(draft, slot.draft)
      this.#slots.persist(slot)
      this.#after(slot)
    }
  }

  async retrySetAside(id: string): Promise<void> {
    await this.#outbox.again(id)
  }

  discardSetAside(id: string): Promise<'discarded' | 'busy'> {
    return this.#outbox.discard(id)
  }

  /** Everything typed goes to the disk, and to the server where it can: the page is about to go. */
  async flush(): Promise<boolean> {
    for (const slot of this.#slots.all()) void this.#sender.send(slot)
    return this.#keeper.flushAll()
  }

  /** Before the session ends: what was typed goes to the server while it still knows the person. */
  async sendAll(): Promise<void> {
    await Promise.all(this.#slots.all().map((slot) => this.#sender.send(slot)))
  }

  /** Sends nothing more; stops once the last keystroke is on the disk. */
  async close(): Promise<void> {
    this.#online = false
    this.#outbox.setOnline(false)
    this.#slots.silence()
    await this.#keeper.flushAll()
    this.stop()
  }

  #change(cardId: string, change: (draft: Draft) => Draft): void {
    const slot = this.#slots.get(cardId)
    if (!slot) return
    slot.draft = change(slot.draft)
    slot.problem = null
    this.#slots.persist(slot)
    this.#after(slot)
  }

  #adopt(slot: Slot, card: Card): boolean {
    if (slot.card && card.version < slot.card.version) return false
    slot.card = card
    slot.gone = false
    slot.unsure = false
    const draft = rebase(slot.draft, card)
    if (draft !== slot.draft) {
      slot.draft = draft
      this.#slots.persist(slot)
    }
    return true
  }

  /** After any change: what is left to send is scheduled, what holds nothing any more goes. */
  #after(slot: Slot): void {
    if (slot.card && isClosed(slot.card) && !slot.reopened && this.#slots.holdsNothing(slot)) {
      this.#drop(slot)
      return
    }
    this.#sender.schedule(slot)
    this.#slots.publish(slot.cardId)
  }

  #drop(slot: Slot): void {
    this.#sender.cancel(slot)
    this.#slots.drop(slot)
  }

  #maySend(slot: Slot): boolean {
    if (!this.#online || !this.#ready) return false
    if (!slot.card || slot.unsure || isClosed(slot.card) || slot.promoting.length > 0) return false
    return !this.#outbox.isBusy(slot.cardId) && this.#outbox.pending(slot.cardId).length === 0
  }

  async #saved(row: OutboxRow, answer: CardWriteResult): Promise<void> {
    const slot = this.#slots.of(row.lane)
    const { draft, changes } = fromOutboxRow(row)
    const left = settle(draft, changes, answer)
    slot.failures = 0
    slot.promoting = slot.promoting.filter((one) => one.id !== row.id)
    slot.draft = mergeDrafts(left, rebase(slot.draft, answer.card))
    if (!this.#adopt(slot, answer.card) && slot.card) slot.draft = rebase(slot.draft, slot.card)
    this.#slots.persist(slot)
    await this.#keeper.flush(row.lane)
    // Only own values met on the server (an answer had been lost): the person has already said «save».
    const closed = slot.card !== null && isClosed(slot.card)
    if (closed && Object.keys(changesOf(left)).length > 0) await this.save(row.lane)
  }

  /** Asks the server about a card that is not among the open ones. */
  async #resolve(slot: Slot): Promise<void> {
    if (slot.resolving || !this.#online || this.#stopped) return
    slot.resolving = true
    try {
      const card = await this.#deps.api.card({ params: { id: slot.cardId } })
      if (this.#stopped) return
      this.#adopt(slot, card)
    } catch (error) {
      if (this.#stopped) return
      const unknown = error instanceof ApiError && (error.code === 'notFound' || error.code === 'forbidden')
      if (unknown) Object.assign(slot, { gone: true, unsure: false })
      else this.#deps.clock.after(backoffMs(2, this.#deps.random), () => void this.#resolve(slot))
    } finally {
      slot.resolving = false
      if (!this.#stopped) this.#after(slot)
    }
  }

  /** A lane that was busy with a save may be free for its draft again. */
  #lanesMoved(lanes: readonly string[]): void {
    for (const lane of lanes) {
      const slot = this.#slots.get(lane)
      if (slot) this.#after(slot)
      else this.#slots.publish(lane)
    }
  }

  /** The link is there: everything that waited for it goes on. */
  #wake(): void {
    for (const slot of this.#slots.all()) {
      this.#sender.cancel(slot)
      slot.failures = 0
      slot.problem = null
      if (slot.unsure || (!slot.card && !isEmpty(slot.draft))) void this.#resolve(slot)
      else void this.#sender.send(slot)
    }
  }
}
