import { isDeepStrictEqual } from 'node:util'
import { normalizePhone } from '../calls/index.ts'
import {
  type Card,
  type FloorState,
  firstServer,
  type Listener,
  type LiveCall,
  type LiveChange,
  type LiveOperator,
  type LiveQueue,
  type LiveView,
  type Participant,
  plainName,
  serverOf,
  type User,
} from '../contract/index.ts'
import type { PbxCall, PbxChange, PbxLeg, PbxParticipant, PbxQueue, PbxSpy, PbxState } from '../telephony/pbx-state.ts'
import type { Disposer } from '../telephony/telephony.ts'
import { CallNames } from './call-names.ts'
import { type Pair, shared, sharedCallChange, sharedOperatorChange, sharedQueueChange } from './changes.ts'
import type { LiveBoardDeps } from './index.ts'
import type { LiveBoard, LiveFloor } from './live-board.ts'
import {
  callFor,
  factsOf,
  holdOf,
  operatorFor,
  projectCall,
  projectOperator,
  projectQueue,
  queueFor,
  seesAll,
} from './project.ts'

interface Reader {
  readonly user: User
  readonly listener: (changes: readonly LiveChange[]) => void
}

/** What one event touched. Everything else keeps its projection. */
class Touched {
  readonly calls = new Set<string>()
  readonly queues = new Set<string>()
  readonly operators = new Set<string>()
}

const nobody: PbxQueue['members'] = new Map()
const worklistsChanged: LiveChange = { kind: 'worklists' }

/**
 * Projections of everything are kept in full; a reader gets them through the filters of project.ts. A change recomputes what
 * it touches, compares what each reader saw with what the reader sees now, and sends the difference.
 */
export class Board implements LiveBoard, LiveFloor {
  readonly #deps: LiveBoardDeps
  readonly #readers = new Set<Reader>()
  readonly #operators = new Map<string, LiveOperator>()
  readonly #calls = new Map<string, LiveCall>()
  readonly #queues = new Map<string, LiveQueue>()
  /** People by endpoint who are in a call, from the calls as last projected. */
  readonly #callEndpoints = new Map<string, ReadonlySet<string>>()
  readonly #endpointCalls = new Map<string, Set<string>>()
  /** Members of each queue, as last projected. */
  readonly #members = new Map<string, PbxQueue['members']>()
  readonly #names: CallNames
  /** By server whose link is away: since when nothing was heard of it. */
  readonly #unheardSinceMs = new Map<string, number>()
  #disposers: Disposer[] = []

