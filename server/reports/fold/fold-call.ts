import type {
  CallOutcome,
  LedgerCallsTable,
  LedgerDirection,
  LedgerLegsTable,
  LedgerRingsTable,
  LegOrigin,
  QueueVisitsTable,
  RingOutcome,
} from '../record/schema.ts'
import type { CdrRow } from '../sources/source.ts'
import { dialledNumber, endpointOf, isLocal, queueOf } from './channel.ts'
import { type CallFacts, compareIds } from './facts.ts'
import { levelShare } from './level-share.ts'
import { callCause } from './missed-cause.ts'
import type { FoldRules } from './rules.ts'
import { type ChannelEvents, channelEvents, joinTalks, slackMs, type Talk, talkOfVisit, talksOfCdr } from './talks.ts'
import { type Visit, visitsOfCall } from './visits.ts'

/** A call's rows of the ledger. `call` is null when nobody was called: a feature code, a supervisor's ear. */
export interface FoldedCall {
  readonly call: LedgerCallsTable | null
  readonly legs: readonly LedgerLegsTable[]
  readonly rings: readonly LedgerRingsTable[]
  readonly visits: readonly QueueVisitsTable[]
}

interface Party {
  readonly direction: LedgerDirection
  readonly number: string
  /** Who made an outgoing or internal call. */
  readonly maker: string | null
}

interface Leg {
  readonly operator: string
  readonly visit: number | null
  readonly queue: string | null
  readonly origin: LegOrigin
  readonly fromMs: number
  readonly toMs: number
  readonly channel: string
  readonly transferred: boolean
}

interface Ring {
  readonly operator: string
  readonly visit: number | null
  readonly queue: string | null
  readonly atMs: number
  readonly endMs: number
  readonly outcome: RingOutcome
}

/** With this many digits a dialled number is an outside one. */
const outsideDigits = 7
function isOutside(number: string): boolean {
  if (number.startsWith('*') || number.startsWith('#')) return false
  let digits = 0
  for (let at = 0; at < number.length; at++) {
    const digit = number.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) digits++
  }
  return digits >= outsideDigits
}
/** A busy or declining phone's answer. */
const rejections = new Set([17, 21])
/** What the network says, not a person: no such number, no route, congestion and the like. */
const failures = new Set([1, 2, 3, 20, 27, 28, 34, 38, 41, 42, 44, 50, 58, 63, 66, 88, 102, 111])

/** The ledger of one call. Pure: the same facts in any order, and the same rules, give the same rows. */
export function foldCall(key: string, facts: CallFacts, rules: FoldRules): FoldedCall {
  const events = channelEvents(facts.cel)
  const rows = [...facts.cdr].sort(
    (a, b) => a.startMs - b.startMs || (a.sequence ?? 0) - (b.sequence ?? 0) || compareIds(a.uniqueId, b.uniqueId),
  )
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
    legs: legs.map((leg, n) => ({
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
      ...bucketOf(leg.visit, leg.fromMs),
    })),
    rings: rings.map((ring, n) => ({
      call_key: key,
      n,
      direction: party.direction,
      operator: ring.operator,
      queue: ring.queue,
      visit: ring.visit,
      at_ms: ring.atMs,
      ring_ms: ring.endMs - ring.atMs,
      outcome: ring.outcome,
      ...bucketOf(ring.visit, ring.atMs),
    })),
    visits: visits.map((visit, n) => visitRow(key, n, visit, { legs, rings, talkMs: visitTalkMs(n), rules })),
  }
}

