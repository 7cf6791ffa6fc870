import { plainName } from '../../contract/index.ts'
import type { LegOrigin } from '../record/schema.ts'
import type { CdrRow } from '../sources/source.ts'
import { endpointOf, queueOf } from './channel.ts'
import type { Party } from './party.ts'
import type { FoldRules } from './rules.ts'
import { type ChannelEvents, joinTalks, slackMs, type Talk, talkOfVisit } from './talks.ts'
import type { Visit } from './visits.ts'

/** One operator's talk. */
export interface Leg {
  readonly operator: string
  readonly visit: number | null
  readonly queue: string | null
  readonly origin: LegOrigin
  readonly fromMs: number
  readonly toMs: number
  readonly channel: string
  readonly transferred: boolean
}

/** The talk that a visit to a queue came to. */
export function legOfVisit(
  visit: Visit,
  n: number,
  talks: readonly Talk[],
  rows: readonly CdrRow[],
  rules: FoldRules,
): Leg | null {
  if (visit.outcome !== 'answered' || visit.leftMs === null || visit.agent === null) return null
  const member = rules.operatorOf(visit.agent, visit.leftMs)
  const takenMs = visit.transferred ? null : takenOverMs(visit, talks)
  // The queue has one line of the whole time; the operator was let go when the caller was taken.
  if (takenMs !== null)
    return legOfVisit(
      { ...visit, talkEndMs: takenMs },
      n,
      talks.filter(({ toMs }) => toMs <= takenMs),
      rows,
      rules,
    )
  const times = { fromMs: visit.leftMs, toMs: visit.talkEndMs }
  const talk = talkOfVisit(talks, { callId: visit.callId, ...times, operator: member })
  const through = talk && joinTalks(talks.filter(({ channel }) => channel === talk.channel)).find(({ toMs }) => toMs >= talk.toMs)
  const channelEndMs =
    through?.toMs ?? rows.reduce((end, row) => (row.uniqueId === visit.callId ? Math.max(end, row.endMs) : end), 0)
  // Who was asked first and then given the caller talks on without a line of the queue.
  const goesOn = visit.talkEndMs !== null && channelEndMs > visit.talkEndMs + slackMs && through !== null
  const toMs = visit.talkEndMs === null || goesOn ? channelEndMs : visit.talkEndMs
  return {
    // A pickup: CONNECT names the member who only rang.
    operator: talk?.operator ?? member,
    visit: n,
    queue: visit.queue,
    origin: talk && talk.operator !== member && rules.isExtension(member) ? 'pickup' : 'queue',
    fromMs: visit.leftMs,
    toMs: Math.max(visit.leftMs, toMs),
    channel: talk?.channel ?? '',
    transferred: visit.transferred,
  }
}

/** When somebody else took the caller over; null: nobody did. */
function takenOverMs({ callId, leftMs, talkEndMs }: Visit, talks: readonly Talk[]): number | null {
  const within = ({ row }: Talk) =>
    row.uniqueId === callId && row.startMs >= (leftMs ?? 0) && row.startMs < (talkEndMs ?? Infinity)
  const taken = talks.flatMap((talk) => (talk.tookOver && within(talk) ? talk.row.startMs : []))
  return taken.length === 0 ? null : Math.min(...taken)
}

/** Talks that no queue's line tells of. */
export function otherLegs(
  talks: readonly Talk[],
  fromVisits: readonly Leg[],
  of: { visits: readonly Visit[]; party: Party; events: ChannelEvents; rules: FoldRules },
): Leg[] {
  const legs: Leg[] = []
  for (const talk of joinTalks(talks)) {
    const taken = [...fromVisits, ...legs]
    if (taken.some((leg) => leg.channel === talk.channel && talk.fromMs <= leg.toMs + slackMs)) continue
    // The same talk behind a Local member, or the operator's second line to a colleague.
    if (taken.some((leg) => leg.operator === talk.operator && overlapMs(leg, talk) > 0 && hides(leg, talk))) continue
    if (talk.role === 'caller' && of.party.direction === 'inbound') continue
    if (!talk.tookOver && !belongs(talk, of.visits)) continue
    const picked = of.events.pickups.has(talk.channel) || (!talk.tookOver && isPickup(talk))
    if (talk.toMs === talk.fromMs && rangOnly(talk, talks)) continue
    const followed = taken.some((leg) => leg.fromMs < talk.fromMs && leg.operator !== talk.operator)
    const made = talk.role === 'caller' && talk.operator === of.party.maker
    const queued = talk.row.lastApp === 'Queue' && !of.visits.some(({ callId }) => callId === talk.row.uniqueId)
    legs.push({
      operator: talk.operator,
      visit: null,
      queue: queued ? queueOf(talk.row.lastData) : null,
      origin: made
        ? 'made'
        : picked
          ? 'pickup'
          : followed && of.party.direction !== 'internal'
            ? 'transfer'
            : queued
              ? 'queue'
              : 'direct',
      fromMs: talk.fromMs,
      toMs: talk.toMs,
      channel: talk.channel,
      transferred: false,
    })
  }
  return legs
}

const overlapMs = (a: { fromMs: number; toMs: number }, b: { fromMs: number; toMs: number }): number =>
  Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs)
const hides = (leg: Leg, talk: Talk): boolean => leg.origin !== 'made' || talk.role === 'caller'

/** A row of `Queue` beside its lines is a talk of its own only after the talk the lines tell of was given on. */
function belongs(talk: Talk, visits: readonly Visit[]): boolean {
  if (talk.row.lastApp !== 'Queue') return true
  const own = visits.filter(({ callId }) => callId === talk.row.uniqueId)
  return own.length === 0 || own.some((visit) => visit.transferred && (visit.talkEndMs ?? 0) <= talk.row.startMs + slackMs)
}

/** Dialled was one phone, another one talks. */
export function isPickup(talk: Pick<Talk, 'role' | 'operator' | 'row'>): boolean {
  if (talk.role !== 'callee' || talk.row.lastApp !== 'Dial') return false
  const target = talk.row.lastData.split(',', 1)[0] ?? ''
  // Dial names a device as its own Asterisk does.
  const operator = plainName(talk.operator)
  return !/[@]/.test(target) && !target.split('&').some((device) => endpointOf(`${device}-0`) === operator)
}

/** A phone that rang until another one took its call has an answered row of no length, followed by the other's. */
const rangOnly = (talk: Talk, talks: readonly Talk[]): boolean =>
  talks.some(
    (other) => other.row.uniqueId === talk.row.uniqueId && other.channel !== talk.channel && other.row.startMs === talk.row.endMs,
  )
