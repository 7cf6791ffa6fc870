import { serverOf } from '../contract/server-mark.ts'

/**
 * What Asterisk is doing now, in Asterisk's own terms: endpoints, queues, calls with legs. Nothing here knows of
 * operators, customers or cards. Every value is immutable; unchanged parts keep their identity from one state to the next.
 * Times are epoch milliseconds by our clock, taken when the event arrived.
 */
export interface PbxState {
  readonly calls: ReadonlyMap<string, PbxCall>
  readonly endpoints: ReadonlyMap<string, PbxEndpoint>
  readonly queues: ReadonlyMap<string, PbxQueue>
}

/** One call is one Linkedid, whatever legs, transfers and Local channels it is made of. */
export interface PbxCall {
  /** The Linkedid. */
  readonly id: string
  readonly direction: 'inbound' | 'outbound' | 'internal'
  /** The outside party's number as Asterisk gave it; empty when withheld. For internal calls the caller's extension. */
  readonly number: string
  readonly callerName: string
  /** The queue's name in Asterisk while or after the call is in it, null for calls past no queue. */
  readonly queue: string | null
  readonly queuedAtMs: number | null
  readonly startedAtMs: number
  /** First answer by an endpoint leg. */
  readonly answeredAtMs: number | null
  readonly state: 'connecting' | 'waiting' | 'ringing' | 'talking' | 'held'
  readonly legs: readonly PbxLeg[]
  /** The room, while a side of this call is in a conference. Calls joined by one conference keep their own Linkedids. */
  readonly conference: string | null
  /** Everybody in that conference, those of other calls too, in the order they came; empty outside one. */
  readonly participants: readonly PbxParticipant[]
  readonly recording: 'none' | 'on' | 'paused'
  /** The endpoint the caller is kept for with music, since its phone went out of reach (context callsync-wait of the sample dialplan). */
  readonly awaits: string | null
  /** Supervisors on this call's legs, in the order they came. */
  readonly spies: readonly PbxSpy[]
}

/** A channel that hears a leg by ChanSpy. It is no leg of any call until it takes the call over. */
export interface PbxSpy {
  /** The channel's name changes when the supervisor's page is reloaded: `Telephony.channels` has the one of now. */
  readonly uniqueid: string
  /** The supervisor's. */
  readonly endpoint: string | null
  /** Uniqueid of the leg. */
  readonly on: string
  /** `private`: as `listen`, and the operator is not to know. */
  readonly mode: SpyMode
  readonly sinceMs: number
}

/** The extensions of callsync.conf's context callsync-spy. */
export const spyModes = ['listen', 'private', 'whisper', 'barge'] as const
export type SpyMode = (typeof spyModes)[number]

/** One channel in a conference: a leg, or the near half of a Local pair that stands for somebody outside. */
export interface PbxParticipant {
  readonly uniqueid: string
  readonly endpoint: string | null
  /** Of the call this side came with. */
  readonly number: string
  readonly callerName: string
  readonly muted: boolean
}

/** One channel of the call that belongs to an endpoint (an operator's phone) or to the outside party. Local channels are not legs. */
export interface PbxLeg {
  readonly uniqueid: string
  readonly channel: string
  /** Endpoint's name, e.g. `1001`; the trunk's or a customer's endpoint for the outside party; null when none can be read from the channel. */
  readonly endpoint: string | null
  /** `callee`: Asterisk rang it. `caller`: it made the call. */
  readonly role: 'caller' | 'callee'
  readonly state: 'dialing' | 'ringing' | 'up' | 'held'
  readonly startedAtMs: number
  /** A callee's own answer; for a caller the time somebody (not just a queue or an announcement) answered it. */
  readonly answeredAtMs: number | null
  /** Uniqueid of the same endpoint's leg whose place in the conversation this one took (INVITE with Replaces after a reload). */
  readonly replaces?: string
}

export interface PbxEndpoint {
  readonly name: string
  /** A contact is registered (or static). */
  readonly online: boolean
  readonly sinceMs: number
}

export interface PbxQueue {
  readonly name: string
  readonly waiting: readonly { readonly callId: string; readonly number: string; readonly sinceMs: number }[]
  readonly members: ReadonlyMap<string, PbxQueueMember>
}

/** Keyed by endpoint name (from the member's state interface). */
export interface PbxQueueMember {
  readonly endpoint: string
  readonly interface: string
  readonly paused: boolean
  readonly pauseReason: string
  readonly pausedSinceMs: number | null
  /** Asterisk's device state number: 1 not in use, 2 in use, 3 busy, 5 unavailable, 6 ringing, 8 on hold. */
  readonly deviceState: number
  readonly penalty: number
  /** Put there by queues.conf: it cannot be removed. */
  readonly fixed: boolean
}

/**
 * What one event changed. Order within a batch is the order it happened. A leg that moves to another call (the consulted
 * colleague after an attended transfer) neither ends nor begins: `call` shows it in its new call from then on.
 */
export type PbxChange =
  | { readonly kind: 'legRinging'; readonly call: PbxCall; readonly leg: PbxLeg }
  | { readonly kind: 'legAnswered'; readonly call: PbxCall; readonly leg: PbxLeg }
  /**
   * `answered` tells a hang-up from a ring nobody took; `cause` is Asterisk's hang-up cause, 0 when it was only noticed afterwards.
   * `cancelled`: a queue took its ring back, for its caller left or another took the call: queue_log has no RINGNOANSWER of it.
   */
  | {
      readonly kind: 'legEnded'
      readonly call: PbxCall
      readonly leg: PbxLeg
      readonly answered: boolean
      readonly cause: number
      readonly cancelled: boolean
    }
  /**
   * A talk of colleagues has become the call that was `from`: who asked has connected them, and Asterisk keeps the older
   * Linkedid. Told once, by no snapshot of a new link, and before anything else of that call.
   */
  | { readonly kind: 'joined'; readonly call: PbxCall; readonly from: string }
  /** `by`, an endpoint, gave the other side away; `to`: an endpoint, or what was dialled, e.g. a queue. Told once, and by no snapshot. */
  | { readonly kind: 'transferred'; readonly call: PbxCall; readonly by: string | null; readonly to: string }
  | { readonly kind: 'call'; readonly call: PbxCall }
  | { readonly kind: 'callEnded'; readonly call: PbxCall }
  | { readonly kind: 'endpoint'; readonly endpoint: PbxEndpoint }
  | { readonly kind: 'endpointGone'; readonly name: string }
  | { readonly kind: 'queue'; readonly queue: PbxQueue }
  | { readonly kind: 'queueGone'; readonly name: string }

/** Servers this state tells anything of: one that was not reached yet has not even queues in it. */
export const serversIn = ({ calls, endpoints, queues }: PbxState): Set<string> =>
  new Set([...endpoints.keys(), ...queues.keys(), ...calls.keys()].map(serverOf))

export const emptyPbxState: PbxState = { calls: new Map(), endpoints: new Map(), queues: new Map() }
