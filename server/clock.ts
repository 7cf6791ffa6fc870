import type { Disposer } from './telephony/telephony.ts'

/** Time as a dependency, so that every timer can be driven by a test. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number
  /** Calls back once after `delayMs`; the disposer cancels. */
  after(delayMs: number, callback: () => void): Disposer
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** A clock that moves only by `advance`; callbacks fire in the order they are due. */
export class ManualClock implements Clock {
  #nowMs: number
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>()

  constructor(startMs = 1_767_225_600_000) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, callback: () => void): Disposer {
    const timer = { dueMs: this.#nowMs + delayMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs
    for (;;) {
      const next = [...this.#timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (!next) break
      this.#timers.delete(next)
      this.#nowMs = next.dueMs
      next.callback()
    }
    this.#nowMs = endMs
  }
}
