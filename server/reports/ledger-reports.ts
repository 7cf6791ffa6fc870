import { sql } from 'kysely'
import { z } from 'zod'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import {
  BehindRow,
  type Days,
  dayCount,
  daysBefore,
  FilterName,
  type Grouping,
  isDay,
  type ReportRequest,
  type ReportRow,
  type ReportTable,
  type RouteReply,
  type RouteRequest,
  type Routes,
  type User,
} from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import { siteDay } from '../site-time.ts'
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
import { pageDays } from './queries/page-days.ts'
import {
  answers,
  daysQuestion,
  filterNames,
  type Own,
  rowsQuestion,
  type Selection,
  type SumsQuestion,
  sumsQuestions,
} from './queries/questions.ts'
import { momentsOf } from './queries/site-days.ts'
import { type SqlText, sqlText } from './queries/sql-text.ts'
import type { Ask, ReportReader, Rows } from './readers/read-pool.ts'

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
  readonly group: { readonly by: Grouping; readonly key: string | null } | null
}

interface When {
  readonly days: Days
  readonly own: Own | null
}

/** A report of ten years is a mistake, and a day that is none too. */
const longestDays = 3_700
/** The sums of so many are read before another thread is awake. */
const shortDays = 31

/** The reports over the record. Everybody's are for overseers; an operator has the own one. */
export class LedgerReports {
  readonly #deps: LedgerReportsDeps
  readonly #buckets: (ms: number) => Buckets

