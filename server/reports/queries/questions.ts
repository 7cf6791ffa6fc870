import { type RawBuilder, sql } from 'kysely'
import { type Days, type FilterName, type Grouping, type ReportFilter, timeGroupings } from '../../contract/index.ts'
import { moments, pickedLater, type SourceId, type SumId, sumOf } from '../metrics/index.ts'
import { type CallPick, pickedCalls } from './call-pick.ts'
import { clockOffsets, countOfDay, wallMsOf } from './site-clock.ts'
import { type RollUp, type Source, sources, wallMs } from './sources.ts'
import { allOf, type SqlText, sqlText, withParameters } from './sql-text.ts'
import { type HeldDays, longestCallMs, type Person } from './tenures.ts'
import { rowsOf, sumsOf } from './whose.ts'

/** What rows are asked for: the days, also as moments, and who and what is picked. */
export interface Selection {
  readonly days: Days
  readonly moments: { readonly fromMs: number; readonly toMs: number }
  readonly filter: Omit<ReportFilter, 'operators'>
  /** Only rows of these; null: everybody's. */
  readonly people: readonly Person[] | null
  /** Only rows that began then or later; absent: the whole days. */
  readonly sinceMs?: number
  /** Only rows that began before; absent: the whole days. */
  readonly untilMs?: number
  /** Only such calls; of other rows there is no telling. */
  readonly calls?: CallPick
  readonly nowMs: number
  /** The end of the period that is asked, where these days are a part of it. */
  readonly endMs: number
  /** The sums of cards are made. */
  readonly cardSums: boolean
  /** IANA name of the site's zone. */
  readonly timeZone: string
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

const namesOf = ({ filter, people }: Selection): FilterName[] => [
  ...filterNames(filter),
  ...(people === null ? [] : (['operators'] as const)),
]

/** Can the rows of this source be told apart and picked so? */
export function answers(source: SourceId, groupBy: Grouping | null, picked: readonly FilterName[]): boolean {
  const { keys, filters } = sources[source]
  return (groupBy === null || keys[groupBy] !== undefined) && picked.every((name) => filters[name] !== undefined)
}

/** A query for some of the wanted sums, a row a group: `group_key` and a column for each sum. */
export interface SumsQuestion {
  readonly text: SqlText
  readonly sums: readonly SumId[]
  /** Of so many days it is read before another thread is awake; 0: never, it reads no sums kept ready. */
  readonly quickDays: number
  /** Its groups are days since 1970, and no `yyyymmdd`. */
  readonly countsDays?: true
}

interface HowAsked {
  readonly selection: Selection
  readonly groupBy: Grouping | null
  /** By operator: extensions that changed hands within the days. They are read apart, and named by whose they were. */
  readonly handedOver?: readonly HeldDays[]
  /** Read no roll-up: to prove that they say the same. */
  readonly detailOnly?: boolean
}

/**
 * As few queries as answer all sums: from roll-ups where they have the grouping and the filters, one for each table, and one for
 * each source with what changed hands. Rows of one group may come of several of them.
 */
export function sumsQuestions(wanted: readonly SumId[], by: HowAsked): SumsQuestion[] {
  const { selection, handedOver = [] } = by
  const handed = by.groupBy === 'operator' ? handedOver.flatMap(({ person }) => person.times) : []
  const extensions = [...new Set(handed.map(({ extension }) => extension))]
  const rest = { ...by, handedOver: [], selection: without(selection, extensions) }
  const tables = Map.groupBy(wanted, (id) => tableFor(id, rest))
  const questions = [...tables.values()].map((sums) => ({
    sums,
    text: sqlText(sumsQuestion(sums, rest, extensions)),
    quickDays: quickDaysOf(sums, rest),
    ...(countsDays(sums, rest) && { countsDays: true as const }),
  }))
  const theirs = handedOver.filter(({ person }) => selection.people?.some(({ id }) => id === person.id) ?? true)
  const ofRecord = wanted.filter((id) => sourceOf(id).person === undefined)
  return [...questions, ...[true, false].flatMap((whole) => apart(ofRecord, { selection, held: theirs, whole }))]
}

/** What changed hands: of whole days from sums kept ready, of the days of the change row by row. */
function apart(
  wanted: readonly SumId[],
  { selection, held, whole }: { selection: Selection; held: readonly HeldDays[]; whole: boolean },
): SumsQuestion[] {
  const asked = held
    .filter((one) => one.whole === whole)
    .map(({ person, days, moments }) => ({
      person,
      how: { selection: { ...selection, people: [person], days, moments }, groupBy: null, detailOnly: !whole },
    }))
  const [first] = asked
  if (first === undefined) return []
  return [...Map.groupBy(wanted, (id) => tableFor(id, first.how)).values()].flatMap((sums) => {
    // Of one extension and one day there are few rows.
    const quickDays = whole ? quickDaysOf(sums, first.how) : mostQuickDays
    const chunks = Array.from({ length: Math.ceil(asked.length / mostJoined) }, (_, n) =>
      asked.slice(n * mostJoined, (n + 1) * mostJoined),
    )
    return chunks.map((chunk) => {
      const parts = chunk.map(({ person, how }) => sumsQuestion(sums, how, [], sql`cast(${person.id} as text)`))
      return { sums, text: sqlText(sql.join(parts, sql` union all `)), quickDays }
    })
  })
}

const countsDays = ([first]: readonly SumId[], by: HowAsked): boolean =>
  first !== undefined && keyCountsDays(sumOf(first).source, by.groupBy) && rollUpFor(first, by) === undefined
const keyCountsDays = (id: SourceId, groupBy: Grouping | null): boolean => groupBy === 'day' && sources[id].byWallClock === true

/** A few rows a day; hundreds, where each hour or each operator has some. */
const mostQuickDays = 31
const fewQuickDays = 3

function quickDaysOf(sums: readonly SumId[], by: HowAsked): number {
  const days = sums.map((id) => {
    const kept = rollUpFor(id, by)
    if (kept === undefined) return 0
    const ofEverybody = kept.filters.operators !== undefined && by.selection.people === null
    return ofEverybody || kept.hourMs !== undefined ? fewQuickDays : mostQuickDays
  })
  return Math.min(...days)
}

/** SQLite joins 500 selects in one. */
const mostJoined = 400

/** People's rows but for those of these extensions. */
const without = (selection: Selection, extensions: readonly string[]): Selection => ({
  ...selection,
  people:
    selection.people?.map(({ id, times }) => ({
      id,
      times: times.filter(({ extension }) => !extensions.includes(extension)),
    })) ?? null,
})

const sourceOf = (id: SumId): Source => sources[sumOf(id).source]

function tableFor(id: SumId, by: HowAsked): string {
  const { source, rare = '' } = sumOf(id)
  return rollUpFor(id, by)?.from ?? `${source} ${rare}`
}

export const ofSelection = (text: string, selection: Selection): RawBuilder<unknown> =>
  withParameters(text, {
    [moments.nowMs]: selection.nowMs,
    [moments.lastsToMs]: selection.untilMs ?? selection.nowMs,
    [moments.endMs]: selection.endMs,
    [pickedLater]: laterConditions(selection),
  })

const ofLater = (column: string): string => column.replace('c.', 'later.')
const laterFilters: Source['filters'] = Object.fromEntries(
  Object.entries(sources.calls.filters).map(([name, column]) => [name, ofLater(column)]),
)

function laterConditions({ filter, people, moments }: Selection): RawBuilder<unknown> {
  const later = { ...sources.calls, filters: laterFilters, atMs: ofLater(sources.calls.atMs) }
  const theirs = people === null ? [] : [rowsOf(later, { people, moments })]
  return allOf([...theirs, ...picked(laterFilters, filter, 'calls')])
}

/** A part of the rows: those of one group. */
export interface Group {
  readonly by: Grouping
  readonly key: string | null
  /** Of a time of the day: when it began, on each of the days. */
  readonly starts?: readonly number[]
}

function sumsQuestion(
  wanted: readonly SumId[],
  by: HowAsked,
  withoutExtensions: readonly string[] = [],
  name?: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { selection, groupBy } = by
  const [first] = wanted
  if (first === undefined) throw new RangeError('no sums to ask for')
  const { source } = sumOf(first)
  const kept = rollUpFor(first, by)
  const columns = wanted.map(
    (id) => `coalesce(${total(id, rollUpFor(id, by)?.sums[id] ?? detailAmount(id))}, 0) as ${quoted(id)}`,
  )
  const amounts = ofSelection(columns.join(', '), selection)
  const { rare } = sumOf(first)
  const conditions = kept
    ? rollUpConditions(kept, source, selection)
    : [...detailConditions(source, selection), ...(rare === undefined ? [] : [sql.raw(rare)])]
  const key = kept ? sql.raw(keyOf(kept, groupBy)) : detailKey(source, groupBy, selection)
  if (withoutExtensions.length > 0 && sourceOf(first).person === undefined)
    conditions.push(sql`(${key} is null or ${key} not in (${sql.join(withoutExtensions)}))`)
  return sql`
    select ${name ?? key} as group_key, ${amounts} from ${sql.raw(kept?.from ?? joined(source, groupBy))}
    where ${allOf(conditions)}${groupBy === null ? sql`` : sql` group by ${key}`}`
}

const keyOf = ({ keys }: Pick<Source, 'keys'>, groupBy: Grouping | null): string =>
  groupBy === null ? 'null' : (keys[groupBy] ?? 'null')

function detailKey(id: SourceId, groupBy: Grouping | null, { moments, timeZone }: Selection): RawBuilder<unknown> {
  const source: Source = sources[id]
  const key = keyOf(source, groupBy)
  return sql.raw(key.includes(wallMs) ? key.replaceAll(wallMs, wallMsOf(source.atMs, clockOffsets(moments, timeZone))) : key)
}

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
  const { rollUps = [] } = sourceOf(id)
  const filters = namesOf(selection)
  return rollUps.find(
    (one) =>
      one.sums[id] !== undefined &&
      (selection.cardSums || !one.ofCards) &&
      isOfWholeDays(one, selection) &&
      groupings.every((name) => one.keys[name] !== undefined) &&
      filters.every((name) => one.filters[name] !== undefined),
  )
}

