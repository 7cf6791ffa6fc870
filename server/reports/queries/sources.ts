import type { FilterName, Grouping } from '../../contract/index.ts'
import { nowMs, type SourceId, type SumId } from '../metrics/index.ts'

/**
 * How the rows of a source are read: SQL of its own constants only, what people give goes in as parameters.
 * A grouping or filter that a source does not have is one its sums cannot answer: the figures that need them are left out.
 */
export interface Source {
  /** `from` with the alias that the sums use. */
  readonly from: string
  /** Condition every row holds. */
  readonly always?: string
  /** Picks the period: by the site's day, or by moments where rows have no day. */
  readonly period: { readonly day: string } | { readonly ms: string }
  readonly keys: Readonly<Partial<Record<Grouping, string>>>
  readonly filters: Readonly<Partial<Record<FilterName, string>>>
  /** The same sums kept ready by hour or day; used when it has the grouping and every filter. */
  readonly rollUp?: RollUp
}

interface RollUp {
  readonly from: string
  readonly day: string
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

/** Cards and call-backs have people by id; the record has them by extension. */
const extension = (person: string) => `coalesce((select u.extension from app.users u where u.id = ${person}), ${person})`

/** The call of a card in the record, for its hour and day; a card may carry another unique id of the same call. */
const cardsCall = `left join ledger_calls c on c.call_key =
  coalesce((select a.call_key from call_aliases a where a.unique_id = k.call_id), k.call_id)`

const operatorDays = {
  from: 'operator_days d',
  day: 'd.day',
  keys: { day: 'd.day', weekday: 'd.weekday', operator: 'd.operator', queue: "nullif(d.queue, '')", direction: 'd.direction' },
  filters: { queues: 'd.queue', operators: 'd.operator', direction: 'd.direction' },
} as const

export const sources: Readonly<Record<SourceId, Source>> = {
  visits: {
    from: 'queue_visits v',
    period: { day: 'v.day' },
    // An operator or a category is of answered visits only: by them, nobody would ever be lost.
    keys: { ...buckets('v'), queue: 'v.queue', cause: 'v.cause' },
    filters: { queues: 'v.queue', customer: 'v.call_key' },
    rollUp: {
      from: 'queue_hours h',
      day: 'h.day',
      keys: { ...buckets('h'), queue: 'h.queue' },
      filters: { queues: 'h.queue' },
      sums: {
        offered: 'h.offered',
        answered: 'h.answered',
        answeredInTarget: 'h.answered_in_target',
        abandoned: 'h.abandoned',
        abandonedInTarget: 'h.abandoned_in_target',
        shortAbandoned: 'h.short_abandons',
        levelPart: 'h.level_part',
        levelWhole: 'h.level_whole',
        timedOut: 'h.timeouts',
        leftEmpty: 'h.left_empty',
        keyExit: 'h.key_exits',
        withdrawn: 'h.withdrawn',
        incompatible: 'h.incompatible',
        waiting: 'h.waiting',
        unknownEnd: 'h.lost',
        otherEnd: 'h.withdrawn + h.incompatible + h.waiting + h.lost',
        lost: 'h.abandoned + h.timeouts + h.left_empty',
        waitMs: 'h.wait_ms',
        answeredWaitMs: 'h.answered_wait_ms',
        abandonedWaitMs: 'h.abandoned_wait_ms',
        longestWaitMs: 'h.longest_wait_ms',
      },
    },
  },
  legs: {
    from: 'ledger_legs l',
    period: { day: 'l.day' },
    keys: { ...buckets('l'), queue: 'l.queue', operator: 'l.operator', direction: 'l.direction' },
    filters: {
      queues: 'l.queue',
      operators: 'l.operator',
      direction: 'l.direction',
      category: 'l.call_key',
      customer: 'l.call_key',
    },
    rollUp: {
      ...operatorDays,
      sums: {
        handled: 'd.talks',
        handledQueue: "case when d.queue <> '' then d.talks else 0 end",
        handledOutbound: "case when d.direction = 'outbound' then d.talks else 0 end",
        talkMs: 'd.talk_ms',
        holdMs: 'd.hold_ms',
        longestTalkMs: 'd.longest_talk_ms',
      },
    },
  },
  rings: {
    from: 'ledger_rings r',
    period: { day: 'r.day' },
    keys: { ...buckets('r'), queue: 'r.queue', operator: 'r.operator', direction: 'r.direction' },
    filters: { queues: 'r.queue', operators: 'r.operator', direction: 'r.direction', customer: 'r.call_key' },
    rollUp: { ...operatorDays, sums: { rings: 'd.rings', missedRings: 'd.missed_rings' } },
  },
  calls: {
    from: 'ledger_calls c',
    period: { day: 'c.day' },
    keys: { ...buckets('c'), queue: 'c.queue', operator: 'c.operator', direction: 'c.direction', cause: 'c.missed_cause' },
    filters: {
      queues: 'c.queue',
      operators: 'c.operator',
      direction: 'c.direction',
      category: 'c.call_key',
      customer: 'c.call_key',
    },
  },
  cards: {
    from: `app.cards k ${cardsCall}`,
    always: "k.state = 'saved' and k.answered_at_ms is not null and k.direction <> 'internal'",
    period: { ms: 'k.ringing_at_ms' },
    keys: {
      ...buckets('c'),
      queue: 'k.queue_number',
      operator: extension('k.operator_id'),
      direction: 'k.direction',
      category: 'k.category_id',
      result: 'k.result_id',
      score: 'k.satisfaction',
    },
    filters: {
      queues: 'k.queue_number',
      operators: extension('k.operator_id'),
      direction: 'k.direction',
      category: 'k.call_id',
      customer: 'k.call_id',
    },
  },
  spans: {
    from: 'operator_spans s',
    always: "s.queue = ''",
    // Spans are cut at midnights; by moments, the index of queue and time finds them.
    period: { ms: 's.from_ms' },
    keys: { day: 's.day', operator: 's.operator', pauseReason: "case when s.state = 'paused' then s.reason end" },
    filters: { operators: 's.operator' },
  },
  callBacks: {
    from: 'app.call_backs b',
    period: { ms: 'b.created_at_ms' },
    keys: { queue: 'b.queue_number', operator: extension('coalesce(b.holder_id, b.done_by_id, b.created_by_id)') },
    filters: { queues: 'b.queue_number', operators: extension('coalesce(b.holder_id, b.done_by_id, b.created_by_id)') },
  },
}

/** The present moment is put in where a sum says so. */
export const withNow = (expression: string, atMs: number): string => expression.replaceAll(nowMs, String(Math.floor(atMs)))
