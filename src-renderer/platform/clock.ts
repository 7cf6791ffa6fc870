/** Time as a dependency, so that every timer of phone and cards can be driven by a test. */
export interface Clock {
  /** Epoch milliseconds of this computer. */
  nowMs(): number
  /** Calls back once after `delayMs`; the disposer cancels. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
