import { Inviter, SessionState, type UserAgent } from 'sip.js'
import { hasPath, NoPathError } from './media-handler.ts'
import type { SipJsCall } from './sip-js-call.ts'
import type { DialogIdentity, MoveOutcome } from './sip-link.ts'

/** From the INVITE's sending to any sign of the PBX: it answers in milliseconds, or not at all while it starts. */
const silenceLimitMs = 2_000
/** Once it works on it, a slow answer beats a second question: whoever leaves now leaves the call behind. */
const answerLimitMs = 10_000
/** From the 200: ICE and DTLS. What is too slow for one try would be so for the next, and come up never. */
const carryLimitsMs = [1_500, 3_000, 5_000]

export interface MoveRequest {
  readonly callId: string
  readonly from: DialogIdentity
  readonly local: MediaStream
}

export interface CallMovesDeps {
  readonly userAgent: UserAgent
  readonly newCall: (callId: string, session: Inviter) => SipJsCall
  readonly present: (callId: string) => SipJsCall | undefined
  /** The PBX has put the new call into the place of the old one. */
  readonly onMoved: (call: SipJsCall) => void
  /** Resolves when there is a socket. */
  readonly connected: () => Promise<void>
}

interface Move {
  readonly call: SipJsCall
  /** Hung up meanwhile: what the PBX moves is ended then. */
  hungUp: boolean
  awaited: boolean
  /** Its socket is gone, and the answer with it. */
  readonly giveUp: () => void
}

/** For whoever measures how long a move takes, and where. */
const mark = (step: string): void => void performance.mark(`callsync move ${step}`)

/** INVITE with Replaces: the same call on a new peer connection. */
export class CallMoves {
  readonly #deps: CallMovesDeps
  readonly #moves = new Map<string, Set<Move>>()
  /** Tries in a row, by call, whose connection did not come up in time. */
  readonly #silent = new Map<string, number>()
  #waiting: (() => void)[] = []
  readonly #gates = new WeakMap<object, (sdp: string) => Promise<void>>()

  constructor(deps: CallMovesDeps) {
    this.#deps = deps
  }

  /** What has to be true before the offer of a session leaves. */
  async beforeOffer(session: object, sdp: string): Promise<void> {
    await this.#gates.get(session)?.(sdp)
  }

  isUnderWay(callId: string): boolean {
    return (this.#moves.get(callId)?.size ?? 0) > 0
  }

  /** An answer is on its way: nobody may close the socket on it. */
  get isAwaited(): boolean {
    return [...this.#moves.values()].some((moves) => [...moves].some((move) => move.awaited))
  }

  settled(): Promise<void> {
    return this.isAwaited ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve()
  }

  hangUp(callId: string): void {
    for (const move of this.#moves.get(callId) ?? []) move.hungUp = true
  }

  onSocketLost(): void {
    for (const moves of this.#moves.values()) for (const move of moves) move.giveUp()
  }

  async move(request: MoveRequest): Promise<MoveOutcome> {
    const { callId } = request
    const before = this.#deps.present(callId)
    const session = this.#inviter(request.from)
    mark('begun')
    const call = this.#deps.newCall(callId, session)
    const outcome = await this.#send(call, session, request)
    if (outcome === 'accepted') {
      const tries = this.#silent.get(callId) ?? 0
      const carries = await call.carries(carryLimitsMs[Math.min(tries, carryLimitsMs.length - 1)] ?? 0)
      mark('carries')
      if (carries) this.#silent.delete(callId)
      else this.#silent.set(callId, tries + 1)
      return carries ? 'ok' : 'silent'
    }
    const present = this.#deps.present(callId)
    // An earlier INVITE was answered after we had given it up: that is where the call went.
    return outcome === 'gone' && present !== undefined && present !== before ? 'ok' : outcome
  }

  #send(call: SipJsCall, session: Inviter, request: MoveRequest): Promise<MoveOutcome | 'accepted'> {
    const { callId } = request
    const moves = this.#moves.get(callId) ?? new Set()
    this.#moves.set(callId, moves)
    return new Promise((resolve) => {
      let limit: ReturnType<typeof setTimeout> | undefined
      let sent = false
      const settle = (outcome: MoveOutcome | 'accepted') => {
        move.awaited = false
        if (!this.isAwaited) for (const go of this.#waiting.splice(0)) go()
        clearTimeout(limit)
        resolve(outcome)
      }
      const forget = () => {
        moves.delete(move)
        if (moves.size === 0) this.#moves.delete(callId)
      }
      const move: Move = {
        call,
        hungUp: false,
        awaited: false,
        giveUp: () => {
          if (!sent) return
          forget()
          call.close()
          settle('noAnswer')
        },
      }
      moves.add(move)
      this.#gates.set(session, async (sdp) => {
        if (!hasPath(sdp)) throw new NoPathError('No usable address')
        mark('offered')
        await this.#deps.connected()
        mark('sent')
        sent = true
        move.awaited = true
        limit = setTimeout(() => settle('noAnswer'), silenceLimitMs)
      })
      call
        .replace(request.local, {
          onTrying: () => {
            clearTimeout(limit)
            limit = setTimeout(() => settle('noAnswer'), answerLimitMs)
          },
          onAccept: () => {
            mark('answered')
            forget()
            if (session.state !== SessionState.Established) {
              settle('refused')
              return
            }
            // Also when it comes late: whatever the PBX accepted is the call now.
            if (move.hungUp) void call.hangUp().catch(() => undefined)
            else this.#deps.onMoved(call)
            settle(move.hungUp ? 'gone' : 'accepted')
          },
          onReject: (status) => {
            forget()
            settle(status === 481 ? 'gone' : status === 408 || status === 503 ? 'noAnswer' : 'refused')
          },
        })
        .catch((error: unknown) => {
          forget()
          for (const track of request.local.getTracks()) track.stop()
          settle(error instanceof NoPathError ? 'noPath' : 'refused')
        })
    })
  }

  #inviter(from: DialogIdentity): Inviter {
    const target = this.#deps.userAgent.configuration.uri.clone()
    return new Inviter(this.#deps.userAgent, target, {
      earlyMedia: false,
      extraHeaders: [`Replaces: ${from.callId};to-tag=${from.remoteTag};from-tag=${from.localTag}`],
    })
  }
}
