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
  readonly onChange: () => void
}

/**
 * Sends saves to the server: in order within a lane, again until the server has answered. A row leaves the disk only after
 * the answer; the server knows the key, so a repetition has no second effect.
 */
export class Outbox {
  readonly #deps: OutboxDeps
  #rows: OutboxRow[] = []
  readonly #busy = new Set<string>()
  #cancelTimer: (() => void) | null = null
  #online = false
  #stopped = false

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  get rows(): readonly OutboxRow[] {
    return this.#rows
  }

  isBusy(lane: string): boolean {
    return this.#busy.has(lane)
  }

  /** Rows that will still be sent, of one lane. */
  pending(lane: string): OutboxRow[] {
    return this.#rows.filter((row) => row.lane === lane && !isSetAside(row))
  }

  add(rows: readonly OutboxRow[]): void {
    // A row whose way to the disk took too long may be here already when the disk is read.
    const known = new Set(this.#rows.map((row) => row.id))
    this.#rows = [...this.#rows, ...rows.filter((row) => !known.has(row.id))]
    this.#deps.onChange()
    this.pump()
  }

  setOnline(online: boolean): void {
    const back = online && !this.#online
    this.#online = online
    // The link is back: waiting any longer would only keep the person waiting.
    if (back) this.#rows = this.#rows.map((row) => (isSetAside(row) ? row : { ...row, nextAtMs: 0 }))
    this.pump()
  }

  /** A set-aside row is tried once more. */
  async again(id: string): Promise<void> {
    this.#replace(id, { nextAtMs: 0 })
    this.pump()
  }

  /** The person gives the row up. */
  async discard(id: string): Promise<void> {
    if (this.#rows.some((row) => row.id === id && this.#busy.has(row.lane))) return
    await this.#deps.store.done({ id })
    this.#rows = this.#rows.filter((row) => row.id !== id)
    this.#deps.onChange()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
  }

  pump(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    if (this.#stopped || !this.#online) return
    const nowMs = this.#deps.clock.nowMs()
    const heads = new Map<string, OutboxRow>()
    for (const row of this.#rows) if (!isSetAside(row) && !heads.has(row.lane)) heads.set(row.lane, row)
    let nextMs = Number.POSITIVE_INFINITY
    for (const row of heads.values()) {
      if (this.#busy.has(row.lane) || !this.#deps.mayStart(row.lane)) continue
      if (row.nextAtMs <= nowMs) void this.#send(row)
      else nextMs = Math.min(nextMs, row.nextAtMs - nowMs)
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#cancelTimer = this.#deps.clock.after(nextMs, () => this.pump())
  }

  async #send(row: OutboxRow): Promise<void> {
    this.#busy.add(row.lane)
    try {
      const { changes, baseVersion, unknown } = fromOutboxRow(row)
      if (unknown) return await this.#setAside(row, 'unreadable')
      const request = { cardId: row.payload.cardId, baseVersion, changes, idempotencyKey: row.id }
      const answer = await this.#deps.send(request)
      if (this.#stopped) return
      await this.#deps.onSent(row, answer)
      this.#rows = this.#rows.filter((other) => other.id !== row.id)
      await this.#deps.store.done({ id: row.id }).catch(() => undefined)
    } catch (error) {
      if (!this.#stopped) await this.#failed(row, error)
    } finally {
      this.#busy.delete(row.lane)
      if (!this.#stopped) {
        this.#deps.onChange()
        this.pump()
      }
    }
  }

  async #failed(row: OutboxRow, error: unknown): Promise<void> {
    const code = error instanceof ApiError ? error.code : 'internal'
    // Signing in again mends `unauthenticated`; the row waits for it.
    const mends = !(error instanceof ApiError) || error.retryable || error.code === 'unauthenticated'
    if (!mends) return this.#setAside(row, code)
    const waitMs = error instanceof ApiError && error.retryAfterMs !== null ? error.retryAfterMs : 0
    const nextAtMs = this.#deps.clock.nowMs() + Math.max(waitMs, backoffMs(row.attempts, this.#deps.random))
    await this.#put(row, nextAtMs, code)
  }

  #setAside(row: OutboxRow, code: string): Promise<void> {
    return this.#put(row, setAsideAtMs, code)
  }

  async #put(row: OutboxRow, nextAtMs: number, lastError: string): Promise<void> {
    this.#replace(row.id, { nextAtMs, lastError, attempts: row.attempts + 1 })
    await this.#deps.store.retryLater({ id: row.id, nextAtMs, lastError }).catch(() => undefined)
  }

  #replace(id: string, change: Partial<OutboxRow>): void {
    this.#rows = this.#rows.map((row) => (row.id === id ? { ...row, ...change } : row))
  }
}