  constructor(deps: LedgerReportsDeps) {
    this.#deps = deps
    this.#buckets = siteBuckets(deps.timeZone)
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
    const before = request.compare ? daysBefore(asked) : null
    const own = this.#own(user, asked)
    const questions = this.#questions(asked, { days: asked, own }, figures)
    const earlier = before && this.#questions(asked, { days: before, own }, figures)
    const [upTo = [], ...answers] = await this.#ask([...questions, ...(earlier ?? [])], asked)
    const upToMs = UpTo.parse(upTo)[0]?.upToMs ?? null
    const now = groupsOf(questions, answers)
    const then = earlier && groupsOf(earlier, answers.slice(questions.length))
    const wanted = sumsFor(figures)
    const valuesOf = (sums: Sums) => Object.fromEntries(figures.map((id) => [id, metricOf(id).compute(sums)]))
    const comparable = then !== null && groupBy !== 'day' && groupBy !== 'hour'
    const keys = [...new Set([...now.keys(), ...(comparable ? then.keys() : [])])]
    const rows = keys.map((key): ReportRow => {
      const sumsBefore = comparable ? then.get(key) : undefined
      return {
        key,
        name: this.#nameOf(groupBy, key),
        values: valuesOf(now.get(key) ?? noSums),
        before: sumsBefore ? valuesOf(sumsBefore) : null,
      }
    })
    return {
      figures,
      rows: rows.sort((a, b) => inOrder(groupBy, a, b)),
      total: valuesOf(addUp([...now.values()], wanted)),
      totalBefore: then && valuesOf(addUp([...then.values()], wanted)),
      before,
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
    return closedGroups(groupBy, { days, queues: queues.length > 0 ? queues : ['*'], book, keys, buckets: this.#buckets })
  }

  /** Throws forbidden, invalidInput, busy. */
  async behind(user: User, request: RouteRequest<Routes['behindFigure']>['body']): Promise<RouteReply<Routes['behindFigure']>> {
    const { sum, selection, group } = this.listing(user, request)
    const { offset, limit } = request
    const question = rowsQuestion(sum, { selection, group, offset, limit })
    if (!question) throw nothingBehind()
    const counts = daysQuestion(sum, { selection, group })
    // Calls come in between two questions: the page is of the rows that were counted.
    return this.#deps.reader.snapshot(async (ask) => {
      if (!counts) {
        const [counted] = Counted.parse(await ask(question.total))
        return { rows: await this.#behindRows(ask, question.rows, selection.own), total: counted?.total ?? 0 }
      }
      const page = pageDays(DayRows.parse(await ask(counts)), { offset, limit })
      const rows =
        page.days.length > 0 ? rowsQuestion(sum, { selection, group, days: page.days, offset: page.offset, limit }) : null
      return { rows: rows ? await this.#behindRows(ask, rows.rows, selection.own) : [], total: page.total }
    })
  }

  async #behindRows(ask: Ask, text: SqlText, own: Own | null): Promise<BehindRow[]> {
    return StoredRows.parse(await ask(text)).map((one) => this.#behindRow(one, own))
  }

  /** Which rows lie behind a figure, for whoever may see it. Throws forbidden, invalidInput. */
  listing(user: User, request: ReportRequest & { figure: string; row?: string | null | undefined }): Listing {
    const asked = this.#allowed(user, request)
    const { figure, row } = request
    const sum = isMetricId(figure) && figuresOf(asked).includes(figure) ? metricOf(figure).opens : null
    if (!sum) throw nothingBehind()
    return {
      sum,
      selection: this.#selection(asked, { days: asked, own: this.#own(user, asked) }),
      group: row === undefined ? null : { by: asked.groupBy, key: row },
    }
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
    if (request.report !== 'own') return request
    const own = new Set(this.#deps.users.extensionTimes(user.id).map(({ extension }) => extension))
    if (own.size === 0) throw new AppError('notConfigured', 'no extension is bound to this person')
    if (request.filter.operators?.some((extension) => !own.has(extension)))
      throw new AppError('forbidden', 'the own report is of oneself')
    return { ...request, filter: { ...request.filter, operators: [...own] } }
  }

  #own({ id }: User, { report }: ReportRequest): Own | null {
    return report === 'own' ? { userId: id, times: this.#deps.users.extensionTimes(id) } : null
  }

  #selection(asked: ReportRequest, { days, own }: When): Selection {
    const { timeZone, clock, cardSums } = this.#deps
    return {
      cardSums: cardSums.whole(),
      days: { fromDay: days.fromDay, toDay: days.toDay },
      moments: momentsOf(days, timeZone),
      filter: asked.filter,
      own,
      ...(asked.sinceMs !== undefined && { sinceMs: asked.sinceMs }),
      nowMs: clock.nowMs(),
    }
  }

  /** The questions whose answers are the sums, from as many sources as the figures need. */
  #questions(asked: ReportRequest, when: When, figures: readonly MetricId[]): SumsQuestion[] {
    return sumsQuestions(sumsFor(figures), { selection: this.#selection(asked, when), groupBy: asked.groupBy })
  }

  /** What the record is read up to, and the answers. What takes long is read side by side. */
  #ask(questions: readonly SumsQuestion[], days: Days): Promise<readonly Rows[]> {
    const { reader } = this.#deps
    const texts = [upToText, ...questions.map(({ text }) => text)]
    const short = dayCount(days) <= shortDays && questions.every(({ kept }) => kept)
    return short ? reader.together(texts) : Promise.all(texts.map((text) => reader.rows(text)))
  }

  #nameOf(groupBy: Grouping, key: string | null): string | null {
    if (key === null) return null
    if (groupBy === 'queue') return this.#deps.queueNames.name(key)
    return groupBy === 'operator' ? this.#operatorName(key) : null
  }

  #operatorName(extension: string): string {
    const { users } = this.#deps
    return users.byExtension(extension)?.name ?? users.byId(extension)?.name ?? extension
  }

  /** An extension that was the reader's own may be another's by now: the row is the reader's. */
  #behindRow(row: z.output<typeof StoredRow>, own: Own | null): BehindRow {
    return {
      id: `${row.call_key}:${row.n}`,
      callKey: row.call_key,
      atMs: row.at_ms,
      direction: row.direction,
      number: row.number,
      customerName: row.customer_name,
      queue: row.queue === null || row.queue === '' ? null : { number: row.queue, name: this.#deps.queueNames.name(row.queue) },
      operatorName: row.operator === null ? null : this.#operatorName(own?.userId ?? row.operator),
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

/** The sums of each group. */
function groupsOf(questions: readonly SumsQuestion[], answers: readonly Rows[]): Map<string | null, Sums> {
  const groups = new Map<string | null, Record<SumId, number>>()
  for (const [at, { sums: wanted }] of questions.entries())
    for (const { group_key, ...amounts } of SumsRows.parse(answers[at])) {
      // A roll-up has rows for what another of its sums counted.
      if (wanted.every((id) => !amounts[id])) continue
      const key = group_key === null ? null : String(group_key)
      const sums = groups.get(key) ?? { ...noSums }
      for (const id of wanted) sums[id] = amounts[id] ?? 0
      groups.set(key, sums)
    }
  return groups
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

/** Times in their order, people and queues by name, the group of none last. */
function inOrder(groupBy: Grouping, a: ReportRow, b: ReportRow): number {
  if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
  if (timed.has(groupBy)) return Number(a.key) - Number(b.key)
  return byName.compare(a.name ?? a.key, b.name ?? b.key)
}
/** Kept: to make one takes longer than to compare a hundred names. */
const byName = new Intl.Collator('ru', { numeric: true })
const timed = new Set<Grouping>(['day', 'hour', 'hourOfDay', 'weekday', 'score'])

const upToText = sqlText(sql`select min(up_to_ms) as "upToMs" from import_state where kind <> 'cel'`)

const SumsRows = z.array(z.object({ group_key: z.union([z.string(), z.number()]).nullable() }).catchall(z.coerce.number()))
const UpTo = z.array(z.object({ upToMs: z.coerce.number().nullable() }))
const DayRows = z.array(z.object({ day: z.coerce.number(), counted: z.coerce.number() }))
const Counted = z.array(z.object({ total: z.coerce.number() }))
const Named = z.array(z.object({ name: z.string() }))
const StoredRow = z.object({
  call_key: z.string(),
  n: z.union([z.string(), z.number()]),
  at_ms: z.coerce.number(),
  direction: BehindRow.shape.direction,
  number: z.string(),
  customer_name: z.string().nullable(),
  queue: z.string().nullable(),
  operator: z.string().nullable(),
  outcome: z.string().nullable(),
  cause: BehindRow.shape.cause,
  position: z.number().nullable(),
  wait_ms: z.number().nullable(),
  talk_ms: z.number().nullable(),
  score: z.number().nullable(),
  tries: z.number().nullable(),
  reached_at_ms: z.number().nullable(),
  card_id: z.string().nullable(),
})
const StoredRows = z.array(StoredRow)
