import { Core, type Invitation, Inviter, SessionState, type Web } from 'sip.js'
import type { Clock } from '../../platform/clock.ts'
import type { MediaHandler } from './media-handler.ts'
import type { RenegotiationOutcome } from './sip-link.ts'

export interface ReinvitesDeps {
  readonly session: Inviter | Invitation
  readonly handler: () => MediaHandler | null
  readonly clock: Clock
  /** 0..1 */
  readonly chance: () => number
}

/** How long the PBX may take to end an offer, ours or its own, before we give the person their line back. */
const answerLimitMs = 8000
/** Asterisk follows a move with an offer of its own, for the other side's name, 20 to 80 ms after our ACK. */
const theirsLimitMs = 200
const glareTries = 3

/** RFC 3261 14.1: after 491 the side that chose the Call-ID waits longer than the other could. */
export const glarePauseMs = (choseCallId: boolean, chance: number): number =>
  choseCallId ? 2100 + 10 * Math.floor(chance * 191) : 10 * Math.floor(chance * 201)

/**
 * The offers within one call, ours and the PBX's, one after the other. SIP.js would mix two into one connection.
 *
 *            ours wanted                       answered
 *   free ───────────────────▶ ours ──────────────────────────────▶ free
 *    ▲ │                       │ ▲ INVITE of the PBX: 491
 *    │ │                       └─┘ 491: free for a pause, then ours again
 *    │ └──INVITE of the PBX──▶ its (ours waits) ─────────┐   after a move ours waits for it too, 0.2 s at the most
 *    └── its ACK, our refusal, no socket, 8 s of waiting ┘
 *
 * After 8 s without an answer whoever asked is told `refused`, but ours stays out: were it taken back, SIP.js would take its late
 * answer for an offer, and hang up over it or leave the connection in the middle of one.
 */
export class Reinvites {
  readonly #deps: ReinvitesDeps
  #queue: Promise<unknown> = Promise.resolve()
  #held = false
  #closed = false
  /** Ours is being made, or is out. */
  #unanswered = false
  /** The PBX is about to offer. */
  #expected = false
  #stopExpecting = (): void => undefined
  #pending: Core.OutgoingInviteRequest | null = null
  /** Who waits for the PBX's offer, or a pause, to end. */
  #waiting: (() => void)[] = []

  constructor(deps: ReinvitesDeps) {
    this.#deps = deps
  }

  /** The call is up: the PBX may offer from now on. */
  watch(): void {
    const delegate = this.#dialog?.delegate
    if (!delegate) return
    const { onInvite, onAck } = delegate
    delegate.onInvite = (request) => {
      this.#stopExpecting()
      this.#expected = false
      // Another has its place, and its connection is closed: the PBX ends it in a moment.
      if (this.#closed) request.reject({ statusCode: 488 })
      else if (this.#unanswered) request.reject({ statusCode: 491 })
      else onInvite?.(request)
    }
    delegate.onAck = (ack) => {
      const done = onAck?.(ack)
      this.#goOn()
      return done
    }
  }

  /** The call has moved here: an offer of ours that crossed the PBX's would be refused and wait for seconds. */
  expectTheirs(): void {
    this.#stopExpecting()
    this.#expected = true
    this.#stopExpecting = this.#deps.clock.after(theirsLimitMs, () => {
      this.#expected = false
      this.#goOn()
    })
  }

  /** We have refused an offer of the PBX: no ACK tells of its end. */
  onRefused(): void {
    this.#goOn()
  }

  /** `hold` null: as it is. Re-INVITEs wait for each other. `notUp`: nothing was sent. */
  ask(hold: boolean | null): Promise<RenegotiationOutcome | 'notUp'> {
    const turn = this.#queue.then(() => this.#reinvite(hold))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** A request whose answer went to a dead socket would block this session for 32 s (timer B), an ACK that is lost for good. */
  onSocketLost(): void {
    this.#forgetTheirs()
    this.#goOn()
    const request = this.#pending
    if (request === null) return
    this.#pending = null
    request.dispose()
    if ('onTransportError' in request && typeof request.onTransportError === 'function') {
      request.onTransportError(new Error('Socket lost'))
    }
  }

  /** The call is over, or another has its place: nothing that waits could still come. */
  onEnded(): void {
    this.#closed = true
    this.#stopExpecting()
    this.#goOn()
  }

  get #isUp(): boolean {
    return !this.#closed && this.#deps.session.state === SessionState.Established
  }

