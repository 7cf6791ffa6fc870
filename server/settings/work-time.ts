import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { type AuditEntry, writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { DayHours, type Holiday, isDay, type User, WorkTime } from '../contract/index.ts'
import { AppError, StartError } from '../errors.ts'
import { siteDay } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

interface WorkTimesDeps {
  readonly db: Db
  readonly clock: Clock
  readonly timeZone: string
}

type Dated = Pick<WorkTime, 'queue' | 'fromDay'>
type Kept = { readonly times: WorkTime[]; readonly holidays: Holiday[] }

const Week = WorkTime.shape.week
const byQueue = (a: { queue: string }, b: { queue: string }): number => (a.queue === b.queue ? 0 : a.queue < b.queue ? -1 : 1)
/** Days of the database are numbers: since ever is 0. */
const ever = 0

/** When queues are open, from which day on, and holidays: in the database, read from memory. */
export class WorkTimes {
  readonly #deps: WorkTimesDeps
  readonly #listeners = new Set<() => void>()
  #kept: Kept = { times: [], holidays: [] }

  constructor(deps: WorkTimesDeps) {
    this.#deps = deps
  }

  /** Throws StartError when the saved settings are damaged. */
  async start(): Promise<void> {
    await this.#read()
  }

  /** In one order, whichever way they came. */
  all(): Kept {
    return this.#kept
  }

  today(): number {
    return siteDay(this.#deps.clock.nowMs(), this.#deps.timeZone)
  }

  get timeZone(): string {
    return this.#deps.timeZone
  }

  /** Throws invalidInput: from a day that is over only with `recount`. */
  async save(user: User, { recount, ...time }: WorkTime & { recount: boolean }): Promise<void> {
    this.#refuseDay('fromDay', time.fromDay, recount)
    const { queue, fromDay, week, keepsHolidays } = time
    const set = { week: JSON.stringify(week), keeps_holidays: keepsHolidays ? 1 : 0 }
    await this.#change(user, { action: 'workTime.save', subject: queue, details: time }, (tx) =>
      tx
        .insertInto('work_times')
        .values({ queue, from_day: fromDay ?? ever, ...set })
        .onConflict((conflict) => conflict.columns(['queue', 'from_day']).doUpdateSet(set))
        .execute(),
    )
  }

  /** Throws invalidInput as `save` does, notFound. */
  async remove(user: User, { queue, fromDay, recount }: Dated & { recount: boolean }): Promise<void> {
    this.#refuseDay('fromDay', fromDay, recount)
    if (!this.#kept.times.some((time) => time.queue === queue && time.fromDay === fromDay))
      throw new AppError('notFound', 'no such work time')
    await this.#change(user, { action: 'workTime.remove', subject: queue, details: { fromDay } }, (tx) =>
      tx
        .deleteFrom('work_times')
        .where('queue', '=', queue)
        .where('from_day', '=', fromDay ?? ever)
        .execute(),
    )
  }

  /** Throws invalidInput: on a day that is over only with `recount`. */
  async saveHoliday(user: User, { recount, ...holiday }: Holiday & { recount: boolean }): Promise<void> {
    const { queue, day, name, hours } = holiday
    this.#refuseDay('day', day, recount)
    const set = { name, hours: JSON.stringify(hours) }
    await this.#change(user, { action: 'workTime.saveHoliday', subject: queue, details: holiday }, (tx) =>
      tx
        .insertInto('holidays')
        .values({ queue, day, ...set })
        .onConflict((conflict) => conflict.columns(['queue', 'day']).doUpdateSet(set))
        .execute(),
    )
  }

  /** Throws invalidInput as `saveHoliday` does, notFound. */
  async removeHoliday(user: User, { queue, day, recount }: Pick<Holiday, 'queue' | 'day'> & { recount: boolean }): Promise<void> {
    this.#refuseDay('day', day, recount)
    if (!this.#kept.holidays.some((holiday) => holiday.queue === queue && holiday.day === day))
      throw new AppError('notFound', 'no such holiday')
    await this.#change(user, { action: 'workTime.removeHoliday', subject: queue, details: { day } }, (tx) =>
      tx.deleteFrom('holidays').where('queue', '=', queue).where('day', '=', day).execute(),
    )
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #change(user: User, what: AuditEntry, change: (tx: Db) => Promise<unknown>): Promise<void> {
    const { db, clock } = this.#deps
    await db.transaction().execute(async (tx) => {
      await change(tx)
      await writeAudit(tx, { id: randomUUID(), user, atMs: clock.nowMs(), ...what })
    })
    await this.#read()
    for (const listener of [...this.#listeners]) listener()
  }

  async #read(): Promise<void> {
    const { db } = this.#deps
    const [times, holidays] = [
      await db.selectFrom('work_times').selectAll().execute(),
      await db.selectFrom('holidays').selectAll().execute(),
    ]
    this.#kept = {
      times: times
        .map(({ queue, from_day, week, keeps_holidays }) => ({
          queue,
          fromDay: from_day === ever ? null : from_day,
          week: stored(Week, week),
          keepsHolidays: keeps_holidays === 1,
        }))
        .sort((a, b) => byQueue(a, b) || (b.fromDay ?? ever) - (a.fromDay ?? ever)),
      holidays: holidays
        .map(({ queue, day, name, hours }) => ({ queue, day, name, hours: stored(DayHours, hours) }))
        .sort((a, b) => b.day - a.day || byQueue(a, b)),
    }
  }

  #refuseDay(field: 'fromDay' | 'day', day: number | null, recount: boolean): void {
    const refuse = (reason: string, message: string) => new AppError('invalidInput', message, { fields: { [field]: reason } })
    if (day !== null && !isDay(day)) throw refuse('invalid', 'no such day')
    if (!recount && (day === null || day < this.today())) throw refuse('past', 'the reports of days that are over would change')
  }
}

function stored<T extends z.ZodType>(shape: T, text: string): z.output<T> {
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    const message = 'The saved work time of queues in the database is damaged: restore the data folder from a backup.'
    throw new StartError(message, { cause })
  }
}
