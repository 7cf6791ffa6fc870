import type { VisitOutcome } from '../record/schema.ts'

/** What one row of a source is: a visit of a queue, a talk, a ring, a call, a card, a caller who was asked, a span of an operator's time, a call-back. */
export type SourceId = 'visits' | 'legs' | 'rings' | 'calls' | 'cards' | 'surveys' | 'spans' | 'callBacks'

/**
 * One addable quantity. Σ `value` over the rows of `source` for which `where` holds; both are SQL over the source's own alias
 * (see queries/sources.ts), so that the list behind a figure is the same condition over the same rows.
 */
export interface Sum {
  readonly source: SourceId
  readonly where?: string
  /** SQL of what is added up; absent: rows are counted. */
  readonly value?: string
  /** The greatest value instead of their sum. */
  readonly greatest?: true
  /** A part of `where` that an index has: so few rows are found by it, and not among all. */
  readonly rare?: string
}

/** Stand for moments in the SQL of sums: the present one, that up to which what lasts is counted, and the end of the period asked. */
export const moments = { nowMs: ':nowMs', lastsToMs: ':lastsToMs', endMs: ':endMs' } as const
const { nowMs, lastsToMs, endMs } = moments

/** Stands for what is picked, of another call of the same caller, `later`: one of a queue nobody asked about changes no figure. */
export const pickedLater = ':pickedLater'

/** Ways a visit ends that lose the caller. */
export const lostOutcomes = ['abandoned', 'timeout', 'leftEmpty'] as const satisfies readonly VisitOutcome[]

export const isLost = (alias: string): string =>
  `${alias}.outcome in (${lostOutcomes.map((outcome) => `'${outcome}'`).join(', ')})`

/** Of a call: missed, and its first queue was closed by its work time when the caller came into it. */
export const isMissedOutOfHours = (alias: string): string =>
  `${alias}.outcome = 'missed' and ${alias}.queue is not null and (
    select first.out_of_hours from queue_visits first where first.call_key = ${alias}.call_key order by first.n limit 1) = 1`

const visit = (outcome: string, more = ''): Sum => ({ source: 'visits', where: `v.outcome = '${outcome}'${more}` })

/** One that lasts is counted up to now; one that ended after a moment of the past, up to that. */
const spanMs = `case when s.to_ms < ${lastsToMs} then s.to_ms else ${lastsToMs} end - s.from_ms`

/** Within which another call of the same caller is a repeat. */
const repeatMs = 7 * 24 * 3_600_000
/** Whether it will be repeated is not known of a younger one. */
const contact = `c.direction = 'inbound' and c.answered_at_ms is not null and c.phone_key <> '' and c.started_at_ms + ${repeatMs} <= ${nowMs}`

const talkWith = (of: string, alias: string): string =>
  `select 1 from ledger_calls ${alias} where ${alias}.phone_key = ${of}.phone_key and ${alias}.started_at_ms > ${of}.started_at_ms
    and ${alias}.direction <> 'internal' and ${alias}.answered_at_ms is not null`
/** The caller's next missed call of the period. Only the next: between it and a later one may be a talk. */
const nextMiss = `select later.started_at_ms from ledger_calls later
  where later.phone_key = c.phone_key and later.started_at_ms > c.started_at_ms and later.started_at_ms < ${endMs}
    and later.outcome = 'missed' and ${pickedLater} order by later.started_at_ms limit 1`
/** The last of the caller's missed calls within the period until somebody talked to them: who hides the number is told apart by nothing. */
const missedCaller = `c.outcome = 'missed' and (c.phone_key = '' or not exists (${nextMiss})
  or exists (${talkWith('c', 'talk')} and talk.started_at_ms < (${nextMiss})))`

