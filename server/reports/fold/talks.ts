import type { CdrRow, CelRow } from '../sources/source.ts'
import { endpointOf, isLocal } from './channel.ts'
import { celExtra } from './facts.ts'
import { type Holds, holdsOf } from './holds.ts'
import type { FoldRules } from './rules.ts'

/** A stretch of one operator's channel being connected, as the CDR has it. */
export interface Talk {
  readonly operator: string
  readonly channel: string
  readonly role: 'caller' | 'callee'
  readonly fromMs: number
  readonly toMs: number
  /** The row it begins with. */
  readonly row: CdrRow
  /** Its channel took the other side out of a colleague's talk; a transfer has its own line or event, this has none. */
  readonly tookOver: boolean
}

/** What the channel events add to the CDR, by channel name; a name is used once within a call. */
export interface ChannelEvents {
  readonly answeredMs: ReadonlyMap<string, number>
  readonly hangUpCause: ReadonlyMap<string, number>
  /** Channels that took a call ringing elsewhere. */
  readonly pickups: ReadonlySet<string>
  /** Channels whose talk was given on, and when. */
  readonly transfers: ReadonlyMap<string, number>
  readonly holds: Holds
}

/** Of most calls: CEL is kept by few. */
const noEvents: ChannelEvents = {
  answeredMs: new Map(),
  hangUpCause: new Map(),
  pickups: new Set(),
  transfers: new Map(),
  holds: holdsOf([]),
}

export function channelEvents(cel: readonly CelRow[]): ChannelEvents {
  if (cel.length === 0) return noEvents
  const answeredMs = new Map<string, number>()
  const hangUpCause = new Map<string, number>()
  const pickups = new Set<string>()
  const transfers = new Map<string, number>()
  for (const row of cel) {
    if (row.eventType === 'ANSWER' && !answeredMs.has(row.channel)) answeredMs.set(row.channel, row.atMs)
    if (row.eventType === 'HANGUP') hangUpCause.set(row.channel, Number(celExtra(row)['hangupcause'] ?? 0))
    if (row.eventType === 'PICKUP') pickups.add(celExtra(row)['pickup_channel'] ?? '')
    if (row.eventType === 'BLINDTRANSFER' || row.eventType === 'ATTENDEDTRANSFER') transfers.set(row.channel, row.atMs)
  }
  return { answeredMs, hangUpCause, pickups, transfers, holds: holdsOf(cel) }
}

/** The context a supervisor's channel is bridged from. */
const takeOver = 'callsync-take-over'

/** Two sources' whole seconds, each cut its own way. */
export const slackMs = 2_000

/** Every connected stretch of an operator's channel; neighbouring rows of one channel are one stretch each. */
export function talksOfCdr(cdr: readonly CdrRow[], rules: FoldRules, events: ChannelEvents): Talk[] {
  const talks: Talk[] = []
  // The application of our context, in the channel's row of before. A site's own dialplan may park and pick up by it.
  const takers = new Set(
    cdr.flatMap((row) => (row.lastApp === 'Bridge' && `${row.context} ${row.lastData}`.includes(takeOver) ? row.channel : [])),
  )
  const told = (channel: string, row: CdrRow): number => {
    const atMs = events.answeredMs.get(channel)
    return atMs !== undefined && atMs >= row.startMs - slackMs && atMs <= row.endMs + slackMs ? atMs : 0
  }
  for (const row of cdr) {
    if (row.disposition !== 'ANSWERED' || row.dstChannel === '') continue
    const fromMs = Math.max(row.startMs, row.answerMs ?? row.startMs, told(row.channel, row), told(row.dstChannel, row))
    const toMs = Math.max(fromMs, row.endMs)
    const add = (role: Talk['role'], channel: string): void => {
      const operator = endpointOf(channel)
      if (operator !== '' && rules.isExtension(operator)) {
        const tookOver = role === 'callee' && takers.has(channel)
        talks.push({ operator, channel, role, fromMs, toMs, row, tookOver })
      }
    }
    add('callee', row.dstChannel)
    add('caller', row.channel)
  }
  return talks
}

/** One talk a channel: rows follow each other when a bridge changes, and the person stays. */
export function joinTalks(talks: readonly Talk[]): Talk[] {
  if (talks.length < 2) return [...talks]
  const joined: Talk[] = []
  for (const talk of [...talks].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)) {
    const at = joined.findIndex(({ channel, toMs }) => channel === talk.channel && talk.fromMs <= toMs + slackMs)
    const before = joined[at]
    if (before) joined[at] = { ...before, toMs: Math.max(before.toMs, talk.toMs) }
    else joined.push(talk)
  }
  return joined
}

/** Which operator's channel carried the talk of a visit that began and ended then; the member's own word decides a draw. */
export function talkOfVisit(
  talks: readonly Talk[],
  visit: { callId: string; fromMs: number; toMs: number | null; operator: string },
): Talk | null {
  let best: Talk | null = null
  let most = Number.NEGATIVE_INFINITY
  for (const talk of talks) {
    if (talk.role !== 'callee' || (talk.row.uniqueId !== visit.callId && !isLocal(talk.row.channel))) continue
    const overlapMs = Math.min(talk.toMs, visit.toMs ?? talk.toMs) - Math.max(talk.row.startMs, visit.fromMs)
    const score = overlapMs + (talk.operator === visit.operator ? slackMs / 4 : 0)
    if (overlapMs >= -slackMs && score > most) {
      most = score
      best = talk
    }
  }
  return best
}
