import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import {
  type FloorToday,
  firstServer,
  type LoadOfDay,
  type PbxStatus,
  recentMs,
  type VisitFigures,
} from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { QueueNames } from '../../settings/queue-names.ts'
import { siteDay, startOfDay } from '../../site-time.ts'
import type { Disposer, Telephony } from '../../telephony/telephony.ts'
import { type Buckets, siteBuckets } from '../fold/buckets.ts'
import { judgeVisit } from '../fold/judge-visit.ts'
import { type QueueRule, ruleBook } from '../fold/rules.ts'
import type { WorkTimes } from '../fold/work-time.ts'
import { lostOutcomes, metricOf, noSums } from '../metrics/index.ts'
import type { SqlText } from '../queries/sql-text.ts'
import type { RecordReader } from '../readers/read-pool.ts'
import { Expectation, hoursOfDay } from './expectation.ts'
import { HeardTimes } from './heard-times.ts'
import { type LiveVisit, LiveVisits } from './live-visits.ts'
import { type FromRecord, HourRow, hoursQuestion, VisitRow, type VisitSums, visitsQuestion } from './visit-rows.ts'

export interface TodayVisitsDeps {
  readonly reader: RecordReader
  readonly telephony: Pick<Telephony, 'onEvents' | 'onStatus' | 'status' | 'state'>
  readonly queueNames: QueueNames
  /** Rules that visits are judged by, as the import has them. */
  readonly rules: () => readonly QueueRule[]
  /** When queues are open: days of other hours, and holidays, are of another kind. */
  readonly workTimes: { all(): WorkTimes }
  /** Up to when the record was read, null: not yet; `ImportProgress.caughtUpAtMs`. */
  readonly recordReadAtMs: () => number | null
  readonly clock: Clock
  /** IANA name of the zone the site's day is in. */
  readonly timeZone: string
  readonly logger: Logger
}

const refreshMs = 15_000
/** While the record is behind. */
const soonMs = 3_000
/** What Asterisk writes down may be seen by the import so much later. */
const writtenLateMs = 5_000
/** How far Asterisk's clock may be behind ours. */
const clockSlackMs = 10_000

interface FromTheRecord {
  readonly day: number
  /** Visits that began before are the record's, the others AMI's. */
  readonly untilMs: number
  readonly hours: readonly HourRow[]
  /** Of the last half an hour, one by one. */
  readonly recent: readonly VisitRow[]
}

/** What AMI alone tells, as it was judged last. */
interface Built {
  readonly of: { readonly revision: number; readonly fromMs: number; readonly rules: readonly QueueRule[] }
  /** From here on it is another one though nothing is heard. */
  readonly dueMs: number
  readonly visits: readonly VisitRow[]
  readonly hours: readonly (HourRow & { readonly day: number })[]
}

/**
 * Visits of today, each from one place: those that began before `untilMs` from the record, which has their ends, the rest from
 * AMI. The border follows the record, so that what AMI alone tells is of minutes; without a record it stays where the link
 * to Asterisk began.
 *
 *     ─────────── record ───────────│untilMs│──── AMI ────▶ now
 *            ▲ read again every 15 s    └─ before any visit that goes on, or ended after the record was read
 */
