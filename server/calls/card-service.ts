import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import {
  type Card,
  type CardWrite,
  type CardWriteResult,
  type CustomerChoice,
  checkChanges,
  type User,
} from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { serversIn } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { assertMayRead, assertMayWrite, refused } from './card-access.ts'
import { CardFaces, type OpenCard } from './card-faces.ts'
import { CardHandover } from './card-handover.ts'
import {
  type CardEvent,
  type CardRecord,
  type CardStep,
  type CustomerSource,
  type FieldWrite,
  isClosed,
  step,
  wrapUpDueAtMs,
} from './card-machine.ts'
import type { CardSetups } from './card-setup.ts'
import { type CardStore, type CardView, cardView } from './card-store.ts'
import type { CustomerService } from './customers.ts'
import { type LegHost, LegTracker } from './leg-tracker.ts'
import { otherTalk } from './other-talk.ts'
import { SerialQueue } from './serial-queue.ts'
import type { WrapUpPause } from './wrap-up-pause.ts'

const dayMs = 24 * 3_600_000
/** A save repeated after this long is taken as new; its fields are the saved ones by then, so it changes nothing. */
const answersKeptMs = 7 * dayMs

const writeRetryMs = 5_000

export interface CardServiceDeps {
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly logger: Logger
  readonly store: CardStore
  readonly customers: CustomerService
  readonly pause: WrapUpPause
  readonly setups: CardSetups
}

/**
 * Cards from ringing to saved. Asterisk's events and people's writes pass through one queue, so each step of a card sees
 * the result of the one before. A write is on disk before it is answered.
 */
export class CardService implements LegHost {
  readonly #deps: CardServiceDeps
  readonly #open = new Map<string, OpenCard>()
  readonly #listeners = new Set<(card: Card) => void>()
  readonly #queue = new SerialQueue()
  readonly #legs: LegTracker
  readonly #view: CardView
  readonly #faces: CardFaces
  readonly #handover: CardHandover
  #disposers: Disposer[] = []
  #cancelForgetting: Disposer = () => undefined

  constructor(deps: CardServiceDeps) {
    this.#deps = deps
    this.#view = cardView(deps)
    this.#faces = new CardFaces({ customers: deps.customers, view: this.#view })
    const apply = (open: OpenCard, event: CardEvent) => this.apply(open, event)
    this.#handover = new CardHandover({ store: deps.store, open: this.#open, apply })
    this.#legs = new LegTracker({ ...deps, host: this, enqueue: (work) => this.#enqueue(work) })
  }

