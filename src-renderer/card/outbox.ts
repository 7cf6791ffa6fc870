import { ApiError, type CardWriteResult } from '../../server/contract/index.ts'
import type { OutboxRow } from '../../src-preload/contract/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { DraftStore } from '../platform/platform.ts'
import { fromOutboxRow } from './draft-row.ts'

/** A row that no repetition will mend waits here for the person. */
export const setAsideAtMs = Number.MAX_SAFE_INTEGER
export const isSetAside = (row: OutboxRow): boolean => row.nextAtMs === setAsideAtMs

const firstDelayMs = 1000
const longestDelayMs = 60_000
/** At once: enough to fill the way to the server, few enough that it goes on answering others. */
const mostAtOnce = 8

/** Full jitter on a doubling back-off: a room of clients does not come back in step. */
export function backoffMs(attempts: number, random: () => number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempts, 10))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}

export interface SaveRequest {
  readonly cardId: string
  readonly baseVersion: number
  readonly changes: ReturnType<typeof fromOutboxRow>['changes']
  readonly idempotencyKey: string
}

export interface OutboxDeps {
  readonly store: Pick<DraftStore, 'retryLater' | 'done'>
  readonly clock: Clock
  readonly random: () => number
  readonly send: (request: SaveRequest) => Promise<CardWriteResult>
  /** A lane may be busy with a draft on its way; its rows wait. */
  readonly mayStart: (lane: string) => boolean
  /** Called before the row leaves the disk: what of it is left over must be kept first. */
  readonly onSent: (row: OutboxRow, answer: CardWriteResult) => Promise<void>
  /** What happened to rows of these lanes. */
  readonly onChange: (lanes: readonly string[]) => void
}

/**
 * Sends saves to the server: in order within a lane, again until the server has answered. A row leaves the disk only after
 * the answer; the server knows the key, so a repetition has no second effect.
 */
export class Outbox {
  readonly #deps: OutboxDeps
  /** Rows by lane, in their order. Thousands may wait after a long day without a server: nothing here walks over all of them for one. */
  readonly #lanes = new Map<string, OutboxRow[]>()
  readonly #setAside = new Map<string, OutboxRow>()
  #waiting = 0
  readonly #busy = new Set<string>()
  /** Lanes to look at, first come first served. */
  readonly #due = new Set<string>()
  #cancelTimer: (() => void) | null = null
  #timerAtMs = Number.POSITIVE_INFINITY
  #online = false
  #stopped = false

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** Rows that wait to be sent. */
  get waiting(): number {
    return this.#waiting
  }

  /** Rows that wait for the person. */
  get setAside(): readonly OutboxRow[] {
    return [...this.#setAside.values()]
  }

  rowsOf(lane: string): readonly OutboxRow[] {
    return this.#lanes.get(lane) ?? []
  }

  isBusy(lane: string): boolean {
    return this.#busy.has(lane)
  }

  /** Rows that will still be sent, of one lane. */
  pending(lane: string): OutboxRow[] {
    return this.rowsOf(lane).filter((row) => !isSetAside(row))
  }

  add(rows: readonly OutboxRow[]): void {
    // A row whose way to the disk took too long may be here already when the disk is read.
    const added = rows.filter(({ id, lane }) => !this.rowsOf(lane).some((known) => known.id === id))
    for (const row of added) {
      const lane = this.#lanes.get(row.lane)
      if (lane) lane.push(row)
      else this.#lanes.set(row.lane, [row])
      this.#count(row, 1)
      this.#due.add(row.lane)
    }
    this.#deps.onChange(added.map((row) => row.lane))
    this.pump()
  }

  setOnline(online: boolean): void {
    const back = online && !this.#online
    this.#online = online
    // The link is back: waiting any longer would only keep the person waiting.
    if (back)
      for (const [lane, rows] of this.#lanes) {
        this.#lanes.set(
          lane,
          rows.map((row) => (isSetAside(row) ? row : { ...row, nextAtMs: 0 })),
        )
      }
    this.#lookAtAll()
  }

  /** A set-aside row is tried once more. */
  async again(id: string): Promise<void> {
    const row = this.#setAside.get(id)
    if (row) this.#replace(row, { nextAtMs: 0 })
    this.pump()
  }

