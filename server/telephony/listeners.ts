import type { Logger } from 'pino'
import type { Disposer } from './telephony.ts'

/** Who is told of one kind of news. One listener's fault is not the others'. */
export class Listeners<Told extends readonly unknown[]> {
  readonly #logger: Logger
  readonly #all = new Set<(...told: Told) => void>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  readonly add = (listener: (...told: Told) => void): Disposer => {
    this.#all.add(listener)
    return () => this.#all.delete(listener)
  }

  tell(...told: Told): void {
    for (const listener of [...this.#all]) {
      try {
        listener(...told)
      } catch (error) {
        this.#logger.error({ err: error }, 'A listener to telephony failed')
      }
    }
  }

  clear(): void {
    this.#all.clear()
  }
}
