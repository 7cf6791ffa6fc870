import { type RawBuilder, sql } from 'kysely'
import type { ExtensionTime } from '../../accounts/user-directory.ts'
import type { Days, FilterName, Grouping, ReportFilter } from '../../contract/index.ts'
import { nowMs, type SourceId, type SumId, sumOf } from '../metrics/index.ts'
import { extension, type RollUp, type Source, sources } from './sources.ts'
import { allOf, type SqlText, sqlText, withParameter } from './sql-text.ts'

/** What rows are asked for: the days, also as moments, and who and what is picked. */
export interface Selection {
  readonly days: Days
  readonly moments: { readonly fromMs: number; readonly toMs: number }
  readonly filter: ReportFilter
  /** Only one person's rows; null: everybody's. Takes the place of `filter.operators`. */
  readonly own: Own | null
  /** Only rows that began then or later; absent: the whole days. */
  readonly sinceMs?: number
  /** For what lasts. */
  readonly nowMs: number
  /** The sums of cards are made. */
  readonly cardSums: boolean
}

/** Whose, and which extensions were theirs when: the record knows extensions, and before and after they were another's. */
export interface Own {
  readonly userId: string
  readonly times: readonly ExtensionTime[]
}

/** The filters that are set, by the name a source has them under. */
export function filterNames(filter: ReportFilter): FilterName[] {
  const names: FilterName[] = []
  if (filter.queues) names.push('queues')
  if (filter.operators) names.push('operators')
  if (filter.direction) names.push('direction')
  if (filter.categoryId !== undefined) names.push('category')
  if (filter.customerId !== undefined) names.push('customer')
  return names
}

/** Can the rows of this source be told apart and picked so? */
export function answers(source: SourceId, groupBy: Grouping | null, picked: readonly FilterName[]): boolean {
  const { keys, filters } = sources[source]
  return (groupBy === null || keys[groupBy] !== undefined) && picked.every((name) => filters[name] !== undefined)
}

/** A query for some of the wanted sums, a row a group: `group_key` and a column for each sum. */
export interface SumsQuestion {
  readonly text: SqlText
  readonly sums: readonly SumId[]
  /** From sums kept ready. */
  readonly kept: boolean
}

interface HowAsked {
  readonly selection: Selection
  readonly groupBy: Grouping | null
  /** Read no roll-up: to prove that they say the same. */
  readonly detailOnly?: boolean
}

/** As few queries as answer all sums: from roll-ups where they have the grouping and the filters, one for each table. */
export function sumsQuestions(wanted: readonly SumId[], by: HowAsked): SumsQuestion[] {
  const tables = Map.groupBy(wanted, (id) => tableFor(id, by))
  return [...tables.values()].map((sums) => ({
    sums,
    text: sumsQuestion(sums, by),
    kept: sums.every((id) => rollUpFor(id, by) !== undefined),
  }))
}

function tableFor(id: SumId, by: HowAsked): string {
  const { source } = sumOf(id)
  return rollUpFor(id, by)?.from ?? source
}

/** A part of the rows: those of one group. */
interface Group {
  readonly by: Grouping
  readonly key: string | null
}

function sumsQuestion(wanted: readonly SumId[], by: HowAsked): SqlText {
  const { selection, groupBy } = by
  const [first] = wanted
  if (first === undefined) throw new RangeError('no sums to ask for')
  const { source } = sumOf(first)
  const kept = rollUpFor(first, by)
  const columns = wanted.map(
    (id) => `coalesce(${total(id, rollUpFor(id, by)?.sums[id] ?? detailAmount(id))}, 0) as ${quoted(id)}`,
  )
  const amounts = withParameter(columns.join(', '), nowMs, selection.nowMs)
  const conditions = kept ? rollUpConditions(kept, source, selection) : detailConditions(source, selection)
  const rows = (key: string) => sql`
    select ${sql.raw(key)} as group_key, ${amounts} from ${sql.raw(kept?.from ?? joined(source, groupBy))}
    where ${allOf(conditions)}${groupBy === null ? sql`` : sql` group by ${sql.raw(key)}`}`
  const { person }: Pick<Source, 'person'> = kept ?? sources[source]
  if (person === undefined || groupBy !== 'operator') return sqlText(rows(keyOf(kept ?? sources[source], groupBy)))
  const together = wanted.map((id) => `${total(id, `p.${quoted(id)}`)} as ${quoted(id)}`)
  return sqlText(sql`
    select ${sql.raw(extension('p.group_key'))} as group_key, ${sql.raw(together.join(', '))} from (${rows(person)}) p
    group by ${sql.raw(extension('p.group_key'))}`)
}

