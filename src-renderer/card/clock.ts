import { steadyNow } from '../app/live/live.ts'

/** Time as a dependency, so that tests drive it. */
export interface CardClock {
  /** Epoch milliseconds of this computer. */
  nowMs(): number
  /** Calls back once after `delayMs`; the disposer cancels. */
  after(delayMs: number, callback: () => void): () => void
}

/** It runs evenly: somebody who sets the computer's clock back must not make a save wait for hours. */
export const browserClock: CardClock = {
  nowMs: () => Math.round(steadyNow()),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
