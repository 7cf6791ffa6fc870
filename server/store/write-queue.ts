import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Disposer } from '../telephony/telephony.ts'

const firstPauseMs = 500
const longestPauseMs = 5_000

/**
 * One piece after another, in the order it was given, of what must not be lost: while the database is away, busy or full, a piece is
 * tried until it is written. Each must be right when done twice: that it was done may be what was not heard.
 */
export class WriteQueue {
  readonly #deps: { readonly clock: Clock; readonly logger: Logger; readonly failure: string }
  #tail: Promise<void> = Promise.resolve()
  #stopping = false
  #wake: () => void = () => undefined

  /** `failure`: what the log says of a piece that cannot be written. */
  constructor(deps: { clock: Clock; logger: Logger; failure: string }) {
    this.#deps = deps
  }

  add(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(() => this.#write(work))
  }

  /** Resolves when everything given so far is written or given up. */
  async idle(): Promise<void> {
    let seen: Promise<void>
    do {
      seen = this.#tail
      await seen
    } while (seen !== this.#tail)
  }

  /** What waits is tried once more. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake()
    await this.idle()
  }

  async #write(work: () => Promise<void>): Promise<void> {
    const { logger, failure } = this.#deps
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await work()
      } catch (error) {
        if (this.#stopping || !passes(error)) return logger.error({ err: error }, failure)
        if (pauseMs === firstPauseMs)
          logger.warn({ err: error }, 'The database takes nothing now; it is asked again until it does')
      }
      await this.#pause(pauseMs)
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel: Disposer = this.#deps.clock.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
      if (this.#stopping) this.#wake()
    })
  }
}

/** PostgreSQL's codes are a deadlock, a transaction that must be run again, a lock that was waited for too long. */
const passing = /^(busy|SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY).*|40P01|40001|55P03)$/

/** Nothing is wrong with what was asked: the same may be written a moment later. */
const passes = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && passing.test(error.code)
