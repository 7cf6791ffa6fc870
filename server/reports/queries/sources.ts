import { type FilterName, type Grouping, timeGroupings } from '../../contract/index.ts'
import { moments, type SourceId, type SumId } from '../metrics/index.ts'

/**
 * How the rows of a source are read: SQL of its own constants only, what people give goes in as parameters.
 * A grouping or filter that a source does not have is one its sums cannot answer: the figures that need them are left out.
 */
export interface Source {
  /** `from` with the alias that the sums use. */
  readonly from: string
  /** Joined only where it is needed: what these groupings are told by. */
  readonly call?: { readonly join: string; readonly groupings: readonly Grouping[] }
  /** Id of a person, where rows are known by that, and not by extension. */
  readonly person?: string
  /** When a row began. */
  readonly atMs: string
  /** Condition every row holds. */
  readonly always?: string
  /** When the call of a row began, where rows are made at its end: the period is that of the call. Looked at near the period's ends only. */
  readonly callAtMs?: string
  /** By what a part of a day is cut, where not by `atMs`: cards by their rings, which are near the answers that talks are cut by. */
  readonly cutMs?: string
  /** Picks the period: by the site's day, or by `atMs` where rows have no day. */
  readonly period: { readonly day: string } | 'ms'
  /** Its keys of times are worked out of what the site's clock shows; that of a day counts days since 1970. */
  readonly byWallClock?: true
  readonly keys: Readonly<Partial<Record<Grouping, string>>>
  readonly filters: Readonly<Partial<Record<FilterName, string>>>
  /** The same sums kept ready, the shortest table first; one is used when it has the groupings and every filter. */
  readonly rollUps?: readonly RollUp[]
}

export interface RollUp {
  readonly from: string
  readonly day: string
  /** Its rows are in the order of hours. */
  readonly hourMs?: string
  /** As of a source. */
  readonly person?: string
  /** It is made beside the record, and may not be whole yet. */
  readonly ofCards?: true
  readonly keys: Readonly<Partial<Record<Grouping, string>>>
  readonly filters: Readonly<Partial<Record<FilterName, string>>>
  readonly sums: Readonly<Partial<Record<SumId, string>>>
}

const buckets = (alias: string) => ({
  day: `${alias}.day`,
  hour: `${alias}.hour_ms`,
  hourOfDay: `${alias}.hour_of_day`,
  weekday: `${alias}.weekday`,
})

/** Parts of hours are in no sums kept ready. Those of the day are told apart by their moments, as the clock may change between. */
const parts = (alias: string, atMs: string) => {
  const part = (minutes: number) => `${alias}.hour_ms + (${atMs} - ${alias}.hour_ms) / ${minutes * 60_000} * ${minutes * 60_000}`
  const [halfHour, quarterHour] = [part(30), part(15)]
  return { halfHour, quarterHour, halfHourOfDay: halfHour, quarterHourOfDay: quarterHour }
}

/** A talk or a ring is in the hour of its visit. */
const visitAtMs = (of: string, atMs: string) =>
  `coalesce((select w.entered_at_ms from queue_visits w where w.call_key = ${of}.call_key and w.n = ${of}.visit), ${atMs})`

/** Stands in keys for what the site's clock shows at a row's moment, as if it were UTC. */
export const wallMs = ':wallMs'
const wallBuckets = (atMs: string) => {
  const part = (minutes: number) => `${atMs} - ${wallMs} % ${minutes * 60_000}`
  return {
    day: `${wallMs} / 86400000`,
    hour: part(60),
    halfHour: part(30),
    quarterHour: part(15),
    halfHourOfDay: part(30),
    quarterHourOfDay: part(15),
    hourOfDay: `${wallMs} / 3600000 % 24`,
    // 1 January 1970 was a Thursday.
    weekday: `(${wallMs} / 86400000 + 3) % 7 + 1`,
  }
}

/** As `cardAtMs` of the cards has it. */
const cardAtMs = 'coalesce(k.queued_at_ms, k.ringing_at_ms)'

/** The call of a card or an answer in the record; either may carry another unique id of the same call. */
const callBy = (id: string) => `left join ledger_calls c on c.call_key =
  coalesce((select a.call_key from call_aliases a where a.unique_id = ${id}), ${id})`

/** When that call began. */
const callAtMs = (id: string) => `(select c.started_at_ms from ledger_calls c where c.call_key =
  coalesce((select a.call_key from call_aliases a where a.unique_id = ${id}), ${id}))`

