import type { UserDirectory } from '../../accounts/user-directory.ts'
import type { SeenMiss, SeenMisses } from '../../calls/index.ts'
import type { Clock } from '../../clock.ts'
import { nameAt } from '../../contract/index.ts'
import type { PbxCall, PbxChange, PbxQueue, PbxState } from '../../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../../telephony/telephony.ts'
import { callCause, causePastQueues, isFailure, type Presence, visitCause } from '../fold/missed-cause.ts'
import { type QueueRule, ruleBook } from '../fold/rules.ts'
import type { QueueAmiEvent } from '../sources/index.ts'
import { LiveVisits } from './live-visits.ts'

export interface MissedWatchDeps {
  readonly clock: Clock
  readonly telephony: Pick<Telephony, 'onChange' | 'onEvents' | 'state'>
  readonly users: Pick<UserDirectory, 'byExtension'>
  /** Rules that visits are judged by, as the import has them. */
  readonly rules: () => readonly QueueRule[]
}

/** What was seen of the queue while the caller waited in it. */
interface Wait {
  readonly queue: string
  readonly presence: Presence | null
  readonly rang: boolean
}

interface Watched {
  /** The last is of the queue the caller waits in, while `waits`. */
  stays: Wait[]
  waits: boolean
  rang: boolean
  firstRung: string | null
  hangUpCause: number
}

/** Ended calls whose end nobody has asked about; more than that is a leak. */
const mostKept = 500
/** Visits of calls whose end was never told. */
const longestMs = 24 * 3_600_000

/**
 * Why nobody answers, told at the call's end by what AMI says: the work list has the cause before the record does. Visits are made
 * and judged by what makes and judges those of the record, and who was there is looked at while the caller waits.
 */
export class MissedWatch implements SeenMisses {
  readonly #deps: MissedWatchDeps
  readonly #visits = new LiveVisits()
  readonly #running = new Map<string, Watched>()
  readonly #ended = new Map<string, SeenMiss>()
  /** Calls to the number of a queue: who may not join it leaves no other trace. */
  readonly #toQueues = new Set<string>()
  #disposers: Disposer[] = []

  constructor(deps: MissedWatchDeps) {
    this.#deps = deps
  }

  start(): void {
    const { telephony } = this.#deps
    this.#disposers = [
      telephony.onEvents((events, server) => this.#hear(events, server)),
      telephony.onChange((changes) => this.#observe(changes, telephony.state())),
    ]
  }

  stop(): void {
    for (const dispose of this.#disposers.splice(0)) dispose()
  }

  seen(callId: string): SeenMiss | null {
    return this.#ended.get(callId) ?? null
  }

  forget(callId: string): void {
    this.#ended.delete(callId)
  }

  #hear(events: readonly QueueAmiEvent[], server: string): void {
    this.#visits.hear(events, server)
    for (const { name, fields } of events) {
      const { uniqueid = '', linkedid = '', exten = '' } = fields
      if (name !== 'Newchannel' || uniqueid === '' || uniqueid !== linkedid) continue
      if (this.#deps.telephony.state().queues.has(nameAt(server, exten))) this.#toQueues.add(nameAt(server, uniqueid))
    }
  }

  #observe(changes: readonly PbxChange[], state: PbxState): void {
    for (const change of changes) {
      if (!('call' in change)) continue
      if (change.kind === 'callEnded') this.#end(change.call)
      else if (change.kind === 'legEnded' && change.leg.role === 'caller') this.#hangUp(change.call, change.cause)
      else this.#see(change.call, state)
    }
    const presence = presenceBook(state)
    // Somebody's pause or call may be all that stands between a waiting caller and an answer.
    for (const [id, watched] of this.#running) {
      const call = state.calls.get(id)
      const queue = call?.queue ? state.queues.get(call.queue) : undefined
      if (queue) look(watched, queue, { callId: id, presence })
    }
  }

  #see(call: PbxCall, state: PbxState): void {
    if (call.direction !== 'inbound' || call.answeredAtMs !== null) {
      this.#running.delete(call.id)
      return
    }
    const watched = this.#running.get(call.id) ?? {
      ...{ stays: [], waits: false, rang: false, firstRung: null, hangUpCause: 0 },
    }
    this.#running.set(call.id, watched)
    const members = call.queue === null ? undefined : state.queues.get(call.queue)?.members
    for (const { role, state: is, endpoint } of call.legs) {
      if (role !== 'callee' || is !== 'ringing' || endpoint === null) continue
      const user = this.#deps.users.byExtension(endpoint)
      watched.firstRung ??= user?.id ?? null
      if (user === null && !members?.has(endpoint)) continue
      watched.rang = true
      const stay = watched.waits ? watched.stays.at(-1) : undefined
      if (stay) watched.stays.splice(-1, 1, { ...stay, rang: true })
    }
  }

  #hangUp(call: PbxCall, cause: number): void {
    const watched = this.#running.get(call.id)
    if (watched) watched.hangUpCause = cause
  }

  #end(call: PbxCall): void {
    const nowMs = this.#deps.clock.nowMs()
    const watched = this.#running.get(call.id)
    this.#running.delete(call.id)
    if (watched && call.answeredAtMs === null) {
      this.#ended.set(call.id, { cause: this.#cause(call, watched, nowMs), operatorId: watched.firstRung })
      const [oldest] = this.#ended.keys()
      if (this.#ended.size > mostKept && oldest !== undefined) this.#ended.delete(oldest)
    }
    this.#toQueues.delete(call.id)
    this.#visits.forgetCall(call.id)
    this.#visits.forgetOver(nowMs - longestMs)
  }

  #cause(call: PbxCall, { stays, rang, hangUpCause }: Watched, nowMs: number): SeenMiss['cause'] {
    const rule = ruleBook(this.#deps.rules())
    const visits = this.#visits.ofCall(call.id)
    const [first] = visits
    if (!first) {
      // It had joined the queue before anybody listened.
      if (call.queue !== null) return null
      const { shortMs } = rule('*', call.startedAtMs)
      const told = { refused: this.#toQueues.has(call.id), rang, failed: isFailure(hangUpCause) }
      return causePastQueues({ ...told, waitMs: nowMs - call.startedAtMs, shortMs })
    }
    const judged = visits.map((visit, n) => {
      const { queue, outcome, enteredMs } = visit
      const { shortMs } = rule(queue, enteredMs)
      const stay = stays[n]?.queue === queue ? stays[n] : undefined
      const waitMs = (visit.leftMs ?? enteredMs) - enteredMs
      const rings = visit.rings.length > 0 || (stay?.rang ?? false)
      return { cause: visitCause({ outcome, waitMs, shortMs, rang: rings, presence: stay?.presence ?? null }), shortMs }
    })
    return callCause({ visits: judged, waitMs: (visits.at(-1)?.leftMs ?? nowMs) - first.enteredMs })
  }
}

