import type { CallsFilter, Grouping, ReportId } from '../../server/contract/index.ts'

/** Days asked about, also as moments. */
export interface AskedDays {
  readonly fromDay: number
  readonly toDay: number
  readonly fromMs: number
  readonly toMs: number
}

interface HandWritten {
  readonly sql: string
  readonly of: (asked: AskedDays) => readonly number[]
}

const byDays = ({ fromDay, toDay }: AskedDays) => [fromDay, toDay]
const byHours = ({ fromMs, toMs }: AskedDays) => [fromMs, toMs]

const visitColumns = `sum(offered) o, sum(answered) a, sum(abandoned) b, sum(timeouts) t, sum(left_empty) e, sum(key_exits) k,
  sum(withdrawn + incompatible + waiting + lost) x, sum(abandoned + timeouts + left_empty) l, sum(level_part) lp, sum(level_whole) lw,
  sum(answered_wait_ms) w, sum(abandoned_wait_ms) bw, max(longest_wait_ms) lo`

/** The history is made in Moscow, whose clock was not changed in its years. */
const siteAheadMs = 10_800_000

/** What the reports read at the least, written by hand for the tables there are. */
const byHand = {
  queues: { sql: `select queue, ${visitColumns} from queue_days where day between ? and ? group by queue`, of: byDays },
  operators: {
    sql: `select operator, sum(talks) n, sum(queue_talks) q, sum(outbound_talks) o, sum(missed_rings) m, sum(rings) r, sum(talk_ms) t
      from operator_sums where day between ? and ? group by operator`,
    of: byDays,
  },
  states: {
    sql: `select operator || '' as operator, sum(closed_ms + coalesce(? - open_from_ms, 0)) o,
        sum(case when state = 'available' then closed_ms + coalesce(? - open_from_ms, 0) else 0 end) a,
        sum(case when state = 'paused' and reason <> 'wrapup' then closed_ms + coalesce(? - open_from_ms, 0) else 0 end) p
      from operator_states where day between ? and ? group by operator || ''`,
    of: ({ toMs, fromDay, toDay }) => [toMs, toMs, toMs, fromDay, toDay],
  },
  cards: {
    sql: `select coalesce(max(u.extension), s.operator_id) as operator, sum(s.wrap_up_ms) w, sum(s.wrap_ups) c, sum(s.rated) r,
        sum(s.satisfied) s
      from app.card_sums s left join app.users u on u.id = s.operator_id where s.day between ? and ? group by s.operator_id`,
    of: byDays,
  },
  /** A report says up to when it is. */
  upTo: { sql: "select min(up_to_ms) from import_state where kind <> 'cel'", of: () => [] },
  visitsByHour: {
    sql: `select hour_of_day, ${visitColumns} from queue_hours where hour_ms >= ? and hour_ms < ? group by hour_of_day`,
    of: byHours,
  },
  talksByHour: {
    sql: 'select hour_of_day, sum(talk_ms) t from ledger_legs where day between ? and ? group by hour_of_day',
    of: byDays,
  },
  wrapUpsByHour: {
    sql: `select (coalesce(queued_at_ms, ringing_at_ms) + ${siteAheadMs}) / 3600000 % 24 as hour_of_day, sum(wrap_up_ms) w
      from app.cards where coalesce(queued_at_ms, ringing_at_ms) >= ? and coalesce(queued_at_ms, ringing_at_ms) < ?
        and state = 'saved' and answered_at_ms is not null and direction <> 'internal' group by 1`,
    of: byHours,
  },
  callsByHour: {
    sql: `select hour_of_day, sum(calls) n, sum(case when direction = 'inbound' then calls else 0 end) i,
        sum(case when direction = 'inbound' then answered else 0 end) ia, sum(missed) m,
        sum(case when direction = 'outbound' then calls else 0 end) o, sum(case when direction = 'outbound' then answered else 0 end) oa
      from call_hours where hour_ms >= ? and hour_ms < ? group by hour_of_day`,
    of: byHours,
  },
} as const satisfies Record<string, HandWritten>

