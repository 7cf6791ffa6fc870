import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { MissedCause } from '../contract/index.ts'
import type { PbxCall, PbxChange, PbxQueue, PbxState } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { type MissedFacts, missedCause } from './missed-cause.ts'

/** What was seen of one unanswered call: why, and whose phone rang first. */
export interface SeenMiss {
  readonly cause: MissedCause
  readonly operatorId: string | null
}

interface Watched {
  facts: Omit<MissedFacts, 'waitMs' | 'afterQueueMs'>
  firstRung: string | null
  leftQueueAtMs: number | null
}

/** Ended calls whose end nobody has asked about; more than that is a leak. */
const mostKept = 500

/** Looks at incoming calls while they wait: afterwards nobody knows any more who was free. */
export class MissedWatch {
  readonly #deps: { clock: Clock; telephony: Telephony; users: UserDirectory }
  readonly #running = new Map<string, Watched>()
  readonly #ended = new Map<string, SeenMiss>()
  #dispose: Disposer = () => undefined

  constructor(deps: { clock: Clock; telephony: Telephony; users: UserDirectory }) {
    this.#deps = deps
  }

  start(): void {
    this.#dispose = this.#deps.telephony.onChange((changes) => this.#observe(changes, this.#deps.telephony.state()))
  }

  stop(): void {
    this.#dispose()
  }

  /** After the call's end; null when it was not seen. */
  seen(callId: string): SeenMiss | null {
    return this.#ended.get(callId) ?? null
  }

  /** It is written. */
  forget(callId: string): void {
    this.#ended.delete(callId)
  }

  #observe(changes: readonly PbxChange[], state: PbxState): void {
    for (const change of changes) {
      if (!('call' in change)) continue
      if (change.kind === 'callEnded') this.#end(change.call)
      else if (change.kind === 'legEnded' && change.leg.role === 'caller') this.#hangUp(change.call, change.cause)
      else this.#see(change.call)
    }
    // Somebody's pause or call may be all that stands between a waiting caller and an answer.
    for (const [id, watched] of this.#running) {
      const call = state.calls.get(id)
      const queue = call?.queue ? state.queues.get(call.queue) : undefined
      if (queue) this.#look(watched, queue, id)
    }
  }

  #see(call: PbxCall): void {
    if (call.direction !== 'inbound' || call.answeredAtMs !== null) {
      this.#running.delete(call.id)
      return
    }
    const watched = this.#running.get(call.id) ?? {
      facts: { queue: null, sawLoggedIn: false, sawUnpaused: false, sawFree: false, rang: false, hangUpCause: 0 },
      firstRung: null,
      leftQueueAtMs: null,
    }
    this.#running.set(call.id, watched)
    const rung = call.legs.find(
      (leg) => leg.role === 'callee' && leg.state === 'ringing' && leg.endpoint !== null && this.#userOf(leg.endpoint) !== null,
    )
    if (rung?.endpoint && watched.firstRung === null) watched.firstRung = this.#userOf(rung.endpoint)
    watched.facts = { ...watched.facts, queue: call.queue, rang: watched.facts.rang || rung !== undefined }
  }

  #look(watched: Watched, queue: PbxQueue, callId: string): void {
    const waits = queue.waiting.some((caller) => caller.callId === callId)
    if (!waits) {
      watched.leftQueueAtMs ??= this.#deps.clock.nowMs()
      return
    }
    watched.leftQueueAtMs = null
    const { endpoints } = this.#deps.telephony.state()
    const here = [...queue.members.values()].filter(({ endpoint }) => endpoints.get(endpoint)?.online ?? false)
    const unpaused = here.filter((member) => !member.paused)
    watched.facts = {
      ...watched.facts,
      sawLoggedIn: watched.facts.sawLoggedIn || here.length > 0,
      sawUnpaused: watched.facts.sawUnpaused || unpaused.length > 0,
      sawFree: watched.facts.sawFree || unpaused.some((member) => member.deviceState === notInUse),
    }
  }

  #hangUp(call: PbxCall, cause: number): void {
    const watched = this.#running.get(call.id)
    if (watched) watched.facts = { ...watched.facts, hangUpCause: cause }
  }

  #end(call: PbxCall): void {
    const watched = this.#running.get(call.id)
    this.#running.delete(call.id)
    if (!watched || call.answeredAtMs !== null) return
    const nowMs = this.#deps.clock.nowMs()
    const { leftQueueAtMs } = watched
    const facts: MissedFacts = {
      ...watched.facts,
      waitMs: nowMs - (call.queuedAtMs ?? call.startedAtMs),
      afterQueueMs: leftQueueAtMs === null ? null : nowMs - leftQueueAtMs,
    }
    this.#ended.set(call.id, { cause: missedCause(facts), operatorId: watched.firstRung })
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > mostKept && oldest !== undefined) this.#ended.delete(oldest)
  }

  #userOf(endpoint: string): string | null {
    return this.#deps.users.byExtension(endpoint)?.id ?? null
  }
}

/** Asterisk's device state of a phone that could ring. */
const notInUse = 1
