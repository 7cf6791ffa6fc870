import { type CallOutcome, nameAt, serverOf } from '../../contract/index.ts'
import type { LedgerCallsTable, LedgerLegsTable, LedgerRingsTable, QueueVisitsTable } from '../record/schema.ts'
import type { CdrRow } from '../sources/source.ts'
import { cdrInOrder } from './cdr-rows.ts'
import { queueOf } from './channel.ts'
import type { CallFacts } from './facts.ts'
import { judgeVisit } from './judge-visit.ts'
import { type Leg, legOfVisit, otherLegs } from './legs.ts'
import { causePastQueues, isFailure } from './missed-cause.ts'
import { type Party, partyOf } from './party.ts'
import { type Ring, ringsOf } from './rings.ts'
import type { FoldRules } from './rules.ts'
import { channelEvents, slackMs, talksOfCdr } from './talks.ts'
import { type Visit, visitsOfCall } from './visits.ts'
import { localMinute } from './work-time.ts'

/** A call's rows of the ledger. `call` is null when nobody was called: a feature code, a supervisor's ear. */
export interface FoldedCall {
  readonly call: LedgerCallsTable | null
  readonly legs: readonly LedgerLegsTable[]
  readonly rings: readonly LedgerRingsTable[]
  readonly visits: readonly QueueVisitsTable[]
}

