import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { emptyCardFields, nameAt, plainName, serverOf, type User } from '../contract/index.ts'
import { type PbxCall, type PbxChange, type PbxLeg, type PbxState, serversIn } from '../telephony/pbx-state.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { OpenCard } from './card-faces.ts'
import { type CallFacts, type CardEvent, type CardRecord, isLive } from './card-machine.ts'
import { normalizePhone } from './phone-numbers.ts'

/** The Asterisk this server is linked to; the first part of a card's id. */
const pbxId = 'main'

/** How long an operator's place in a call may be empty, or taken twice, before it counts as left or as a second call. */
export const continuityMs = 1_000

/** How soon all calls are looked at again after one could not be. */
const lookAgainMs = 2_000

/** What the tracker does to cards. */
export interface LegHost {
  /** null when this leg had a card that is closed already. */
  openCard(record: CardRecord): Promise<OpenCard | null>
  refresh(open: OpenCard, facts: Partial<CallFacts>): Promise<void>
  apply(open: OpenCard, event: CardEvent): Promise<void>
  /** What was written about that call goes to this card too. */
  inherit(open: OpenCard, callId: string): Promise<void>
  pauseOperator(operatorId: string, paused: boolean): void
}

interface LegTrackerDeps {
  readonly clock: Clock
  readonly users: UserDirectory
  readonly host: LegHost
  readonly enqueue: (work: () => Promise<void>) => void
  readonly logger: Logger
}

type LegEnded = Extract<PbxChange, { kind: 'legEnded' }>

interface Tracked {
  readonly open: OpenCard
  /** The operator's legs in this call that are still there. More than one while a new one takes over. */
  readonly legs: Set<string>
  /** All legs the card ever had. */
  readonly every: Set<string>
  /** The last leg ended, the call goes on, and a new leg may still come. */
  ending: { readonly atMs: number; readonly cancel: Disposer; due: boolean } | null
  /** No leg is left, but the operator talks on with this call's other side in a conference. */
  joined: boolean
}

/**
 * Which leg belongs to which card. An operator's leg opens a card, with one exception: the page was reloaded or moved to
 * another network, and a new leg takes the old one's place (INVITE with Replaces, or a redirect by the server). Such a leg
 * is known by the operator and the call: it appears in a call where the same operator's card is talking, or has stopped
 * less than `continuityMs` ago while the call went on. Before Asterisk joins it to that call it looks like a new outgoing
 * call; so an outgoing leg of somebody who is talking waits `continuityMs` before it gets a card of its own. While the PBX
 * keeps the caller for an operator whose phone vanished (`PbxCall.awaits`), the new leg may come later than that.
 * Of two calls joined in a conference one leg ends; its card goes on as long as the operator is in that conference.
 */
export class LegTracker {
  readonly #deps: LegTrackerDeps
  readonly #byLeg = new Map<string, Tracked>()
  readonly #tracked = new Set<Tracked>()
  /** Outgoing legs that may turn out to be a replacement. */
  readonly #undecided = new Map<string, Disposer>()
  #state: PbxState | null = null
  #again: Disposer = () => undefined

  constructor(deps: LegTrackerDeps) {
    this.#deps = deps
  }

