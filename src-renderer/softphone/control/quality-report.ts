import type { QualitySample } from '../../../server/contract/index.ts'

/** What the server takes at once. */
const mostSamples = 200
/** How many readings go together; at one each three seconds about half a minute. */
const batch = 10

/** Collects the readings of one call until they are worth a request. Readings of a time without a server are kept, the newest. */
export class QualityReport {
  #waiting: QualitySample[] = []
  #sending = false
  readonly #send: (samples: QualitySample[]) => Promise<void>

  constructor(send: (samples: QualitySample[]) => Promise<void>) {
    this.#send = send
  }

  async add(sample: QualitySample): Promise<void> {
    this.#waiting = [...this.#waiting, sample].slice(-mostSamples)
    if (this.#waiting.length >= batch) await this.flush()
  }

  /** Also at the end of the call. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0 || this.#sending) return
    const samples = this.#waiting
    this.#waiting = []
    this.#sending = true
    try {
      await this.#send(samples)
    } catch {
      this.#waiting = [...samples, ...this.#waiting].slice(-mostSamples)
    } finally {
      this.#sending = false
    }
  }
}
