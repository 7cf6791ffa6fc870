import { pino } from 'pino'
import { FakeQueueNames, FakeUsers } from '../calls/fixture.ts'
import { ManualClock } from '../clock.ts'
import { type Card, emptyCardFields, type FloorState, firstServer, type Message, type User } from '../contract/index.ts'
import { todayOf } from '../floor/fixture.ts'
import { FakeTelephony } from '../telephony/fake-telephony.ts'
import type { PbxQueue } from '../telephony/pbx-state.ts'
import { createLiveBoard, type LiveBoard, type LiveCards } from './index.ts'
import type { LiveFloor } from './live-board.ts'

/** A live board over fakes, for tests. */

class FakeCards implements LiveCards {
  readonly #open = new Map<string, Card>()
  readonly #listeners = new Set<(card: Card) => void>()
  openCards = () => [...this.#open.values()]

  onChange(listener: (card: Card) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(card: Card): void {
    if (card.state === 'saved' || card.state === 'missed') this.#open.delete(card.id)
    else this.#open.set(card.id, card)
    for (const listener of this.#listeners) listener(card)
  }
}

/** One, until more are named. */
class FakeServers {
  #all: readonly { readonly id: string; readonly name: string }[] = [{ id: firstServer, name: 'pbx' }]
  readonly #listeners = new Set<() => void>()
  servers = () => this.#all

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  set(all: readonly { readonly id: string; readonly name: string }[]): void {
    this.#all = all
    for (const listener of this.#listeners) listener()
  }
}

class FakeRecordingRules {
  readonly #forced = new Set<string>()
  readonly #listeners = new Set<() => void>()

  forced(queue: string | null): boolean {
    return queue !== null && this.#forced.has(queue)
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  force(queue: string): void {
    this.#forced.add(queue)
    for (const listener of this.#listeners) listener()
  }
}

export const cardOf = (id: string, operatorId: string, state: Card['state'], more: Partial<Card> = {}): Card => ({
  id,
  callId: '1.0',
  legId: id,
  operatorId,
  direction: 'inbound',
  state,
  number: '',
  callerName: '',
  queue: null,
  queuedAtMs: null,
  ringingAtMs: 0,
  answeredAtMs: null,
  endedAtMs: null,
  wrapUpEndsAtMs: null,
  wrapUpLeftMs: null,
  savedAtMs: null,
  version: 1,
  fields: emptyCardFields,
  customer: null,
  customerMatch: 'none',
  candidates: [],
  contacts: [],
  transferredFrom: null,
  extensionsLeft: 5,
  extensionMs: 60_000,
  wrapUpMs: null,
  incomplete: false,
  ringCancelled: false,
  setupVersion: 1,
  ...more,
})

/** Said by supervisors. */
class FakeMessages {
  readonly #listeners = new Set<(message: Message, readers: ReadonlySet<string>) => void>()
  onSent(listener: (message: Message, readers: ReadonlySet<string>) => void) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  tell(message: Message, ...readers: string[]): void {
    for (const listener of this.#listeners) listener(message, new Set(readers))
  }
}

/** Said by the work lists. */
class FakeWorkNews {
  readonly #listeners = new Set<(concerns: (user: User) => boolean) => void>()
  onChange(listener: (concerns: (user: User) => boolean) => void) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  tell(concerns: (user: User) => boolean): void {
    for (const listener of this.#listeners) listener(concerns)
  }
}

class FakeQueueRights {
  readonly #listeners = new Set<(userId: string) => void>()
  readonly #chosen = new Map<string, readonly string[]>()
  chosen = (user: User) => this.#chosen.get(user.id) ?? null
  onChange(listener: (userId: string) => void) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  set(userId: string, queues: readonly string[]): void {
    this.#chosen.set(userId, queues)
    for (const listener of this.#listeners) listener(userId)
  }
}

class FakeMissedRuns {
  readonly #listeners = new Set<(operatorId: string) => void>()
  readonly #counts = new Map<string, number>()
  of = (operatorId: string) => this.#counts.get(operatorId) ?? 0
  onChange(listener: (operatorId: string) => void) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  set(operatorId: string, count: number): void {
    this.#counts.set(operatorId, count)
    for (const listener of this.#listeners) listener(operatorId)
  }
}

/** Said by the floor. */
class FakeFloor {
  readonly #listeners = new Set<(change: keyof FloorState) => void>()
  #state: FloorState = { today: todayOf(), alarms: [] }
  state = () => this.#state
  onChange(listener: (change: keyof FloorState) => void) {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  set(change: Partial<FloorState>): void {
    this.#state = { ...this.#state, ...change }
    for (const kind of ['today', 'alarms'] as const) if (kind in change) for (const listener of this.#listeners) listener(kind)
  }
}

export interface Rig {
  readonly telephony: FakeTelephony
  readonly users: FakeUsers
  readonly queueNames: FakeQueueNames
  readonly cards: FakeCards
  readonly workNews: FakeWorkNews
  readonly messages: FakeMessages
  readonly recordingRules: FakeRecordingRules
  readonly queueRights: FakeQueueRights
  readonly missedRuns: FakeMissedRuns
  readonly servers: FakeServers
  readonly clock: ManualClock
  readonly floor: FakeFloor
  readonly board: LiveBoard & LiveFloor
}
export const open = (): Rig => {
  const telephony = new FakeTelephony()
  const users = new FakeUsers()
  const queueNames = new FakeQueueNames()
  const cards = new FakeCards()
  const clock = new ManualClock()
  const workNews = new FakeWorkNews()
  const messages = new FakeMessages()
  const floor = new FakeFloor()
  const customers = { nameFor: async (number: string) => (number === '+79160000101' ? 'Ivan' : null) }
  const recordingRules = new FakeRecordingRules()
  const queueRights = new FakeQueueRights()
  const missedRuns = new FakeMissedRuns()
  const servers = new FakeServers()
  const board = createLiveBoard({
    telephony,
    users,
    queueNames,
    recordingRules,
    queueRights,
    missedRuns,
    cards,
    customers,
    workNews,
    messages,
    servers,
    floor,
    clock,
    logger: pino({ level: 'silent' }),
  })
  board.start()
  return {
    telephony,
    users,
    queueNames,
    recordingRules,
    queueRights,
    missedRuns,
    servers,
    cards,
    workNews,
    messages,
    floor,
    clock,
    board,
  }
}

export const withMember = (queue: PbxQueue, endpoint: string, pauseReason: string | null): PbxQueue => {
  const member = queue.members.get(endpoint)
  if (!member) throw new Error(endpoint)
  const paused = { ...member, paused: pauseReason !== null, pauseReason: pauseReason ?? '' }
  return { ...queue, members: new Map(queue.members).set(endpoint, paused) }
}
