import { sql } from 'kysely'
import { z } from 'zod'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import {
  type BehindRow,
  type Days,
  dayCount,
  FilterName,
  type Grouping,
  intervalMinutes,
  isDay,
  isOfDay,
  longestIntervalDays,
  type ReportRequest,
  type ReportRow,
  type ReportTable,
  type RouteReply,
  type RouteRequest,
  type Routes,
  timeGroupings,
  type User,
} from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { siteDay } from '../site-time.ts'
import { beforeOf, besideKey, partsOf } from './comparison.ts'
import { type Buckets, siteBuckets } from './fold/buckets.ts'
import { type WorkTimes, workTimeBook } from './fold/work-time.ts'
import {
  addUp,
  isMetricId,
  type MetricId,
  metricIds,
  metricOf,
  noSums,
  type SumId,
  type Sums,
  sumOf,
  sumsFor,
} from './metrics/index.ts'
import { closedGroups } from './queries/closed-groups.ts'
import { reports } from './queries/definitions.ts'
import { intervalAt } from './queries/intervals.ts'
import { pageDays } from './queries/page-days.ts'
import {
  answers,
  daysQuestion,
  filterNames,
  type Group,
  type Selection,
  type SumsQuestion,
  sumsQuestions,
} from './queries/questions.ts'
import { rowSelection } from './queries/row-selection.ts'
import { rowsQuestion } from './queries/rows-question.ts'
import { dayOfCount } from './queries/site-clock.ts'
import { momentsOf } from './queries/site-days.ts'
import { type SqlText, sqlText } from './queries/sql-text.ts'
import { DayRows, longestDays, type StoredRow, StoredRows, UpTo, upToText } from './queries/stored-rows.ts'
import { heldDays, type Person, pickedPeople, type Tenures, tenuresOf } from './queries/tenures.ts'
import type { Ask, ReportReader, Rows } from './readers/read-pool.ts'
import { besideGroups, type GroupsQuestion, groupsOf } from './report-groups.ts'

export interface LedgerReportsDeps {
  readonly reader: ReportReader
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  /** When queues are open. */
  readonly workTimes: { all(): WorkTimes }
  /** Until they are whole, cards are read themselves. */
  readonly cardSums: { whole(): boolean }
  readonly clock: Clock
  /** IANA name of the zone the site's day is in. */
  readonly timeZone: string
}

/** The rows a figure counts. */
export interface Listing {
  readonly sum: SumId
  readonly selection: Selection
  readonly group: Group | null
}

interface Of {
  readonly days: Days
  readonly untilMs?: number
  readonly endMs?: number
  /** Only theirs; null: everybody's. */
  readonly people: readonly Person[] | null
}

/** The reports over the record. Everybody's are for overseers; an operator has the own one. */
export class LedgerReports {
  readonly #deps: LedgerReportsDeps
  readonly #site: { readonly timeZone: string; readonly buckets: (ms: number) => Buckets }

  constructor(deps: LedgerReportsDeps) {
    this.#deps = deps
    this.#site = { timeZone: deps.timeZone, buckets: siteBuckets(deps.timeZone) }
  }

  definitions(user: User): RouteReply<Routes['reportDefinitions']> {
    const { users, queueNames, clock, timeZone } = this.#deps
    const { times, holidays } = this.#deps.workTimes.all()
    // Without work time it is nought everywhere.
    const isShown = (figure: MetricId) => !ofWorkTime.has(figure) || times.length + holidays.length > 0
    const ids = Object.keys(reports)
      .filter(isReport)
      .filter((id) => mayRun(user, id))
    return {
      today: siteDay(clock.nowMs(), timeZone),
      timeZone,
      reports: ids.map((id) => {
        const { groupings, shown, more = [] } = reports[id]
        return {
          id,
          filters: filtersOf(id),
          groupings: [...groupings],
          figures: [...shown, ...more],
          shown: shown.filter(isShown),
        }
      }),
      figures: metricIds.map((id) => {
        const { unit, better, ru, en, opens } = metricOf(id)
        return { id, unit, better: better ?? null, ru, en, opens: opens !== null }
      }),
      queues: queueNames.all().map(({ number, name }) => ({ number, name })),
      operators: oversees(user)
        ? users
            .all()
            .flatMap(({ extension, name, role }) => (extension === null || role !== 'operator' ? [] : [{ extension, name }]))
        : [],
    }
  }

