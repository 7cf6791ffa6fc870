import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { type AuditAction, type Language, MailTrouble, ReportSchedule, type ScheduleState, type User } from '../contract/index.ts'
import type { Exports } from '../reports/index.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { MailAccounts } from './mail-settings.ts'
import { dueMailing, type Mailing, type MailingEvent, nextMailing } from './mailing.ts'
import { duesWithin, mostAtOnce, nextDue } from './schedule-times.ts'
import { MailError, type SendMail } from './smtp.ts'

export interface ReportMailDeps {
  readonly db: Db
  readonly clock: Clock
  readonly accounts: MailAccounts
  readonly exports: Pick<Exports, 'whole'>
  readonly send: SendMail
  /** When the record last had everything its sources have; null: not since the server's start. */
  readonly recordReadAtMs: () => number | null
  readonly timeZone: string
  readonly logger: Logger
}

/** Whoever made a schedule may be gone; what supervisors may see goes out. */
const sender: User = { id: 'report-mail', email: '', name: '', role: 'supervisor', extension: null, active: true }
/** Clocks are put right: no timer is trusted for longer. */
const longestWaitMs = 600_000
/** After a round that the database broke off. */
const brokenOffMs = 60_000
const shownMailings = 10
/** Of a schedule, besides what is not done with. What could fall due once more must be among them. */
export const keptMailings = 2 * mostAtOnce
/** A source that is away does not hold reports back for ever; then they say themselves how new their data is. */
export const longestRecordWaitMs = 3_600_000
const recordLookMs = 60_000

const words = {
  ru: { subject: 'Отчёт', attached: 'Отчёт во вложении.', auto: 'Письмо отправлено CallSync Central по расписанию.' },
  en: { subject: 'Report', attached: 'The report is attached.', auto: 'Sent by CallSync Central on schedule.' },
} as const satisfies Record<Language, unknown>

interface Row {
  readonly id: string
  readonly schedule: ReportSchedule
  readonly countsFromMs: number
  readonly createdByName: string
}

interface MailingRow extends Mailing {
  readonly scheduleId: string
  readonly period: string
  readonly fromDay: number
  readonly toDay: number
  readonly dueAtMs: number
}

interface Outcome {
  readonly event: MailingEvent
  readonly atMs: number
}

/**
 * Sends reports by their schedules. What is due is a row before anything is done about it, so a restart loses nothing and the key keeps
 * a period from being sent twice; what a crash leaves between the mail server's yes and ours goes out again as the same letter.
 * A row is only changed as long as it is as it was read: rounds and people write at the same time.
 */
export class ReportMail {
  readonly #deps: ReportMailDeps
  #timer: Disposer = () => undefined
  #work: Promise<void> = Promise.resolve()
  #stopped = true
  #startedAtMs = 0
  /** What became of letters, until their rows say it. */
  readonly #outcomes = new Map<string, Outcome>()

  constructor(deps: ReportMailDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#stopped = false
    this.#startedAtMs = this.#deps.clock.nowMs()
    this.#turn()
  }

  /** Waits for the letter under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer()
    await this.#work
  }

  /** Resolves when nothing more is to be done now. */
  idle(): Promise<void> {
    return this.#work
  }

