import { type Invitation, Inviter, type Session, UserAgent } from 'sip.js'
import type { PhoneAccount } from '../../../server/contract/index.ts'
import { nameAt } from '../../../server/contract/server-mark.ts'
import type { Clock } from '../../platform/clock.ts'
import type { CallStats } from '../phone.ts'
import { CallMoves } from './call-moves.ts'
import { MediaHandler } from './media-handler.ts'
import { Registration } from './registration.ts'
import { SipJsCall } from './sip-js-call.ts'
import type {
  CallHealth,
  DialogIdentity,
  DtmfMode,
  ExtensionHolder,
  MoveOutcome,
  RegisterOutcome,
  RenegotiationOutcome,
  SipEvent,
  SipLink,
} from './sip-link.ts'

export interface SipJsLinkDeps {
  readonly account: PhoneAccount
  readonly clock: Clock
  /** 0..1, for pauses that must not be alike on both sides. */
  readonly chance: () => number
  /** Static texts of the library's warnings and errors; never messages on the wire (they hold digests and numbers). */
  readonly onWarning?: (category: string) => void
}

const iceGatheringTimeoutMs = 2000
const connectionTimeoutSeconds = 7

/** SipLink on SIP.js's UserAgent, Registerer and sessions. Its SessionManager is not used: it ends every call when the socket blinks. */
export class SipJsLink implements SipLink {
  readonly #userAgent: UserAgent
  readonly #server: string
  readonly #clock: Clock
  readonly #chance: () => number
  readonly #moves: CallMoves
  readonly #registration: Registration
  readonly #listeners = new Set<(event: SipEvent) => void>()
  readonly #calls = new Map<string, SipJsCall>()
  readonly #microphones = new WeakMap<Session, MediaStream>()
  /** Hung up while there was no socket: the PBX does not know yet. */
  readonly #owed = new Set<SipJsCall>()
  readonly #heldBack = new Map<string, Extract<SipEvent, { type: 'ended' }>>()
  /** Who waits for a socket. */
  #waiting: (() => void)[] = []
  /** Whether each call's microphone is heard; a call that moves takes it along. */
  readonly #live = new Map<string, boolean>()

