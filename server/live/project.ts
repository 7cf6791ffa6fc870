import type { Card, Listener, LiveCall, LiveOperator, LiveQueue, OperatorStatus, Participant, User } from '../contract/index.ts'
import { overseers } from '../contract/index.ts'
import type { PbxCall, PbxLeg, PbxQueue, PbxQueueMember, PbxState } from '../telephony/pbx-state.ts'

/** The reason of the pauses that wrap-up sets. */
const wrapUpReason = 'wrapup'

/** What is known of one person now; from it the status follows. */
export interface OperatorFacts {
  readonly user: User
  readonly online: boolean
  readonly onlineSinceMs: number | null
  readonly legs: readonly { readonly call: PbxCall; readonly leg: PbxLeg }[]
  /** Since when the own phone hears a colleague's call; null: it does not. */
  readonly listeningSinceMs: number | null
  readonly members: readonly { readonly queue: string; readonly member: PbxQueueMember }[]
  readonly cards: readonly Card[]
  readonly allowedQueues: readonly string[] | null
  readonly missedInRow: number
}

export function factsOf(
  user: User,
  state: PbxState,
  by: Pick<OperatorFacts, 'legs' | 'listeningSinceMs' | 'cards' | 'allowedQueues' | 'missedInRow'>,
): OperatorFacts {
  const endpoint = user.extension === null ? undefined : state.endpoints.get(user.extension)
  const members =
    user.extension === null
      ? []
      : [...state.queues.values()].flatMap((queue) => {
          const member = queue.members.get(user.extension ?? '')
          return member ? [{ queue: queue.name, member }] : []
        })
  return { user, online: endpoint?.online ?? false, onlineSinceMs: endpoint?.sinceMs ?? null, members, ...by }
}

/**
 * onCall > ringing > wrapUp > paused > available > offline. A card counts where Asterisk has nothing to show: talking while a
 * new leg takes over, wrap-up always. A pause with wrap-up's own reason is wrap-up until Asterisk has lifted it.
 */
export function statusOf(facts: OperatorFacts): OperatorStatus {
  // Who listens cannot be called.
  if (facts.listeningSinceMs !== null) return 'onCall'
  if (facts.legs.some(({ leg }) => talks(leg)) || facts.cards.some((card) => card.state === 'talking')) return 'onCall'
  if (facts.legs.length > 0) return 'ringing'
  if (facts.cards.some((card) => card.state === 'wrapUp')) return 'wrapUp'
  if (facts.members.length > 0 && facts.members.every(({ member }) => member.paused)) {
    return facts.members.every(({ member }) => member.pauseReason === wrapUpReason) ? 'wrapUp' : 'paused'
  }
  return facts.online ? 'available' : 'offline'
}

/** When a status seen for the first time began, as far as Asterisk or the cards know. */
function firstSinceMs(status: OperatorStatus, facts: OperatorFacts, nowMs: number): number {
  const times: (number | null)[] = {
    onCall: [facts.listeningSinceMs, ...facts.legs.map(({ leg }) => leg.answeredAtMs ?? leg.startedAtMs)],
    ringing: facts.legs.map(({ leg }) => leg.startedAtMs),
    wrapUp: facts.cards.map((card) => card.endedAtMs),
    paused: facts.members.map(({ member }) => member.pausedSinceMs),
    available: [facts.onlineSinceMs],
    offline: [facts.onlineSinceMs],
  }[status]
  const known = times.filter((time) => time !== null)
  return known.length > 0 ? Math.min(...known) : nowMs
}

/** `before` is the last projection of the same person: `sinceMs` stays while the status stays. */
export function projectOperator(facts: OperatorFacts, before: LiveOperator | null, nowMs: number): LiveOperator {
  const status = statusOf(facts)
  const current = currentLeg(facts.legs)
  const paused = status === 'paused' ? facts.members.find(({ member }) => member.pauseReason !== wrapUpReason) : undefined
  return {
    id: facts.user.id,
    name: facts.user.name,
    extension: facts.user.extension,
    status,
    sinceMs: before === null ? firstSinceMs(status, facts, nowMs) : before.status === status ? before.sinceMs : nowMs,
    pauseReason: paused && paused.member.pauseReason !== '' ? paused.member.pauseReason : null,
    callId: current?.call.id ?? null,
    queues: facts.members.map(({ queue }) => queue),
    allowedQueues: facts.allowedQueues && [...facts.allowedQueues],
    missedInRow: facts.missedInRow,
    listed: isListed(facts),
    fixedQueues: facts.members.flatMap(({ queue, member }) => (member.fixed ? [queue] : [])),
  }
}

