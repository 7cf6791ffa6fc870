import { sql } from 'kysely'
import { type SourceId, type SumId, sumOf } from '../metrics/index.ts'
import { detailConditions, type Group, inDetailGroup, ofSelection, type Selection } from './questions.ts'
import { type Source, sources } from './sources.ts'
import { allOf, type SqlText, sqlText } from './sql-text.ts'

/** The columns of a list of rows, by source. */
const listed: Readonly<Partial<Record<SourceId, Listed>>> = {
  visits: {
    call: 'v.call_key',
    n: 'v.n',
    queue: 'v.queue',
    operator: 'v.operator',
    outcome: 'v.outcome',
    cause: 'v.cause',
    position: 'v.position_in',
    waitMs: 'v.wait_ms',
    talkMs: "case when v.outcome = 'answered' then v.talk_ms end",
  },
  legs: {
    call: 'l.call_key',
    n: 'l.n',
    queue: 'l.queue',
    operator: 'l.operator',
    talkMs: 'l.talk_ms',
  },
  rings: {
    call: 'r.call_key',
    n: 'r.n',
    queue: 'r.queue',
    operator: 'r.operator',
    outcome: 'r.outcome',
    waitMs: 'r.ring_ms',
  },
  calls: {
    call: 'c.call_key',
    n: '0',
    queue: 'c.queue',
    operator: 'c.operator',
    outcome: 'c.outcome',
    cause: 'c.missed_cause',
    waitMs: 'c.wait_ms',
    talkMs: 'case when c.answered_at_ms is not null then c.talk_ms end',
  },
  cards: {
    call: 'coalesce(c.call_key, k.call_id)',
    n: 'k.id',
    queue: 'k.queue_number',
    operator: sources.cards.keys.operator ?? 'null',
    talkMs: 'k.ended_at_ms - k.answered_at_ms',
    score: 'k.satisfaction',
    number: 'k.number',
    direction: 'k.direction',
    card: 'k.id',
  },
  surveys: {
    call: 'coalesce(c.call_key, y.call_id)',
    n: '0',
    queue: 'y.queue_number',
    operator: sources.surveys.keys.operator ?? 'null',
    score: 'y.score',
  },
  callBacks: {
    call: 'b.id',
    n: '0',
    queue: 'b.queue_number',
    operator: sources.callBacks.keys.operator ?? 'null',
    number: 'b.number',
    direction: "'outbound'",
    card: 'coalesce(b.done_card_id, b.card_id)',
  },
}

/** What a list's rows may have besides; not each source has each. */
export type ListedColumn = 'outcome' | 'cause' | 'position' | 'waitMs' | 'talkMs' | 'score'
const listedColumns = ['outcome', 'cause', 'position', 'waitMs', 'talkMs', 'score'] as const satisfies readonly ListedColumn[]

interface Listed {
  readonly call: string
  readonly n: string
  readonly queue: string
  readonly operator: string
  readonly outcome?: string
  readonly cause?: string
  readonly position?: string
  readonly waitMs?: string
  readonly talkMs?: string
  readonly score?: string
  readonly number?: string
  readonly direction?: string
  readonly card?: string
}

/** Was the caller reached later, and how: looked for among a week's calls with that number. */
const reachedWithinMs = 604_800_000

/**
 * The very rows a sum counts, newest first, and how many they are. Newest by the day they are counted for: a talk after midnight
 * is its visit's. null: its rows are no calls.
 */
export function rowsQuestion(
  sum: SumId,
  by: {
    selection: Selection
    group: Group | null
    /** Of these days only. */
    days?: readonly number[]
    offset: number
    /** null: all. */
    limit: number | null
    /** With what the call's card says. */
    cards?: boolean
  },
): { rows: SqlText; count: SqlText; has: readonly ListedColumn[] } | null {
  const { source: id, where: condition } = sumOf(sum)
  const list = listed[id]
  if (!list) return null
  const source: Source = sources[id]
  const where = [
    ...detailConditions(id, by.selection),
    ...(condition === undefined ? [] : [sql`(${ofSelection(condition, by.selection)})`]),
  ]
  const { period } = source
  if (by.group) where.push(inDetailGroup(id, by.group, by.selection))
  if (by.days && period !== 'ms') where.push(sql`${sql.raw(period.day)} in (${sql.join(by.days)})`)
  const from = sql`from ${sql.raw(`${source.from} ${source.call?.join ?? ''}`)}`
  const column = (expression: string | undefined) => sql.raw(expression ?? 'null')
  const newest = (of: string) => sql.raw(`${period !== 'ms' ? `${of}day desc, ` : ''}${of}at_ms desc, ${of}call_key, ${of}n`)
  const page = sql`
    select ${column(list.call)} as call_key, ${column(list.n)} as n, ${column(source.atMs)} as at_ms, ${column(list.queue)} as queue,
      ${column(list.operator)} as operator, ${column(list.outcome)} as outcome, ${column(list.cause)} as cause,
      ${column(list.position)} as position, ${column(list.waitMs)} as wait_ms, ${column(list.talkMs)} as talk_ms,
      ${column(list.score)} as score, ${column(list.number)} as own_number, ${column(list.direction)} as own_direction, ${column(list.card)} as own_card,
      ${column(period !== 'ms' ? period.day : undefined)} as day
    ${from} where ${allOf(where)}
    ${by.limit === null ? sql`` : sql`order by ${newest('')} limit ${by.limit} offset ${by.offset}`}`
  const reachedAtMs = sql`(select min(t.started_at_ms) from ledger_calls t where t.phone_key = f.phone_key and f.phone_key <> ''
    and t.started_at_ms > f.started_at_ms and t.started_at_ms <= f.started_at_ms + ${reachedWithinMs}
    and t.direction <> 'internal' and t.answered_at_ms is not null)`
  const unanswered = sql`f.direction = 'inbound' and f.answered_at_ms is null`
  return {
    rows: sqlText(sql`
      select p.*, coalesce(p.own_direction, f.direction, 'inbound') as direction, coalesce(p.own_number, f.number, '') as number,
        case when ${unanswered} then ${reachedAtMs} end as reached_at_ms,
        case when ${unanswered} then (select count(*) from ledger_calls o where o.phone_key = f.phone_key and f.phone_key <> ''
          and o.direction = 'outbound' and o.started_at_ms > f.started_at_ms
          and o.started_at_ms <= coalesce(${reachedAtMs}, f.started_at_ms + ${reachedWithinMs})) end as tries,
        coalesce(p.own_card, m.id) as card_id, u.name as customer_name${by.cards ? ofCard : sql``}
      from (${page}) p
      left join ledger_calls f on f.call_key = p.call_key
      left join app.cards m on m.id = (select k.id from app.cards k where k.call_id in (
          select p.call_key union all select a.unique_id from call_aliases a where a.call_key = p.call_key)
        order by case when k.answered_at_ms is null then 1 else 0 end, k.ringing_at_ms, k.id limit 1)
      left join app.customers u on u.id = coalesce(m.customer_id, (
        select case when count(*) = 1 then min(x.customer_id) end from app.customer_phones x
        where x.phone_key = f.phone_key and f.phone_key <> ''))
      order by ${newest('p.')}`),
    count: sqlText(sql`select count(*) as counted ${from} where ${allOf(where)}`),
    has: listedColumns.filter((name) => list[name] !== undefined),
  }
}

const ofCard = sql`, m.category_id, m.result_id, m.satisfaction as card_score, m.description, m.extra`