  constructor(deps: SipJsLinkDeps) {
    const { account } = deps
    this.#server = account.server
    this.#clock = deps.clock
    this.#chance = deps.chance
    const uri = UserAgent.makeURI(account.uri)
    if (!uri) throw new Error('The SIP address of the account cannot be read')
    this.#userAgent = new UserAgent({
      uri,
      authorizationUsername: account.username,
      authorizationPassword: account.password,
      displayName: account.displayName,
      transportOptions: {
        server: account.socketUrl,
        traceSip: false,
        connectionTimeout: connectionTimeoutSeconds,
        keepAliveInterval: 0,
      },
      // The phone is not on the wire longer than the caller waits: the PBX decides when ringing ends.
      noAnswerTimeout: 600,
      reconnectionAttempts: 0,
      logBuiltinEnabled: false,
      logConfiguration: false,
      logLevel: 'warn',
      logConnector: (_level, category) => deps.onWarning?.(category),
      userAgentString: 'CallSync Central',
      sessionDescriptionHandlerFactory: (session) =>
        new MediaHandler({
          logger: session.userAgent.getLogger('media'),
          microphone: () => this.#microphoneOf(session),
          beforeOffer: (sdp) => this.#moves.beforeOffer(session, sdp),
          configuration: {
            iceGatheringTimeout: iceGatheringTimeoutMs,
            peerConnectionConfiguration: {
              bundlePolicy: 'max-bundle',
              rtcpMuxPolicy: 'require',
              iceServers: iceServersOf(account),
            },
          },
        }),
      delegate: {
        onDisconnect: () => this.#onSocketGone(),
        onInvite: (invitation) => this.#onInvite(invitation),
      },
    })
    this.#registration = new Registration({
      userAgent: this.#userAgent,
      nowMs: () => deps.clock.nowMs(),
      onLost: (retryAfterMs) => this.#emit({ type: 'registrationLost', status: 500, retryAfterMs }),
    })
    this.#moves = new CallMoves({
      userAgent: this.#userAgent,
      newCall: (callId, session) => this.#newCall(callId, session),
      present: (callId) => this.#calls.get(callId),
      onMoved: (call) => this.#onMoved(call),
      connected: () => this.#connected(),
    })
  }

  subscribe(listener: (event: SipEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async connect(): Promise<void> {
    this.#giveUpSocket()
    if (this.#userAgent.state === 'Stopped') await this.#userAgent.start()
    else await this.#userAgent.reconnect()
    for (const go of this.#waiting.splice(0)) go()
    for (const call of this.#owed) void call.payOwed().catch(() => undefined)
    this.#owed.clear()
    for (const call of this.#calls.values()) void call.abandonRising().catch(() => undefined)
  }

  disconnect(): void {
    this.#giveUpSocket()
  }

  register(limitMs: number): Promise<RegisterOutcome> {
    return this.#registration.register(limitMs)
  }

  unregister(): Promise<void> {
    return this.#registration.unregister()
  }

  lookUp(limitMs: number): Promise<ExtensionHolder> {
    return this.#registration.lookUp(limitMs)
  }

  probe(limitMs: number): Promise<boolean> {
    const core = this.#userAgent.userAgentCore
    const target = this.#userAgent.configuration.uri.clone()
    target.user = undefined
    const message = core.makeOutgoingRequestMessage('OPTIONS', target, core.configuration.aor, target, {})
    return new Promise((resolve) => {
      const settle = (alive: boolean) => {
        clearTimeout(limit)
        resolve(alive)
      }
      // Any final answer proves the way there and back; what it says does not matter. A dead socket answers 503 by itself.
      const request = core.request(message, {
        onAccept: () => settle(true),
        onRedirect: () => settle(true),
        onReject: (response) => settle(response.message.statusCode !== 503 && response.message.statusCode !== 408),
      })
      const limit = setTimeout(() => {
        request.dispose()
        resolve(this.#moves.isAwaited)
      }, limitMs)
    })
  }

  async invite(callId: string, number: string, local: MediaStream): Promise<void> {
    const target = this.#userAgent.configuration.uri.clone()
    target.user = number
    const call = this.#adopt(callId, new Inviter(this.#userAgent, target, { earlyMedia: true }))
    await call.invite(local)
  }

  async accept(callId: string, local: MediaStream): Promise<void> {
    return this.#call(callId).accept(local)
  }

  async reject(callId: string, status: 410 | 480 | 486 | 603): Promise<void> {
    return this.#call(callId).reject(status)
  }

  async hangUp(callId: string): Promise<void> {
    this.#moves.hangUp(callId)
    const call = this.#calls.get(callId)
    if (call && (await call.hangUp())) this.#owed.add(call)
  }

  async hold(callId: string): Promise<RenegotiationOutcome> {
    return this.#call(callId).hold()
  }

  async unhold(callId: string): Promise<RenegotiationOutcome> {
    return this.#call(callId).unhold()
  }

  async refresh(callId: string): Promise<RenegotiationOutcome> {
    return this.#call(callId).refresh()
  }

  dialog(callId: string): DialogIdentity | null {
    return this.#calls.get(callId)?.dialog() ?? null
  }

  move(request: Parameters<SipLink['move']>[0]): Promise<MoveOutcome> {
    for (const track of request.local.getTracks()) track.enabled = this.#live.get(request.callId) ?? false
    return this.#moves.move(request).finally(() => {
      const end = this.#heldBack.get(request.callId)
      if (end && !this.#moves.isUnderWay(request.callId)) {
        this.#heldBack.delete(request.callId)
        this.#tellEnd(end)
      }
    })
  }

  movesSettled(): Promise<void> {
    return this.#moves.settled()
  }

  async health(callId: string): Promise<CallHealth | null> {
    return (await this.#calls.get(callId)?.health()) ?? null
  }

  renameCall(callId: string, known: string): void {
    const call = this.#calls.get(callId)
    if (!call) return
    this.#moves.hangUp(known)
    this.#calls.get(known)?.retire()
    this.#calls.delete(callId)
    call.callId = known
    this.#calls.set(known, call)
  }

  async dtmf(callId: string, tone: string, mode: DtmfMode): Promise<void> {
    return this.#call(callId).dtmf(tone, mode)
  }

  async refer(callId: string, number: string): Promise<boolean> {
    return this.#call(callId).refer(number)
  }

  async referReplaces(callId: string, targetCallId: string): Promise<boolean> {
    return this.#call(callId).refer(this.#call(targetCallId))
  }

  setMicrophoneLive(callId: string, live: boolean): void {
    this.#live.set(callId, live)
    this.#calls.get(callId)?.setMicrophoneLive(live)
  }

  async replaceMicrophone(callId: string, local: MediaStream): Promise<void> {
    return this.#call(callId).replaceMicrophone(local)
  }

  remoteStream(callId: string): MediaStream | null {
    return this.#calls.get(callId)?.remoteStream ?? null
  }

  async stats(callId: string): Promise<CallStats | null> {
    return (await this.#calls.get(callId)?.stats()) ?? null
  }

  async stop(): Promise<void> {
    this.#listeners.clear()
    if (this.#userAgent.isConnected()) {
      for (const call of this.#calls.values()) await call.hangUp().catch(() => false)
      await this.unregister().catch(() => undefined)
    }
    this.#registration.stop()
    await this.#userAgent.transport.disconnect().catch(() => undefined)
  }

  #call(callId: string): SipJsCall {
    const call = this.#calls.get(callId)
    if (!call) throw new Error('No such call')
    return call
  }

  #adopt(callId: string, session: Inviter | Invitation): SipJsCall {
    const call = this.#newCall(callId, session)
    this.#calls.set(callId, call)
    return call
  }

  /** Speaks only once it is the present one of its name. */
  #newCall(callId: string, session: Inviter | Invitation): SipJsCall {
    const call: SipJsCall = new SipJsCall({
      callId,
      session,
      emit: (event) => {
        if (this.#calls.get(call.callId) !== call) return
        if (event.type !== 'ended') this.#emit(event)
        // The PBX ends the old call when it has moved: until that is known, its BYE says nothing.
        else if (this.#moves.isUnderWay(call.callId)) this.#heldBack.set(call.callId, event)
        else this.#tellEnd(event)
      },
      bindMicrophone: (owner, local) => this.#microphones.set(owner, local),
      isConnected: () => this.#userAgent.isConnected(),
      clock: this.#clock,
      chance: this.#chance,
    })
    return call
  }

  #tellEnd(event: Extract<SipEvent, { type: 'ended' }>): void {
    this.#calls.delete(event.callId)
    this.#live.delete(event.callId)
    this.#emit(event)
  }

  #onMoved(call: SipJsCall): void {
    const { callId } = call
    const old = this.#calls.get(callId)
    this.#calls.set(callId, call)
    this.#heldBack.delete(callId)
    old?.retire()
    call.setMicrophoneLive(this.#live.get(callId) ?? false)
    this.#emit({ type: 'moved', callId })
  }

  #connected(): Promise<void> {
    return this.#userAgent.isConnected() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve))
  }

  #onInvite(invitation: Invitation): void {
    // Lines outlive the page, so their names must not come again in the next.
    const callId = `in-${crypto.randomUUID()}`
    this.#adopt(callId, invitation)
    const identity = invitation.assertedIdentity ?? invitation.remoteIdentity
    this.#emit({
      type: 'incoming',
      call: {
        callId,
        number: identity.uri.user ?? '',
        // SIP.js promises a text and gives none for a bare number.
        name: identity.displayName || '',
        linkedId: this.#named(invitation.request.getHeader('X-CallSync-Call')),
        legId: this.#named(invitation.request.getHeader('X-CallSync-Leg')),
        resumes: invitation.request.getHeader('X-CallSync-Resume') === '1',
        wanted: invitation.request.getHeader('X-CallSync-Spy') === '1',
      },
    })
  }

  /** An id by its name among several Asterisk servers: the header has this one's own. */
  #named(id: string | undefined): string | null {
    return id === undefined ? null : nameAt(this.#server, id)
  }

  /** SIP.js calls this only for a socket that had been open. */
  #onSocketGone(): void {
    this.#onSocketLost()
    this.#emit({ type: 'socketClosed' })
  }

  /** A closing handshake on a silent socket takes a minute: start it and do not wait. */
  #giveUpSocket(): void {
    const { transport } = this.#userAgent
    if (transport.state !== 'Connected' && transport.state !== 'Connecting') return
    this.#quietly(() => void transport.disconnect().catch(() => undefined))
    this.#onSocketLost()
  }

  #onSocketLost(): void {
    for (const call of this.#calls.values()) call.onSocketLost()
    this.#moves.onSocketLost()
  }

  /** Gives up without telling: whoever asked for it knows. */
  #quietly(action: () => void): void {
    const { delegate } = this.#userAgent
    const onDisconnect = delegate?.onDisconnect
    if (delegate) delegate.onDisconnect = () => undefined
    action()
    if (delegate && onDisconnect) delegate.onDisconnect = onDisconnect
  }

  async #microphoneOf(session: Session): Promise<MediaStream> {
    const local = this.#microphones.get(session)
    if (!local) throw new Error('No microphone was given for this call')
    return local
  }

  #emit(event: SipEvent): void {
    for (const listener of [...this.#listeners]) listener(event)
  }
}

function iceServersOf(account: PhoneAccount): RTCIceServer[] {
  return account.iceServers.map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }))
}