  stop(): void {
    this.#again()
    for (const cancel of this.#undecided.values()) cancel()
    for (const tracked of this.#tracked) tracked.ending?.cancel()
    this.#undecided.clear()
  }

  /** A card from before the start. */
  adopt(open: OpenCard): void {
    if (isLive(open.record)) this.#track(open)
  }

  /** The card is closed. */
  forget(open: OpenCard): void {
    for (const tracked of this.#tracked) {
      if (tracked.open !== open) continue
      tracked.ending?.cancel()
      this.#tracked.delete(tracked)
      for (const leg of tracked.every) this.#byLeg.delete(leg)
    }
  }

  /** This operator's leg has just ended and wrap-up may follow. */
  isEnding(operatorId: string): boolean {
    return [...this.#tracked].some(({ open, ending }) => ending !== null && open.record.operatorId === operatorId)
  }

  /** `state` is the one after all these changes; `healed`: servers that it is as good as a snapshot of. */
  async observe(changes: readonly PbxChange[], state: PbxState, healed: readonly string[]): Promise<void> {
    this.#state = state
    for (const change of changes) {
      try {
        await this.#take(change, state)
      } catch (error) {
        this.#lookAgain(error)
      }
    }
    if (healed.length > 0) await this.#heal(state, new Set(healed))
  }

  async #take(change: PbxChange, state: PbxState): Promise<void> {
    if (change.kind === 'joined') await this.#takeCustomer(change.call, change.from)
    else if (change.kind === 'legRinging' || change.kind === 'legAnswered' || change.kind === 'call') {
      await this.#seeCall(change.call)
      await this.#settleKept(change.call.id)
      await this.#settleJoined(change.call.id)
    } else if (change.kind === 'legEnded') {
      await this.#endLeg(change, state)
    } else if (change.kind === 'callEnded') {
      await this.#endCall(change.call.id, state)
    }
  }

  /** What one call's change came to nothing by, is no other call's affair. What it left undone a look at all calls mends. */
  #lookAgain(error: unknown): void {
    this.#deps.logger.error({ err: error }, 'a change of a call could not be taken over into the cards; looked at again')
    this.#again()
    this.#again = this.#deps.clock.after(lookAgainMs, () => {
      this.#deps.enqueue(async () => {
        if (this.#state) await this.observe([], this.#state, [...serversIn(this.#state)])
      })
    })
  }

  async #heal(state: PbxState, servers: ReadonlySet<string>): Promise<void> {
    for (const call of state.calls.values()) {
      try {
        await this.#seeCall(call)
      } catch (error) {
        this.#lookAgain(error)
      }
    }
    const alive = aliveLegs(state)
    for (const tracked of [...this.#tracked]) {
      if (!servers.has(serverOf(tracked.open.record.callId))) continue
      for (const leg of tracked.legs) if (!alive.has(leg)) tracked.legs.delete(leg)
      if (tracked.legs.size === 0 && this.#isJoined(tracked)) tracked.joined = true
      else if (tracked.joined) await this.#leaveConference(tracked)
      else if (tracked.legs.size === 0 && !tracked.ending && tracked.open.record.state === 'talking' && this.#isKept(tracked)) {
        tracked.ending = { atMs: this.#deps.clock.nowMs(), cancel: () => undefined, due: true }
      } else if (tracked.legs.size === 0 && !tracked.ending) await this.#deps.host.apply(tracked.open, { kind: 'gone' })
      else await this.#followRemaining(tracked)
    }
  }

  async #seeCall(call: PbxCall): Promise<void> {
    for (const leg of call.legs) {
      const user = leg.endpoint === null ? null : this.#deps.users.byExtension(leg.endpoint)
      if (user) await this.#seeLeg(call, leg, user)
    }
  }

  async #seeLeg(call: PbxCall, leg: PbxLeg, user: User): Promise<void> {
    const tracked = this.#byLeg.get(leg.uniqueid) ?? (await this.#join(call, leg, user)) ?? (await this.#openFor(call, leg, user))
    if (!tracked) return
    // With the called one gone the call no longer tells whom it was for.
    if (tracked.open.record.legId === leg.uniqueid && !reachesNobody(call, leg))
      await this.#deps.host.refresh(tracked.open, { ...factsOf(call, leg, this.#deps.users), ...keptOf(tracked.open.record) })
    if (isUp(leg))
      await this.#deps.host.apply(tracked.open, { kind: 'legAnswered', atMs: leg.answeredAtMs ?? this.#deps.clock.nowMs() })
  }

  /** The leg continues a card of the same operator in the same call. */
  async #join(call: PbxCall, leg: PbxLeg, user: User): Promise<Tracked | null> {
    const host = [...this.#tracked].find(
      ({ open: { record }, every }) =>
        record.operatorId === user.id &&
        record.state === 'talking' &&
        (record.callId === call.id || (leg.replaces !== undefined && every.has(leg.replaces))),
    )
    if (!host) return null
    this.#decide(leg.uniqueid)
    host.joined = false
    host.legs.add(leg.uniqueid)
    host.every.add(leg.uniqueid)
    this.#byLeg.set(leg.uniqueid, host)
    if (host.ending) {
      host.ending.cancel()
      host.ending = null
      this.#deps.host.pauseOperator(user.id, false)
      await this.#followRemaining(host)
    }
    return host
  }

  async #openFor(call: PbxCall, leg: PbxLeg, user: User): Promise<Tracked | null> {
    // Asterisk is trying this phone; when it is busy or away it never rings, and nobody missed anything.
    if (leg.role === 'callee' && leg.state === 'dialing') return null
    if (reachesNobody(call, leg)) return null
    if (leg.role === 'caller' && this.#undecided.has(leg.uniqueid)) return null
    const talking = [...this.#tracked].some(({ open: { record } }) => record.operatorId === user.id && record.state === 'talking')
    if (leg.role === 'caller' && talking) {
      const cancel = this.#deps.clock.after(continuityMs, () => {
        this.#deps.enqueue(() => this.#openLate(leg.uniqueid, user))
      })
      this.#undecided.set(leg.uniqueid, cancel)
      return null
    }
    return this.#openNow(call, leg, user)
  }

  /** Nothing joined it to the old call: it is a second call of its own. */
  async #openLate(uniqueid: string, user: User): Promise<void> {
    this.#undecided.delete(uniqueid)
    for (const call of this.#state?.calls.values() ?? []) {
      const leg = call.legs.find((each) => each.uniqueid === uniqueid)
      if (!leg || reachesNobody(call, leg)) continue
      const tracked = await this.#openNow(call, leg, user)
      if (tracked && isUp(leg)) {
        await this.#deps.host.apply(tracked.open, { kind: 'legAnswered', atMs: leg.answeredAtMs ?? this.#deps.clock.nowMs() })
      }
    }
  }

  async #openNow(call: PbxCall, leg: PbxLeg, user: User): Promise<Tracked | null> {
    const open = await this.#deps.host.openCard({
      ...factsOf(call, leg, this.#deps.users),
      id: `${pbxId}:${leg.uniqueid}`,
      legId: leg.uniqueid,
      operatorId: user.id,
      operatorName: user.name,
      state: 'ringing',
      ringingAtMs: leg.startedAtMs,
      answeredAtMs: null,
      endedAtMs: null,
      wrapUpEndsAtMs: null,
      wrapUpStoppedAtMs: null,
      wrapUpStoppedMs: 0,
      extensions: 0,
      savedAtMs: null,
      version: 1,
      fields: emptyCardFields,
      stamps: {},
      customerId: null,
      customerSource: 'number',
      handover: null,
      wrapUpMs: null,
      incomplete: false,
      ringCancelled: false,
    })
    return open ? this.#track(open) : null
  }

  /** A colleague who was asked talks with the customer of that call now, under the Linkedid of the talk in which they were asked. */
  async #takeCustomer(call: PbxCall, from: string): Promise<void> {
    await this.#seeCall(call)
    const isIn = ({ legs }: Tracked) => call.legs.some(({ uniqueid }) => legs.has(uniqueid))
    for (const tracked of [...this.#tracked]) if (isIn(tracked)) await this.#deps.host.inherit(tracked.open, from)
  }

  async #endLeg({ call, leg, answered, cancelled }: LegEnded, state: PbxState): Promise<void> {
    this.#decide(leg.uniqueid)
    const tracked = this.#byLeg.get(leg.uniqueid)
    if (!tracked?.legs.delete(leg.uniqueid)) return
    if (tracked.legs.size > 0) return this.#followRemaining(tracked)
    const { record } = tracked.open
    const atMs = this.#deps.clock.nowMs()
    const callGoesOn = state.calls.has(call.id)
    if (record.state !== 'talking' || !callGoesOn) {
      await this.#deps.host.apply(tracked.open, { kind: 'legEnded', atMs, answered, cancelled })
      return
    }
    if (this.#isJoined(tracked)) {
      tracked.joined = true
      return
    }
    // At once, not when it is certain: the queue would ring this phone meanwhile.
    this.#deps.host.pauseOperator(record.operatorId, true)
    const cancel = this.#deps.clock.after(continuityMs, () => this.#deps.enqueue(() => this.#settleDue(tracked)))
    tracked.ending = { atMs, cancel, due: false }
  }

  async #endCall(callId: string, state: PbxState): Promise<void> {
    const alive = aliveLegs(state)
    for (const tracked of [...this.#tracked]) {
      if (tracked.open.record.callId !== callId) continue
      if (tracked.ending) await this.#settle(tracked)
      else if (isLive(tracked.open.record) && ![...tracked.legs].some((leg) => alive.has(leg))) {
        const answered = tracked.open.record.state === 'talking'
        tracked.joined = false
        await this.#deps.host.apply(tracked.open, { kind: 'legEnded', atMs: this.#deps.clock.nowMs(), answered })
      }
    }
  }

  async #settleDue(tracked: Tracked): Promise<void> {
    if (tracked.ending && this.#isJoined(tracked)) {
      tracked.ending = null
      tracked.joined = true
      this.#deps.host.pauseOperator(tracked.open.record.operatorId, false)
    } else if (tracked.ending && this.#isKept(tracked)) tracked.ending.due = true
    else await this.#settle(tracked)
  }

  /** The caller waits for this card's operator, whose phone vanished, and for nobody else. */
  #isKept({ open: { record } }: Tracked): boolean {
    const awaited = this.#state?.calls.get(record.callId)?.awaits ?? null
    return awaited !== null && this.#deps.users.byExtension(awaited)?.id === record.operatorId
  }

  /** The card's operator is in a conference with the card's call. */
  #isJoined({ open: { record } }: Tracked): boolean {
    const call = this.#state?.calls.get(record.callId)
    if (record.state !== 'talking' || !call || call.conference === null) return false
    return call.participants.some(
      ({ endpoint }) => endpoint !== null && this.#deps.users.byExtension(endpoint)?.id === record.operatorId,
    )
  }

  async #settleJoined(callId: string): Promise<void> {
    for (const tracked of [...this.#tracked]) {
      if (tracked.joined && tracked.open.record.callId === callId && !this.#isJoined(tracked))
        await this.#leaveConference(tracked)
    }
  }

  async #leaveConference(tracked: Tracked): Promise<void> {
    tracked.joined = false
    await this.#deps.host.apply(tracked.open, { kind: 'legEnded', atMs: this.#deps.clock.nowMs(), answered: true })
  }

  /** The wait is over and the operator did not come back. */
  async #settleKept(callId: string): Promise<void> {
    for (const tracked of [...this.#tracked]) {
      if (tracked.open.record.callId === callId && tracked.ending?.due && !this.#isKept(tracked)) await this.#settle(tracked)
    }
  }

  /** Nobody came to take the place: the card's call ended when its leg did. */
  async #settle(tracked: Tracked): Promise<void> {
    const { ending } = tracked
    if (!ending) return
    ending.cancel()
    tracked.ending = null
    await this.#deps.host.apply(tracked.open, { kind: 'legEnded', atMs: ending.atMs, answered: true })
  }

  async #followRemaining(tracked: Tracked): Promise<void> {
    const current = tracked.open.record.legId
    const next = tracked.legs.has(current) ? current : [...tracked.legs].at(-1)
    if (next !== undefined && next !== current) await this.#deps.host.apply(tracked.open, { kind: 'legReplaced', legId: next })
  }

  #track(open: OpenCard): Tracked {
    const { legId } = open.record
    const tracked: Tracked = { open, legs: new Set([legId]), every: new Set([legId]), ending: null, joined: false }
    this.#tracked.add(tracked)
    this.#byLeg.set(legId, tracked)
    return tracked
  }

  #decide(uniqueid: string): void {
    this.#undecided.get(uniqueid)?.()
    this.#undecided.delete(uniqueid)
  }
}

