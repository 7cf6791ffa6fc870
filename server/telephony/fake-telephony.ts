import type { PbxStatus } from '../contract/live.ts'
import { firstServer } from '../contract/server-mark.ts'
import type { AmiEvent } from './ami-event.ts'
import {
  emptyPbxState,
  type PbxCall,
  type PbxChange,
  type PbxEndpoint,
  type PbxLeg,
  type PbxQueue,
  type PbxState,
} from './pbx-state.ts'
import type {
  AmiAccount,
  Disposer,
  OneTelephony,
  OriginateRequest,
  PauseRequest,
  PbxChannel,
  TelephonyCommands,
} from './telephony.ts'
import { TelephonyError } from './telephony-error.ts'

/** A Telephony whose Asterisk is a script: what happens is said by the caller, and told on as Asterisk's link would. */
export class FakeTelephony implements OneTelephony {
  readonly pauses: PauseRequest[] = []
  readonly originated: OriginateRequest[] = []
  /** Commands to channels and queues, one line each, in the order they came. */
  readonly sent: string[] = []
  /** What `variable` answers, by `name` (of no channel) or `channel name`; anything else is empty. */
  readonly variables = new Map<string, string>()
  /** Commands that Asterisk refuses, by the beginning of their line in `sent`, with its words. */
  readonly refusals = new Map<string, string>()
  account: AmiAccount | null = null
  /** False: every command is refused as with a lost link. */
  linkUp = true
  #state: PbxState = emptyPbxState
  #channels = new Map<string, PbxChannel>()
  #status: PbxStatus = { state: 'up', problem: null, sinceMs: 0 }
  /** Status of servers beside the first. */
  readonly #others = new Map<string, PbxStatus>()
  readonly #changeListeners = new Set<Parameters<OneTelephony['onChange']>[0]>()
  readonly #statusListeners = new Set<Parameters<OneTelephony['onStatus']>[0]>()
  readonly #eventListeners = new Set<Parameters<OneTelephony['onEvents']>[0]>()

  readonly commands: TelephonyCommands = {
    pauseMember: async (request) => {
      this.#assertUp()
      this.pauses.push(request)
      for (const queue of this.#state.queues.values()) {
        const member = queue.members.get(request.endpoint)
        if (!member || (request.queues && !request.queues.includes(queue.name))) continue
        const pauseReason = request.paused ? (request.reason ?? '') : ''
        const pausedSinceMs = request.paused ? 0 : null
        const changed = { ...member, paused: request.paused, pauseReason, pausedSinceMs }
        this.setQueue({ ...queue, members: new Map(queue.members).set(request.endpoint, changed) })
      }
    },
    originate: async (request) => {
      this.#assertUp()
      this.originated.push(request)
    },
    redirect: async ({ channel, place, extra }) =>
      this.#send(`redirect ${channel}${extra === undefined ? '' : ` + ${extra}`} to ${place.exten}@${place.context}`),
    transfer: async ({ channel, place }) => this.#send(`transfer by ${channel} to ${place.exten}@${place.context}`),
    hangUp: async (channel) => this.#send(`hangUp ${channel}`),
    setVariable: async ({ channel, name, value }) => this.#send(`set ${channel} ${name}=${value}`),
    variable: async (name, channel) => {
      this.#assertUp()
      return this.variables.get(`${channel} ${name}`) ?? ''
    },
    globalVariable: async (name) => {
      this.#assertUp()
      return this.variables.get(name) ?? ''
    },
    muteRecording: async ({ channel, muted }) => this.#send(`${muted ? 'mute' : 'unmute'} ${channel}`),
    addMember: async ({ queue, endpoint, penalty, name }) =>
      this.#send(`add ${endpoint} to ${queue} penalty ${penalty} as ${name}`),
    removeMember: async ({ queue, endpoint }) => this.#send(`remove ${endpoint} from ${queue}`),
  }

  state = (): PbxState => this.#state
  channels = (): ReadonlyMap<string, PbxChannel> => this.#channels
  status = (server = firstServer): PbxStatus => this.#others.get(server) ?? this.#status

  onChange(listener: Parameters<OneTelephony['onChange']>[0]): Disposer {
    this.#changeListeners.add(listener)
    return () => this.#changeListeners.delete(listener)
  }

  onStatus(listener: Parameters<OneTelephony['onStatus']>[0]): Disposer {
    this.#statusListeners.add(listener)
    return () => this.#statusListeners.delete(listener)
  }