export class TodayVisits {
  readonly #deps: TodayVisitsDeps
  readonly #live = new LiveVisits()
  readonly #buckets: (ms: number) => Buckets
  readonly #expectation: Expectation
  #record: FromTheRecord | null = null
  readonly #heard = new HeardTimes()
  #built: Built | null = null
  #disposers: Disposer[] = []
  #cancel: Disposer = () => undefined
  #reading: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: TodayVisitsDeps) {
    this.#deps = deps
    this.#buckets = siteBuckets(deps.timeZone)
    this.#expectation = new Expectation({ ...deps, rows: (text, row) => this.#rows(text, row) })
  }

  start(): void {
    const { telephony } = this.#deps
    this.#disposers = [
      telephony.onStatus((status, server) => this.#linkIs(server, status)),
      telephony.onEvents((events, server) => {
        if (this.#heard.isUp(server)) this.#live.hear(events, server)
      }),
    ]
    this.#linkIs(firstServer, telephony.status(firstServer))
    this.#refresh()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    for (const dispose of this.#disposers.splice(0)) dispose()
    await this.#reading
  }

  /** How many visits are kept beside the record. */
  kept(): number {
    return this.#live.since(0).length
  }

  /** Whether the figures of the last half an hour lack calls of this Asterisk server. */
  lacksRecent(server: string): boolean {
    const nowMs = this.#deps.clock.nowMs()
    return this.#heard.missingOf(server, { recordMs: this.#record?.untilMs ?? null, fromMs: nowMs - recentMs, nowMs }) !== null
  }

  /** Resolves when what is being read has been read. */
  idle(): Promise<void> {
    return this.#reading
  }

  figures(): FloorToday {
    const { clock, queueNames, telephony, timeZone } = this.#deps
    const nowMs = clock.nowMs()
    const day = siteDay(nowMs, timeZone)
    const today = new Tally()
    for (const row of this.#hours(day, nowMs)) today.add(row.queue, row)
    const recent = new Tally()
    for (const row of this.#recent(nowMs)) recent.add(row.queue, row)
    const numbers = new Set([...telephony.state().queues.keys(), ...today.queues(), ...recent.queues()])
    return {
      day,
      today: today.of(null),
      recent: recent.of(null),
      queues: [...numbers]
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .map((number) => ({ number, name: queueNames.name(number), today: today.of(number), recent: recent.of(number) })),
      missing: this.#missing(nowMs, startOfDay(day, timeZone)),
    }
  }

  /** Today hour by hour, of one queue or (null) all, beside what days of the same kind lead to expect. */
  async load(queue: string | null): Promise<LoadOfDay> {
    const { clock, timeZone } = this.#deps
    const nowMs = clock.nowMs()
    const day = siteDay(nowMs, timeZone)
    const expected = (await this.#expectation.of(day, nowMs))(queue)
    const byHour = new Map<number, Tally>()
    for (const row of this.#hours(day, nowMs)) {
      if (queue !== null && row.queue !== queue) continue
      const tally = byHour.get(row.hourMs) ?? new Tally()
      tally.add(row.queue, row)
      byHour.set(row.hourMs, tally)
    }
    return {
      day,
      hours: hoursOfDay(day, timeZone).map(({ hourMs, hourOfDay }) => {
        const { offered, answered, lost } = (byHour.get(hourMs) ?? new Tally()).of(null)
        return { hourMs, hourOfDay, offered, answered, lost, expected: expected.mean(hourOfDay) }
      }),
      holiday: expected.holiday,
      expectedFrom: [...expected.days],
      emptyDays: [...expected.emptyDays],
      otherDays: [...expected.otherDays],
    }
  }

  #linkIs(server: string, { state, problem }: PbxStatus): void {
    const nowMs = this.#deps.clock.nowMs()
    const wasUp = this.#heard.isUp(server)
    if (problem === 'notConfigured') this.#heard.forget(server)
    else if (state === 'up') this.#heard.up(server, nowMs)
    else this.#heard.away(server, nowMs, this.#record?.untilMs ?? null)
    if (wasUp && !this.#heard.isUp(server)) this.#live.missedSome(server)
  }

  #missing(nowMs: number, dayFromMs: number): FloorToday['missing'] {
    return this.#heard.missing({ recordMs: this.#record?.untilMs ?? null, fromMs: dayFromMs, nowMs })
  }

  *#hours(day: number, nowMs: number): Generator<HourRow> {
    if (this.#record?.day === day) yield* this.#record.hours
    for (const row of this.#liveRows(nowMs).hours) if (row.day === day) yield row
  }

  *#recent(nowMs: number): Generator<VisitRow> {
    for (const row of this.#record?.recent ?? []) if (row.enteredMs >= nowMs - recentMs) yield row
    for (const row of this.#liveRows(nowMs).visits) if (row.enteredMs >= nowMs - recentMs) yield row
  }

  /** Made anew only when something was heard or set, or somebody's target is over. */
  #liveRows(nowMs: number): Built {
    const of = { revision: this.#live.revision(), fromMs: this.#record?.untilMs ?? 0, rules: this.#deps.rules() }
    if (this.#built && nowMs < this.#built.dueMs && isDeepStrictEqual(this.#built.of, of)) return this.#built
    const rule = ruleBook(of.rules)
    const visits: VisitRow[] = []
    const hours = new Map<string, HourRow & { readonly day: number }>()
    let dueMs = Number.POSITIVE_INFINITY
    for (const visit of this.#live.since(of.fromMs)) {
      const { row, decidedMs } = visitRow(visit, rule(visit.queue, visit.enteredMs), nowMs)
      visits.push(row)
      if (decidedMs !== null) dueMs = Math.min(dueMs, decidedMs)
      const { day, hour_ms: hourMs } = this.#buckets(row.enteredMs)
      const key = `${hourMs} ${row.queue}`
      hours.set(key, { queue: row.queue, day, hourMs, ...sumOf(hours.get(key) ?? nothing, row) })
    }
    this.#built = { of, dueMs, visits, hours: [...hours.values()] }
    return this.#built
  }

  #refresh(): void {
    this.#reading = this.#readRecord()
      .catch((error: unknown) => {
        // Reports say so too; it is read again.
        if (!(error instanceof AppError)) this.#deps.logger.error({ err: error }, 'the visits of today could not be read')
      })
      .then(() => {
        if (this.#stopped) return
        const behind = this.#missing(this.#deps.clock.nowMs(), 0) !== null
        this.#cancel = this.#deps.clock.after(behind ? soonMs : refreshMs, () => this.#refresh())
      })
  }

  async #readRecord(): Promise<void> {
    const { clock, recordReadAtMs, timeZone } = this.#deps
    const nowMs = clock.nowMs()
    const day = siteDay(nowMs, timeZone)
    // Also while nothing is heard of the record, for hours or weeks.
    this.#live.forgetOver(Math.min(startOfDay(day, timeZone), nowMs - recentMs))
    const readAtMs = recordReadAtMs()
    if (readAtMs === null) return
    const hasAllMs = readAtMs - writtenLateMs
    const unsettledMs = this.#live.unsettledFromMs(hasAllMs) ?? hasAllMs
    // Never back: those before are forgotten.
    const untilMs = Math.max(this.#record?.untilMs ?? 0, Math.floor(Math.min(hasAllMs, unsettledMs) / 1_000) * 1_000)
    const of = { day, untilMs, nowMs, without: this.#nearBorder(untilMs) }
    const [hours, recent] = await Promise.all([
      this.#rows(hoursQuestion(of), HourRow),
      this.#rows(visitsQuestion(of, nowMs - recentMs), VisitRow),
    ])
    this.#record = { day, untilMs, hours, recent }
    this.#live.forgetBefore(untilMs)
  }

  /** Visits AMI told of which a record by a clock that is behind would date before the border. */
  #nearBorder(untilMs: number): FromRecord['without'] {
    const near = this.#live.since(untilMs).filter(({ enteredMs }) => enteredMs < untilMs + clockSlackMs)
    return near.map(({ callKey, queue, enteredMs }) => ({ callKey, queue, fromMs: enteredMs - clockSlackMs }))
  }

  async #rows<T extends z.ZodType>(text: SqlText, row: T): Promise<z.output<T>[]> {
    return z.array(row).parse(await this.#deps.reader.rows(text))
  }
}

/** `decidedMs`: when the row is another one without anything being heard; null: never. */
function visitRow(visit: LiveVisit, rule: QueueRule, nowMs: number): { row: VisitRow; decidedMs: number | null } {
  const { queue, enteredMs, outcome, missedSome } = visit
  const { level } = judgeVisit(visit, rule)
  const decidedMs = enteredMs + rule.targetMs + 1
  const within = outcome === 'waiting' && nowMs < decidedMs
  // Somebody may have answered while the link was away.
  const undecided = within || (outcome === 'waiting' && missedSome)
  const row = {
    queue,
    enteredMs,
    offered: 1,
    answered: outcome === 'answered' ? 1 : 0,
    lost: lostEnds.has(outcome) ? 1 : 0,
    part: level.part,
    whole: undecided ? 0 : level.whole,
  }
  return { row, decidedMs: within && !missedSome ? decidedMs : null }
}
const lostEnds = new Set<LiveVisit['outcome']>(lostOutcomes)

const nothing: VisitSums = { offered: 0, answered: 0, lost: 0, part: 0, whole: 0 }

const sumOf = (a: VisitSums, b: VisitSums): VisitSums => ({
  offered: a.offered + b.offered,
  answered: a.answered + b.answered,
  lost: a.lost + b.lost,
  part: a.part + b.part,
  whole: a.whole + b.whole,
})

/** Sums by queue, and of all queues. */
class Tally {
  readonly #sums = new Map<string | null, VisitSums>()

  add(queue: string, row: VisitSums): void {
    for (const key of [queue, null]) {
      const sums = this.#sums.get(key) ?? nothing
      this.#sums.set(key, sumOf(sums, row))
    }
  }

  queues(): string[] {
    return [...this.#sums.keys()].filter((key) => key !== null)
  }

  of(queue: string | null): VisitFigures {
    const { offered, answered, lost, part, whole } = this.#sums.get(queue) ?? nothing
    const serviceLevel = metricOf('serviceLevel').compute({ ...noSums, levelPart: part, levelWhole: whole })
    return { offered, answered, lost, serviceLevel }
  }
}
