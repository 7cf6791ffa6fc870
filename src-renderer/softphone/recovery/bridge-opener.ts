import type { Clock } from '../../platform/clock.ts'
import type { LineRecord } from '../lines.ts'
import type { RenegotiationOutcome } from '../sip/sip-link.ts'
import {
  type BridgeOpening,
  closedBridge,
  isOpening,
  type OpeningCommand,
  type OpeningEvent,
  stepOpening,
} from './bridge-opening.ts'

interface BridgeOpenerDeps {
  readonly clock: Clock
  /** The call's line as it is now. */
  readonly line: () => LineRecord
  /** Holds the call in the PBX, or ends that hold. */
  readonly turn: (how: 'hold' | 'unhold') => Promise<RenegotiationOutcome>
  readonly tell: (news: 'freeing' | 'freed' | 'held') => void
  /** The line says held: the PBX is to hold it too. */
  readonly holdAgain: () => void
  /** The other side is not silent for our sake any more. */
  readonly onClosed: () => void
  /** `shown` may be another. */
  readonly onStep: () => void
}

/** Runs the opening of one call's bridge after its moves. */
export class BridgeOpener {
  readonly #deps: BridgeOpenerDeps
  #state: BridgeOpening = closedBridge
  /** Counts openings: an answer to one before says nothing. */
  #openings = 0
  #stopTimer = (): void => undefined
  #stopped = false

  constructor(deps: BridgeOpenerDeps) {
    this.#deps = deps
  }

  /** The line says held, though nobody wished it. */
  get shown(): boolean {
    return this.#state.shown
  }

  get isWaiting(): boolean {
    return this.#state.phase === 'waiting'
  }

  get isOpening(): boolean {
    return isOpening(this.#state)
  }

  stop(): void {
    this.#stopped = true
    this.#stopTimer()
  }

  on(event: OpeningEvent): void {
    const wasOpening = this.isOpening
    const [next, commands] = stepOpening(this.#state, event)
    if (event.type === 'moved') this.#openings += 1
    this.#state = next
    if (wasOpening && !this.isOpening && event.type !== 'moved') this.#deps.onClosed()
    for (const command of commands) this.#run(command)
    this.#deps.onStep()
  }

  #run(command: OpeningCommand): void {
    const { clock, line, tell } = this.#deps
    switch (command.type) {
      case 'hold':
      case 'unhold':
        void this.#turn(command.type)
        return
      case 'startTimer':
        this.#stopTimer()
        this.#stopTimer = clock.after(command.delayMs, () => {
          // A hold that a person asks for meanwhile comes first: its end is theirs.
          if (line().turning === 'holding') this.#run(command)
          else this.on({ type: 'timer' })
        })
        return
      case 'cancelTimer':
        this.#stopTimer()
        return
      case 'tell':
        tell(command.news)
    }
  }

  async #turn(how: 'hold' | 'unhold'): Promise<void> {
    const { line, turn } = this.#deps
    const opening = this.#openings
    const outcome = await turn(how).catch((): RenegotiationOutcome => 'refused')
    if (this.#stopped || this.#openings !== opening) return
    this.on({ type: 'answered', outcome, wished: line().turning === 'holding' })
    if (how === 'unhold' && outcome !== 'gone' && this.#state.phase === 'closed') this.#leaveHeld(outcome === 'ok')
  }

  /** The answer may come when another is talked on: the line stays held then, and the PBX is to hold it too. */
  #leaveHeld(freed: boolean): void {
    const { line, tell, holdAgain } = this.#deps
    if (line().turning === 'resuming') tell(freed ? 'freed' : 'held')
    const { phase, turning } = line()
    if (freed && phase === 'held' && turning === null) holdAgain()
  }
}