/** What is kept ready is of whole hours and days, which cannot be divided. */
const isOfWholeDays = (one: RollUp, { people, moments, sinceMs, untilMs, calls }: Selection): boolean =>
  calls === undefined &&
  sinceMs === undefined &&
  untilMs === undefined &&
  (people === null || ofPeople(one, { people, moments }) !== null)

const ofPeople = ({ person, filters }: RollUp, whose: Parameters<typeof sumsOf>[1]) =>
  sumsOf({ person, operator: filters.operators }, whose)

function rollUpConditions(kept: RollUp, source: SourceId, { days, moments, people, filter }: Selection): RawBuilder<unknown>[] {
  const { day, hourMs, filters } = kept
  // By hours its rows lie together; the plus keeps the index of the days from being walked instead.
  const within =
    hourMs === undefined
      ? [inDays(day, days)]
      : [sql`${sql.raw(hourMs)} >= ${moments.fromMs} and ${sql.raw(hourMs)} < ${moments.toMs}`, inDays(`+${day}`, days)]
  const theirs = people === null ? null : ofPeople(kept, { people, moments })
  return [...within, ...(theirs === null ? [] : [theirs]), ...picked(filters, filter, source)]
}

/**
 * How many rows a sum counts on each day that has any, the newest first, from a roll-up; null: none tells. With it a list is paged
 * without reading what comes before its page.
 */
