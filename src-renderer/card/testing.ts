import {
  ApiError,
  type Card,
  type CardChanges,
  type CardFieldName,
  type CardFields,
  changeEntries,
  changesOfEntries,
  emptyCardFields,
  type FieldClash,
  fieldValue,
  withChanges,
} from '../../server/contract/index.ts'
import type { Clock } from '../platform/clock.ts'

export function makeCard(more: Partial<Card> = {}): Card {
  return {
    id: 'main:1.1',
    callId: '1.0',
    legId: '1.1',
    operatorId: 'u1',
    direction: 'inbound',
    state: 'talking',
    number: '+74950000701',
    callerName: '',
    queue: null,
    queuedAtMs: null,
    ringingAtMs: 0,
    answeredAtMs: 0,
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
  }
}

/** `lost`: the write happens, its answer does not come back. */
export type ServerMood = 'ok' | 'down' | 'lost' | 'refuses'

/** The card routes of the server, with its rules of merging and its memory of keys. */
export class FakeCardServer {
  card: Card
  mood: ServerMood = 'ok'
  /** Effects of each save by its key. */
  readonly saves = new Map<string, number>()
  readonly writes: CardChanges[] = []
  readonly #answers = new Map<string, { card: Card; clashes: FieldClash[] }>()
  readonly #fieldVersions = new Map<CardFieldName, number>()
  readonly #clock: Clock

  constructor(clock: Clock, card: Card = makeCard()) {
    this.#clock = clock
    this.card = card
  }

  readonly api = {
    card: async ({ params }: { params: { id: string } }) => {
      this.#reach()
      if (params.id !== this.card.id) throw new ApiError('notFound', 'no such card')
      return this.#reply(structuredClone(this.card))
    },
    writeDraft: async ({ body }: { params: { id: string }; body: { baseVersion: number; changes: CardChanges } }) => {
      this.#reach()
      return this.#reply(this.#write(body.baseVersion, body.changes))
    },
    saveCard: async (input: {
      params: { id: string }
      body: { baseVersion: number; changes: CardChanges; idempotencyKey: string }
    }) => {
      this.#reach()
      const { baseVersion, changes, idempotencyKey } = input.body
      const known = this.#answers.get(idempotencyKey)
      if (known) return this.#reply(structuredClone(known))
      const answer = this.#write(baseVersion, changes)
      if (this.card.state === 'wrapUp') this.close()
      this.saves.set(idempotencyKey, (this.saves.get(idempotencyKey) ?? 0) + 1)
      const full = { card: structuredClone(this.card), clashes: answer.clashes }
      this.#answers.set(idempotencyKey, full)
      return this.#reply(structuredClone(full))
    },
  }

  /** Another window of the same person, or a supervisor. */
  writeByOther(changes: CardChanges): void {
    this.#write(this.card.version, changes)
  }

  hangUp(): void {
    if (this.card.state !== 'talking') return
    this.#bump({ state: 'wrapUp', wrapUpEndsAtMs: this.#clock.nowMs() + 60_000 })
  }

  close(): void {
    if (this.card.state === 'saved') return
    this.#bump({ state: 'saved', wrapUpEndsAtMs: null, savedAtMs: this.#clock.nowMs() })
  }

  /** The server's own wrap-up clock. */
  tick(): void {
    const { wrapUpEndsAtMs } = this.card
    if (wrapUpEndsAtMs !== null && wrapUpEndsAtMs <= this.#clock.nowMs()) this.close()
  }

  #reach(): void {
    if (this.mood === 'down') throw new ApiError('offline', 'no connection')
    if (this.mood === 'refuses') throw new ApiError('invalidInput', 'no')
  }

  #reply<T>(answer: T): T {
    if (this.mood === 'lost') throw new ApiError('offline', 'timed out')
    return answer
  }

  #bump(change: Partial<Card>): void {
    this.card = { ...this.card, ...change, version: this.card.version + 1 }
  }

  #write(baseVersion: number, changes: CardChanges): { card: Card; clashes: FieldClash[] } {
    let fields: CardFields = this.card.fields
    const clashes: FieldClash[] = []
    const version = this.card.version + 1
    this.writes.push(changes)
    let changed = false
    for (const [field, mine] of changeEntries(changes)) {
      const theirs = fieldValue(fields, field)
      if (mine === theirs) continue
      if ((this.#fieldVersions.get(field) ?? 0) > baseVersion) {
        clashes.push({ field, mine, theirs })
        continue
      }
      fields = withChanges(fields, changesOfEntries([[field, mine]]))
      this.#fieldVersions.set(field, version)
      changed = true
    }
    if (changed) this.card = { ...this.card, fields, version }
    return { card: structuredClone(this.card), clashes }
  }
}