  async all(): Promise<{ schedules: ScheduleState[]; canSend: boolean }> {
    const { clock, accounts, timeZone } = this.#deps
    const [rows, mailings, account] = await Promise.all([this.#schedules(), this.#mailings(), accounts.current()])
    return {
      schedules: rows.map(({ id, schedule, createdByName }) => ({
        id,
        schedule,
        createdByName,
        nextAtMs: schedule.active ? nextDue(schedule, clock.nowMs(), timeZone) : null,
        mailings: mailings
          .filter((one) => one.scheduleId === id)
          .slice(0, shownMailings)
          .map(({ scheduleId: _, period: __, dueAtMs: ___, ...mailing }) => mailing),
      })),
      canSend: account !== null,
    }
  }

  async save(user: User, id: string, schedule: ReportSchedule): Promise<void> {
    const { db, clock } = this.#deps
    const nowMs = clock.nowMs()
    const before = (await this.#schedules()).find((one) => one.id === id)
    const sameTimes = before?.schedule.active === true && schedule.active && timesOf(before.schedule) === timesOf(schedule)
    const old = sameTimes ? [] : (await this.#mailings('waiting')).filter((one) => one.scheduleId === id && one.dueAtMs <= nowMs)
    const row = { schedule: JSON.stringify(schedule), counts_from_ms: sameTimes ? before.countsFromMs : nowMs }
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('report_schedules')
        .values({ id, ...row, created_by_name: user.name, created_at_ms: nowMs })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute()
      for (const mailing of old) await this.#step(mailing, { kind: 'dropped' }, { db: tx })
      await this.#audit(tx, user, 'mail.saveSchedule', { id, schedule })
    })
    this.#turn()
  }

  async remove(user: User, id: string): Promise<void> {
    const row = (await this.#schedules()).find((one) => one.id === id)
    if (!row) return
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('report_mailings').where('schedule_id', '=', id).execute()
      await tx.deleteFrom('report_schedules').where('id', '=', id).execute()
      await this.#audit(tx, user, 'mail.removeSchedule', row)
    })
  }

  /** Tries at once what waits or was given up. */
  async retry(user: User, id: string): Promise<void> {
    const row = (await this.#schedules()).find((one) => one.id === id)
    if (!row) return
    const unsent = (await this.#mailings('waiting', 'failed')).filter(({ scheduleId }) => scheduleId === id)
    await this.#deps.db.transaction().execute(async (tx) => {
      for (const mailing of unsent) await this.#step(mailing, { kind: 'asked' }, { db: tx })
      await this.#audit(tx, user, 'mail.sendNow', row)
    })
    this.#turn()
  }

  /** Reports leave the house by it: who sends what to whom is written down. */
  async #audit(tx: Db, user: User, action: AuditAction, { id, schedule }: Pick<Row, 'id' | 'schedule'>): Promise<void> {
    await writeAudit(tx, { id: randomUUID(), user, atMs: this.#deps.clock.nowMs(), action, subject: id, details: schedule })
  }

  /** One round after another, never two at once. */
  #turn(): void {
    if (this.#stopped) return
    this.#timer()
    this.#work = this.#work
      .then(() => this.#round())
      .catch((error: unknown) => {
        this.#deps.logger.error({ err: error }, 'reports could not be sent by e-mail')
        return this.#deps.clock.nowMs() + brokenOffMs
      })
      .then((nextAtMs) => {
        this.#timer()
        if (this.#stopped) return
        const { clock } = this.#deps
        const wait = Math.min(longestWaitMs, Math.max(1_000, nextAtMs - clock.nowMs()))
        this.#timer = clock.after(wait, () => this.#turn())
      })
  }

  /** Writes down what is due, sends what it is time for, and says when there is something to do again. */
  async #round(): Promise<number> {
    const { db, clock, timeZone } = this.#deps
    for (const mailing of await this.#mailings('sending')) await this.#settle(mailing)
    const schedules = (await this.#schedules()).filter(({ schedule }) => schedule.active)
    for (const { id, schedule, countsFromMs } of schedules) {
      const dues = duesWithin(schedule, { afterMs: countsFromMs, untilMs: clock.nowMs() }, timeZone)
      for (const { atMs, days, period } of dues)
        await db
          .insertInto('report_mailings')
          .values({
            schedule_id: id,
            period,
            from_day: days.fromDay,
            to_day: days.toDay,
            due_at_ms: atMs,
            ...columnsOf(dueMailing(atMs)),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
    }
    await this.#forgetOld()
    const waiting = await this.#mailings('waiting')
    let lookAtMs = Infinity
    for (const mailing of waiting.toReversed()) {
      const row = schedules.find(({ id }) => id === mailing.scheduleId)
      if (this.#stopped) break
      if (!row || mailing.nextAtMs === null || mailing.nextAtMs > clock.nowMs()) continue
      if (this.#recordHas(mailing)) await this.#send(row, mailing)
      else lookAtMs = clock.nowMs() + recordLookMs
    }
    const tries = (await this.#mailings('waiting')).flatMap((one) =>
      schedules.some(({ id }) => id === one.scheduleId) && (one.nextAtMs ?? 0) > clock.nowMs() ? (one.nextAtMs ?? []) : [],
    )
    return Math.min(lookAtMs, ...tries, ...schedules.map(({ schedule }) => nextDue(schedule, clock.nowMs(), timeZone)))
  }

  async #forgetOld(): Promise<void> {
    const finished = await this.#mailings('sent', 'failed', 'dropped')
    for (const [id, mailings] of Map.groupBy(finished, ({ scheduleId }) => scheduleId)) {
      const last = mailings[keptMailings]
      if (!last) continue
      await this.#deps.db
        .deleteFrom('report_mailings')
        .where('schedule_id', '=', id)
        .where('due_at_ms', '<=', last.dueAtMs)
        .where('state', 'in', ['sent', 'failed', 'dropped'])
        .execute()
    }
  }

  /** The calls up to when it fell due were read, or are not waited for any longer. */
  #recordHas({ dueAtMs }: MailingRow): boolean {
    const { clock, recordReadAtMs } = this.#deps
    return (recordReadAtMs() ?? 0) >= dueAtMs || clock.nowMs() >= Math.max(dueAtMs, this.#startedAtMs) + longestRecordWaitMs
  }

  async #send(row: Row, waiting: MailingRow): Promise<void> {
    const mailing = await this.#step(waiting, { kind: 'taken' })
    if (!mailing) return
    await this.#deliver(row, mailing)
    await this.#settle(mailing)
  }

  /** Has the row of a letter that was on its way say what became of it; a server before this one did not get so far. */
  async #settle(mailing: MailingRow): Promise<void> {
    const { event, atMs } = this.#outcomes.get(keyOf(mailing)) ?? { event: { kind: 'restarted' } as const, atMs: undefined }
    await this.#step(mailing, event, { atMs })
    this.#outcomes.delete(keyOf(mailing))
  }

  async #deliver({ id, schedule }: Row, mailing: MailingRow): Promise<void> {
    const { accounts, exports, send, clock, logger } = this.#deps
    const became = (event: MailingEvent) => this.#outcomes.set(keyOf(mailing), { event, atMs: clock.nowMs() })
    const { report, groupBy, filter, figures, language, format } = schedule
    try {
      const account = await accounts.current()
      if (!account) throw new MailError('notConfigured', 'no mail server is set')
      const content = {
        kind: 'report',
        report,
        groupBy,
        filter,
        fromDay: mailing.fromDay,
        toDay: mailing.toDay,
        compare: false,
        ...(figures && { figures }),
      } as const
      await exports.whole(sender, { content, format, language }, async ({ path, fileName, title, notes }) => {
        const attachment = { fileName, content: await readFile(path) }
        const t = words[language]
        const { refused } = await send(account, {
          to: schedule.recipients,
          subject: `${t.subject}: ${title}, ${notes[0] ?? ''}`,
          text: [title, ...notes, '', t.attached, '', t.auto].join('\n'),
          messageId: `${id}.${mailing.period.replace(':', '.')}@callsync`,
          attachment,
        })
        became({ kind: 'sent', trouble: refused.length > 0 ? { problem: 'refused', detail: '', refused: [...refused] } : null })
      })
    } catch (cause) {
      const problem = cause instanceof MailError ? cause.problem : 'report'
      const detail = cause instanceof Error ? cause.message : String(cause)
      logger.warn({ problem }, 'a report could not be sent by e-mail')
      // A file that could not be removed after it was sent makes no failure of the letter.
      if (!this.#outcomes.has(keyOf(mailing))) became({ kind: 'failed', trouble: { problem, detail, refused: [] } })
    }
  }

  /** null: it is no longer as it was read, or the event changes nothing. */
  async #step(
    mailing: MailingRow,
    event: MailingEvent,
    { db = this.#deps.db, atMs = this.#deps.clock.nowMs() }: { db?: Db; atMs?: number | undefined } = {},
  ): Promise<MailingRow | null> {
    const next = nextMailing(mailing, event, atMs)
    if (next === mailing) return null
    const { numUpdatedRows } = await db
      .updateTable('report_mailings')
      .set(columnsOf(next))
      .where('schedule_id', '=', mailing.scheduleId)
      .where('period', '=', mailing.period)
      .where('state', '=', mailing.state)
      .where('attempts', '=', mailing.attempts)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n ? { ...mailing, ...next } : null
  }

  async #schedules(): Promise<Row[]> {
    const rows = await this.#deps.db.selectFrom('report_schedules').selectAll().orderBy('created_at_ms').orderBy('id').execute()
    return rows.map((row) => ({
      id: row.id,
      schedule: ReportSchedule.parse(JSON.parse(row.schedule)),
      countsFromMs: Number(row.counts_from_ms),
      createdByName: row.created_by_name,
    }))
  }

  /** Newest first; without a state of all. */
  async #mailings(...states: readonly Mailing['state'][]): Promise<MailingRow[]> {
    const all = this.#deps.db.selectFrom('report_mailings').selectAll().orderBy('due_at_ms', 'desc')
    const rows = await (states.length === 0 ? all : all.where('state', 'in', states)).execute()
    const ms = (value: number | null) => (value === null ? null : Number(value))
    return rows.map((row) => ({
      scheduleId: row.schedule_id,
      period: row.period,
      fromDay: row.from_day,
      toDay: row.to_day,
      dueAtMs: Number(row.due_at_ms),
      state: row.state,
      attempts: row.attempts,
      nextAtMs: ms(row.next_at_ms),
      sentAtMs: ms(row.sent_at_ms),
      trouble: row.error === null ? null : troubleOf(row.error),
    }))
  }
}

const keyOf = ({ scheduleId, period }: MailingRow): string => `${scheduleId} ${period}`

function troubleOf(error: string): MailTrouble {
  try {
    return MailTrouble.parse(JSON.parse(error))
  } catch {
    // A text of before troubles had parts.
    return { problem: 'report', detail: error, refused: [] }
  }
}

const timesOf = ({ every, weekday, dayOfMonth, minuteOfDay }: ReportSchedule): string =>
  JSON.stringify([every, weekday, dayOfMonth, minuteOfDay])

const columnsOf = ({ state, attempts, nextAtMs, sentAtMs, trouble }: Mailing) => ({
  state,
  attempts,
  next_at_ms: nextAtMs,
  sent_at_ms: sentAtMs,
  error: trouble && JSON.stringify(trouble),
})
