import type { QualitySample } from '../../../server/contract/index.ts'
import type { Clock } from '../../platform/clock.ts'

/** What the server takes at once. */
const mostSamples = 200
/** How many readings go together; at one each three seconds about half a minute. */
const batch = 10
const againMs = 10_000

export interface QualityReportDeps {
  readonly send: (samples: QualitySample[]) => Promise<void>
  /** The same may be taken later. */
  readonly mayGoLater: (error: unknown) => boolean
  readonly clock: Clock
}

/** Collects the readings of one talk until they are worth a request. Readings of a time without a server are kept, the newest. */
export class QualityReport {
  #waiting: QualitySample[] = []
  #sending = false
  #over = false
  readonly #deps: QualityReportDeps

  constructor(deps: QualityReportDeps) {
    this.#deps = deps
  }

  async add(sample: QualitySample): Promise<void> {
    this.#waiting = [...this.#waiting, sample].slice(-mostSamples)
    if (this.#waiting.length >= batch) await this.#flush()
  }

  /** The talk is held or over: what is left goes, now or when the server can be reached again, until it wants no more of it. */
  async end(): Promise<void> {
    this.#over = true
    await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0 || this.#sending) return
    const samples = this.#waiting
    this.#waiting = []
    this.#sending = true
    let later = false
    try {
      await this.#deps.send(samples)
    } catch (error) {
      later = this.#deps.mayGoLater(error)
      // A talk that goes on is known to the server sooner or later.
      if (later || !this.#over) this.#waiting = [...samples, ...this.#waiting].slice(-mostSamples)
    }
    this.#sending = false
    if (!this.#over || this.#waiting.length === 0) return
    if (later) this.#deps.clock.after(againMs, () => void this.#flush())
    else await this.#flush()
  }
}