export function daysQuestion(sum: SumId, { selection, group }: { selection: Selection; group: Group | null }): SqlText | null {
  const { source, value } = sumOf(sum)
  // A list of rows without a day is not paged by days.
  const ofDays = value === undefined && sources[source].period !== 'ms'
  const kept = ofDays ? rollUpBy(sum, selection, ['day', ...(group ? [group.by] : [])]) : undefined
  const amount = kept?.sums[sum]
  if (!kept || amount === undefined) return null
  const where = [...rollUpConditions(kept, source, selection), ...(group ? [inGroup(sql.raw(keyOf(kept, group.by)), group)] : [])]
  return sqlText(sql`
    select ${sql.raw(kept.day)} as day, sum(${sql.raw(amount)}) as counted from ${sql.raw(kept.from)} where ${allOf(where)}
    group by ${sql.raw(kept.day)} having sum(${sql.raw(amount)}) > 0 order by 1 desc`)
}

/** The same read row by row, where no roll-up tells, of all days or of some. Rows that have no day of their own cannot be counted so. */
export function countedDaysQuestion(sum: SumId, selection: Selection, days?: readonly number[]): SqlText {
  const { source: id, where: condition } = sumOf(sum)
  const { from, period } = sources[id]
  if (period === 'ms') throw new RangeError(`rows of ${id} have no day`)
  const where = [
    ...detailConditions(id, selection),
    ...(condition === undefined ? [] : [sql`(${ofSelection(condition, selection)})`]),
    ...(days === undefined ? [] : [sql`${sql.raw(period.day)} in (${sql.join(days)})`]),
  ]
  return sqlText(sql`
    select ${sql.raw(period.day)} as day, count(*) as counted from ${sql.raw(from)} where ${allOf(where)}
    group by ${sql.raw(period.day)} order by 1 desc`)
}