export interface ReportCase {
  readonly name: string
  readonly report: ReportId
  readonly groupBy: Grouping
  readonly hand: readonly HandWritten[]
  /** Days; a period of one day is the last. */
  readonly length: number
  readonly limitMs: number
}

const { queues, operators, states, cards, upTo, visitsByHour, talksByHour, wrapUpsByHour, callsByHour } = byHand
const ofOperators = [operators, states, cards, upTo]

export const reportCases: readonly ReportCase[] = [
  { name: 'queues, a month', report: 'queues', groupBy: 'queue', hand: [queues, upTo], length: 30, limitMs: 300 },
  { name: 'operators, a month', report: 'operators', groupBy: 'operator', hand: ofOperators, length: 30, limitMs: 300 },
  { name: 'queues, a year', report: 'queues', groupBy: 'queue', hand: [queues, upTo], length: 365, limitMs: 1_500 },
  { name: 'operators, a year', report: 'operators', groupBy: 'operator', hand: ofOperators, length: 365, limitMs: 1_500 },
  {
    name: 'queues by the hours of today',
    report: 'queues',
    groupBy: 'hourOfDay',
    hand: [visitsByHour, upTo],
    length: 1,
    limitMs: 50,
  },
  {
    name: 'all calls by the hours of today',
    report: 'times',
    groupBy: 'hourOfDay',
    hand: [callsByHour, visitsByHour, talksByHour, wrapUpsByHour, upTo],
    length: 1,
    limitMs: 50,
  },
]

/** A page of the calls behind a figure of a year. */
export interface ListCase {
  readonly name: string
  readonly report: ReportId
  readonly groupBy: Grouping
  readonly figure: string
  /** The row whose figure it is; absent: the footer. */
  readonly row?: string
  /** How far into the list, as a share of it. */
  readonly at: number
}

export const listCases: readonly ListCase[] = [
  { name: 'all calls, first page', report: 'times', groupBy: 'day', figure: 'calls', at: 0 },
  { name: 'all calls, from the middle', report: 'times', groupBy: 'day', figure: 'calls', at: 0.5 },
  {
    name: 'missed calls by a rare cause, first page',
    report: 'missed',
    groupBy: 'cause',
    figure: 'missed',
    row: 'queueTimeout',
    at: 0,
  },
  { name: 'abandoned of a queue, first page', report: 'queues', groupBy: 'queue', figure: 'abandoned', row: '705', at: 0 },
  { name: 'talks of an operator, last page', report: 'operators', groupBy: 'operator', figure: 'handled', row: '1007', at: 1 },
]

/** A page of the list of calls. */
export interface CallsCase {
  readonly name: string
  readonly days: number
  readonly filter: CallsFilter
  /** How far into the list, as a share of it. */
  readonly at: number
  readonly limitMs: number
}

/** A reader gives up by then, and so does the app. */
const answeredWithinMs = 9_000
const years = 1_090

export const callsCases: readonly CallsCase[] = [
  { name: 'a month, first page', days: 30, filter: {}, at: 0, limitMs: 300 },
  { name: 'three years, first page', days: years, filter: {}, at: 0, limitMs: 300 },
  { name: 'three years, from the middle', days: years, filter: {}, at: 0.5, limitMs: 300 },
  { name: 'missed of three years, from the middle', days: years, filter: { outcome: 'missed' }, at: 0.5, limitMs: 300 },
  { name: 'one operator’s of a year', days: 365, filter: { operators: ['1007'] }, at: 0, limitMs: 1_500 },
  { name: 'part of a number, of a month', days: 30, filter: { search: '4711' }, at: 0, limitMs: 1_000 },
  { name: 'part of a number, of a year', days: 365, filter: { search: '4711' }, at: 0, limitMs: answeredWithinMs },
  { name: 'part of a number, of three years', days: years, filter: { search: '4711' }, at: 0, limitMs: answeredWithinMs },
  { name: 'words that nobody wrote, of three years', days: years, filter: { search: 'щщщ' }, at: 0, limitMs: answeredWithinMs },
]
