/** Runs asynchronous work one piece after another, in the order it was given. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work)
    this.#tail = result.catch(() => undefined)
    return result
  }

  /** Resolves when everything given so far has run. */
  async idle(): Promise<void> {
    let seen: Promise<unknown>
    do {
      seen = this.#tail
      await seen
    } while (seen !== this.#tail)
  }
}