/** A feature code, an announcement, or a colleague whose phone does not ring yet: there is nobody to write a card about. */
const reachesNobody = (call: PbxCall, leg: PbxLeg): boolean =>
  leg.role === 'caller' && call.direction === 'internal' && !call.legs.some((each) => each.uniqueid !== leg.uniqueid)

/** A caller's own leg is up in a queue too; it talks when somebody has answered it. */
const isUp = (leg: PbxLeg): boolean =>
  leg.answeredAtMs !== null || (leg.role === 'callee' && (leg.state === 'up' || leg.state === 'held'))

function aliveLegs(state: PbxState): Set<string> {
  return new Set([...state.calls.values()].flatMap((call) => call.legs.map((leg) => leg.uniqueid)))
}

type SeenFacts = Pick<CallFacts, 'callId' | 'direction' | 'number' | 'callerName' | 'queueNumber' | 'queuedAtMs'>

/** The call as this leg's operator sees it: the number is always the other side's. */
function factsOf(call: PbxCall, leg: PbxLeg, users: UserDirectory): SeenFacts {
  const calls = leg.role === 'caller' && call.direction !== 'inbound'
  const other = call.legs.find((each) => each.uniqueid !== leg.uniqueid && each.endpoint !== leg.endpoint)
  // The number in a call carries no server's mark; a colleague has theirs at the call's own server.
  const numberHere = nameAt(serverOf(call.id), call.number)
  const given = call.direction !== 'internal' ? call.number : calls ? (other?.endpoint ?? '') : numberHere
  const colleague = call.direction === 'internal' ? users.byExtension(given) : null
  return {
    callId: call.id,
    direction: call.direction,
    number: normalizePhone(plainName(given)),
    // The name that came with the call is the caller's: of a call one made, the own.
    callerName: colleague?.name ?? (calls ? '' : call.callerName),
    queueNumber: call.queue,
    queuedAtMs: queuedBefore(call, leg),
  }
}

/** When the caller came to the queue that rang this leg; null: none did, as where a colleague handed the call on. */
function queuedBefore({ queuedAtMs, answeredAtMs }: PbxCall, leg: PbxLeg): number | null {
  if (queuedAtMs === null || queuedAtMs > leg.startedAtMs) return null
  const handedOn = answeredAtMs !== null && answeredAtMs >= queuedAtMs && answeredAtMs < leg.startedAtMs
  return handedOn ? null : queuedAtMs
}

/** Once known it stays: after a restart Asterisk does not tell it, and a card's day is found by it. */
const keptOf = ({ queuedAtMs }: CardRecord): Partial<SeenFacts> => (queuedAtMs === null ? {} : { queuedAtMs })