const visitSums = (of: string): RollUp['sums'] => ({
  offered: `${of}.offered`,
  answered: `${of}.answered`,
  answeredInTarget: `${of}.answered_in_target`,
  abandoned: `${of}.abandoned`,
  abandonedInTarget: `${of}.abandoned_in_target`,
  shortAbandoned: `${of}.short_abandons`,
  levelPart: `${of}.level_part`,
  levelWhole: `${of}.level_whole`,
  timedOut: `${of}.timeouts`,
  leftEmpty: `${of}.left_empty`,
  keyExit: `${of}.key_exits`,
  withdrawn: `${of}.withdrawn`,
  incompatible: `${of}.incompatible`,
  waiting: `${of}.waiting`,
  unknownEnd: `${of}.lost`,
  otherEnd: `${of}.withdrawn + ${of}.incompatible + ${of}.waiting + ${of}.lost`,
  lost: `${of}.abandoned + ${of}.timeouts + ${of}.left_empty`,
  waitMs: `${of}.wait_ms`,
  answeredWaitMs: `${of}.answered_wait_ms`,
  abandonedWaitMs: `${of}.abandoned_wait_ms`,
  longestWaitMs: `${of}.longest_wait_ms`,
  outOfHours: `${of}.out_of_hours`,
  lostOutOfHours: `${of}.lost_out_of_hours`,
})

const ofCalls = (of: string) => ({
  keys: { queue: `nullif(${of}.queue, '')`, direction: `${of}.direction`, cause: `nullif(${of}.cause, '')` },
  filters: { queues: `${of}.queue`, direction: `${of}.direction` },
  sums: {
    calls: `${of}.calls`,
    inbound: `case when ${of}.direction = 'inbound' then ${of}.calls else 0 end`,
    outbound: `case when ${of}.direction = 'outbound' then ${of}.calls else 0 end`,
    inboundAnswered: `case when ${of}.direction = 'inbound' then ${of}.answered else 0 end`,
    outboundAnswered: `case when ${of}.direction = 'outbound' then ${of}.answered else 0 end`,
    answeredCalls: `${of}.answered`,
    missed: `${of}.missed`,
    missedWaitMs: `${of}.missed_wait_ms`,
    missedOutOfHours: `${of}.missed_out_of_hours`,
  },
})

const operatorSums = {
  from: 'operator_sums s',
  day: 's.day',
  keys: { day: 's.day', weekday: 's.weekday', operator: 's.operator' },
  filters: { operators: 's.operator' },
} as const

const operatorDays = {
  from: 'operator_days d',
  day: 'd.day',
  keys: { day: 'd.day', weekday: 'd.weekday', operator: 'd.operator', queue: "nullif(d.queue, '')", direction: 'd.direction' },
  filters: { queues: 'd.queue', operators: 'd.operator', direction: 'd.direction' },
} as const

const workedBy = 'coalesce(b.holder_id, b.done_by_id, b.created_by_id)'

const lastingMs = `o.closed_ms + coalesce(${moments.lastsToMs} - o.open_from_ms, 0)`

