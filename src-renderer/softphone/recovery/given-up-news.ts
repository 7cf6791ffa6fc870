import type { Clock } from '../../platform/clock.ts'
import type { LineRecord } from '../lines.ts'
import type { PhoneStore } from '../phone-store.ts'
import { type GivenUpMemory, stillRingsMs } from './given-up.ts'

interface GivenUpNewsDeps {
  readonly memory: GivenUpMemory
  readonly store: PhoneStore
  readonly clock: Clock
}

const shownMs = 60_000

/** Not up yet, here or at the other side: only calls that are up outlive their page. */
export const isRising = ({ phase }: LineRecord): boolean =>
  phase === 'ringingIn' || phase === 'connecting' || phase === 'dialing' || phase === 'ringingOut'

/** Says which call ended with the page before this one, and leaves word of ours to the next. */
export class GivenUpNews {
  readonly #deps: GivenUpNewsDeps
  #cancel = (): void => undefined
  #stopNoting = (): void => undefined
  /** Lines given up with the page: their ends, which may still be heard one by one, change no word. */
  readonly #left = new Set<string>()

  constructor(deps: GivenUpNewsDeps) {
    this.#deps = deps
  }

  start(): void {
    const { memory, store, clock } = this.#deps
    const givenUp = memory.take(clock.nowMs())
    if (givenUp === null) return
    store.setState({ givenUp })
    this.#cancel = clock.after(shownMs, () => this.forget(givenUp.number))
  }

  /** The phone is switched off with its calls: nobody is to hear of them. */
  stop(): void {
    this.#cancel()
    this.#stopNoting()
    this.#deps.memory.rings(null, this.#deps.clock.nowMs())
  }

  /** `lines`: those that would be lost with this page. */
  follow(lines: readonly LineRecord[]): void {
    const { memory, clock } = this.#deps
    this.#stopNoting()
    const line = lines.findLast((each) => isRising(each) && !this.#left.has(each.id))
    memory.rings(line === undefined ? null : callOf(line), clock.nowMs())
    if (line !== undefined) this.#stopNoting = clock.after(stillRingsMs, () => this.follow(lines))
  }

  leave(line: LineRecord): void {
    this.#left.add(line.id)
    this.#deps.memory.leave(callOf(line), this.#deps.clock.nowMs())
  }

  /** It rings again, or is called: no news any more. */
  forget(number: string): void {
    const { store } = this.#deps
    if (store.getState().givenUp?.number === number) store.setState({ givenUp: null })
  }
}

const callOf = ({ direction, number, extension }: LineRecord) => ({ direction, number, extension })
