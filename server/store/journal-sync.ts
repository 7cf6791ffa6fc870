/**
 * Brings what was written to a journal onto the disk without holding the event loop up. One flush serves everybody who wrote
 * before it began:
 *
 *     write ─ kept ─▶ │ flush ───────│ done
 *          write ─ kept ─▶ (waits)   │ flush ───────│ done
 *             write ─ kept ─▶ (waits)│
 */
export class JournalSync {
  readonly #flush: () => Promise<void>
  #dirty = false
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(deps: { flush: () => Promise<void> }) {
    this.#flush = deps.flush
  }

  /** Something was written that a power cut would take. */
  wrote(): void {
    this.#dirty = true
  }

  /** Resolves when all that was written so far is on the disk; rejects when the disk did not take it. */
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
    const running = this.#flush()
      .catch((error: unknown) => {
        this.#dirty = true
        throw error
      })
      .finally(() => {
        this.#running = null
      })
    this.#running = running
    return running
  }
}
