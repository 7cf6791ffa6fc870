import type { CallStats, EndReason } from '../phone.ts'

/** Every failure that stops a registration for good until a person does something about it. */
export type RegisterOutcome =
  | { readonly ok: true }
  /** `status` 0: no answer within the limit. */
  | { readonly ok: false; readonly status: number; readonly retryAfterMs: number | null }

/** `gone`: the PBX knows no such call any more (481); the link has ended it and says so by an event. */
export type RenegotiationOutcome = 'ok' | 'refused' | 'gone'

/**
 * Whose contact the PBX has for the extension. `nobody`: none, or only those that were beside this phone's, where it allows several.
 * `unknown`: it did not say.
 */
export type ExtensionHolder = 'this' | 'other' | 'nobody' | 'unknown'

export interface IncomingCall {
  /** Ours, for the page's life. */
  readonly callId: string
  readonly number: string
  readonly name: string
  /** X-CallSync-Call: Asterisk's Linkedid. */
  readonly linkedId: string | null
  /** X-CallSync-Leg: Uniqueid of the own channel. */
  readonly legId: string | null
  /** X-CallSync-Resume: the PBX kept the other side waiting for us and gives the call back. */
  readonly resumes: boolean
  /** X-CallSync-Spy: the person has asked the server for this call, so the phone answers it by itself. */
  readonly wanted: boolean
}

/** What is needed to take a call over, from any page or device: a secret. */
export interface DialogIdentity {
  /** SIP's Call-ID. */
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}

/**
 * `ok`: the call is on a new connection that carries. `silent`: it is there, but nothing came through yet. `noPath`: nothing
 * was sent for lack of an address. `gone`: the PBX knows no such call (481); nothing else has ended it here.
 */
export type MoveOutcome = 'ok' | 'silent' | 'noPath' | 'noAnswer' | 'refused' | 'gone'

export interface CallHealth {
  readonly packetsReceived: number
  readonly connection: RTCPeerConnectionState
}

export type SipEvent =
  /** The socket that was open is gone. Calls stay. Not sent for a socket given up by `connect` or `disconnect`. */
  | { readonly type: 'socketClosed' }
  /** A refresh was refused, or the registration expired. */
  | { readonly type: 'registrationLost'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly type: 'incoming'; readonly call: IncomingCall }
  /** The other side rings. */
  | { readonly type: 'ringing'; readonly callId: string }
  | { readonly type: 'established'; readonly callId: string }
  | { readonly type: 'ended'; readonly callId: string; readonly reason: EndReason }
  /** The call has another dialog and another remote stream now. */
  | { readonly type: 'moved'; readonly callId: string }

/**
 * SIP with one account, without policy: when to connect, register or hold is decided outside.
 * Calls outlive sockets; only `hangUp`, the other side or `stop` end them. A method on a call that is not in a phase for it rejects.
 */
export interface SipLink {
  subscribe(listener: (event: SipEvent) => void): () => void
  /** Opens a new socket and gives up the one there was, without waiting for its close. Rejects when it could not be opened. */
  connect(): Promise<void>
  disconnect(): void
  register(limitMs: number): Promise<RegisterOutcome>
  unregister(): Promise<void>
  /**
   * Asks the PBX who has the extension, and while this phone has it keeps it: no refresh goes out unasked, which could take it back,
   * unless the PBX goes on without an answer until the registration is about to lapse.
   */
  lookUp(limitMs: number): Promise<ExtensionHolder>
  /** OPTIONS to the PBX: does the socket still carry? */
  probe(limitMs: number): Promise<boolean>
  /** Resolves when the INVITE is on its way. `local` carries the microphone's track. */
  invite(callId: string, number: string, local: MediaStream): Promise<void>
  accept(callId: string, local: MediaStream): Promise<void>
  /** Leaves before it returns, as `hangUp` does: a page that goes can still say it. */
  reject(callId: string, status: 410 | 480 | 486 | 603): Promise<void>
  /** BYE, CANCEL or a refusal, whatever the phase needs. Without a socket the BYE is sent when there is one again. */
  hangUp(callId: string): Promise<void>
  /** Re-INVITEs of one call never overlap: they wait for each other. */
  hold(callId: string): Promise<RenegotiationOutcome>
  unhold(callId: string): Promise<RenegotiationOutcome>
  /** A plain re-INVITE: tells the PBX our present address, and us whether the call still exists. */
  refresh(callId: string): Promise<RenegotiationOutcome>
  /** null until the call is up. */
  dialog(callId: string): DialogIdentity | null
  /**
   * INVITE with Replaces from a new peer connection: the call goes on there. Needs no session of this page, and may be asked
   * before there is a socket. A held call comes back unheld: hold it again. Takes `local` over.
   */
  move(request: { callId: string; from: DialogIdentity; local: MediaStream }): Promise<MoveOutcome>
  /** Resolves when no answer to a move is on its way: a socket closed under it would leave the call where nobody knows. */
  movesSettled(): Promise<void>
  /** null without a peer connection. */
  health(callId: string): Promise<CallHealth | null>
  /** A ringing call is to be known as the one that was lost; what is left of that one goes. */
  renameCall(callId: string, known: string): void
  dtmf(callId: string, tone: string, mode: DtmfMode): Promise<void>
  /** REFER; true when the PBX has taken the other side over to `number`. */
  refer(callId: string, number: string): Promise<boolean>
  /** REFER with Replaces: true when the PBX has joined the other sides of the two calls. */
  referReplaces(callId: string, targetCallId: string): Promise<boolean>
  /** Whether the microphone is heard in this call. */
  setMicrophoneLive(callId: string, live: boolean): void
  /** Another microphone without renegotiation; the old track is stopped. */
  replaceMicrophone(callId: string, local: MediaStream): Promise<void>
  remoteStream(callId: string): MediaStream | null
  stats(callId: string): Promise<CallStats | null>
  /** Ends everything: calls, registration, socket. */
  stop(): Promise<void>
}

export type DtmfMode = 'rfc4733' | 'info'