const keyOf = ({ keys }: Pick<Source, 'keys'>, groupBy: Grouping | null): string =>
  groupBy === null ? 'null' : (keys[groupBy] ?? 'null')
const total = (id: SumId, amount: string): string => `${sumOf(id).greatest ? 'max' : 'sum'}(${amount})`
const quoted = (name: string): string => `"${name}"`

/** The rows, with their calls where the grouping is told by those. */
function joined(id: SourceId, groupBy: Grouping | null): string {
  const { from, call }: Source = sources[id]
  return call && groupBy !== null && call.groupings.includes(groupBy) ? `${from} ${call.join}` : from
}

function rollUpFor(id: SumId, { selection, groupBy, detailOnly }: HowAsked): RollUp | undefined {
  return detailOnly ? undefined : rollUpBy(id, selection, groupBy === null ? [] : [groupBy])
}

/** The shortest table that has the sum, told apart and picked so. */
function rollUpBy(id: SumId, selection: Selection, groupings: readonly Grouping[]): RollUp | undefined {
  const { rollUps = [] }: Source = sources[sumOf(id).source]
  const filters = filterNames(selection.filter)
  return rollUps.find(
    (one) =>
      one.sums[id] !== undefined &&
      (selection.cardSums || !one.ofCards) &&
      // A roll-up's day cannot be divided.
      pickedOf(one, selection) !== null &&
      groupings.every((name) => one.keys[name] !== undefined) &&
      filters.every((name) => one.filters[name] !== undefined),
  )
}

function rollUpConditions(kept: RollUp, source: SourceId, selection: Selection): RawBuilder<unknown>[] {
  const { day, hourMs, filters, person } = kept
  const { days, moments, own } = selection
  // By hours its rows lie together; the plus keeps the index of the days from being walked instead.
  const within =
    hourMs === undefined
      ? [inDays(day, days)]
      : [sql`${sql.raw(hourMs)} >= ${moments.fromMs} and ${sql.raw(hourMs)} < ${moments.toMs}`, inDays(`+${day}`, days)]
  const theirs = own && person !== undefined ? [sql`${sql.raw(person)} = ${own.userId}`] : []
  return [...within, ...theirs, ...picked(filters, pickedOf(kept, selection) ?? selection.filter, source)]
}

/** The filter to read a roll-up by; null: it cannot be read so. Where rows are a person's, they are whatever extensions it had. */
function pickedOf({ person }: RollUp, selection: Selection): ReportFilter | null {
  if (selection.own === null || person === undefined) return wholly(selection)
  const { operators: _, ...others } = selection.filter
  return selection.sinceMs === undefined ? others : null
}

/**
 * How many rows a sum counts on each day that has any, the newest first, from a roll-up; null: none tells. With it a list is paged
 * without reading what comes before its page.
 */
export function daysQuestion(sum: SumId, { selection, group }: { selection: Selection; group: Group | null }): SqlText | null {
  const { source, value } = sumOf(sum)
  const kept = value === undefined ? rollUpBy(sum, selection, ['day', ...(group ? [group.by] : [])]) : undefined
  const amount = kept?.sums[sum]
  if (!kept || amount === undefined) return null
  const where = [...rollUpConditions(kept, source, selection), ...(group ? [inGroup(kept.keys[group.by] ?? 'null', group)] : [])]
  return sqlText(sql`
    select ${sql.raw(kept.day)} as day, sum(${sql.raw(amount)}) as counted from ${sql.raw(kept.from)} where ${allOf(where)}
    group by ${sql.raw(kept.day)} having sum(${sql.raw(amount)}) > 0 order by 1 desc`)
}

function inGroup(column: string, { by, key }: Group): RawBuilder<unknown> {
  if (key === null) return sql`${sql.raw(column)} is null`
  return sql`${sql.raw(column)} = ${numbered.has(by) ? Number(key) : key}`
}

/** SQL of what one row adds to a sum. */
export function detailAmount(id: SumId): string {
  const { where, value = '1' } = sumOf(id)
  return where === undefined ? value : `case when ${where} then ${value} else 0 end`
}