export const sums = {
  offered: { source: 'visits' },
  answered: visit('answered'),
  answeredInTarget: visit('answered', ' and v.within_target = 1'),
  abandoned: visit('abandoned'),
  abandonedInTarget: visit('abandoned', ' and v.within_target = 1'),
  shortAbandoned: visit('abandoned', ' and v.short_abandon = 1'),
  levelPart: { source: 'visits', value: 'v.level_part' },
  levelWhole: { source: 'visits', value: 'v.level_whole' },
  timedOut: visit('timeout'),
  leftEmpty: visit('leftEmpty'),
  keyExit: visit('keyExit'),
  withdrawn: visit('withdrawn'),
  incompatible: visit('incompatible'),
  waiting: visit('waiting'),
  unknownEnd: visit('lost'),
  otherEnd: { source: 'visits', where: "v.outcome in ('withdrawn', 'incompatible', 'waiting', 'lost')" },
  lost: { source: 'visits', where: isLost('v') },
  outOfHours: { source: 'visits', where: 'v.out_of_hours = 1' },
  lostOutOfHours: { source: 'visits', where: `v.out_of_hours = 1 and ${isLost('v')}` },
  waitMs: { source: 'visits', value: 'v.wait_ms' },
  answeredWaitMs: { ...visit('answered'), value: 'v.wait_ms' },
  abandonedWaitMs: { ...visit('abandoned'), value: 'v.wait_ms' },
  longestWaitMs: { source: 'visits', value: 'v.wait_ms', greatest: true },

  handled: { source: 'legs' },
  handledQueue: { source: 'legs', where: 'l.queue is not null' },
  handledOutbound: { source: 'legs', where: "l.direction = 'outbound'" },
  talkMs: { source: 'legs', value: 'l.talk_ms' },
  holdMs: { source: 'legs', value: 'coalesce(l.hold_ms, 0)' },
  holdKnown: { source: 'legs', where: 'l.hold_ms is not null' },
  longestTalkMs: { source: 'legs', value: 'l.talk_ms', greatest: true },

  rings: { source: 'rings' },
  missedRings: { source: 'rings', where: "r.outcome in ('noAnswer', 'rejected')" },

  calls: { source: 'calls' },
  inbound: { source: 'calls', where: "c.direction = 'inbound'" },
  outbound: { source: 'calls', where: "c.direction = 'outbound'" },
  inboundAnswered: { source: 'calls', where: "c.direction = 'inbound' and c.answered_at_ms is not null" },
  outboundAnswered: { source: 'calls', where: "c.direction = 'outbound' and c.answered_at_ms is not null" },
  /** Each that has an answer, whoever called. */
  answeredCalls: { source: 'calls', where: "c.outcome = 'answered'" },
  missed: { source: 'calls', where: "c.outcome = 'missed'" },
  missedWaitMs: { source: 'calls', where: "c.outcome = 'missed'", value: 'c.wait_ms' },
  missedOutOfHours: { source: 'calls', where: isMissedOutOfHours('c') },
  missedCallers: { source: 'calls', where: missedCaller, rare: "c.outcome = 'missed'" },
  callersNotReached: {
    source: 'calls',
    where: `${missedCaller} and (c.phone_key = '' or not exists (${talkWith('c', 'reached')}))`,
    rare: "c.outcome = 'missed'",
  },
  contacts: { source: 'calls', where: contact },
  contactsOnce: {
    source: 'calls',
    where: `${contact} and not exists (
      select 1 from ledger_calls again where again.phone_key = c.phone_key and again.direction = 'inbound'
        and again.started_at_ms > c.started_at_ms and again.started_at_ms <= c.started_at_ms + ${repeatMs})`,
  },

  cards: { source: 'cards' },
  wrapUps: { source: 'cards', where: 'k.wrap_up_ms is not null' },
  wrapUpMs: { source: 'cards', where: 'k.wrap_up_ms is not null', value: 'k.wrap_up_ms' },
  rated: { source: 'cards', where: 'k.satisfaction is not null' },
  satisfied: { source: 'cards', where: 'k.satisfaction >= 4' },
  scores: { source: 'cards', where: 'k.satisfaction is not null', value: 'k.satisfaction' },

  surveyed: { source: 'surveys' },
  surveyAnswered: { source: 'surveys', where: 'y.score is not null' },
  surveySatisfied: { source: 'surveys', where: 'y.score >= 4' },
  surveyScores: { source: 'surveys', where: 'y.score is not null', value: 'y.score' },

  onlineMs: { source: 'spans', value: spanMs },
  unpausedMs: { source: 'spans', where: "s.state = 'available'", value: spanMs },
  // Wrap-up is a pause to Asterisk, and work to us.
  pausedMs: { source: 'spans', where: "s.state = 'paused' and s.reason <> 'wrapup'", value: spanMs },
  wrapUpStateMs: { source: 'spans', where: "s.state = 'paused' and s.reason = 'wrapup'", value: spanMs },

  callBacks: { source: 'callBacks' },
  callBacksDone: { source: 'callBacks', where: 'b.done_at_ms is not null' },
  callBacksInTime: {
    source: 'callBacks',
    where: 'b.done_at_ms is not null and b.done_at_ms <= coalesce(b.due_at_ms, b.done_at_ms)',
  },
  callBackDelayMs: { source: 'callBacks', where: 'b.done_at_ms is not null', value: 'b.done_at_ms - b.created_at_ms' },
  callBackAttempts: { source: 'callBacks', value: 'b.attempts' },
} as const satisfies Record<string, Sum>

export type SumId = keyof typeof sums
export type Sums = Readonly<Record<SumId, number>>
export const sumIds = Object.keys(sums) as readonly SumId[]
export const sumOf = (id: SumId): Sum => sums[id]
