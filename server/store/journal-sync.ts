import { AppError } from '../errors.ts'

/**
 * Brings what was written to a journal onto the disk without holding the event loop up. One flush serves everybody who wrote
 * before it began:
 *
 *     write ─ kept ─▶ │ flush ───────│ done
 *          write ─ kept ─▶ (waits)   │ flush ───────│ done
 *             write ─ kept ─▶ (waits)│
 *
 * A flush that failed is told once: the system then takes the pages for written, and the next flush succeeds without them. So
 * after one everything is written anew before anything is promised again.
 */
export class JournalSync {
  readonly #deps: { readonly flush: () => Promise<void>; readonly rewrite: () => Promise<void> }
  #dirty = false
  /** A part of the journal may be on no disk, whatever the next flush says. */
  #holed = false
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null

  /** `rewrite`: brings all that was written into the database and begins an empty journal. */
  constructor(deps: { flush: () => Promise<void>; rewrite: () => Promise<void> }) {
    this.#deps = deps
  }

  /** Something was written that a power cut would take. */
  wrote(): void {
    this.#dirty = true
  }

  /** Resolves when all that was written so far is on the disk; rejects with `busy` when the disk did not take it. */
  async kept(): Promise<void> {
    // A flush that runs began after the last write.
    if (!this.#dirty) return this.#running ?? undefined
    if (this.#next) return this.#next
    if (!this.#running) return this.#begin()
    const begin = () => this.#begin()
    this.#next = this.#running.then(begin, begin)
    return this.#next
  }

  #begin(): Promise<void> {
    this.#next = null
    this.#dirty = false
    const running = this.#bring().finally(() => {
      this.#running = null
    })
    this.#running = running
    return running
  }

  async #bring(): Promise<void> {
    try {
      if (this.#holed) await this.#deps.rewrite()
      // After a rewrite too: the old journal would be found again if its end were not on the disk.
      await this.#deps.flush()
      this.#holed = false
    } catch (cause) {
      this.#dirty = true
      this.#holed = true
      throw new AppError('busy', 'the disk did not take what was written', { retryAfterMs: 2_000, cause })
    }
  }
}