/** What every row of the source within the selection holds. */
function detailConditions(id: SourceId, selection: Selection): RawBuilder<unknown>[] {
  const { days, moments, filter, own, sinceMs } = selection
  const source: Source = sources[id]
  const { period } = source
  const within =
    'day' in period
      ? inDays(period.day, days)
      : sql`${sql.raw(period.ms)} >= ${moments.fromMs} and ${sql.raw(period.ms)} < ${moments.toMs}`
  const always = source.always ? [sql.raw(source.always)] : []
  if (sinceMs !== undefined) {
    const atMs = 'ms' in period ? period.ms : listed[id]?.atMs
    if (atMs === undefined) throw new RangeError(`rows of ${id} have no moment`)
    always.push(sql`${sql.raw(atMs)} >= ${sinceMs}`)
  }
  if (own === null) return [within, ...always, ...picked(source.filters, filter, id)]
  const { operators: _, ...others } = filter
  return [within, ...always, ...picked(source.filters, others, id), ownRows(id, own)]
}

/** Rows of the person, or of the extension while it was theirs. */
function ownRows(id: SourceId, { userId, times }: Own): RawBuilder<unknown> {
  const { person, period, filters }: Source = sources[id]
  if (person !== undefined) return sql`${sql.raw(person)} = ${userId}`
  const atMs = 'ms' in period ? period.ms : listed[id]?.atMs
  if (filters.operators === undefined || atMs === undefined) throw new RangeError(`rows of ${id} are nobody's own`)
  const [operator, at] = [sql.raw(filters.operators), sql.raw(atMs)]
  const theirs = times.map(
    ({ extension, fromMs, toMs }) =>
      sql`(${operator} = ${extension} and ${at} >= ${fromMs}${toMs === null ? sql`` : sql` and ${at} < ${toMs}`})`,
  )
  return theirs.length === 0 ? sql`1 = 0` : sql`(${sql.join(theirs, sql` or `)})`
}

/** A filter that is the selection in whole days; null: an extension came to the person, or went, within them. */
function wholly({ filter, own, moments, sinceMs }: Selection): ReportFilter | null {
  // What is kept ready is of whole hours.
  if (sinceMs !== undefined) return null
  if (own === null) return filter
  const [time, ...others] = own.times.filter(
    ({ fromMs, toMs }) => fromMs < moments.toMs && (toMs ?? moments.toMs) > moments.fromMs,
  )
  const whole = time !== undefined && time.fromMs <= moments.fromMs && (time.toMs ?? moments.toMs) >= moments.toMs
  return whole && others.length === 0 ? { ...filter, operators: [time.extension] } : null
}

const inDays = (column: string, { fromDay, toDay }: Days): RawBuilder<unknown> =>
  fromDay === toDay ? sql`${sql.raw(column)} = ${fromDay}` : sql`${sql.raw(column)} between ${fromDay} and ${toDay}`

function picked(columns: Source['filters'], filter: ReportFilter, source: SourceId): RawBuilder<unknown>[] {
  // Left out, it would show what was not asked for: in the own report, other people's calls.
  const unknown = filterNames(filter).find((name) => columns[name] === undefined)
  if (unknown !== undefined) throw new RangeError(`rows of ${source} cannot be picked by ${unknown}`)
  const conditions: RawBuilder<unknown>[] = []
  const one = (name: FilterName, values: readonly string[] | undefined) => {
    const column = columns[name]
    if (values && column) conditions.push(sql`${sql.raw(column)} in (${sql.join(values)})`)
  }
  one('queues', filter.queues)
  one('operators', filter.operators)
  one('direction', filter.direction === undefined ? undefined : [filter.direction])
  const { categoryId, customerId } = filter
  const ofCard = (column: string | undefined, condition: RawBuilder<unknown>) => {
    if (column === undefined) return
    const call = sql`${sql.raw(column)} in (select k.call_id from app.cards k where ${condition})`
    conditions.push(source === 'cards' ? condition : call)
  }
  if (categoryId !== undefined) ofCard(columns.category, sql`k.category_id = ${categoryId}`)
  if (customerId !== undefined) ofCard(columns.customer, sql`k.customer_id = ${customerId}`)
  return conditions
}