  onEvents(listener: Parameters<OneTelephony['onEvents']>[0]): Disposer {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  /** As Asterisk would say them; the state does not follow. */
  say(events: readonly AmiEvent[], server = firstServer): void {
    for (const listener of this.#eventListeners) listener(events, server)
  }

  use(account: AmiAccount | null): void {
    this.account = account
  }

  async stop(): Promise<void> {}

  setStatus(status: PbxStatus, server = firstServer): void {
    this.#put(status, server)
    for (const listener of this.#statusListeners) listener(status, server)
  }

  /** What `channels` gives from now on. */
  setChannels(channels: readonly PbxChannel[]): void {
    this.#channels = new Map(channels.map((channel) => [channel.uniqueid, channel]))
  }

  setEndpoint(endpoint: PbxEndpoint): void {
    this.#state = { ...this.#state, endpoints: new Map(this.#state.endpoints).set(endpoint.name, endpoint) }
    this.#tell([{ kind: 'endpoint', endpoint }])
  }

  setQueue(queue: PbxQueue): void {
    this.#state = { ...this.#state, queues: new Map(this.#state.queues).set(queue.name, queue) }
    this.#tell([{ kind: 'queue', queue }])
  }

  removeQueue(name: string): void {
    const queues = new Map(this.#state.queues)
    queues.delete(name)
    this.#state = { ...this.#state, queues }
    this.#tell([{ kind: 'queueGone', name }])
  }

  removeEndpoint(name: string): void {
    const endpoints = new Map(this.#state.endpoints)
    endpoints.delete(name)
    this.#state = { ...this.#state, endpoints }
    this.#tell([{ kind: 'endpointGone', name }])
  }

  /** The call as it is now, with all its legs; what became of legs is told from the difference. */
  setCall(call: PbxCall): void {
    const before = this.#state.calls.get(call.id)
    this.#state = { ...this.#state, calls: new Map(this.#state.calls).set(call.id, call) }
    this.#tell([...legChanges(before, call), { kind: 'call', call }])
  }

  /** The last channel hung up: the legs that are left end with it, those that moved to another call go on. */
  endCall(id: string, cause = 16, cancelled = false): void {
    const call = this.#state.calls.get(id)
    if (!call) return
    const calls = new Map(this.#state.calls)
    calls.delete(id)
    this.#state = { ...this.#state, calls }
    const moved = new Set([...calls.values()].flatMap((other) => other.legs.map((leg) => leg.uniqueid)))
    const ended = call.legs.filter((leg) => !moved.has(leg.uniqueid))
    this.#tell([...ended.map((leg) => legEnded(call, leg, cause, cancelled)), { kind: 'callEnded', call }])
  }

  /** A snapshot after a (re)connect, of this server among others: `next` is what there is now. */
  heal(next: PbxState = this.#state, server = firstServer): void {
    const before = this.status(server)
    this.#put({ state: 'connecting', problem: null, sinceMs: 0 }, server)
    this.resync(next, server)
    this.#put(before, server)
  }

  /** A snapshot taken now and then, with the link up. */
  resync(next: PbxState, server = firstServer): void {
    const before = this.#state
    this.#state = next
    const changes: PbxChange[] = []
    for (const [id, call] of before.calls) {
      if (next.calls.has(id)) continue
      changes.push(...call.legs.map((leg) => legEnded(call, leg, 0)), { kind: 'callEnded', call })
    }
    for (const call of next.calls.values())
      changes.push(...legChanges(before.calls.get(call.id), call, 0), { kind: 'call', call })
    for (const endpoint of next.endpoints.values()) changes.push({ kind: 'endpoint', endpoint })
    for (const queue of next.queues.values()) changes.push({ kind: 'queue', queue })
    this.#tell(changes, true, server)
  }

  /** What a recording of a real Asterisk led to. */
  replay(next: PbxState, changes: readonly PbxChange[], healed = false): void {
    this.#state = next
    this.#tell(changes, healed)
  }

  #put(status: PbxStatus, server: string): void {
    if (server === firstServer) this.#status = status
    else this.#others.set(server, status)
  }

  #tell(changes: readonly PbxChange[], healed = false, server = firstServer): void {
    if (changes.length === 0 && !healed) return
    for (const listener of this.#changeListeners) listener(changes, healed, server)
  }

  #send(line: string): void {
    this.#assertUp()
    for (const [beginning, words] of this.refusals) {
      if (line.startsWith(beginning)) throw new TelephonyError('refused', words)
    }
    this.sent.push(line)
  }

  #assertUp(): void {
    if (!this.linkUp) throw new Error('the link to Asterisk is down')
  }
}

function legChanges(before: PbxCall | undefined, call: PbxCall, cause = 16): PbxChange[] {
  const old = new Map(before?.legs.map((leg) => [leg.uniqueid, leg]))
  const changes: PbxChange[] = []
  for (const leg of call.legs) {
    const was = old.get(leg.uniqueid)
    const up = isUp(leg)
    if (!was && !up) changes.push({ kind: 'legRinging', call, leg })
    if (up && !(was && isUp(was))) changes.push({ kind: 'legAnswered', call, leg })
    old.delete(leg.uniqueid)
  }
  return [...changes, ...[...old.values()].map((leg) => legEnded(call, leg, cause))]
}

const isUp = (leg: PbxLeg): boolean => leg.state === 'up' || leg.state === 'held'

const legEnded = (call: PbxCall, leg: PbxLeg, cause: number, cancelled = false): PbxChange => ({
  kind: 'legEnded',
  call,
  leg,
  answered: leg.answeredAtMs !== null,
  cause,
  cancelled,
})