  constructor(deps: LiveBoardDeps) {
    this.#deps = deps
    this.#names = new CallNames({
      ...deps,
      onKnown: (callId) => {
        const touched = new Touched()
        touched.calls.add(callId)
        this.#update(touched)
      },
    })
  }

  start(): void {
    const { telephony, users, queueNames, recordingRules, queueRights, missedRuns, cards, workNews, messages, floor, servers } =
      this.#deps
    this.#disposers = [
      telephony.onChange((changes) => this.#onPbx(changes)),
      telephony.onStatus(({ state, sinceMs }, server) => {
        // The snapshot has come before `up`.
        if (state === 'up') this.#unheardSinceMs.delete(server)
        else if (!this.#unheardSinceMs.has(server)) this.#unheardSinceMs.set(server, sinceMs)
        this.#tellLinks()
      }),
      servers.onChange(() => {
        this.#tellLinks()
        this.#update(this.#everything())
      }),
      users.onChange(() => this.#update(this.#everything())),
      queueNames.onChange(() => this.#update(this.#everything())),
      recordingRules.onChange(() => this.#update(this.#everything())),
      queueRights.onChange((userId) => this.#updateOperator(userId)),
      missedRuns.onChange((userId) => this.#updateOperator(userId)),
      cards.onChange((card) => this.#onCard(card)),
      workNews.onChange((concerns) => {
        for (const reader of this.#readers) if (concerns(reader.user)) reader.listener([worklistsChanged])
      }),
      messages.onSent((message, readers) => {
        const changes: LiveChange[] = [{ kind: 'message', message }]
        for (const reader of this.#readers) if (readers.has(reader.user.id)) reader.listener(changes)
      }),
      floor.onChange((change) => this.#tellFloor(change)),
    ]
    this.#update(this.#everything())
  }

  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
    this.#readers.clear()
  }

  viewFor(user: User): LiveView {
    const visible = <T>(items: Iterable<T>, filter: (item: T) => T | null): T[] => {
      const kept: T[] = []
      for (const item of items) {
        const seen = filter(item)
        if (seen !== null) kept.push(seen)
      }
      return kept
    }
    return {
      ...this.#linksFor(user),
      operators: visible(this.#operators.values(), (operator) => operatorFor(user, operator)),
      calls: visible(this.#calls.values(), (call) => callFor(user, call)),
      queues: visible(this.#queues.values(), (queue) => queueFor(user, queue)),
      cards: this.#deps.cards.openCards().filter((card) => card.operatorId === user.id),
      floor: seesAll(user) ? this.#deps.floor.state() : null,
    }
  }

  subscribe(user: User, listener: (changes: readonly LiveChange[]) => void): Disposer {
    const reader = { user, listener }
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  #linksFor(reader: User): Pick<LiveView, 'pbx' | 'servers'> {
    const { telephony, servers } = this.#deps
    const all = servers.servers()
    const onlyTheFirst = all.every(({ id }) => id === firstServer)
    return {
      pbx: telephony.status(this.#ownServer(reader)),
      servers: onlyTheFirst ? [] : all.map(({ id, name }) => ({ id, name, pbx: telephony.status(id) })),
    }
  }

  /** The one of their phone; who watches the floor does so without a phone too, or with one at a server that is no more. */
  #ownServer(reader: User): string | undefined {
    if (reader.extension === null) return undefined
    const own = serverOf(reader.extension)
    return seesAll(reader) && !this.#deps.servers.servers().some(({ id }) => id === own) ? undefined : own
  }

  #tellLinks(): void {
    const changeFor = shared(
      (reader) => this.#ownServer(reader) ?? '',
      (reader) => [{ kind: 'pbx', ...this.#linksFor(reader) }],
    )
    for (const reader of this.#readers) reader.listener(changeFor(reader.user))
  }

  everybody(): Pick<LiveView, 'operators' | 'queues'> {
    return { operators: [...this.#operators.values()].filter(({ listed }) => listed), queues: [...this.#queues.values()] }
  }

  watching(): User[] {
    // A wallboard reads like an overseer and is nobody.
    const overseers = [...this.#readers].flatMap(({ user }) => this.#deps.users.byId(user.id) ?? []).filter(seesAll)
    return [...new Map(overseers.map((user) => [user.id, user])).values()]
  }

  #tellFloor(kind: keyof FloorState): void {
    const { today, alarms } = this.#deps.floor.state()
    const changes: LiveChange[] = [kind === 'today' ? { kind, today } : { kind, alarms }]
    for (const reader of this.#readers) if (seesAll(reader.user)) reader.listener(changes)
  }

  #onPbx(changes: readonly PbxChange[]): void {
    const touched = new Touched()
    for (const change of changes) {
      if (change.kind === 'joined') this.#keepHold(change)
      if ('call' in change) this.#touchCall(touched, change.call.id)
      else if (change.kind === 'endpoint') this.#touchEndpoint(touched, change.endpoint.name)
      else if (change.kind === 'endpointGone') this.#touchEndpoint(touched, change.name)
      else this.#touchQueue(touched, change.kind === 'queue' ? change.queue.name : change.name)
    }
    this.#update(touched)
  }

  /** How long the customer was made to wait goes with the customer. */
  #keepHold({ call, from }: Extract<PbxChange, { kind: 'joined' }>): void {
    const [before, now] = [this.#calls.get(from), this.#calls.get(call.id)]
    if (before && now) this.#calls.set(call.id, { ...now, heldMs: before.heldMs, heldSinceMs: before.heldSinceMs })
  }

  #onCard(card: Card): void {
    const touched = new Touched()
    touched.operators.add(card.operatorId)
    if (this.#calls.has(card.callId)) touched.calls.add(card.callId)
    this.#update(touched)
    for (const reader of this.#readers) {
      if (reader.user.id === card.operatorId) reader.listener([{ kind: 'card', card }])
    }
  }

  #updateOperator(id: string): void {
    const touched = new Touched()
    touched.operators.add(id)
    this.#update(touched)
  }

  #touchCall(touched: Touched, id: string): void {
    touched.calls.add(id)
    const call = this.#deps.telephony.state().calls.get(id)
    const now = new Set([...(call?.legs ?? []), ...(call?.spies ?? [])].flatMap(({ endpoint }) => endpoint ?? []))
    for (const endpoint of this.#callEndpoints.get(id) ?? []) {
      if (!now.has(endpoint)) this.#endpointCalls.get(endpoint)?.delete(id)
      this.#touchEndpoint(touched, endpoint)
    }
    for (const endpoint of now) {
      const calls = this.#endpointCalls.get(endpoint) ?? new Set()
      this.#endpointCalls.set(endpoint, calls.add(id))
      this.#touchEndpoint(touched, endpoint)
    }
    if (call) this.#callEndpoints.set(id, now)
    else this.#callEndpoints.delete(id)
  }

  #touchEndpoint(touched: Touched, endpoint: string): void {
    const user = this.#deps.users.byExtension(endpoint)
    if (user) touched.operators.add(user.id)
    for (const queue of this.#deps.telephony.state().queues.values())
      if (queue.members.has(endpoint)) touched.queues.add(queue.name)
  }

  #touchQueue(touched: Touched, name: string): void {
    touched.queues.add(name)
    const before = this.#members.get(name) ?? nobody
    const now = this.#deps.telephony.state().queues.get(name)?.members ?? nobody
    // Not all members: each call changes device states in every queue of the person who takes it.
    for (const [endpoint, member] of now) if (before.get(endpoint) !== member) this.#touchEndpoint(touched, endpoint)
    for (const endpoint of before.keys()) if (!now.has(endpoint)) this.#touchEndpoint(touched, endpoint)
    if (now === nobody) this.#members.delete(name)
    else this.#members.set(name, now)
  }

  #everything(): Touched {
    const touched = new Touched()
    const state = this.#deps.telephony.state()
    for (const id of [...this.#calls.keys(), ...state.calls.keys()]) this.#touchCall(touched, id)
    for (const name of [...this.#queues.keys(), ...state.queues.keys()]) this.#touchQueue(touched, name)
    for (const id of [...this.#operators.keys(), ...this.#deps.users.all().map((user) => user.id)]) touched.operators.add(id)
    return touched
  }

  #update(touched: Touched): void {
    const operators = this.#updateOperators(touched)
    const calls = this.#updateCalls(touched)
    const queues = this.#updateQueues(touched)
    const seen = [
      ...[...operators].map(([id, pair]) => sharedOperatorChange(id, pair)),
      ...[...calls].map(([id, pair]) => sharedCallChange(id, pair)),
      ...[...queues].map(([number, pair]) => sharedQueueChange(number, pair)),
    ]
    for (const reader of this.#readers) {
      const changes = seen.flatMap((changeFor) => changeFor(reader.user))
      if (changes.length > 0) reader.listener(changes)
    }
  }

  #updateOperators(touched: Touched): Map<string, Pair<LiveOperator>> {
    const changed = new Map<string, Pair<LiveOperator>>()
    const { telephony, users, cards, clock, queueRights, missedRuns } = this.#deps
    const state = telephony.state()
    for (const id of touched.operators) {
      const user = users.byId(id)
      const before = this.#operators.get(id)
      let after: LiveOperator | undefined
      if (user?.active && (user.role === 'operator' || user.extension !== null)) {
        const own = cards.openCards().filter((card) => card.operatorId === id)
        const legs = this.#legsOf(user.extension, state)
        const listeningSinceMs = this.#listeningSinceMs(user.extension, state)
        const by = { legs, listeningSinceMs, cards: own, allowedQueues: queueRights.chosen(user), missedInRow: missedRuns.of(id) }
        after = projectOperator(factsOf(user, state, by), before ?? null, clock.nowMs())
      }
      if (isDeepStrictEqual(before, after)) continue
      if (after) this.#operators.set(id, after)
      else this.#operators.delete(id)
      // Who is free in a queue follows from statuses.
      for (const queue of [...(before?.queues ?? []), ...(after?.queues ?? [])]) touched.queues.add(queue)
      changed.set(id, [before, after])
    }
    return changed
  }

  #updateCalls(touched: Touched): Map<string, Pair<LiveCall>> {
    const changed = new Map<string, Pair<LiveCall>>()
    for (const id of touched.calls) {
      const before = this.#calls.get(id)
      const call = this.#deps.telephony.state().calls.get(id)
      const after = call && this.#projectCall(call, before)
      if (!after) this.#names.forget(id)
      if (isDeepStrictEqual(before, after)) continue
      if (after) this.#calls.set(id, after)
      else this.#calls.delete(id)
      changed.set(id, [before, after])
    }
    return changed
  }

  #updateQueues(touched: Touched): Map<string, Pair<LiveQueue>> {
    const changed = new Map<string, Pair<LiveQueue>>()
    const { telephony, users, queueNames } = this.#deps
    const { endpoints, queues } = telephony.state()
    for (const number of touched.queues) {
      const before = this.#queues.get(number)
      const queue = queues.get(number)
      const after =
        queue &&
        projectQueue(queue, {
          name: queueNames.name(number),
          online: (endpoint) => endpoints.get(endpoint)?.online ?? false,
          status: (endpoint) => this.#operators.get(users.byExtension(endpoint)?.id ?? '')?.status ?? null,
        })
      if (isDeepStrictEqual(before, after)) continue
      if (after) this.#queues.set(number, after)
      else this.#queues.delete(number)
      changed.set(number, [before, after])
    }
    return changed
  }

  #projectCall(call: PbxCall, before: LiveCall | undefined): LiveCall {
    const { users, queueNames, recordingRules, clock } = this.#deps
    const endpoints = [
      ...call.legs.map(({ endpoint }) => endpoint),
      ...call.participants.map(({ endpoint }) => endpoint),
      // Kept for this operator, whose phone has vanished.
      call.awaits,
    ]
    const operatorIds = new Set(
      endpoints.flatMap((endpoint) => (endpoint === null ? [] : (users.byExtension(endpoint)?.id ?? []))),
    )
    const number = normalizePhone(call.number)
    const nowMs = clock.nowMs()
    return projectCall(call, {
      operatorIds: [...operatorIds],
      customerName: this.#names.of(call.id, number),
      queueName: (queue) => queueNames.name(queue),
      number,
      participants: call.participants.map((participant) => this.#projectParticipant(participant)),
      recordingForced: recordingRules.forced(call.queue),
      hold: holdOf(call.state, before, { nowMs, seenUntilMs: this.#unheardSinceMs.get(serverOf(call.id)) ?? nowMs }),
      listeners: call.spies.map((spy) => this.#projectListener(call, spy)),
    })
  }

  #projectListener(call: PbxCall, { uniqueid, endpoint, on, mode, sinceMs }: PbxSpy): Listener {
    const { users } = this.#deps
    const listener = endpoint === null ? null : users.byExtension(endpoint)
    const heard = call.legs.find((leg) => leg.uniqueid === on)?.endpoint ?? null
    return {
      id: uniqueid,
      userId: listener?.id ?? null,
      name: listener?.name ?? plainName(endpoint ?? ''),
      operatorId: heard === null ? null : (users.byExtension(heard)?.id ?? null),
      mode: mode === 'private' ? 'listen' : mode,
      private: mode === 'private',
      sinceMs,
    }
  }

  #projectParticipant({ uniqueid, endpoint, number: given, callerName, muted }: PbxParticipant): Participant {
    const operator = endpoint === null ? null : this.#deps.users.byExtension(endpoint)
    if (operator) {
      const { id: operatorId, name } = operator
      return { id: uniqueid, kind: 'operator', operatorId, number: plainName(endpoint ?? ''), name, muted }
    }
    const number = normalizePhone(given)
    return { id: uniqueid, kind: 'outside', operatorId: null, number, name: this.#names.ofNumber(number) ?? callerName, muted }
  }

  #listeningSinceMs(extension: string | null, state: PbxState): number | null {
    const ids = extension === null ? [] : (this.#endpointCalls.get(extension) ?? [])
    const spies = [...ids].flatMap((id) => state.calls.get(id)?.spies ?? [])
    return spies.find(({ endpoint }) => endpoint === extension)?.sinceMs ?? null
  }

  #legsOf(extension: string | null, state: PbxState): { call: PbxCall; leg: PbxLeg }[] {
    const ids = extension === null ? undefined : this.#endpointCalls.get(extension)
    return [...(ids ?? [])].flatMap((id) => {
      const call = state.calls.get(id)
      return call ? call.legs.filter((leg) => leg.endpoint === extension).map((leg) => ({ call, leg })) : []
    })
  }
}