/** The ledger of one call. Pure: the same facts in any order, and the same rules, give the same rows. */
export function foldCall(key: string, facts: CallFacts, rules: FoldRules): FoldedCall {
  const events = channelEvents(facts.cel)
  const rows = cdrInOrder(facts.cdr)
  const visits = visitsOfCall(facts.queueLog).map((visit) => ended(visit, rows, rules))
  // A line of a ring alone, a channel event alone: the call's own rows are still to come.
  const party = rows.length + visits.length === 0 ? null : partyOf(key, rows, facts, rules)
  if (!party) return { call: null, legs: [], rings: [], visits: [] }

  const talks = talksOfCdr(rows, rules, events)
  const fromVisits = visits.flatMap((visit, n) => legOfVisit(visit, n, talks, rows, rules) ?? [])
  const legs = [...fromVisits, ...otherLegs(talks, fromVisits, { visits, party, events, rules })].sort(
    (a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs || (a.operator < b.operator ? -1 : 1),
  )
  const rings = ringsOf(rows, { visits, legs: fromVisits, events, rules }).sort(
    (a, b) => a.atMs - b.atMs || a.endMs - b.endMs || (a.operator < b.operator ? -1 : 1),
  )
  const bucketOf = (visit: number | null, ms: number) => rules.buckets(visit === null ? ms : (visits[visit]?.enteredMs ?? ms))
  const holdMs = (leg: Leg) => events.holds(leg.channel, leg.fromMs, leg.toMs)
  const visitTalkMs = (n: number) => legs.filter(({ visit }) => visit === n).reduce((sum, leg) => sum + leg.toMs - leg.fromMs, 0)

  return {
    call: callRow(key, { rows, visits, legs, rings, party, holdMs, rules }),
    legs: legs.map((leg, n) => {
      const at = bucketOf(leg.visit, leg.fromMs)
      return {
        call_key: key,
        n,
        direction: party.direction,
        operator: leg.operator,
        queue: leg.queue,
        visit: leg.visit,
        origin: leg.origin,
        answered_at_ms: leg.fromMs,
        ended_at_ms: leg.toMs,
        talk_ms: leg.toMs - leg.fromMs,
        hold_ms: holdMs(leg),
        transferred: leg.transferred || events.transfers.has(leg.channel) ? 1 : 0,
        day: at.day,
        hour_ms: at.hour_ms,
        hour_of_day: at.hour_of_day,
        weekday: at.weekday,
      }
    }),
    rings: rings.map((ring, n) => {
      const at = bucketOf(ring.visit, ring.atMs)
      return {
        call_key: key,
        n,
        direction: party.direction,
        operator: ring.operator,
        queue: ring.queue,
        visit: ring.visit,
        at_ms: ring.atMs,
        ring_ms: ring.endMs - ring.atMs,
        outcome: ring.outcome,
        day: at.day,
        hour_ms: at.hour_ms,
        hour_of_day: at.hour_of_day,
        weekday: at.weekday,
      }
    }),
    visits: visits.map((visit, n) => visitRow(key, n, visit, { legs, rings, talkMs: visitTalkMs(n), rules })),
  }
}

/** What queue_log did not tell of a visit's end, from the rest. */
function ended(visit: Visit, rows: readonly CdrRow[], rules: FoldRules): Visit {
  if (visit.outcome !== 'waiting' && visit.outcome !== 'abandoned') return visit
  const endMs = rows.reduce((latest, row) => (row.uniqueId === visit.callId ? Math.max(latest, row.endMs) : latest), 0)
  // The channel is gone, or all of Asterisk: nobody waits there any more.
  if (visit.outcome === 'waiting')
    return endMs >= visit.enteredMs || rules.pbxStartAfter(visit.enteredMs) !== null ? { ...visit, outcome: 'lost' } : visit
  // Taken out by a redirect, Asterisk writes ABANDON; who hangs up has no further minute.
  if (visit.outcome === 'abandoned' && visit.leftMs !== null && endMs > visit.leftMs + slackMs)
    return { ...visit, outcome: 'withdrawn' }
  return visit
}

function visitRow(
  key: string,
  n: number,
  visit: Visit,
  of: { legs: readonly Leg[]; rings: readonly Ring[]; talkMs: number; rules: FoldRules },
): QueueVisitsTable {
  const rule = of.rules.rule(visit.queue, visit.enteredMs)
  const { waitMs, withinTarget, shortAbandon, level } = judgeVisit(visit, rule)
  const at = of.rules.buckets(visit.enteredMs)
  return {
    call_key: key,
    n,
    queue: visit.queue,
    entered_at_ms: visit.enteredMs,
    left_at_ms: visit.leftMs,
    wait_ms: waitMs,
    position_in: visit.positionIn,
    position_out: visit.positionOut,
    outcome: visit.outcome,
    operator: of.legs.find((leg) => leg.visit === n)?.operator ?? null,
    talk_ms: of.talkMs,
    rings: of.rings.filter((ring) => ring.visit === n).length,
    exit_key: visit.exitKey,
    within_target: withinTarget ? 1 : 0,
    short_abandon: shortAbandon ? 1 : 0,
    target_ms: rule.targetMs,
    short_ms: rule.shortMs,
    level_part: level.part,
    level_whole: level.whole,
    out_of_hours: of.rules.workTime.isOpen(visit.queue, { day: at.day, minute: localMinute(at, visit.enteredMs) }) ? 0 : 1,
    cause: null,
    day: at.day,
    hour_ms: at.hour_ms,
    hour_of_day: at.hour_of_day,
    weekday: at.weekday,
  }
}

function callRow(
  key: string,
  of: {
    rows: readonly CdrRow[]
    visits: readonly Visit[]
    legs: readonly Leg[]
    rings: readonly Ring[]
    party: Party
    holdMs: (leg: Leg) => number | null
    rules: FoldRules
  },
): LedgerCallsTable {
  const { rows, visits, legs, rings, party, rules } = of
  const [visit] = visits
  const startedMs = Math.min(rows[0]?.startMs ?? Number.MAX_SAFE_INTEGER, visit?.enteredMs ?? Number.MAX_SAFE_INTEGER)
  // Asterisk may close a caller's last CDR row when a phone is gone, and the caller waits on.
  const lefts = visits.map(({ leftMs }) => leftMs ?? 0)
  const lastMs = Math.max(startedMs, ...rows.map(({ endMs }) => endMs), ...legs.map(({ toMs }) => toMs), ...lefts)
  const endedMs = rows.length > 0 ? lastMs : endOfVisits(visits)
  const counted = legs.filter((leg) => party.direction !== 'internal' || leg.origin !== 'made' || legs.length === 1)
  const [answer] = party.direction === 'outbound' ? legs.filter(({ origin }) => origin === 'made') : counted
  const holds = counted.flatMap((leg) => of.holdMs(leg) ?? [])
  const answeredMs = answer?.fromMs ?? null
  const queuedMs = visit?.enteredMs ?? null
  const waitedToMs = answeredMs ?? visits.at(-1)?.leftMs ?? endedMs ?? startedMs
  const number = rules.phone(party.number)
  const outcome = outcomeOf({ rows, visits, party, answeredMs })
  // A number is dialled as it is; the queue it leads to is one of that server's.
  const dialled = ({ uniqueId, dst }: CdrRow): string => nameAt(serverOf(uniqueId), dst)
  const refused = visits.length === 0 ? rows.find((row) => rules.isQueue(dialled(row))) : undefined
  const refusedBy = refused && dialled(refused)
  const waitMs = Math.max(0, waitedToMs - (queuedMs ?? startedMs))
  const at = rules.buckets(startedMs)
  return {
    call_key: key,
    direction: party.direction,
    number: number.number,
    phone_key: number.key,
    queue:
      visit?.queue ??
      rows.map((row) => (row.lastApp === 'Queue' ? queueOf(row.lastData) : '')).find((queue) => queue !== '') ??
      refusedBy ??
      null,
    started_at_ms: startedMs,
    queued_at_ms: queuedMs,
    answered_at_ms: answeredMs,
    ended_at_ms: endedMs,
    operator: party.direction === 'outbound' ? party.maker : (answer?.operator ?? rings.at(-1)?.operator ?? null),
    talk_ms: counted.reduce((sum, leg) => sum + leg.toMs - leg.fromMs, 0),
    hold_ms: holds.length === 0 ? null : holds.reduce((sum, ms) => sum + ms, 0),
    wait_ms: waitMs,
    outcome,
    // With visits it depends on who was there: see the causes of visits.
    missed_cause:
      outcome !== 'missed' || visits.length > 0
        ? null
        : causePastQueues({
            refused: refusedBy !== undefined,
            rang: rings.length > 0,
            failed: isFailed(rows),
            waitMs,
            shortMs: rules.rule('*', startedMs).shortMs,
          }),
    rings: rings.length,
    queue_visits: visits.length,
    recording:
      rows.map(({ userField }) => userField).find((path) => path.includes('/') || /\.(wav|mp3|gsm|ogg)$/i.test(path)) ?? null,
    day: at.day,
    hour_ms: at.hour_ms,
    hour_of_day: at.hour_of_day,
    weekday: at.weekday,
  }
}

/** Where the CDR cannot be read, the call ends with its last visit; null: one of them has no end. */
function endOfVisits(visits: readonly Visit[]): number | null {
  const ends = visits.flatMap((visit) => (visit.outcome === 'answered' ? visit.talkEndMs : visit.leftMs) ?? [])
  return ends.length < visits.length ? null : Math.max(...ends)
}

function outcomeOf(of: {
  rows: readonly CdrRow[]
  visits: readonly Visit[]
  party: Party
  answeredMs: number | null
}): CallOutcome {
  if (of.answeredMs !== null) return 'answered'
  if (of.rows.length === 0) {
    if (of.visits.some(({ outcome }) => outcome === 'waiting')) return 'running'
    if (of.visits.at(-1)?.outcome === 'lost') return 'lost'
  }
  if (of.party.direction === 'inbound') return 'missed'
  if (of.rows.some(({ disposition }) => disposition === 'BUSY')) return 'busy'
  return isFailed(of.rows) ? 'failed' : 'noAnswer'
}

const isFailed = (rows: readonly CdrRow[]): boolean =>
  rows.some(
    (row) =>
      row.disposition === 'CONGESTION' ||
      row.disposition === 'FAILED' ||
      isFailure(row.hangupCause ?? 0) ||
      (row.lastApp === 'Hangup' && isFailure(Number(row.lastData))),
  )
