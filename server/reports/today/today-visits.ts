import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { type FloorToday, firstServer, type LoadOfDay, recentMs, type VisitFigures } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { QueueNames } from '../../settings/queue-names.ts'
import { siteDay, startOfDay } from '../../site-time.ts'
import type { Disposer, Telephony } from '../../telephony/telephony.ts'
import { type Buckets, siteBuckets } from '../fold/buckets.ts'
import { judgeVisit } from '../fold/judge-visit.ts'
import { type QueueRule, ruleBook } from '../fold/rules.ts'
import { metricOf, noSums } from '../metrics/index.ts'
import type { SqlText } from '../queries/sql-text.ts'
import type { RecordReader } from '../readers/read-pool.ts'
import { Expectation, hoursOfDay } from './expectation.ts'
import { type LiveVisit, LiveVisits } from './live-visits.ts'
import { HourRow, hoursQuestion, VisitRow, type VisitSums, visitsQuestion } from './visit-rows.ts'

export interface TodayVisitsDeps {
  readonly reader: RecordReader
  readonly telephony: Pick<Telephony, 'onEvents' | 'onStatus' | 'status' | 'state'>
  readonly queueNames: QueueNames
  /** Rules that visits are judged by, as the import has them. */
  readonly rules: () => readonly QueueRule[]
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
/** Nobody is told of a time as short as this. */
const shortestMissingMs = 30_000

interface FromTheRecord {
  readonly day: number
  /** Visits that began before are the record's, the others AMI's. */
  readonly untilMs: number
  readonly hours: readonly HourRow[]
  /** Of the last half an hour, one by one. */
  readonly recent: readonly VisitRow[]
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
  /** Asterisk servers whose link is up. */
  readonly #up = new Set<string>()
  /** Since when all of them are heard; null: none is. */
  #heardFromMs: number | null = null
  #awayFromMs = 0
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
      telephony.onStatus(({ state }, server) => this.#linkIs(server, state === 'up')),
      telephony.onEvents((events, server) => {
        if (this.#up.has(server)) this.#live.hear(events, server)
      }),
    ]
    this.#linkIs(firstServer, telephony.status(firstServer).state === 'up')
    this.#refresh()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    for (const dispose of this.#disposers.splice(0)) dispose()
    await this.#reading
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

  /** Today hour by hour, of one queue or (null) all, beside what the same weekdays before lead to expect. Throws busy. */
  async load(queue: string | null): Promise<LoadOfDay> {
    const { clock, timeZone } = this.#deps
    const nowMs = clock.nowMs()
    const day = siteDay(nowMs, timeZone)
    const expected = await this.#expectation.of(day, nowMs)
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
        return { hourMs, hourOfDay, offered, answered, lost, expected: expected.mean(queue, hourOfDay) }
      }),
      expectedFrom: [...expected.days],
      emptyDays: [...expected.emptyDays],
    }
  }

  #linkIs(server: string, up: boolean): void {
    if (up === this.#up.has(server)) return
    const nowMs = this.#deps.clock.nowMs()
    if (up) {
      this.#up.add(server)
      // queue_log counts in whole seconds.
      this.#heardFromMs = Math.ceil(nowMs / 1_000) * 1_000
      return
    }
    this.#up.delete(server)
    this.#awayFromMs = nowMs
    if (this.#up.size === 0) this.#heardFromMs = null
    this.#live.missedSome()
  }

  #missing(nowMs: number, dayFromMs: number): FloorToday['missing'] {
    const toMs = this.#heardFromMs ?? nowMs
    const untilMs = this.#record?.untilMs ?? null
    if (untilMs === null) return toMs <= dayFromMs ? null : { fromMs: null, toMs }
    const fromMs = Math.max(untilMs, this.#awayFromMs, dayFromMs)
    const shortest = this.#heardFromMs === null ? shortestMissingMs : 0
    return toMs - fromMs > shortest ? { fromMs, toMs } : null
  }

  *#hours(day: number, nowMs: number): Generator<HourRow> {
    if (this.#record?.day === day) yield* this.#record.hours
    for (const row of this.#liveRows(nowMs)) {
      const at = this.#buckets(row.enteredMs)
      if (at.day === day) yield { ...row, hourMs: at.hour_ms }
    }
  }

  *#recent(nowMs: number): Generator<VisitRow> {
    for (const row of this.#record?.recent ?? []) if (row.enteredMs >= nowMs - recentMs) yield row
    for (const row of this.#liveRows(nowMs)) if (row.enteredMs >= nowMs - recentMs) yield row
  }

  #liveRows(nowMs: number): VisitRow[] {
    const rule = ruleBook(this.#deps.rules())
    return this.#live.since(this.#record?.untilMs ?? 0).map((visit) => visitRow(visit, rule(visit.queue, visit.enteredMs), nowMs))
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
    const readAtMs = recordReadAtMs()
    if (readAtMs === null) return
    const hasAllMs = readAtMs - writtenLateMs
    const unsettledMs = this.#live.unsettledFromMs(hasAllMs) ?? hasAllMs
    // Never back: those before are forgotten.
    const untilMs = Math.max(this.#record?.untilMs ?? 0, Math.floor(Math.min(hasAllMs, unsettledMs) / 1_000) * 1_000)
    const nowMs = clock.nowMs()
    const day = siteDay(nowMs, timeZone)
    const of = { day, untilMs, nowMs, without: this.#nearBorder(untilMs) }
    const [hours, recent] = await Promise.all([
      this.#rows(hoursQuestion(of), HourRow),
      this.#rows(visitsQuestion(of, nowMs - recentMs), VisitRow),
    ])
    this.#record = { day, untilMs, hours, recent }
    this.#live.forgetBefore(untilMs)
  }

  /** Visits AMI told of which a record by a clock that is behind would date before the border. */
  #nearBorder(untilMs: number): string[] {
    const near = this.#live.since(untilMs).filter(({ enteredMs }) => enteredMs < untilMs + clockSlackMs)
    return near.map(({ callKey, queue }) => `${callKey} ${queue}`)
  }

  async #rows<T extends z.ZodType>(text: SqlText, row: T): Promise<z.output<T>[]> {
    return z.array(row).parse(await this.#deps.reader.rows(text))
  }
}

function visitRow(visit: LiveVisit, rule: QueueRule, nowMs: number): VisitRow {
  const { queue, enteredMs, outcome } = visit
  const { level } = judgeVisit(visit, rule)
  const undecided = outcome === 'waiting' && nowMs - enteredMs <= rule.targetMs
  return {
    queue,
    enteredMs,
    offered: 1,
    answered: outcome === 'answered' ? 1 : 0,
    lost: lostOutcomes.has(outcome) ? 1 : 0,
    part: level.part,
    whole: undecided ? 0 : level.whole,
  }
}
/** As the sum `lost` has it. */
const lostOutcomes = new Set<LiveVisit['outcome']>(['abandoned', 'timeout', 'leftEmpty'])

const nothing: VisitSums = { offered: 0, answered: 0, lost: 0, part: 0, whole: 0 }

/** Sums by queue, and of all queues. */
class Tally {
  readonly #sums = new Map<string | null, VisitSums>()

  add(queue: string, row: VisitSums): void {
    for (const key of [queue, null]) {
      const sums = this.#sums.get(key) ?? nothing
      this.#sums.set(key, {
        offered: sums.offered + row.offered,
        answered: sums.answered + row.answered,
        lost: sums.lost + row.lost,
        part: sums.part + row.part,
        whole: sums.whole + row.whole,
      })
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