export const sources: Readonly<Record<SourceId, Source>> = {
  visits: {
    from: 'queue_visits v',
    atMs: 'v.entered_at_ms',
    period: { day: 'v.day' },
    // An operator or a category is of answered visits only: by them, nobody would ever be lost.
    keys: { ...buckets('v'), ...parts('v', 'v.entered_at_ms'), queue: 'v.queue', cause: 'v.cause' },
    filters: { queues: 'v.queue', customer: 'v.call_key' },
    rollUps: [
      {
        from: 'queue_days q',
        day: 'q.day',
        keys: { day: 'q.day', weekday: 'q.weekday', queue: 'q.queue' },
        filters: { queues: 'q.queue' },
        sums: visitSums('q'),
      },
      {
        from: 'queue_hours h',
        day: 'h.day',
        hourMs: 'h.hour_ms',
        keys: { ...buckets('h'), queue: 'h.queue' },
        filters: { queues: 'h.queue' },
        sums: visitSums('h'),
      },
    ],
  },
  legs: {
    from: 'ledger_legs l',
    atMs: 'l.answered_at_ms',
    period: { day: 'l.day' },
    keys: {
      ...buckets('l'),
      ...parts('l', visitAtMs('l', 'l.answered_at_ms')),
      queue: 'l.queue',
      operator: 'l.operator',
      direction: 'l.direction',
    },
    filters: {
      queues: 'l.queue',
      operators: 'l.operator',
      direction: 'l.direction',
      category: 'l.call_key',
      customer: 'l.call_key',
    },
    rollUps: [
      {
        ...operatorSums,
        sums: {
          handled: 's.talks',
          handledQueue: 's.queue_talks',
          handledOutbound: 's.outbound_talks',
          talkMs: 's.talk_ms',
          holdMs: 's.hold_ms',
          holdKnown: 's.hold_known',
          longestTalkMs: 's.longest_talk_ms',
        },
      },
      {
        ...operatorDays,
        sums: {
          handled: 'd.talks',
          handledQueue: "case when d.queue <> '' then d.talks else 0 end",
          handledOutbound: "case when d.direction = 'outbound' then d.talks else 0 end",
          talkMs: 'd.talk_ms',
          holdMs: 'd.hold_ms',
          holdKnown: 'd.hold_known',
          longestTalkMs: 'd.longest_talk_ms',
        },
      },
    ],
  },
  rings: {
    from: 'ledger_rings r',
    atMs: 'r.at_ms',
    period: { day: 'r.day' },
    keys: {
      ...buckets('r'),
      ...parts('r', visitAtMs('r', 'r.at_ms')),
      queue: 'r.queue',
      operator: 'r.operator',
      direction: 'r.direction',
    },
    filters: { queues: 'r.queue', operators: 'r.operator', direction: 'r.direction', customer: 'r.call_key' },
    rollUps: [
      { ...operatorSums, sums: { rings: 's.rings', missedRings: 's.missed_rings' } },
      { ...operatorDays, sums: { rings: 'd.rings', missedRings: 'd.missed_rings' } },
    ],
  },
  calls: {
    from: 'ledger_calls c',
    atMs: 'c.started_at_ms',
    period: { day: 'c.day' },
    keys: {
      ...buckets('c'),
      ...parts('c', 'c.started_at_ms'),
      queue: 'c.queue',
      operator: 'c.operator',
      direction: 'c.direction',
      cause: 'c.missed_cause',
    },
    filters: {
      queues: 'c.queue',
      operators: 'c.operator',
      direction: 'c.direction',
      category: 'c.call_key',
      customer: 'c.call_key',
    },
    rollUps: [
      {
        ...ofCalls('e'),
        from: 'call_days e',
        day: 'e.day',
        keys: { ...ofCalls('e').keys, day: 'e.day', weekday: 'e.weekday' },
      },
      {
        ...ofCalls('f'),
        from: 'call_hours f',
        day: 'f.day',
        hourMs: 'f.hour_ms',
        keys: { ...ofCalls('f').keys, ...buckets('f') },
      },
    ],
  },
  cards: {
    from: 'app.cards k',
    // For its list alone.
    call: { join: callBy('k.call_id'), groupings: [] },
    person: 'k.operator_id',
    always: "k.state = 'saved' and k.answered_at_ms is not null and k.direction <> 'internal'",
    atMs: cardAtMs,
    cutMs: 'k.ringing_at_ms',
    period: 'ms',
    byWallClock: true,
    keys: {
      ...wallBuckets(cardAtMs),
      queue: 'k.queue_number',
      operator: 'k.operator_id',
      direction: 'k.direction',
      category: 'k.category_id',
      result: 'k.result_id',
      score: 'k.satisfaction',
    },
    filters: {
      queues: 'k.queue_number',
      operators: 'k.operator_id',
      direction: 'k.direction',
      category: 'k.call_id',
      customer: 'k.call_id',
    },
    rollUps: [
      {
        from: 'app.card_sums m',
        day: 'm.day',
        person: 'm.operator_id',
        ofCards: true,
        keys: { day: 'm.day', operator: 'm.operator_id' },
        filters: { operators: 'm.operator_id' },
        sums: {
          cards: 'm.cards',
          wrapUps: 'm.wrap_ups',
          wrapUpMs: 'm.wrap_up_ms',
          rated: 'm.rated',
          satisfied: 'm.satisfied',
          scores: 'm.scores',
        },
      },
    ],
  },
  surveys: {
    from: 'app.call_surveys y',
    call: { join: callBy('y.call_id'), groupings: [...timeGroupings] },
    person: 'y.operator_id',
    atMs: 'y.asked_at_ms',
    callAtMs: `coalesce(${callAtMs('y.call_id')}, y.asked_at_ms)`,
    period: 'ms',
    keys: {
      ...buckets('c'),
      ...parts('c', 'c.started_at_ms'),
      queue: 'y.queue_number',
      operator: 'y.operator_id',
      score: 'y.score',
    },
    filters: {
      queues: 'y.queue_number',
      operators: 'y.operator_id',
      category: 'y.call_id',
      customer: 'y.call_id',
    },
  },
  spans: {
    from: 'operator_spans s',
    always: "s.queue = ''",
    // Spans are cut at midnights; by moments, the index of queue and time finds them.
    atMs: 's.from_ms',
    period: 'ms',
    keys: { day: 's.day', operator: 's.operator', pauseReason: "case when s.state = 'paused' then s.reason end" },
    filters: { operators: 's.operator' },
    rollUps: [
      {
        from: 'operator_states o',
        day: 'o.day',
        // As an expression: SQLite would go through the days of each operator by their index, and from there to every row.
        keys: { day: 'o.day', operator: "o.operator || ''", pauseReason: "case when o.state = 'paused' then o.reason end" },
        filters: { operators: 'o.operator' },
        sums: {
          onlineMs: lastingMs,
          unpausedMs: `case when o.state = 'available' then ${lastingMs} else 0 end`,
          pausedMs: `case when o.state = 'paused' and o.reason <> 'wrapup' then ${lastingMs} else 0 end`,
          wrapUpStateMs: `case when o.state = 'paused' and o.reason = 'wrapup' then ${lastingMs} else 0 end`,
        },
      },
    ],
  },
  callBacks: {
    from: 'app.call_backs b',
    person: workedBy,
    atMs: 'b.created_at_ms',
    period: 'ms',
    keys: { queue: 'b.queue_number', operator: workedBy },
    filters: { queues: 'b.queue_number', operators: workedBy },
  },
}
