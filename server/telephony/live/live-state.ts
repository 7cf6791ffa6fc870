import type { PbxCall, PbxEndpoint, PbxLeg, PbxQueue, PbxQueueMember, PbxSpy, PbxState } from '../pbx-state.ts'
import { emptyPbxState } from '../pbx-state.ts'

/** What the reducer knows beyond what it shows. Only what is going on: ended calls and channels leave it. */
export interface LiveState {
  readonly pbx: PbxState
  readonly channels: ReadonlyMap<string, Channel>
  readonly calls: ReadonlyMap<string, CallRecord>
  readonly bridges: ReadonlyMap<string, Bridge>
  readonly queues: ReadonlyMap<string, QueueRecord>
  /** By the spying channel's uniqueid. */
  readonly spies: ReadonlyMap<string, PbxSpy>
}

/** A channel of a person's phone or a half of a Local pair; `spy`: of a supervisor's phone that only hears a call. */
export interface Channel {
  readonly uniqueid: string
  readonly name: string
  readonly kind: 'leg' | 'local' | 'spy'
  readonly endpoint: string | null
  readonly linkedid: string
  readonly role: PbxLeg['role']
  readonly state: 'dialing' | 'ringing' | 'up'
  readonly held: boolean
  readonly bridge: string | null
  readonly startedAtMs: number
  readonly answeredAtMs: number | null
  readonly replaces: string | null
  /** MixMonitor is on this channel. */
  readonly recording: PbxCall['recording']
  /** See PbxCall. */
  readonly awaits: string | null
  /** In a conference. */
  readonly muted: boolean
  /** A queue rings this phone; `unanswered` once it has said that nobody took the call there. */
  readonly queueRing: 'ringing' | 'unanswered' | null
  /** Of a spy: what it heard stopped, so that its end is one and not the beginning of another channel in its place. */
  readonly spyStopped: boolean
  /** It took somebody's place in a conference and belongs to that one's call, though Asterisk goes on naming its own. */
  readonly adopted: boolean
  /** Who had this phone has connected the others and is out of the call, though the channel lasts for a moment. */
  readonly given: boolean
  readonly leg: PbxLeg | null
}

export interface CallRecord
  extends Omit<PbxCall, 'state' | 'legs' | 'conference' | 'participants' | 'recording' | 'awaits' | 'spies'> {
  /** Uniqueids, oldest first. */
  readonly channels: readonly string[]
}

/** Members by uniqueid, whatever kind they are. A holding bridge (parking, waiting) does not join people. */
export interface Bridge {
  readonly id: string
  readonly holding: boolean
  /** The room, of ConfBridge's bridges. */
  readonly conference: string | null
  readonly members: readonly string[]
}

export interface WaitingCaller {
  readonly uniqueid: string
  readonly number: string
  readonly sinceMs: number
}

export interface QueueRecord {
  readonly name: string
  readonly waiting: readonly WaitingCaller[]
  readonly members: ReadonlyMap<string, PbxQueueMember>
}

export const emptyLiveState: LiveState = {
  pbx: emptyPbxState,
  channels: new Map(),
  calls: new Map(),
  bridges: new Map(),
  queues: new Map(),
  spies: new Map(),
}

/** A map that is copied on the first write, so that a batch of events costs one copy and the given state stays as it was. */
export class CopyOnWrite<V> {
  #map: ReadonlyMap<string, V>
  #copy: Map<string, V> | null = null

  constructor(base: ReadonlyMap<string, V>) {
    this.#map = base
  }

  get(key: string): V | undefined {
    return this.#map.get(key)
  }

  values(): IterableIterator<V> {
    return this.#map.values()
  }

  keys(): IterableIterator<string> {
    return this.#map.keys()
  }

  set(key: string, value: V): void {
    this.#writable().set(key, value)
  }

  delete(key: string): void {
    if (this.#map.has(key)) this.#writable().delete(key)
  }

  done(): ReadonlyMap<string, V> {
    return this.#map
  }

  #writable(): Map<string, V> {
    if (this.#copy === null) {
      this.#copy = new Map(this.#map)
      this.#map = this.#copy
    }
    return this.#copy
  }
}

/** One batch's working copy. Lives inside one call of `reduce` or `heal` only. */
export interface Draft {
  readonly channels: CopyOnWrite<Channel>
  readonly calls: CopyOnWrite<CallRecord>
  readonly bridges: CopyOnWrite<Bridge>
  readonly queues: CopyOnWrite<QueueRecord>
  readonly spies: CopyOnWrite<PbxSpy>
  readonly endpoints: CopyOnWrite<PbxEndpoint>
  readonly shownCalls: CopyOnWrite<PbxCall>
  readonly shownQueues: CopyOnWrite<PbxQueue>
  /** What the event at hand may have changed; emptied by `settle`. */
  readonly touchedCalls: Set<string>
  readonly touchedQueues: Set<string>
  readonly touchedEndpoints: Set<string>
  /** Hang-up causes of the channels the event at hand ended. */
  readonly causes: Map<string, number>
  /** Of those the ones whose ring of a queue ended with nobody having missed it. */
  readonly cancelledRings: Set<string>
  /** Talks of colleagues that the event at hand has made calls with somebody outside. */
  readonly joined: { readonly callId: string; readonly from: string }[]
  /** What the event at hand told of transfers. */
  readonly transfers: { readonly callId: string; readonly by: string | null; readonly to: string }[]
}

export function openDraft(state: LiveState): Draft {
  return {
    channels: new CopyOnWrite(state.channels),
    calls: new CopyOnWrite(state.calls),
    bridges: new CopyOnWrite(state.bridges),
    queues: new CopyOnWrite(state.queues),
    spies: new CopyOnWrite(state.spies),
    endpoints: new CopyOnWrite(state.pbx.endpoints),
    shownCalls: new CopyOnWrite(state.pbx.calls),
    shownQueues: new CopyOnWrite(state.pbx.queues),
    touchedCalls: new Set(),
    touchedQueues: new Set(),
    touchedEndpoints: new Set(),
    causes: new Map(),
    cancelledRings: new Set(),
    joined: [],
    transfers: [],
  }
}

export function closeDraft(draft: Draft): LiveState {
  return {
    pbx: { calls: draft.shownCalls.done(), endpoints: draft.endpoints.done(), queues: draft.shownQueues.done() },
    channels: draft.channels.done(),
    calls: draft.calls.done(),
    bridges: draft.bridges.done(),
    queues: draft.queues.done(),
    spies: draft.spies.done(),
  }
}

/** The channel with its leg brought up to date; the leg keeps its identity when nothing shown changed. */
export function withLeg(channel: Omit<Channel, 'leg'>, before: PbxLeg | null): Channel {
  if (channel.kind !== 'leg' || channel.given) return { ...channel, leg: null }
  const state = channel.state === 'up' && channel.held ? 'held' : channel.state
  const same =
    before !== null &&
    before.state === state &&
    before.role === channel.role &&
    before.channel === channel.name &&
    before.endpoint === channel.endpoint &&
    before.answeredAtMs === channel.answeredAtMs &&
    before.startedAtMs === channel.startedAtMs &&
    (before.replaces ?? null) === channel.replaces
  if (same) return { ...channel, leg: before }
  const leg: PbxLeg = {
    uniqueid: channel.uniqueid,
    channel: channel.name,
    endpoint: channel.endpoint,
    role: channel.role,
    state,
    startedAtMs: channel.startedAtMs,
    answeredAtMs: channel.answeredAtMs,
    ...(channel.replaces === null ? {} : { replaces: channel.replaces }),
  }
  return { ...channel, leg }
}