/** What queue_log did not tell of a visit's end, from the rest. */
function ended(visit: Visit, rows: readonly CdrRow[], rules: FoldRules): Visit {
  const own = rows.filter(({ uniqueId }) => uniqueId === visit.callId)
  const endMs = own.reduce((latest, row) => Math.max(latest, row.endMs), 0)
  // The channel is gone, or all of Asterisk: nobody waits there any more.
  if (visit.outcome === 'waiting')
    return endMs >= visit.enteredMs || rules.pbxStartAfter(visit.enteredMs) !== null ? { ...visit, outcome: 'lost' } : visit
  // Taken out by a redirect, Asterisk writes ABANDON; who hangs up has no further minute.
  if (visit.outcome === 'abandoned' && visit.leftMs !== null && endMs > visit.leftMs + slackMs)
    return { ...visit, outcome: 'withdrawn' }
  return visit
}

/** Who called whom; null when nobody was called. */
function partyOf(key: string, rows: readonly CdrRow[], facts: CallFacts, rules: FoldRules): Party | null {
  const root = rows.find(({ uniqueId }) => uniqueId === key) ?? rows[0]
  if (!root) {
    const entered = facts.queueLog.find(({ event }) => event === 'ENTERQUEUE')
    const number = entered?.data[1] ?? ''
    const within = number !== '' && rules.isExtension(number)
    return facts.queueLog.length === 0
      ? null
      : {
          direction: within ? 'internal' : 'inbound',
          number: within ? (entered?.queue ?? '') : number,
          maker: within ? number : null,
        }
  }
  const endpoint = endpointOf(root.channel)
  const maker = endpoint === '' ? root.src : endpoint
  if (maker === '' || !rules.isExtension(maker)) return { direction: 'inbound', number: root.src, maker: null }

  const own = rows.filter(({ channel }) => channel === root.channel)
  const visited = facts.queueLog.some(({ callId }) => callId === root.uniqueId)
  const dialled = own.map(({ lastData, lastApp }) => (lastApp === 'Dial' ? dialledNumber(lastData) : '')).find((n) => n !== '')
  if (dialled !== undefined && !rules.isExtension(dialled)) return { direction: 'outbound', number: dialled, maker }
  if (isOutside(root.dst) && !visited) return { direction: 'outbound', number: root.dst, maker }
  const called = own.find(({ lastApp, dstChannel }) => lastApp === 'Dial' || lastApp === 'Queue' || dstChannel !== '')
  if (!called && !visited) return null
  const reached = endpointOf(called?.dstChannel ?? '')
  if (reached !== '' && !rules.isExtension(reached) && !visited) return { direction: 'outbound', number: root.dst, maker }
  return { direction: 'internal', number: root.dst, maker }
}