  /** Throws forbidden, invalidInput, busy. */
  async run(user: User, request: RouteRequest<Routes['runReport']>['body']): Promise<ReportTable> {
    const asked = this.#allowed(user, request)
    const figures = figuresOf(asked).filter((id) => request.figures?.includes(id) ?? true)
    const { groupBy } = asked
    const { clock, timeZone } = this.#deps
    const before = request.compare ? beforeOf(asked, { nowMs: clock.nowMs(), timeZone }) : null
    const tenures = tenuresOf(this.#deps.users)
    const people = this.#people(user, asked, tenures)
    const questions = this.#questions(asked, { days: asked, people }, { figures, tenures })
    const earlier = before && partsOf(before).flatMap((part) => this.#questions(asked, { ...part, people }, { figures, tenures }))
    const [upTo = [], ...answers] = await this.#ask([...questions, ...(earlier ?? [])], asked)
    const upToMs = UpTo.parse(upTo)[0]?.upToMs ?? null
    const now = groupsOf(questions, answers)
    const then = earlier && groupsOf(earlier, answers.slice(questions.length))
    const wanted = sumsFor(figures)
    const valuesOf = (sums: Sums) => Object.fromEntries(figures.map((id) => [id, metricOf(id).compute(sums)]))
    const placed =
      then && besideGroups(then, { beside: besideKey(groupBy, { now: asked, before: before.days, timeZone }), wanted })
    const keys = [...new Set([...now.keys(), ...(placed?.rows.keys() ?? [])])]
    const rows = keys.map((key): ReportRow => {
      const sumsBefore = placed?.rows.get(key)
      return {
        key,
        name: this.#nameOf(groupBy, key),
        values: valuesOf(now.get(key) ?? noSums),
        before: sumsBefore ? valuesOf(sumsBefore) : null,
      }
    })
    return {
      figures,
      rows: rows.sort((a, b) => inOrder(groupBy, figures[0], a, b)),
      total: valuesOf(addUp([...now.values()], wanted)),
      totalBefore: then && valuesOf(addUp([...then.values()], wanted)),
      before: before?.days ?? null,
      beforeUntilMs: before?.untilMs ?? null,
      beforeUnplaced: placed?.unplaced ?? false,
      closed: this.#closed(asked, keys),
      upToMs,
    }
  }

  /** Of the queues picked, else of all there are. */
  #closed({ groupBy, filter, ...days }: ReportRequest, keys: readonly (string | null)[]): string[] {
    const workTimes = this.#deps.workTimes.all()
    if (workTimes.times.length + workTimes.holidays.length === 0) return []
    const queues = filter.queues ?? this.#deps.queueNames.all().map(({ number }) => number)
    const book = workTimeBook(workTimes)
    return closedGroups(groupBy, { days, queues: queues.length > 0 ? queues : ['*'], book, keys, buckets: this.#site.buckets })
  }

  /** Throws forbidden, invalidInput, busy. */
  async behind(user: User, request: RouteRequest<Routes['behindFigure']>['body']): Promise<RouteReply<Routes['behindFigure']>> {
    const { sum, selection, group } = this.listing(user, request)
    const { offset, limit } = request
    const question = rowsQuestion(sum, { selection, group, offset, limit })
    if (!question) throw nothingBehind()
    const counts = daysQuestion(sum, { selection, group })
    const isCall = sumOf(sum).source !== 'callBacks'
    // Calls come in between two questions: the page is of the rows that were counted.
    return this.#deps.reader.snapshot(async (ask) => {
      if (!counts) {
        const [counted] = Counted.parse(await ask(question.count))
        return { rows: await this.#behindRows(ask, question.rows, isCall), total: counted?.counted ?? 0 }
      }
      const page = pageDays(DayRows.parse(await ask(counts)), { offset, limit })
      const rows =
        page.days.length > 0 ? rowsQuestion(sum, { selection, group, days: page.days, offset: page.offset, limit }) : null
      return { rows: rows ? await this.#behindRows(ask, rows.rows, isCall) : [], total: page.total }
    })
  }

  async #behindRows(ask: Ask, text: SqlText, isCall: boolean): Promise<BehindRow[]> {
    const tenures = tenuresOf(this.#deps.users)
    return StoredRows.parse(await ask(text)).map((one) => ({ ...this.#behindRow(one, tenures), isCall }))
  }

  /** Which rows lie behind a figure, for whoever may see it. Throws forbidden, invalidInput. */
  listing(user: User, request: ReportRequest & { figure: string; row?: string | null | undefined }): Listing {
    const asked = this.#allowed(user, request)
    const { figure, row } = request
    const sum = isMetricId(figure) && figuresOf(asked).includes(figure) ? metricOf(figure).opens : null
    if (!sum) throw nothingBehind()
    const tenures = tenuresOf(this.#deps.users)
    const people = this.#people(user, asked, tenures)
    // A row by operator is a person's, and no column of the record.
    if (asked.groupBy === 'operator' && typeof row === 'string') {
      const ofRow = people === null ? [tenures.of(row)] : people.filter(({ id }) => id === row)
      return { sum, selection: this.#selection(asked, { days: asked, people: ofRow }), group: null }
    }
    const selection = this.#selection(asked, { days: asked, people })
    if (row === undefined) return { sum, selection, group: null }
    const ofRow = rowSelection({ by: asked.groupBy, key: row }, { sum, selection, ...this.#site })
    if (!ofRow) throw nothingBehind()
    return { sum, ...ofRow }
  }

  async customerName(id: string): Promise<string | null> {
    const [row] = Named.parse(await this.#deps.reader.rows(sqlText(sql`select name from app.customers where id = ${id}`)))
    return row?.name ?? null
  }

  /** The request as this person may have it. An operator who asks for others is refused, not given something else. */
  #allowed<R extends ReportRequest>(user: User, request: R): R {
    if (!mayRun(user, request.report)) throw new AppError('forbidden', 'this report is for supervisors')
    if (!reports[request.report].groupings.includes(request.groupBy))
      throw new AppError('invalidInput', 'the report has no such grouping', { fields: { groupBy: 'unknown' } })
    const { fromDay, toDay } = request
    if (!isDay(fromDay) || !isDay(toDay) || fromDay > toDay || dayCount(request) > longestDays)
      throw new AppError('invalidInput', 'no such period', { fields: { toDay: 'invalid' } })
    if (intervalMinutes[request.groupBy] !== undefined && dayCount(request) > longestIntervalDays)
      throw new AppError('invalidInput', `by parts of hours a report is of ${longestIntervalDays} days at most`, {
        fields: { toDay: 'tooLong' },
      })
    if (request.report !== 'own') return request
    const own = new Set(this.#deps.users.extensionTimes(user.id).map(({ extension }) => extension))
    if (own.size === 0) throw new AppError('notConfigured', 'no extension is bound to this person')
    if (request.filter.operators?.some((extension) => !own.has(extension)))
      throw new AppError('forbidden', 'the own report is of oneself')
    return { ...request, filter: { ...request.filter, operators: [...own] } }
  }

  /** Whom the report is of: in the own one oneself, and only what is known to have been one's own; else who was picked; null: everybody. */
  #people({ id }: User, { report, filter }: ReportRequest, tenures: Tenures): readonly Person[] | null {
    const { users } = this.#deps
    if (report === 'own') return [{ id, times: users.extensionTimes(id) }]
    return pickedPeople(filter.operators, { users, tenures })
  }

  #selection(asked: ReportRequest, { days, untilMs, endMs, people }: Of): Selection {
    const { timeZone, clock, cardSums } = this.#deps
    const { operators: _, ...filter } = asked.filter
    return {
      cardSums: cardSums.whole(),
      timeZone,
      days: { fromDay: days.fromDay, toDay: days.toDay },
      moments: momentsOf(days, timeZone),
      filter,
      people,
      ...(asked.sinceMs !== undefined && { sinceMs: asked.sinceMs }),
      ...(untilMs !== undefined && { untilMs }),
      nowMs: clock.nowMs(),
      endMs: endMs ?? momentsOf(days, timeZone).toMs,
    }
  }

  /** The questions whose answers are the sums, from as many sources as the figures need. */
  #questions(
    asked: ReportRequest,
    of: Of,
    { figures, tenures }: { figures: readonly MetricId[]; tenures: Tenures },
  ): GroupsQuestion[] {
    const selection = this.#selection(asked, of)
    const { groupBy } = asked
    const byOperator = groupBy === 'operator'
    const { days, moments } = selection
    const handedOver = byOperator
      ? tenures.handedOverIn(moments).flatMap((person) => heldDays(person, { days, timeZone: this.#deps.timeZone }))
      : []
    const minutes = isOfDay(groupBy) ? intervalMinutes[groupBy] : undefined
    const keyOf = (key: string | null, { countsDays }: SumsQuestion) => {
      if (key === null) return key
      if (countsDays) return String(dayOfCount(Number(key)))
      if (minutes !== undefined) return String(intervalAt(Number(key), minutes, this.#site.buckets).minuteOfDay)
      return byOperator ? (tenures.holderIn(key, moments) ?? key) : key
    }
    return sumsQuestions(sumsFor(figures), { selection, groupBy, handedOver }).map((question) => ({
      ...question,
      keyOf: (key: string | null) => keyOf(key, question),
    }))
  }

  /** What the record is read up to, and the answers. What takes long is read side by side. */
  #ask(questions: readonly SumsQuestion[], days: Days): Promise<readonly Rows[]> {
    const { reader } = this.#deps
    const texts = [upToText, ...questions.map(({ text }) => text)]
    const short = questions.every(({ quickDays }) => dayCount(days) <= quickDays)
    return short ? reader.together(texts) : Promise.all(texts.map((text) => reader.rows(text)))
  }

  #nameOf(groupBy: Grouping, key: string | null): string | null {
    if (key === null) return null
    if (groupBy === 'queue') return this.#deps.queueNames.name(key)
    return groupBy === 'operator' ? (this.#deps.users.byId(key)?.name ?? key) : null
  }

  /** Cards know people, the record extensions: named by whose it was. */
  #operatorName(operator: string, atMs: number, tenures: Tenures): string {
    const { users } = this.#deps
    return (users.byId(operator) ?? users.byId(tenures.holderAt(operator, atMs)))?.name ?? operator
  }

  #behindRow(row: StoredRow, tenures: Tenures): Omit<BehindRow, 'isCall'> {
    return {
      id: `${row.call_key}:${row.n}`,
      callKey: row.call_key,
      atMs: row.at_ms,
      direction: row.direction,
      number: row.number,
      customerName: row.customer_name,
      queue: row.queue === null || row.queue === '' ? null : { number: row.queue, name: this.#deps.queueNames.name(row.queue) },
      operatorName: row.operator === null ? null : this.#operatorName(row.operator, row.at_ms, tenures),
      outcome: row.outcome,
      cause: row.cause,
      position: row.position,
      waitMs: row.wait_ms,
      talkMs: row.talk_ms,
      score: row.score,
      tries: row.tries,
      reachedAtMs: row.reached_at_ms,
      cardId: row.card_id,
    }
  }
}

const nothingBehind = () => new AppError('invalidInput', 'nothing lies behind that figure', { fields: { figure: 'unknown' } })

const ofWorkTime = new Set<MetricId>(['outOfHours', 'missedOutOfHours'])
const isReport = (id: string): id is keyof typeof reports => Object.hasOwn(reports, id)
const oversees = (user: User): boolean => user.role !== 'operator'
const mayRun = (user: User, id: ReportRequest['report']): boolean =>
  id === 'own' ? user.extension !== null || !oversees(user) : oversees(user)

/** What this grouping and these filters can tell. */
function figuresOf({ report, groupBy, filter }: ReportRequest): MetricId[] {
  const { shown, more = [] } = reports[report]
  return [...shown, ...more].filter((id) => tells(id, groupBy, filterNames(filter)))
}

const tells = (id: MetricId, groupBy: Grouping, picked: readonly FilterName[]): boolean =>
  metricOf(id).needs.every((sum) => answers(sumOf(sum).source, groupBy, picked))

/** Filters that leave the report's first figure: without it the rest says little. */
function filtersOf(report: ReportRequest['report']): FilterName[] {
  const { groupings, shown, notBy = [] } = reports[report]
  const [groupBy] = groupings
  const [first] = shown
  return FilterName.options.filter((name) => first !== undefined && tells(first, groupBy, [name]) && !notBy.includes(name))
}

/** Named by each screen in its language: here they have codes, whose order says nothing. */
const subjects: ReadonlySet<Grouping> = new Set(['category', 'result', 'cause', 'pauseReason'])

/** Times in their order, people and queues by name, subjects by what there is the most of, the group of none last. */
function inOrder(groupBy: Grouping, figure: string | undefined, a: ReportRow, b: ReportRow): number {
  if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
  if (timeGroupings.has(groupBy) || groupBy === 'score') return Number(a.key) - Number(b.key)
  const amount = ({ values }: ReportRow) => (figure === undefined ? 0 : (values[figure] ?? 0))
  if (subjects.has(groupBy) && amount(a) !== amount(b)) return amount(b) - amount(a)
  return byName.compare(a.name ?? a.key, b.name ?? b.key)
}
/** Kept: to make one takes longer than to compare a hundred names. */
const byName = new Intl.Collator('ru', { numeric: true })

const Counted = z.array(z.object({ counted: z.coerce.number() }))
const Named = z.array(z.object({ name: z.string() }))
