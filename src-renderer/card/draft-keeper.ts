import type { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { DraftStore } from '../platform/platform.ts'

/** `kept`: the last keystroke is on disk. `notKept`: the disk refused; typing goes on and it is tried again. */
export type KeepState = 'kept' | 'keeping' | 'notKept'

export interface DraftKeeperDeps {
  readonly store: DraftStore
  readonly userId: string
  readonly clock: Clock
  readonly onState: (cardId: string, state: KeepState) => void
}

interface Lane {
  /** What the disk should hold; null: nothing. */
  wanted: DraftRow | null
  /** `wanted` was not written yet. */
  stale: boolean
  /** The operation now at the disk. */
  running: Promise<void> | null
  cancelRetry: (() => void) | null
  failures: number
}

const firstRetryMs = 500
const longestRetryMs = 10_000

/**
 * Writes each card's draft through to this computer's disk: at once when the disk is free, else the newest as soon as
 * it is. One operation per card is at the disk at a time, so their order is the order of typing.
 */
export class DraftKeeper {
  readonly #deps: DraftKeeperDeps
  readonly #lanes = new Map<string, Lane>()
  #stopped = false

  constructor(deps: DraftKeeperDeps) {
    this.#deps = deps
  }

  /** Null removes the draft. Never throws; the outcome is told by `onState`. */
  keep(cardId: string, row: DraftRow | null): void {
    const lane = this.#lane(cardId)
    lane.wanted = row
    lane.stale = true
    // Each keystroke tries a disk that refused before, so nothing waits for the timer while somebody types.
    if (!lane.running) this.#retry(cardId, lane)
  }

  /** Resolves when what was wanted has been tried: true when nothing is left to write. */
  async flush(cardId: string): Promise<boolean> {
    const lane = this.#lanes.get(cardId)
    if (!lane) return true
    if (lane.cancelRetry) this.#retry(cardId, lane)
    while (lane.running) await lane.running
    return !lane.stale
  }

  /** Tries everything now: the page is about to go. */
  async flushAll(): Promise<boolean> {
    const done = await Promise.all([...this.#lanes.keys()].map((cardId) => this.flush(cardId)))
    return done.every(Boolean)
  }

  /**
   * Turns the draft into an outbox row in one transaction; typing that comes meanwhile is written after it.
   * False when the disk refused: call `keep` with everything that must stay.
   */
  async promote(row: OutboxRow): Promise<boolean> {
    const lane = this.#lane(row.lane)
    while (lane.running) await lane.running
    let done = false
    const before = lane.wanted
    lane.running = this.#deps.store.promote(row).then(
      () => {
        done = true
      },
      () => undefined,
    )
    this.#deps.onState(row.lane, 'keeping')
    await lane.running
    lane.running = null
    // After a refusal the caller says anew what to keep, the row's values with it.
    if (!done) {
      this.#deps.onState(row.lane, 'notKept')
      return false
    }
    lane.cancelRetry?.()
    lane.cancelRetry = null
    lane.failures = 0
    if (lane.wanted === before) {
      lane.wanted = null
      lane.stale = false
    }
    this.#pump(row.lane, lane)
    return true
  }

  stop(): void {
    this.#stopped = true
    for (const lane of this.#lanes.values()) lane.cancelRetry?.()
  }

  #lane(cardId: string): Lane {
    const known = this.#lanes.get(cardId)
    if (known) return known
    const lane: Lane = { wanted: null, stale: false, running: null, cancelRetry: null, failures: 0 }
    this.#lanes.set(cardId, lane)
    return lane
  }

  #pump(cardId: string, lane: Lane): void {
    if (lane.running || this.#stopped) return
    if (!lane.stale) {
      this.#deps.onState(cardId, 'kept')
      return
    }
    this.#deps.onState(cardId, lane.failures > 0 ? 'notKept' : 'keeping')
    const row = lane.wanted
    lane.stale = false
    const write = row ? this.#deps.store.put(row) : this.#deps.store.remove({ userId: this.#deps.userId, cardId })
    lane.running = write.then(
      () => this.#wrote(cardId, lane),
      () => this.#failed(cardId, lane),
    )
  }

  #wrote(cardId: string, lane: Lane): void {
    lane.running = null
    lane.failures = 0
    this.#pump(cardId, lane)
  }

  #failed(cardId: string, lane: Lane): void {
    lane.running = null
    lane.stale = true
    lane.failures += 1
    this.#deps.onState(cardId, 'notKept')
    if (this.#stopped) return
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (lane.failures - 1))
    lane.cancelRetry = this.#deps.clock.after(delayMs, () => this.#retry(cardId, lane))
  }

  #retry(cardId: string, lane: Lane): void {
    lane.cancelRetry?.()
    lane.cancelRetry = null
    this.#pump(cardId, lane)
  }
}
