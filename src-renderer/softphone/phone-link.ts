import type { Clock } from '../platform/clock.ts'
import type { ExtensionLock } from './extension-lock.ts'
import { LinkDriver } from './link-driver.ts'
import type { LinkEvent, LinkState } from './link-machine.ts'
import type { SipLink } from './sip/sip-link.ts'

/** What the browser and the computer say of the network; each is a hint, none the truth. */
export interface NetworkHints {
  readonly isOnline: () => boolean
  readonly onOnline: (listener: (online: boolean) => void) => () => void
  /** The computer woke from sleep. */
  readonly onResume: (listener: () => void) => () => void
  /** The way to the network may have changed, or only its measured speed. */
  readonly onNetworkChange: (listener: () => void) => () => void
}

export interface PhoneLinkDeps {
  readonly link: SipLink
  readonly lock: ExtensionLock
  readonly clock: Clock
  /** 0..1, for the jitter of pauses. */
  readonly chance: () => number
  readonly hints: NetworkHints
  readonly onState: (state: LinkState) => void
  /** A new socket is open, or there is none. */
  readonly onSocket: (open: boolean) => void
  /** This page holds the extension, or another does. */
  readonly onHeld: (held: boolean) => void
  /** What was true of the network a moment ago may not be now. */
  readonly onDoubt: () => void
}

const oneWakeMs = 2_000

/** The phone's way to the PBX: one page a computer has it, and hints of the network are acted on as they come. */
export class PhoneLink {
  readonly #deps: PhoneLinkDeps
  readonly #driver: LinkDriver
  readonly #disposers: (() => void)[] = []
  #wokeAtMs = 0
  #held = false

  constructor(deps: PhoneLinkDeps) {
    this.#deps = deps
    const { link, clock, chance } = deps
    this.#driver = new LinkDriver({
      link,
      clock,
      chance,
      onState: (state) => {
        deps.onState(state)
        if (!this.#driver.isOpen) deps.onSocket(false)
      },
      resyncCalls: () => deps.onSocket(true),
    })
  }

  /** A socket is there to send on. */
  get isOpen(): boolean {
    return this.#driver.isOpen
  }

  start(): void {
    const { link, lock, hints } = this.#deps
    this.#disposers.push(
      link.subscribe((event) => {
        if (event.type === 'socketClosed') this.#driver.on(event)
        if (event.type === 'registrationLost') this.#driver.on({ ...event, type: 'registerFailed' })
      }),
      hints.onOnline((online) => this.#onOnline(online)),
      hints.onResume(() => this.wake()),
      hints.onNetworkChange(() => this.#onNetworkChange()),
      lock.subscribe((held) => this.#onLock(held)),
    )
    if (!hints.isOnline()) this.#driver.on({ type: 'offline' })
    lock.start()
  }

  /** Says nothing to the PBX any more. */
  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
    this.#driver.reset()
    this.#deps.lock.stop()
  }

  /** The computer was asleep: what the socket and the connections say of themselves is old. */
  wake(): void {
    const nowMs = this.#deps.clock.nowMs()
    // The page's own clock and the host's notice may both tell.
    if (nowMs - this.#wokeAtMs < oneWakeMs) return
    this.#wokeAtMs = nowMs
    void this.#replaceSocket({ type: 'resume' })
    this.#deps.onDoubt()
  }

  /** Takes the extension from the other page of this computer, or from the phone of another one. */
  takeOver(): void {
    if (this.#held) this.#driver.on({ type: 'start' })
    else this.#deps.lock.steal()
  }

  /** A person asks to try again. */
  reconnect(): void {
    this.#driver.on({ type: 'retry' })
  }

  /** The socket is not to be trusted any more. */
  replaceSocket(): void {
    void this.#replaceSocket({ type: 'socketDead' })
  }

  /** Not while the PBX's answer to a move is on its way: whoever closes the socket on it loses the call. */
  async #replaceSocket(why: Extract<LinkEvent, { type: 'resume' | 'online' | 'socketDead' }>): Promise<void> {
    await this.#deps.link.movesSettled()
    if (this.#disposers.length > 0) this.#driver.on(why)
  }

  /** The extension is another page's and nothing is left to do here. */
  disconnect(): void {
    this.#driver.on({ type: 'stop' })
  }

  #onLock(held: boolean): void {
    this.#held = held
    // First the calls of the page before this one, then the socket they wait for.
    this.#deps.onHeld(held)
    this.#driver.on({ type: held ? 'start' : 'yield' })
  }

  #onOnline(online: boolean): void {
    if (!online) {
      this.#driver.on({ type: 'offline' })
      return
    }
    void this.#replaceSocket({ type: 'online' })
    this.#deps.onDoubt()
  }

  #onNetworkChange(): void {
    this.#driver.probeNow()
    this.#deps.onDoubt()
  }
}
