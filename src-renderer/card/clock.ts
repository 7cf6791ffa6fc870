/** Time as a dependency, so that tests drive it. */
export interface CardClock {
  /** Epoch milliseconds of this computer. */
  nowMs(): number
  /** Calls back once after `delayMs`; the disposer cancels. */
  after(delayMs: number, callback: () => void): () => void
}

export const browserClock: CardClock = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