/** Of rows read one by one: those of a group. */
export function inDetailGroup(id: SourceId, group: Group, selection: Selection): RawBuilder<unknown> {
  const { by, key } = group
  const counted = key !== null && keyCountsDays(id, by) ? { by, key: String(countOfDay(Number(key))) } : group
  return inGroup(detailKey(id, by, selection), counted)
}

function inGroup(column: RawBuilder<unknown>, { by, key, starts }: Group): RawBuilder<unknown> {
  if (key === null) return sql`${column} is null`
  if (starts !== undefined) return starts.length === 0 ? sql`1 = 0` : sql`${column} in (${sql.join(starts)})`
  return sql`${column} = ${timeGroupings.has(by) || by === 'score' ? Number(key) : key}`
}

/** SQL of what one row adds to a sum. */
export function detailAmount(id: SumId): string {
  const { where, value = '1' } = sumOf(id)
  return where === undefined ? value : `case when ${where} then ${value} else 0 end`
}

/** What every row of the source within the selection holds. */
export function detailConditions(id: SourceId, selection: Selection): RawBuilder<unknown>[] {
  const { days, moments, filter, people, sinceMs, untilMs, calls } = selection
  const source: Source = sources[id]
  const { period } = source
  const cutMs = sql.raw(source.cutMs ?? source.atMs)
  if (calls !== undefined && id !== 'calls') throw new RangeError(`rows of ${id} are no calls`)
  return [
    ...(period === 'ms' ? inMoments(source, moments) : [inDays(period.day, days)]),
    ...(source.always ? [sql.raw(source.always)] : []),
    ...(sinceMs === undefined ? [] : [sql`${cutMs} >= ${sinceMs}`]),
    ...(untilMs === undefined ? [] : [sql`${cutMs} < ${untilMs}`]),
    ...(people === null ? [] : [rowsOf(source, { people, moments })]),
    ...(calls === undefined ? [] : pickedCalls(calls, moments)),
    ...picked(source.filters, filter, id),
  ]
}

function inMoments({ atMs, callAtMs }: Source, { fromMs, toMs }: Selection['moments']): RawBuilder<unknown>[] {
  const at = sql.raw(atMs)
  if (callAtMs === undefined) return [sql`${at} >= ${fromMs} and ${at} < ${toMs}`]
  const began = sql.raw(callAtMs)
  return [
    sql`${at} >= ${fromMs} and ${at} < ${toMs + longestCallMs}`,
    sql`case when ${at} >= ${fromMs + longestCallMs} and ${at} < ${toMs} then 1
      when ${began} >= ${fromMs} and ${began} < ${toMs} then 1 else 0 end = 1`,
  ]
}

const inDays = (column: string, { fromDay, toDay }: Days): RawBuilder<unknown> =>
  fromDay === toDay ? sql`${sql.raw(column)} = ${fromDay}` : sql`${sql.raw(column)} between ${fromDay} and ${toDay}`

function picked(columns: Source['filters'], filter: Selection['filter'], source: SourceId): RawBuilder<unknown>[] {
  // Left out, it would show what was not asked for: in the own report, other people's calls.
  const unknown = filterNames(filter).find((name) => columns[name] === undefined)
  if (unknown !== undefined) throw new RangeError(`rows of ${source} cannot be picked by ${unknown}`)
  const conditions: RawBuilder<unknown>[] = []
  const one = (column: string | undefined, values: readonly string[] | undefined) => {
    if (values && column) conditions.push(sql`${sql.raw(column)} in (${sql.join(values)})`)
  }
  one(columns.queues, filter.queues)
  one(columns.direction, filter.direction === undefined ? undefined : [filter.direction])
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
