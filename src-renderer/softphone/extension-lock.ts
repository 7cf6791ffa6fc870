/** One page of a computer holds an extension: the PBX keeps one contact, and a second registration would silently steal the first. */
export interface ExtensionLock {
  /** Tells the state at once after `start`, and each change: true while this page holds it. */
  subscribe(listener: (held: boolean) => void): () => void
  start(): void
  /** Takes it from the page that holds it. */
  steal(): void
  stop(): void
}

type LockManagerLike = Pick<LockManager, 'request'>

/** On Web Locks: the browser frees it with the page, however the page dies, and hands it to the next that waits. */
export class WebExtensionLock implements ExtensionLock {
  readonly #name: string
  readonly #locks: LockManagerLike | null
  readonly #listeners = new Set<(held: boolean) => void>()
  #round = new AbortController()
  #release: () => void = () => undefined

  constructor(extension: string, locks: LockManagerLike | null = navigator.locks ?? null) {
    this.#name = `callsync-phone-${extension}`
    this.#locks = locks
  }

  subscribe(listener: (held: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    if (this.#locks === null) {
      this.#tell(true)
      return
    }
    void this.#take({ ifAvailable: true }).then((held) => {
      if (held !== 'busy') return
      this.#tell(false)
      void this.#take({})
    })
  }

  steal(): void {
    this.#newRound()
    void this.#take({ steal: true })
  }

  stop(): void {
    this.#newRound()
  }

  #newRound(): void {
    this.#round.abort()
    this.#round = new AbortController()
    this.#release()
  }

  /** Resolves when the lock was busy, or is ours no more. */
  async #take(options: { ifAvailable?: boolean; steal?: boolean }): Promise<'busy' | 'over'> {
    const round = this.#round
    // A signal is not allowed beside the two other options.
    const request = options.ifAvailable || options.steal ? options : { signal: round.signal }
    let mine = false
    let busy = false
    try {
      await this.#locks?.request(this.#name, request, async (lock) => {
        if (round !== this.#round) return
        if (lock === null) {
          busy = true
          return
        }
        mine = true
        const released = new Promise<void>((resolve) => {
          this.#release = resolve
        })
        this.#tell(true)
        await released
      })
    } catch {
      // Stolen by another page, or given up by us.
      if (mine && round === this.#round) {
        this.#tell(false)
        void this.#take({})
      }
    }
    return busy ? 'busy' : 'over'
  }

  #tell(held: boolean): void {
    for (const listener of [...this.#listeners]) listener(held)
  }
}
