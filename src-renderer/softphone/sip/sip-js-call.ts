import { Invitation, Inviter, type Session, SessionState, type URI } from 'sip.js'
import type { Clock } from '../../platform/clock.ts'
import type { CallStats, EndReason } from '../phone.ts'
import { readCallStats } from './call-stats.ts'
import { reasonOfCancel, reasonOfRefusal } from './end-reason.ts'
import { MediaHandler } from './media-handler.ts'
import { Reinvites } from './reinvites.ts'
import type { CallHealth, DialogIdentity, DtmfMode, RenegotiationOutcome, SipEvent } from './sip-link.ts'

export interface SipJsCallDeps {
  readonly callId: string
  readonly session: Inviter | Invitation
  readonly emit: (event: SipEvent) => void
  /** The microphone the media handler of this session takes. */
  readonly bindMicrophone: (session: Session, local: MediaStream) => void
  readonly isConnected: () => boolean
  readonly clock: Clock
  /** 0..1 */
  readonly chance: () => number
}

const transferSilenceMs = 1000
/** A voice that has no way by then is a fault of its own, and is told as one. */
const tonesWaitMs = 5_000
/** Asterisk answers an INVITE with Replaces before it puts the new channel in: a BYE in between, 36 ms once, ends the whole call. */
const ownByeAfterMs = 5_000

/** One SIP.js session, without its habits: re-INVITEs in a queue, no end but by a person, the other side or a 481. */
export class SipJsCall {
  readonly #deps: SipJsCallDeps
  readonly session: Inviter | Invitation
  callId: string
  readonly #reinvites: Reinvites
  #ended = false
  #retired = false
  #endReason: EndReason | null = null

  constructor(deps: SipJsCallDeps) {
    this.#deps = deps
    this.session = deps.session
    this.callId = deps.callId
    const { session, clock, chance } = deps
    this.#reinvites = new Reinvites({ session, handler: () => this.#handler, clock, chance })
    this.session.stateChange.addListener((state) => this.#onState(state))
    this.session.delegate = {
      onCancel: (cancel) => {
        this.#endReason ??= reasonOfCancel(cancel.request.getHeaders('reason'))
      },
      onBye: (bye) => {
        this.#endReason ??= 'remoteHungUp'
        // The one that hangs up waits for this answer; a socket that dies under it is no reason to throw.
        void bye.accept()
      },
      onInvite: (_request, _response, statusCode) => {
        if (statusCode >= 300) this.#reinvites.onRefused()
      },
      // Nobody but the operator moves this call: a REFER from the other side is refused, not followed.
      onRefer: (referral) => void referral.reject(),
    }
  }

  get isEstablished(): boolean {
    return this.session.state === SessionState.Established
  }

  /** The INVITE is still open; SIP.js waits half a minute for an answer that went to a dead socket. */
  get isRising(): boolean {
    return this.session.state === SessionState.Initial || this.session.state === SessionState.Establishing
  }

  get #handler(): MediaHandler | null {
    const handler = this.session.sessionDescriptionHandler
    return handler instanceof MediaHandler ? handler : null
  }