function legOfVisit(visit: Visit, n: number, talks: readonly Talk[], rows: readonly CdrRow[], rules: FoldRules): Leg | null {
  if (visit.outcome !== 'answered' || visit.leftMs === null || visit.agent === null) return null
  const member = rules.operatorOf(visit.agent)
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

/** Talks that no queue's line tells of. */
function otherLegs(
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
    if (!belongs(talk, of.visits)) continue
    const picked = of.events.pickups.has(talk.channel) || isPickup(talk)
    if (talk.toMs === talk.fromMs && isTakenOver(talk, talks)) continue
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
function isPickup(talk: Talk): boolean {
  if (talk.role !== 'callee' || talk.row.lastApp !== 'Dial') return false
  const target = talk.row.lastData.split(',', 1)[0] ?? ''
  return !/[@]/.test(target) && !target.split('&').some((device) => endpointOf(`${device}-0`) === talk.operator)
}

/** A phone that rang until another one took its call has an answered row of no length, followed by the other's. */
const isTakenOver = (talk: Talk, talks: readonly Talk[]): boolean =>
  talks.some(
    (other) => other.row.uniqueId === talk.row.uniqueId && other.channel !== talk.channel && other.row.startMs === talk.row.endMs,
  )

function ringsOf(
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
      const operator = rules.operatorOf(ring.agent)
      const row = rungRows.find(
        (each) =>
          endpointOf(each.dstChannel) === operator &&
          Math.abs(each.endMs - ring.endMs) <= slackMs / 2 &&
          each.disposition !== 'ANSWERED',
      )
      const taken = ring.outcome === 'answered' && legs.some((leg) => leg.visit === n && leg.operator !== operator)
      const refused = ring.outcome === 'noAnswer' && row && rejections.has(events.hangUpCause.get(row.dstChannel) ?? 0)
      // The line of a hung-up announcement has no time of its own.
      const atMs = ring.atMs === ring.endMs ? (row?.startMs ?? ring.atMs) : ring.atMs
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
    if (answered && isPickup({ operator, channel: row.dstChannel, role: 'callee', fromMs: 0, toMs: 0, row })) return []
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

function visitRow(
  key: string,
  n: number,
  visit: Visit,
  of: { legs: readonly Leg[]; rings: readonly Ring[]; talkMs: number; rules: FoldRules },
): QueueVisitsTable {
  const { targetMs, shortMs, formula } = of.rules.rule(visit.queue, visit.enteredMs)
  const waitMs = Math.max(0, (visit.leftMs ?? visit.enteredMs) - visit.enteredMs)
  const { outcome } = visit
  const withinTarget = (outcome === 'answered' || outcome === 'abandoned') && waitMs <= targetMs
  const shortAbandon = outcome === 'abandoned' && waitMs < shortMs
  const level = levelShare(formula, { outcome, withinTarget, shortAbandon })
  return {
    call_key: key,
    n,
    queue: visit.queue,
    entered_at_ms: visit.enteredMs,
    left_at_ms: visit.leftMs,
    wait_ms: waitMs,
    position_in: visit.positionIn,
    position_out: visit.positionOut,
    outcome,
    operator: of.legs.find((leg) => leg.visit === n)?.operator ?? null,
    talk_ms: of.talkMs,
    rings: of.rings.filter((ring) => ring.visit === n).length,
    exit_key: visit.exitKey,
    within_target: withinTarget ? 1 : 0,
    short_abandon: shortAbandon ? 1 : 0,
    target_ms: targetMs,
    short_ms: shortMs,
    level_part: level.part,
    level_whole: level.whole,
    cause: null,
    ...of.rules.buckets(visit.enteredMs),
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
  const lastMs = Math.max(startedMs, ...rows.map(({ endMs }) => endMs), ...legs.map(({ toMs }) => toMs))
  const endedMs = rows.length > 0 ? lastMs : endOfVisits(visits)
  const counted = legs.filter((leg) => party.direction !== 'internal' || leg.origin !== 'made' || legs.length === 1)
  const [answer] = party.direction === 'outbound' ? legs.filter(({ origin }) => origin === 'made') : counted
  const holds = counted.flatMap((leg) => of.holdMs(leg) ?? [])
  const answeredMs = answer?.fromMs ?? null
  const queuedMs = visit?.enteredMs ?? null
  const waitedToMs = answeredMs ?? visits.at(-1)?.leftMs ?? endedMs ?? startedMs
  const number = rules.phone(party.number)
  const outcome = outcomeOf({ rows, visits, party, answeredMs })
  const refusedBy = visits.length === 0 ? rows.find(({ dst }) => rules.isQueue(dst))?.dst : undefined
  const waitMs = Math.max(0, waitedToMs - (queuedMs ?? startedMs))
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
        : refusedBy !== undefined
          ? 'nobodyLoggedIn'
          : callCause({
              visits: [],
              rang: rings.length > 0,
              failed: isFailed(rows),
              waitMs,
              shortMs: rules.rule('*', startedMs).shortMs,
            }),
    rings: rings.length,
    queue_visits: visits.length,
    recording:
      rows.map(({ userField }) => userField).find((path) => path.includes('/') || /\.(wav|mp3|gsm|ogg)$/i.test(path)) ?? null,
    ...rules.buckets(startedMs),
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
      failures.has(row.hangupCause ?? 0) ||
      (row.lastApp === 'Hangup' && failures.has(Number(row.lastData))),
  )