/** Who is there, while the caller waits. */
function look(watched: Watched, queue: PbxQueue, { callId, presence }: { callId: string; presence: PresenceOf }): void {
  const waits = queue.waiting.some((caller) => caller.callId === callId)
  const last = watched.stays.at(-1)
  if (waits && !(watched.waits && last?.queue === queue.name))
    watched.stays.push({ queue: queue.name, presence: null, rang: false })
  watched.waits = waits
  const stay = waits ? watched.stays.at(-1) : undefined
  if (stay) watched.stays.splice(-1, 1, { ...stay, presence: together(stay.presence, presence(queue)) })
}

type PresenceOf = (queue: PbxQueue) => Presence | null

/** Who is in each queue at one moment: worked out once, however many wait there. */
function presenceBook(state: PbxState): PresenceOf {
  const known = new Map<PbxQueue, Presence | null>()
  let talking: ReadonlySet<string> | null = null
  return (queue) => {
    const before = known.get(queue)
    if (before !== undefined) return before
    talking ??= endpointsInTalk(state)
    const presence = presenceIn(queue, talking)
    known.set(queue, presence)
    return presence
  }
}

/** As queue_log tells it: members are those who logged in, a phone that is out of reach is not in a talk. */
function presenceIn({ members }: PbxQueue, talking: ReadonlySet<string>): Presence | null {
  const loggedIn = [...members.values()].filter(({ fixed }) => !fixed)
  // Members written in queues.conf are never said to come or go.
  if (loggedIn.length === 0 && members.size > 0) return null
  const unpaused = loggedIn.filter(({ paused }) => !paused)
  const free = unpaused.some(({ endpoint }) => !talking.has(endpoint))
  return { loggedIn: loggedIn.length > 0, unpaused: unpaused.length > 0, free }
}

function endpointsInTalk({ calls }: PbxState): Set<string> {
  const talking = new Set<string>()
  for (const { legs } of calls.values())
    for (const { endpoint, answeredAtMs } of legs) if (endpoint !== null && answeredAtMs !== null) talking.add(endpoint)
  return talking
}

const together = (a: Presence | null, b: Presence | null): Presence | null =>
  a === null || b === null
    ? (a ?? b)
    : { loggedIn: a.loggedIn || b.loggedIn, unpaused: a.unpaused || b.unpaused, free: a.free || b.free }
