import type { Clock } from '../../platform/clock.ts'
import type { Line } from '../phone.ts'

type Trouble = Line['trouble']

/** What is over sooner was not noticed by anybody. */
const patienceMs = 400
/** Once shown, it can be read. */
const shownForMs = 1_500

/** Shows trouble that lasts, for long enough to be read: nothing blinks. */
export class TroubleSign {
  readonly #deps: { readonly clock: Clock; readonly show: (trouble: Trouble) => void }
  #wanted: Trouble = null
  #shown: Trouble = null
  #shownAtMs = 0
  #stopTimer: (() => void) | null = null

  constructor(deps: { readonly clock: Clock; readonly show: (trouble: Trouble) => void }) {
    this.#deps = deps
  }

  set(trouble: Trouble): void {
    this.#wanted = trouble
    if (this.#shown !== null && trouble !== null) this.#show()
    else if (trouble === this.#shown) this.stop()
    else this.#stopTimer ??= this.#deps.clock.after(this.#delayMs(), () => this.#show())
  }

  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = null
  }

  #delayMs(): number {
    return this.#shown === null ? patienceMs : Math.max(0, this.#shownAtMs + shownForMs - this.#deps.clock.nowMs())
  }

  #show(): void {
    this.stop()
    if (this.#wanted === this.#shown) return
    if (this.#shown === null) this.#shownAtMs = this.#deps.clock.nowMs()
    this.#shown = this.#wanted
    this.#deps.show(this.#shown)
  }
}