  /** The person gives the row up; `busy`: something of its card is on its way to the server, a moment later it can be. */
  async discard(id: string): Promise<'discarded' | 'busy'> {
    const row = this.#setAside.get(id)
    if (!row) return 'discarded'
    if (this.#busy.has(row.lane)) return 'busy'
    await this.#deps.store.done({ id })
    this.#remove(row)
    this.#deps.onChange([row.lane])
    return 'discarded'
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
  }

  /** A lane may be free now. */
  wake(lane: string): void {
    if (this.#lanes.has(lane)) this.#due.add(lane)
    this.pump()
  }

  pump(): void {
    if (this.#stopped || !this.#online) return
    const nowMs = this.#deps.clock.nowMs()
    for (const lane of this.#due) {
      if (this.#busy.size >= mostAtOnce) return
      this.#due.delete(lane)
      const head = this.rowsOf(lane).find((row) => !isSetAside(row))
      if (!head || this.#busy.has(lane) || !this.#deps.mayStart(lane)) continue
      if (head.nextAtMs <= nowMs) void this.#send(head)
      else this.#lookAgainAt(head.nextAtMs, nowMs)
    }
  }

  #lookAgainAt(atMs: number, nowMs: number): void {
    if (this.#cancelTimer && this.#timerAtMs <= atMs) return
    this.#cancelTimer?.()
    this.#timerAtMs = atMs
    this.#cancelTimer = this.#deps.clock.after(atMs - nowMs, () => this.#lookAtAll())
  }

  #lookAtAll(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (const lane of this.#lanes.keys()) this.#due.add(lane)
    this.pump()
  }

  async #send(row: OutboxRow): Promise<void> {
    this.#busy.add(row.lane)
    try {
      const { changes, baseVersion, unknown } = fromOutboxRow(row)
      if (unknown) return await this.#putAside(row, 'unreadable')
      const request = { cardId: row.payload.cardId, baseVersion, changes, idempotencyKey: row.id }
      const answer = await this.#deps.send(request)
      if (this.#stopped) return
      await this.#deps.onSent(row, answer)
      this.#remove(row)
      await this.#deps.store.done({ id: row.id }).catch(() => undefined)
    } catch (error) {
      if (!this.#stopped) await this.#failed(row, error)
    } finally {
      this.#busy.delete(row.lane)
      if (!this.#stopped) {
        this.#deps.onChange([row.lane])
        this.wake(row.lane)
      }
    }
  }

  async #failed(row: OutboxRow, error: unknown): Promise<void> {
    const code = error instanceof ApiError ? error.code : 'internal'
    // Signing in again mends `unauthenticated`; the row waits for it.
    const mends = !(error instanceof ApiError) || error.retryable || error.code === 'unauthenticated'
    if (!mends) return this.#putAside(row, code)
    const waitMs = error instanceof ApiError && error.retryAfterMs !== null ? error.retryAfterMs : 0
    const nextAtMs = this.#deps.clock.nowMs() + Math.max(waitMs, backoffMs(row.attempts, this.#deps.random))
    await this.#put(row, nextAtMs, code)
  }

  #putAside(row: OutboxRow, code: string): Promise<void> {
    return this.#put(row, setAsideAtMs, code)
  }

  async #put(row: OutboxRow, nextAtMs: number, lastError: string): Promise<void> {
    this.#replace(row, { nextAtMs, lastError, attempts: row.attempts + 1 })
    await this.#deps.store.retryLater({ id: row.id, nextAtMs, lastError }).catch(() => undefined)
  }

  #replace(row: OutboxRow, change: Partial<OutboxRow>): void {
    const rows = this.rowsOf(row.lane)
    const before = rows.find(({ id }) => id === row.id)
    if (!before) return
    const after = { ...before, ...change }
    this.#count(before, -1)
    this.#count(after, 1)
    this.#lanes.set(
      row.lane,
      rows.map((other) => (other.id === row.id ? after : other)),
    )
    this.#due.add(row.lane)
  }

  #remove(row: OutboxRow): void {
    const rows = this.rowsOf(row.lane)
    const before = rows.find(({ id }) => id === row.id)
    if (!before) return
    this.#count(before, -1)
    const left = rows.filter(({ id }) => id !== row.id)
    if (left.length > 0) this.#lanes.set(row.lane, left)
    else this.#lanes.delete(row.lane)
  }

  #count(row: OutboxRow, by: 1 | -1): void {
    if (!isSetAside(row)) this.#waiting += by
    else if (by === 1) this.#setAside.set(row.id, row)
    else this.#setAside.delete(row.id)
  }
}
