import type { RingOutcome } from '../record/schema.ts'
import type { CdrRow } from '../sources/source.ts'
import { endpointOf, isLocal } from './channel.ts'
import { isPickup, type Leg } from './legs.ts'
import type { FoldRules } from './rules.ts'
import { type ChannelEvents, slackMs } from './talks.ts'
import type { Visit } from './visits.ts'

/** One ringing of one phone. */
export interface Ring {
  readonly operator: string
  readonly visit: number | null
  readonly queue: string | null
  readonly atMs: number
  readonly endMs: number
  readonly outcome: RingOutcome
}

/** A busy or declining phone's answer. */
const rejections = new Set([17, 21])

/** Rings that the queue's lines tell of, and those only the CDR has. */
export function ringsOf(
  rows: readonly CdrRow[],
  of: { visits: readonly Visit[]; legs: readonly Leg[]; events: ChannelEvents; rules: FoldRules },
): Ring[] {
  const { visits, legs, events, rules } = of
  const rungRows = rows.filter((row) => {
    const operator = endpointOf(row.dstChannel)
    return operator !== '' && rules.isExtension(operator) && (row.lastApp === 'Dial' || row.lastApp === 'Queue')
  })
  const told = visits.flatMap((visit, n) =>
    visit.rings.map((ring): Ring => {
      const operator = rules.operatorOf(ring.agent, ring.endMs)
      const own = rungRows.filter((each) => endpointOf(each.dstChannel) === operator)
      const ended = own.filter((each) => Math.abs(each.endMs - ring.endMs) <= slackMs / 2)
      const row = ended.find(({ disposition }) => disposition !== 'ANSWERED')
      const taken = ring.outcome === 'answered' && legs.some((leg) => leg.visit === n && leg.operator !== operator)
      const refused = ring.outcome === 'noAnswer' && row && rejections.has(events.hangUpCause.get(row.dstChannel) ?? 0)
      // CONNECT's ring began with the first of those who were rung one after another; the line of a hung-up announcement has none.
      const answered = own.findLast((each) => each.startMs <= ring.endMs && each.endMs >= ring.endMs)
      const atMs =
        ring.outcome === 'answered'
          ? Math.max(ring.atMs, answered?.startMs ?? 0)
          : ring.atMs === ring.endMs
            ? ((row ?? ended[0])?.startMs ?? ring.atMs)
            : ring.atMs
      return {
        operator,
        visit: n,
        queue: visit.queue,
        atMs: Math.min(atMs, ring.endMs),
        endMs: ring.endMs,
        outcome: taken ? 'cancelled' : refused ? 'rejected' : ring.outcome,
      }
    }),
  )
  const others = rungRows.flatMap((row): Ring[] => {
    const operator = endpointOf(row.dstChannel)
    const queued = row.lastApp === 'Queue'
    const visit = queued ? visits.findIndex((each) => each.callId === row.uniqueId && within(each, row)) : -1
    // Rows of the queue tell of rings only where the lines do not: of phones that rang beside the one that answered.
    if (queued && visits.some(({ callId }) => callId === row.uniqueId) && (visit < 0 || row.disposition === 'ANSWERED')) return []
    // The row of an operator who was connected already, and of the phone behind a Local member.
    const same = (ring: Ring) => ring.operator === operator && Math.abs(ring.endMs - row.endMs) <= slackMs / 2
    if (row.disposition !== 'ANSWERED' && told.some(same)) return []
    if (
      isLocal(row.channel) &&
      told.some((ring) => ring.operator === operator && ring.atMs <= row.endMs && ring.endMs >= row.startMs)
    )
      return []
    if (rows.some((each) => each.dstChannel === row.dstChannel && each.startMs < row.startMs && each !== row)) return []
    const answered = row.disposition === 'ANSWERED'
    const answeredMs = Math.max(row.startMs, row.answerMs ?? row.startMs, events.answeredMs.get(row.dstChannel) ?? 0)
    const passedOn =
      answered && row.startMs < row.endMs && (row.answerMs ?? 0) === row.endMs && rows.some((each) => follows(each, row))
    const refused = rejections.has(events.hangUpCause.get(row.dstChannel) ?? 0) || row.disposition === 'BUSY'
    if (answered && isPickup({ operator, role: 'callee', row })) return []
    return [
      {
        operator,
        visit: visit < 0 ? null : visit,
        queue: visit < 0 ? null : (visits[visit]?.queue ?? null),
        atMs: row.startMs,
        endMs: answered ? Math.min(answeredMs, row.endMs) : row.endMs,
        outcome: answered ? (passedOn ? 'cancelled' : 'answered') : refused ? 'rejected' : queued ? 'cancelled' : 'noAnswer',
      },
    ]
  })
  return [...told, ...others]
}

const within = (visit: Visit, row: CdrRow): boolean =>
  row.startMs >= visit.enteredMs - slackMs && row.endMs <= (visit.leftMs ?? Number.MAX_SAFE_INTEGER) + slackMs
const follows = (next: CdrRow, row: CdrRow): boolean =>
  next.uniqueId === row.uniqueId &&
  next.dstChannel !== row.dstChannel &&
  next.startMs === row.endMs &&
  next.disposition === 'ANSWERED'
