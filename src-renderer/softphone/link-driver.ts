import type { Clock } from '../platform/clock.ts'
import { initialLink, type LinkCommand, type LinkEvent, type LinkState, stepLink } from './link-machine.ts'
import type { SipLink } from './sip/sip-link.ts'

export interface LinkDriverDeps {
  readonly link: SipLink
  readonly clock: Clock
  /** 0..1, for the jitter of pauses. */
  readonly chance: () => number
  readonly onState: (state: LinkState) => void
  /** A new socket is open: tell the PBX our new address in every call. */
  readonly resyncCalls: () => void
}

/** Of REGISTERs without an answer on one socket: a PBX that has just started drops the first, a slow network needs the last. */
const registerLimitsMs = [800, 1200]
const lastRegisterLimitMs = 2000
const probeEveryMs = 3000
const probeLimitMs = 1500
/** The word that there is no network comes a moment after the word that it changed. */
const settledMs = 100
/** Each fifth probe: whoever took the extension, this phone says so within a quarter of a minute. */
const probesToLook = 5
const lookLimitMs = 800

/** Runs the link machine on a SipLink, and asks an open socket every few seconds whether it still carries. */
export class LinkDriver {
  readonly #deps: LinkDriverDeps
  #state: LinkState = initialLink
  /** A connection attempt; news of an older one is no news. */
  #attempt = 0
  #stopTimer: (() => void) | null = null
  #stopProbe: (() => void) | null = null
  #probes = 0
  #passedOver = false

  constructor(deps: LinkDriverDeps) {
    this.#deps = deps
  }

  /** A socket is there to send on. */
  get isOpen(): boolean {
    return this.#state.phase === 'connected' || this.#state.phase === 'registered'
  }

  on(event: LinkEvent): void {
    const [next, commands] = stepLink(this.#state, event, { nowMs: this.#deps.clock.nowMs(), chance: this.#deps.chance() })
    this.#state = next
    this.#deps.onState(next)
    for (const command of commands) this.#run(command)
    this.#keepProbing()
  }

  /** The network may have changed under the socket: asks it now. */
  probeNow(): void {
    if (!this.isOpen) return
    this.#stopProbe?.()
    this.#stopProbe = this.#deps.clock.after(settledMs, () => void this.#probe())
  }

  /** Forgets everything without a word to the link. */
  reset(): void {
    this.#stopTimer?.()
    this.#stopProbe?.()
    this.#attempt += 1
    this.#state = initialLink
  }

  #run(command: LinkCommand): void {
    switch (command.type) {
      case 'connect':
        void this.#connect()
        return
      case 'disconnect':
        this.#attempt += 1
        this.#deps.link.disconnect()
        return
      case 'register':
        void this.#register()
        return
      case 'unregister':
        void this.#deps.link.unregister().catch(() => undefined)
        return
      case 'resyncCalls':
        this.#deps.resyncCalls()
        return
      case 'startTimer':
        this.#stopTimer?.()
        this.#stopTimer = this.#deps.clock.after(command.delayMs, () => this.on({ type: 'timer' }))
        return
      case 'cancelTimer':
        this.#stopTimer?.()
        this.#stopTimer = null
    }
  }

  async #connect(): Promise<void> {
    this.#attempt += 1
    const attempt = this.#attempt
    const opened = await this.#deps.link.connect().then(
      () => true,
      () => false,
    )
    if (attempt === this.#attempt) this.on({ type: opened ? 'socketOpen' : 'socketClosed' })
  }

  async #register(): Promise<void> {
    const attempt = this.#attempt
    // A PBX that has just started drops the question: it is asked once a socket.
    if (!this.#state.claims && this.#state.silent === 0 && (await this.#isDisplaced())) return
    if (attempt !== this.#attempt) return
    const outcome = await this.#deps.link.register(registerLimitsMs[this.#state.silent] ?? lastRegisterLimitMs)
    if (attempt !== this.#attempt) return
    this.on(outcome.ok ? { type: 'registerOk' } : { ...outcome, type: 'registerFailed' })
  }

  /** A silent socket would go unseen for a minute. */
  #keepProbing(): void {
    if (!this.isOpen) {
      this.#stopProbe?.()
      this.#stopProbe = null
      return
    }
    this.#stopProbe ??= this.#deps.clock.after(probeEveryMs, () => void this.#probe())
  }

  /**
   * The first one after word that there is no network is passed over: mostly there is another network, and so another socket, before the
   * next. A piece of a message that still gets through as the link changes has Asterisk wait 10 s for its rest, and whatever it
   * sends by that socket with it: a thread that other phones' messages stand behind.
   */
  async #probe(): Promise<void> {
    const attempt = this.#attempt
    const mine = this.#stopProbe
    const { online } = this.#state
    const passedOver = !online && !this.#passedOver
    this.#passedOver = !online
    const alive = passedOver || (await this.#deps.link.probe(probeLimitMs))
    // Another was asked for meanwhile: it goes on.
    if (this.#stopProbe === mine) this.#stopProbe = null
    if (attempt === this.#attempt && !alive) {
      this.on({ type: 'socketDead' })
      return
    }
    this.#keepProbing()
    if (passedOver) return
    this.#probes += 1
    if (alive && this.#probes % probesToLook === 0 && this.#state.phase === 'registered') await this.#isDisplaced()
  }

  /** Another phone registers without a word to this one. */
  async #isDisplaced(): Promise<boolean> {
    const attempt = this.#attempt
    const holder = await this.#deps.link.lookUp(lookLimitMs)
    if (attempt !== this.#attempt) return false
    if (holder === 'other') this.on({ type: 'displaced' })
    else if (holder === 'nobody' && this.#state.phase === 'registered')
      this.on({ type: 'registerFailed', status: 0, retryAfterMs: null })
    return holder === 'other'
  }
}