  async start(): Promise<void> {
    const { telephony, queueNames, store } = this.#deps
    await this.#forgetAnswers()
    for (const record of await store.open()) {
      const open = await this.#admit(record, true)
      this.#legs.adopt(open)
    }
    const found = [...this.#open.values()]
    for (const operatorId of new Set(found.map(({ record }) => record.operatorId))) await this.#followTalk(operatorId)
    for (const open of found) {
      await this.apply(open, { kind: 'restored' })
      if (open.record.state === 'wrapUp') this.#deps.pause.pause(open.record.operatorId)
    }
    this.#disposers = [
      () => this.#cancelForgetting(),
      telephony.onChange((changes, healed, server) => {
        const state = telephony.state()
        this.#enqueue(() => this.#legs.observe(changes, state, healed ? [server] : []))
      }),
      queueNames.onChange(() => this.#publishAll()),
      this.#deps.setups.onChange(() => this.#publishAll()),
    ]
    const state = telephony.state()
    // Telephony was up before us: what it knows is as good as a snapshot. An empty state tells nothing yet.
    const known = [...serversIn(state)]
    if (known.length > 0) this.#enqueue(() => this.#legs.observe([], state, known))
  }

  async stop(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose()
    this.#legs.stop()
    for (const open of this.#open.values()) open.cancelTimer()
    await this.#queue.idle()
  }

  /** Resolves when everything seen so far has been dealt with. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  /** A card opened or changed; for the last time when it was saved or missed, and again on late changes. */
  onChange(listener: (card: Card) => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Cards that are ringing, talking or in wrap-up, of everybody. */
  openCards(): Card[] {
    return [...this.#open.values()].map((open) => open.card)
  }

  /** Throws notFound for what this person may not see. */
  async read(user: User, id: string): Promise<Card> {
    const open = this.#open.get(id)
    if (open) {
      assertMayRead(user, open.record)
      return open.card
    }
    const record = await this.#deps.store.byId(id)
    assertMayRead(user, record)
    return this.#faces.closed(record)
  }

  /** Any card, for those who have asked elsewhere whether this person may see it. */
  async find(id: string): Promise<{ card: Card; operatorName: string } | null> {
    const open = this.#open.get(id)
    const record = open?.record ?? (await this.#deps.store.byId(id))
    if (!record) return null
    const operatorName = this.#deps.users.byId(record.operatorId)?.name ?? record.operatorName
    return { card: open?.card ?? (await this.#faces.closed(record)), operatorName }
  }

  /** The own saved cards that lack required fields, oldest first. */
  async incomplete(user: User): Promise<Card[]> {
    const records = await this.#deps.store.incomplete(user.id)
    return Promise.all(records.map((record) => this.#faces.closed(record)))
  }

  /** Brings typed fields; on a closed card they are late changes and saved at once. */
  writeDraft(user: User, id: string, write: CardWrite): Promise<CardWriteResult> {
    return this.#queue.run(() => this.#write(user, id, { kind: 'draft', write }, null))
  }

  /** The same key is answered as the first time, whatever the card has become since. */
  save(user: User, id: string, write: CardWrite & { idempotencyKey: string }): Promise<CardWriteResult> {
    const { idempotencyKey: key, baseVersion, changes } = write
    return this.#queue.run(async () => {
      const earlier = await this.#deps.store.answerFor(key)
      if (earlier?.operatorId === user.id && earlier.cardId === id) return this.#faces.again(earlier.answer)
      if (earlier) throw new AppError('conflict', 'This idempotency key was used for another save')
      return this.#write(user, id, { kind: 'save', write: { baseVersion, changes } }, key)
    })
  }

  /** Throws conflict outside wrap-up and after the fifth time. */
  extend(user: User, id: string): Promise<Card> {
    return this.#queue.run(async () => (await this.#write(user, id, { kind: 'extend' }, null)).card)
  }

  /** Who the card is about, by the operator's word; `byNumber` takes it back. Throws notFound for an unknown customer. */
  chooseCustomer(user: User, id: string, choice: CustomerChoice): Promise<Card> {
    return this.#queue.run(async () => {
      const known = this.#open.get(id)
      const before = known?.record ?? (await this.#deps.store.byId(id))
      assertMayWrite(user, before)
      const source = { customer: 'chosen', nobody: 'nobody', byNumber: 'number' }[choice.kind] as CustomerSource
      const customerId = choice.kind === 'customer' ? choice.customerId : null
      if (customerId !== null) await this.#deps.customers.read(customerId)
      const pop = await this.#faces.pop({ ...before, customerId, customerSource: source })
      const open = known ?? this.#faces.open(before, pop)
      open.pop = pop
      return this.#about(open, { customerId: pop.customer?.id ?? null, source })
    })
  }

  /**
   * Runs `work` while no card takes a step. Customers may be others afterwards, so open cards look at theirs anew: rows of
   * closed cards are the work's own business.
   */
  betweenSteps<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      const result = await work()
      for (const open of this.#open.values()) await this.#lookAgain(open)
      return result
    })
  }

  /** For the tracker of legs. */
  async openCard(record: CardRecord): Promise<OpenCard | null> {
    // A leg whose card was closed already (e.g. seen again by a late snapshot) gets no second one.
    const before = await this.#deps.store.byId(record.id)
    if (before) return null
    const open = await this.#admit(record, false)
    await this.#handover.inherit(open)
    this.#publish(open)
    return open
  }

  /** For the tracker of legs: what the call says of itself may have changed. */
  async refresh(open: OpenCard, facts: Partial<CardRecord>): Promise<void> {
    const { callId, number, customerSource } = open.record
    const numberChanged = facts.number !== undefined && facts.number !== number
    if (numberChanged && customerSource === 'number') {
      open.pop = await this.#faces.pop({ ...open.record, ...facts, customerId: null })
      await this.apply(open, { kind: 'facts', facts: { ...facts, customerId: open.pop.customer?.id ?? null } })
    } else {
      await this.apply(open, { kind: 'facts', facts })
    }
    // The consulted colleague has taken over the customer's call.
    if (open.record.callId !== callId) await this.#handover.inherit(open)
  }

  /** For the tracker of legs. */
  inherit(open: OpenCard, callId: string): Promise<void> {
    return this.#handover.inherit(open, callId)
  }

  /** For the tracker of legs: pauses in Asterisk before it is known whether the call goes on in another leg. */
  pauseOperator(operatorId: string, paused: boolean): void {
    if (paused) this.#deps.pause.pause(operatorId)
    else if (!this.inWrapUp(operatorId) && !this.#legs.isEnding(operatorId)) this.#deps.pause.unpause(operatorId)
  }

  /** One step of an open card caused by Asterisk or the clock. Failing to write is logged: the call goes on. */
  async apply(open: OpenCard, event: CardEvent): Promise<void> {
    const result = this.#step(open, event)
    // A timer may fire a moment early by the wall clock, and much too early where that was set back.
    if (event.kind === 'wrapUpOver' && result.record === open.record) return this.#setTimer(open, wrapUpDueAtMs(open.record))
    if (result.record === open.record && result.commands.length === 0) return
    if (result.record !== open.record) {
      try {
        await this.#persist(open, result, false, null)
      } catch (error) {
        this.#deps.logger.error({ err: error, cardId: open.record.id }, 'a card could not be written; tried again')
        // Not closed before it is written; for the other steps the next one writes.
        if (isClosed(result.record)) {
          open.cancelTimer()
          open.cancelTimer = this.#deps.clock.after(writeRetryMs, () => this.#enqueue(() => this.apply(open, event)))
          return
        }
      }
    }
    const { state } = open.record
    this.#commit(open, result)
    if (open.record.state !== state) await this.#followTalk(open.record.operatorId)
  }

  /** A wrap-up that begins beside another talk stands still from the first. */
  #step(open: OpenCard, event: CardEvent): CardStep {
    const nowMs = this.#deps.clock.nowMs()
    const rules = this.#view.rules(open.record.queueNumber)
    const result = step(open.record, event, nowMs, rules)
    if (result.record.state !== 'wrapUp' || open.record.state === 'wrapUp') return result
    const talk = otherTalk(this.#open.values(), open.record.operatorId, open)
    if (talk === null) return result
    const stopped = step(result.record, talk, nowMs, rules)
    return { ...stopped, commands: [...result.commands, ...stopped.commands] }
  }

  /** Wrap-up stands still while its operator talks on another call. */
  async #followTalk(operatorId: string): Promise<void> {
    const event = otherTalk(this.#open.values(), operatorId) ?? { kind: 'talksNoMore' }
    for (const open of [...this.#open.values()]) {
      if (open.record.operatorId === operatorId && open.record.state === 'wrapUp') await this.apply(open, event)
    }
  }

  async #write(user: User, id: string, event: CardEvent, key: string | null): Promise<CardWriteResult> {
    const known = this.#open.get(id)
    const stored = known ? null : await this.#deps.store.byId(id)
    const before = known?.record ?? stored
    assertMayWrite(user, before)
    if (event.kind === 'draft' || event.kind === 'save') this.#assertFits(event.write)
    const nowMs = this.#deps.clock.nowMs()
    const result = step(before, event, nowMs, this.#view.rules(before.queueNumber))
    if (result.refusal) throw refused(result.refusal)
    const open = known ?? this.#faces.open(before, await this.#faces.pop(before))
    const changed = result.record !== before
    const card = changed ? this.#faces.card(result.record, open.pop) : open.card
    const answer: CardWriteResult = { card, clashes: [...result.clashes] }
    const answered = key === null ? null : { key, answer }
    if (changed || (key !== null && known && !known.stored)) await this.#persist(open, result, true, answered)
    else if (answered) await this.#deps.store.remember({ key: answered.key, record: before, answer, nowMs })
    if (changed || result.commands.length > 0) this.#commit(open, result)
    if (changed) await this.#handover.passOn(open.record)
    return answer
  }

  /** A value that no field can hold is refused with its place; nothing of the write is taken. */
  #assertFits(write: FieldWrite): void {
    const problems = checkChanges(this.#deps.setups.current().setup, write.changes)
    if (Object.keys(problems).length > 0)
      throw new AppError('invalidInput', 'A value does not fit its field', { fields: problems })
  }

  async #about(open: OpenCard, about: { customerId: string | null; source: CustomerSource }): Promise<Card> {
    const result = step(open.record, { kind: 'customer', ...about }, this.#deps.clock.nowMs())
    if (result.record !== open.record) await this.#persist(open, result, true, null)
    this.#commit(open, result)
    this.#publish(open)
    return open.card
  }

  async #lookAgain(open: OpenCard): Promise<void> {
    const { customerSource, customerId } = open.record
    const pop = await this.#faces.pop({ ...open.record, customerId: customerSource === 'chosen' ? customerId : null })
    if (JSON.stringify(pop) === JSON.stringify(open.pop)) return
    open.pop = pop
    await this.apply(open, { kind: 'customer', customerId: pop.customer?.id ?? null, source: customerSource })
    this.#publish(open)
  }

  async #persist(open: OpenCard, result: CardStep, promised: boolean, answered: { key: string; answer: CardWriteResult } | null) {
    if (!promised && !open.stored && result.record.state === 'ringing') return
    await this.#deps.store.put({
      record: result.record,
      customerName: open.pop.customer?.name ?? null,
      syncCallBack: result.commands.some((command) => command.kind === 'syncCallBack'),
      nowMs: this.#deps.clock.nowMs(),
      promised,
      answered,
    })
    open.stored = true
  }

  /** Takes over what was written and carries out the rest of the commands. */
  #commit(open: OpenCard, result: CardStep): void {
    const changed = result.record !== open.record
    open.record = result.record
    if (isClosed(open.record)) {
      open.cancelTimer()
      this.#open.delete(open.record.id)
      this.#legs.forget(open)
    }
    for (const command of result.commands) {
      if (command.kind === 'wrapUpTimer') this.#setTimer(open, command.atMs)
      else if (command.kind === 'pauseOperator') this.pauseOperator(open.record.operatorId, true)
      else if (command.kind === 'unpauseOperator') this.pauseOperator(open.record.operatorId, false)
    }
    if (changed) this.#publish(open)
  }

  #setTimer(open: OpenCard, atMs: number | null): void {
    open.cancelTimer()
    open.cancelTimer =
      atMs === null
        ? () => undefined
        : this.#deps.clock.after(Math.max(0, atMs - this.#deps.clock.nowMs()), () => {
            this.#enqueue(() => this.apply(open, { kind: 'wrapUpOver' }))
          })
  }

  async #admit(record: CardRecord, stored: boolean): Promise<OpenCard> {
    const pop = await this.#faces.pop(record)
    const open = this.#faces.open({ ...record, customerId: pop.customer?.id ?? record.customerId }, pop)
    open.stored = stored
    this.#open.set(record.id, open)
    return open
  }

  #publish(open: OpenCard): void {
    open.card = this.#faces.card(open.record, open.pop)
    for (const listener of this.#listeners) listener(open.card)
  }

  #publishAll(): void {
    for (const open of this.#open.values()) this.#publish(open)
  }

  /** Now and every day from now on. */
  async #forgetAnswers(): Promise<void> {
    const { store, clock } = this.#deps
    this.#cancelForgetting = clock.after(dayMs, () => this.#enqueue(() => this.#forgetAnswers()))
    await store.forgetAnswersBefore(clock.nowMs() - answersKeptMs)
  }

  /** A card of theirs waits for its last words; their phone rests till it is saved. */
  inWrapUp(operatorId: string): boolean {
    return [...this.#open.values()].some(({ record }) => record.operatorId === operatorId && record.state === 'wrapUp')
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue.run(work).catch((error: unknown) => {
      this.#deps.logger.error({ err: error }, 'a call event could not be taken over into the cards')
    })
  }
}