  get #dialog(): Core.SessionDialog | null {
    const { dialog } = this.#deps.session
    return dialog instanceof Core.SessionDialog ? dialog : null
  }

  async #reinvite(hold: boolean | null): Promise<RenegotiationOutcome | 'notUp'> {
    const { session, clock, chance } = this.#deps
    const before = this.#held
    const wanted = hold ?? before
    let outcome = await this.#offer(wanted, before)
    for (let tries = 1; outcome === 'glare' && tries < glareTries; tries++) {
      const pauseMs = glarePauseMs(session instanceof Inviter, chance())
      await this.#wait((go) => clock.after(pauseMs, go))
      outcome = await this.#offer(wanted, before)
    }
    if (outcome === 'ok') this.#held = wanted
    return outcome === 'glare' ? 'refused' : outcome
  }

  async #offer(hold: boolean, before: boolean): Promise<RenegotiationOutcome | 'notUp' | 'glare'> {
    await this.#lastOneDone()
    if (!this.#isUp) return 'notUp'
    if (this.#unanswered) return 'refused'
    this.#forgetTheirs()
    const outcome = await this.#send(hold)
    // The options of a re-INVITE stick to the session and would colour the answer to the next one of the PBX.
    const options: Web.SessionDescriptionHandlerOptions = { hold: before }
    if (outcome !== 'ok') this.#deps.session.sessionDescriptionHandlerOptionsReInvite = options
    return outcome
  }

  /** Or the limit has passed: an ACK of the PBX may be lost on a socket that lives. */
  async #lastOneDone(): Promise<void> {
    let late = false
    const cancelLimit = this.#deps.clock.after(answerLimitMs, () => {
      late = true
      this.#goOn()
    })
    const isBusy = () => this.#unanswered || this.#expected || this.#dialog?.reinviteUserAgentServer !== undefined
    while (this.#isUp && isBusy() && !late) await this.#wait()
    cancelLimit()
  }

  #forgetTheirs(): void {
    const dialog = this.#dialog
    if (dialog) dialog.reinviteUserAgentServer = undefined
  }

  #send(hold: boolean): Promise<RenegotiationOutcome | 'glare'> {
    return new Promise((resolve) => {
      let late = false
      this.#unanswered = true
      const cancelLimit = this.#deps.clock.after(answerLimitMs, () => {
        late = true
        resolve('refused')
      })
      const settle = (outcome: RenegotiationOutcome | 'glare') => {
        cancelLimit()
        this.#unanswered = false
        this.#pending = null
        resolve(outcome)
        this.#goOn()
        // Granted after all, when the line says otherwise: what the line says is offered again.
        if (late && outcome === 'ok' && hold !== this.#held) void this.ask(null).catch(() => undefined)
      }
      const options: Web.SessionDescriptionHandlerOptions = { hold }
      this.#deps.session
        .invite({
          sessionDescriptionHandlerOptions: options,
          requestDelegate: {
            onAccept: () => settle(this.#isUp ? 'ok' : 'gone'),
            onReject: ({ message: { statusCode } }) =>
              settle(statusCode === 481 ? 'gone' : statusCode === 491 ? 'glare' : 'refused'),
          },
        })
        .then((request) => {
          if (this.#unanswered) this.#pending = request
        })
        .catch(async () => {
          // SIP.js has made its offer by then and leaves it behind: the connection would take no other.
          await this.#deps
            .handler()
            ?.rollbackDescription()
            .catch(() => undefined)
          settle('refused')
        })
    })
  }

  #wait(timer: (go: () => void) => () => void = () => () => undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancel = timer(resolve)
      this.#waiting.push(() => {
        cancel()
        resolve()
      })
    })
  }

  #goOn(): void {
    for (const go of this.#waiting.splice(0)) go()
  }
}