/** Of several calls the one that is talked in, not the one on hold; of equal ones the latest. */
function currentLeg(legs: OperatorFacts['legs']): OperatorFacts['legs'][number] | undefined {
  const rank = ({ leg }: OperatorFacts['legs'][number]): number =>
    leg.state === 'up' ? 0 : leg.state === 'held' ? 1 : talks(leg) ? 2 : 3
  const began = ({ leg }: OperatorFacts['legs'][number]): number => leg.answeredAtMs ?? leg.startedAtMs
  return legs.toSorted((a, b) => rank(a) - rank(b) || began(b) - began(a) || (a.leg.uniqueid < b.leg.uniqueid ? 1 : -1))[0]
}

/** Operators, and whoever takes calls like one right now. */
const isListed = (facts: OperatorFacts): boolean =>
  facts.user.role === 'operator' || facts.members.length > 0 || facts.legs.length > 0

export function projectCall(
  call: PbxCall,
  by: {
    operatorIds: readonly string[]
    customerName: string | null
    queueName: (number: string) => string
    number: string
    participants: readonly Participant[]
    recordingForced: boolean
    hold: Pick<LiveCall, 'heldMs' | 'heldSinceMs'>
    listeners: readonly Listener[]
  },
): LiveCall {
  return {
    id: call.id,
    direction: call.direction,
    number: by.number,
    customerName: by.customerName,
    queue: call.queue === null ? null : { number: call.queue, name: by.queueName(call.queue) },
    state: call.state,
    operatorIds: [...by.operatorIds],
    startedAtMs: call.startedAtMs,
    answeredAtMs: call.answeredAtMs,
    ...by.hold,
    conferenceId: call.conference,
    participants: [...by.participants],
    recording: call.recording,
    recordingForced: by.recordingForced,
    listeners: [...by.listeners],
  }
}

/**
 * `before` is the last projection of the same call. A hold that is seen for the first time begins now; one that is over was
 * seen until `seenUntilMs`, after a time in which nothing was heard the beginning of that.
 */
export function holdOf(
  state: LiveCall['state'],
  before: Pick<LiveCall, 'heldMs' | 'heldSinceMs'> | undefined,
  { nowMs, seenUntilMs }: { readonly nowMs: number; readonly seenUntilMs: number },
): Pick<LiveCall, 'heldMs' | 'heldSinceMs'> {
  const { heldMs, heldSinceMs } = before ?? { heldMs: 0, heldSinceMs: null }
  if (state === 'held') return { heldMs, heldSinceMs: heldSinceMs ?? nowMs }
  return { heldMs: heldSinceMs === null ? heldMs : heldMs + Math.max(0, seenUntilMs - heldSinceMs), heldSinceMs: null }
}

export function projectQueue(
  queue: PbxQueue,
  by: { name: string; online: (endpoint: string) => boolean; status: (endpoint: string) => OperatorStatus | null },
): LiveQueue {
  const members = [...queue.members.values()]
  const isFree = (member: PbxQueueMember): boolean => {
    const status = by.status(member.endpoint)
    if (member.paused || !by.online(member.endpoint)) return false
    return status === null ? member.deviceState === 1 : status === 'available'
  }
  return {
    number: queue.name,
    name: by.name,
    waiting: queue.waiting.map(({ callId, number, sinceMs }) => ({ callId, number, sinceMs })),
    free: members.filter(isFree).length,
    online: members.filter((member) => by.online(member.endpoint)).length,
  }
}

export const seesAll = (reader: User): boolean => overseers.some((role) => role === reader.role)

/** Colleagues' presence is everybody's (whom to transfer to); what call they are in, and what they missed, is not. */
export function operatorFor(reader: User, operator: LiveOperator): LiveOperator | null {
  if (operator.id === reader.id) return operator
  if (!operator.listed) return null
  return seesAll(reader) ? operator : { ...operator, callId: null, missedInRow: 0 }
}

export function callFor(reader: User, call: LiveCall): LiveCall | null {
  if (!seesAll(reader) && !call.operatorIds.includes(reader.id)) return null
  const hidden = hiddenListeners(reader, call)
  return hidden.length > 0 ? { ...call, listeners: call.listeners.filter((listener) => !hidden.includes(listener)) } : call
}

/** Who listens privately is nothing an operator's page has, nor that of the person heard, whatever their role. */
export const hiddenListeners = (reader: User, call: LiveCall): Listener[] =>
  call.listeners.filter((listener) => {
    if (!listener.private || !seesAll(reader)) return listener.private
    // Of whom it is not known whom they hear, they may hear anybody in the call.
    const hears = listener.operatorId === null ? call.operatorIds.includes(reader.id) : listener.operatorId === reader.id
    return hears && listener.userId !== reader.id
  })

/** An operator needs how many wait and how long, not who. */
export const queueFor = (reader: User, queue: LiveQueue): LiveQueue =>
  seesAll(reader) ? queue : { ...queue, waiting: queue.waiting.map((caller) => ({ ...caller, number: '' })) }

export const talks = (leg: PbxLeg): boolean => leg.state === 'up' || leg.state === 'held' || leg.role === 'caller'