/** The columns of a list of rows, by source. */
const listed: Readonly<Partial<Record<SourceId, Listed>>> = {
  visits: {
    call: 'v.call_key',
    n: 'v.n',
    atMs: 'v.entered_at_ms',
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
    atMs: 'l.answered_at_ms',
    queue: 'l.queue',
    operator: 'l.operator',
    talkMs: 'l.talk_ms',
  },
  rings: {
    call: 'r.call_key',
    n: 'r.n',
    atMs: 'r.at_ms',
    queue: 'r.queue',
    operator: 'r.operator',
    outcome: 'r.outcome',
    waitMs: 'r.ring_ms',
  },
  calls: {
    call: 'c.call_key',
    n: '0',
    atMs: 'c.started_at_ms',
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
    atMs: 'k.ringing_at_ms',
    queue: 'k.queue_number',
    operator: sources.cards.keys.operator ?? 'null',
    talkMs: 'k.ended_at_ms - k.answered_at_ms',
    score: 'k.satisfaction',
    number: 'k.number',
    direction: 'k.direction',
    card: 'k.id',
  },
  callBacks: {
    call: 'b.id',
    n: '0',
    atMs: 'b.created_at_ms',
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
  readonly atMs: string
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
  },
): { rows: SqlText; total: SqlText; has: readonly ListedColumn[] } | null {
  const { source: id, where: condition } = sumOf(sum)
  const list = listed[id]
  if (!list) return null
  const source: Source = sources[id]
  const where = [...detailConditions(id, by.selection), ...(condition === undefined ? [] : [sql`(${sql.raw(condition)})`])]
  const { period } = source
  if (by.group) where.push(inGroup(source.keys[by.group.by] ?? 'null', by.group))
  if (by.days && 'day' in period) where.push(sql`${sql.raw(period.day)} in (${sql.join(by.days)})`)
  const from = sql`from ${sql.raw(`${source.from} ${source.call?.join ?? ''}`)}`
  const column = (expression: string | undefined) => sql.raw(expression ?? 'null')
  const newest = (of: string) => sql.raw(`${'day' in period ? `${of}day desc, ` : ''}${of}at_ms desc, ${of}call_key, ${of}n`)
  const page = sql`
    select ${column(list.call)} as call_key, ${column(list.n)} as n, ${column(list.atMs)} as at_ms, ${column(list.queue)} as queue,
      ${column(list.operator)} as operator, ${column(list.outcome)} as outcome, ${column(list.cause)} as cause,
      ${column(list.position)} as position, ${column(list.waitMs)} as wait_ms, ${column(list.talkMs)} as talk_ms,
      ${column(list.score)} as score, ${column(list.number)} as own_number, ${column(list.direction)} as own_direction, ${column(list.card)} as own_card,
      ${column('day' in period ? period.day : undefined)} as day
    ${from} where ${allOf(where)}
    ${by.limit === null ? sql`` : sql`order by ${newest('')} limit ${by.limit} offset ${by.offset}`}`
  const unanswered = sql`f.direction = 'inbound' and f.answered_at_ms is null`
  return {
    rows: sqlText(sql`
      select p.*, coalesce(p.own_direction, f.direction, 'inbound') as direction, coalesce(p.own_number, f.number, '') as number,
        case when ${unanswered} then (select min(t.started_at_ms) from ledger_calls t where t.phone_key = f.phone_key and f.phone_key <> ''
          and t.started_at_ms > f.started_at_ms and t.started_at_ms <= f.started_at_ms + ${reachedWithinMs}
          and t.direction <> 'internal' and t.answered_at_ms is not null) end as reached_at_ms,
        case when ${unanswered} then (select count(*) from ledger_calls t where t.phone_key = f.phone_key and f.phone_key <> ''
          and t.started_at_ms > f.started_at_ms and t.started_at_ms <= f.started_at_ms + ${reachedWithinMs}
          and t.direction = 'outbound') end as tries,
        coalesce(p.own_card, m.id) as card_id, u.name as customer_name
      from (${page}) p
      left join ledger_calls f on f.call_key = p.call_key
      left join app.cards m on m.id = (select k.id from app.cards k where k.call_id = p.call_key
        order by case when k.answered_at_ms is null then 1 else 0 end, k.ringing_at_ms, k.id limit 1)
      left join app.customers u on u.id = coalesce(m.customer_id, (
        select case when count(*) = 1 then min(x.customer_id) end from app.customer_phones x
        where x.phone_key = f.phone_key and f.phone_key <> ''))
      order by ${newest('p.')}`),
    total: sqlText(sql`select count(*) as total ${from} where ${allOf(where)}`),
    has: listedColumns.filter((name) => list[name] !== undefined),
  }
}

const numbered = new Set<Grouping>(['day', 'hour', 'hourOfDay', 'weekday', 'score'])