  get #connection(): RTCPeerConnection | null {
    return this.#handler?.peerConnection ?? null
  }

  get remoteStream(): MediaStream | null {
    return this.#handler?.remoteMediaStream ?? null
  }

  async invite(local: MediaStream): Promise<void> {
    if (!(this.session instanceof Inviter)) throw new Error('Not an outgoing call')
    this.#deps.bindMicrophone(this.session, local)
    await this.session.invite({
      requestDelegate: {
        onProgress: () => this.#deps.emit({ type: 'ringing', callId: this.callId }),
        onReject: (response) => {
          this.#endReason ??= reasonOfRefusal(response.message.statusCode ?? 500)
          this.#finish()
        },
      },
    })
  }

  /** As `invite`, into the place of another call; `onAccept` also when that failed over the answer. */
  async replace(
    local: MediaStream,
    answer: { readonly onTrying: () => void; readonly onAccept: () => void; readonly onReject: (status: number) => void },
  ): Promise<void> {
    if (!(this.session instanceof Inviter)) throw new Error('Not an outgoing call')
    this.#deps.bindMicrophone(this.session, local)
    await this.session.invite({
      requestDelegate: {
        onTrying: answer.onTrying,
        onAccept: () => {
          this.#reinvites.expectTheirs()
          answer.onAccept()
        },
        onReject: (response) => answer.onReject(response.message.statusCode ?? 500),
      },
    })
  }

  /** Whether the connection comes up within the limit. */
  carries(limitMs: number): Promise<boolean> {
    const connection = this.#connection
    if (connection === null) return Promise.resolve(false)
    return new Promise((resolve) => {
      const look = () => {
        if (connection.connectionState === 'connected') settle(true)
        else if (connection.connectionState === 'failed' || connection.connectionState === 'closed') settle(false)
      }
      const limit = setTimeout(() => settle(false), limitMs)
      const settle = (carries: boolean) => {
        clearTimeout(limit)
        connection.removeEventListener('connectionstatechange', look)
        resolve(carries)
      }
      connection.addEventListener('connectionstatechange', look)
      look()
    })
  }

  dialog(): DialogIdentity | null {
    const { dialog } = this.session
    return dialog ? { callId: dialog.callId, localTag: dialog.localTag, remoteTag: dialog.remoteTag } : null
  }

  async health(): Promise<CallHealth | null> {
    const connection = this.#connection
    if (connection === null) return null
    const { connectionState } = connection
    const stats = readCallStats(await connection.getStats())
    return { packetsReceived: stats?.packetsReceived ?? 0, connection: connectionState }
  }

  /** Another has its place in the PBX: what is left here goes without a word to the screens. */
  retire(): void {
    this.#ended = true
    this.#retired = true
    // The PBX says BYE by itself, but perhaps to an address we no longer have: then this does no harm.
    this.#deps.clock.after(ownByeAfterMs, () => {
      if (this.isEstablished && this.#deps.isConnected()) void this.session.bye().catch(() => undefined)
    })
    this.#reinvites.onEnded()
    this.close()
  }

  /** Gives up the connection and the microphone. */
  close(): void {
    this.#handler?.close()
  }

  async accept(local: MediaStream): Promise<void> {
    if (!(this.session instanceof Invitation)) throw new Error('Not an incoming call')
    this.#deps.bindMicrophone(this.session, local)
    try {
      await this.session.accept()
    } catch (error) {
      this.#endReason ??= 'mediaFailed'
      throw error
    }
  }

  async reject(statusCode: number): Promise<void> {
    if (!(this.session instanceof Invitation)) throw new Error('Not an incoming call')
    this.#endReason ??= 'rejected'
    await this.session.reject({ statusCode })
  }

  /** True when a BYE or CANCEL is still owed: there is no socket to send it on. */
  async hangUp(): Promise<boolean> {
    this.#endReason ??= 'hungUp'
    if (this.session instanceof Invitation && this.isRising) {
      await this.session.reject({ statusCode: 603 })
      return false
    }
    if (!this.isEstablished && !this.isRising) return false
    if (!this.#deps.isConnected()) {
      this.#handler?.close()
      this.#finish()
      return true
    }
    await this.payOwed()
    return false
  }

  async payOwed(): Promise<void> {
    if (this.isEstablished) await this.session.bye()
    else if (this.session instanceof Inviter && this.isRising) await this.session.cancel()
  }

  hold(): Promise<RenegotiationOutcome> {
    return this.#renegotiate(true)
  }

  unhold(): Promise<RenegotiationOutcome> {
    return this.#renegotiate(false)
  }

  refresh(): Promise<RenegotiationOutcome> {
    return this.#renegotiate(null)
  }

  async dtmf(tone: string, mode: DtmfMode): Promise<void> {
    if (!this.isEstablished) throw new Error('Not established')
    if (mode === 'rfc4733') {
      const sender = this.#connection?.getSenders().find(({ dtmf }) => dtmf !== null)?.dtmf
      if (!sender) throw new Error('No tone sender')
      // Right after an answer the voice has no way yet, and tones would go nowhere without a word.
      if (!(await this.carries(tonesWaitMs))) throw new Error('No way for tones')
      // Each insert takes the place of what still waits: keys pressed faster than tones play would be lost.
      sender.insertDTMF(sender.toneBuffer + tone, 160, 60)
      return
    }
    await this.session.info({
      requestOptions: {
        body: { contentDisposition: 'render', contentType: 'application/dtmf-relay', content: `Signal=${tone}\r\nDuration=160` },
      },
    })
  }

  /**
   * To a number, or (REFER with Replaces) to the other side of another call of ours.
   * Asterisk moves the call when it accepts the REFER and tells of a failure at once; of success it may never tell
   * (an extension that is up already sends no answer). So bad news, good news, or a moment of silence decide.
   */
  refer(to: string | SipJsCall): Promise<boolean> {
    const target = typeof to === 'string' ? this.#uriOf(to) : to.session
    return new Promise((resolve, reject) => {
      let silence: ReturnType<typeof setTimeout> | undefined
      const settle = (taken: boolean) => {
        clearTimeout(silence)
        resolve(taken)
      }
      this.session
        .refer(target, {
          requestDelegate: {
            onAccept: () => {
              silence = setTimeout(() => settle(true), transferSilenceMs)
            },
            onReject: () => settle(false),
          },
          onNotify: (notification) => {
            void notification.accept()
            const status = Number(/^SIP\/2\.0 (\d{3})/.exec(notification.request.body)?.[1] ?? 0)
            if (status > 100) settle(status < 300)
          },
        })
        .catch(reject)
    })
  }

  setMicrophoneLive(live: boolean): void {
    for (const sender of this.#connection?.getSenders() ?? []) {
      if (sender.track) sender.track.enabled = live
    }
  }

  async replaceMicrophone(local: MediaStream): Promise<void> {
    const track = local.getAudioTracks()[0]
    const sender = this.#connection?.getSenders().find((one) => one.track?.kind === 'audio')
    if (!track || !sender) throw new Error('No audio to replace')
    const old = sender.track
    track.enabled = old?.enabled ?? false
    await sender.replaceTrack(track)
    old?.stop()
  }

  async stats(): Promise<CallStats | null> {
    const connection = this.#connection
    return connection ? readCallStats(await connection.getStats()) : null
  }

  onSocketLost(): void {
    this.#reinvites.onSocketLost()
  }

  /** An INVITE whose socket died cannot be finished; whether it was answered meanwhile is not to be known. */
  async abandonRising(): Promise<void> {
    if (!(this.session instanceof Inviter) || !this.isRising) return
    this.#endReason ??= 'failed'
    await this.session.cancel()
    this.#finish()
  }

  #uriOf(number: string): URI {
    const uri = this.session.userAgent.configuration.uri.clone()
    uri.user = number
    return uri
  }

  async #renegotiate(hold: boolean | null): Promise<RenegotiationOutcome> {
    if (this.#ended) return 'gone'
    const outcome = await this.#reinvites.ask(hold)
    // The call lives on in another session: who still asked this one may ask that.
    if (this.#retired) return 'refused'
    if (outcome === 'gone') {
      this.#endReason ??= 'endedWhileAway'
      // SIP.js leaves the session established after a 481.
      if (this.isEstablished) await this.session.bye().catch(() => undefined)
      this.#finish()
    }
    return outcome === 'notUp' ? 'gone' : outcome
  }

  #onState(state: SessionState): void {
    if (state === SessionState.Established) this.#reinvites.watch()
    if (state === SessionState.Established && !this.#ended) {
      this.#deps.emit({ type: 'established', callId: this.callId })
    }
    if (state === SessionState.Terminated) {
      this.#reinvites.onEnded()
      // The reason of a refusal or a CANCEL may come just after the state.
      queueMicrotask(() => this.#finish())
    }
  }

  #finish(): void {
    if (this.#ended) return
    this.#ended = true
    this.#deps.emit({ type: 'ended', callId: this.callId, reason: this.#endReason ?? 'failed' })
  }
}
