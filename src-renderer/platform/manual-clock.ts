import type { Clock } from './clock.ts'

/** A clock that moves only by `advance`; callbacks fire in the order they are due. */
export class ManualClock implements Clock {
  #nowMs = 1_767_225_600_000
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Lets promises settle between the callbacks, as a real event loop does. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs
    for (;;) {
      await settle()
      const next = [...this.#timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (!next) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.callback()
    }
    this.#nowMs = endMs
    await settle()
  }
}

/** Every promise that is ready has run. */
export const settle = (): Promise<void> =>
  new Promise((resolve) => {
    // Not a timer: those of a browser and of Node wait a millisecond, which a thousand steps of a property test add up.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
