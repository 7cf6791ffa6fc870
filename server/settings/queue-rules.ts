import { randomUUID } from 'node:crypto'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { type AuditAction, builtInRule, isDay, LevelFormula, type QueueRule, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import { siteDay, startOfDay } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'

interface QueueRulesDeps {
  readonly db: Db
  readonly clock: Clock
  readonly timeZone: string
}

/** As the import wants it: valid from a moment on. */
interface DatedRule extends Omit<QueueRule, 'fromDay'> {
  readonly validFromMs: number
}

/** Of queues nobody has set anything for, since ever. */
const builtIn: DatedRule = { queue: '*', validFromMs: 0, ...builtInRule }
const keyOf = (queue: string, validFromMs: number): string => `${validFromMs} ${queue}`

/** What visits to queues are judged by, from which day on: in the database, read from memory. */
export class QueueRules {
  readonly #deps: QueueRulesDeps
  readonly #rules = new Map<string, DatedRule>()
  readonly #listeners = new Set<() => void>()

  constructor(deps: QueueRulesDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    for (const row of await this.#deps.db.selectFrom('record_rules').selectAll().execute())
      this.#keep({
        queue: row.queue,
        validFromMs: row.valid_from_ms,
        targetMs: row.target_ms,
        shortMs: row.short_ms,
        formula: LevelFormula.parse(row.formula),
      })
  }

  /** In one order, whichever way they came; the built-in one is among them until another takes its place. */
  dated(): readonly DatedRule[] {
    const rules = [...this.#rules.values()]
    if (!this.#rules.has(keyOf(builtIn.queue, 0))) rules.push(builtIn)
    return rules.sort((a, b) => (a.queue === b.queue ? b.validFromMs - a.validFromMs : a.queue < b.queue ? -1 : 1))
  }

  all(): QueueRule[] {
    const { timeZone } = this.#deps
    return this.dated().map(({ validFromMs, ...rule }) => ({
      ...rule,
      fromDay: validFromMs === 0 ? null : siteDay(validFromMs, timeZone),
    }))
  }

  today(): number {
    return siteDay(this.#deps.clock.nowMs(), this.#deps.timeZone)
  }

  /** Throws invalidInput: of a day that is over only with `recount`. */
  async save(user: User, { fromDay, recount, ...rule }: QueueRule & { recount: boolean }): Promise<void> {
    const dated: DatedRule = { ...rule, validFromMs: this.#moment(fromDay, recount) }
    const { queue, validFromMs, targetMs: target_ms, shortMs: short_ms, formula } = dated
    await this.#deps.db.transaction().execute(async (tx) => {
      const set = { target_ms, short_ms, formula }
      await tx
        .insertInto('record_rules')
        .values({ queue, valid_from_ms: validFromMs, ...set })
        .onConflict((conflict) => conflict.columns(['queue', 'valid_from_ms']).doUpdateSet(set))
        .execute()
      await this.#audit(tx, user, 'record.saveRule', { ...rule, fromDay })
    })
    this.#keep(dated)
    this.#tell()
  }

  /** Throws invalidInput as `save` does, notFound. */
  async remove(
    user: User,
    { queue, fromDay, recount }: Pick<QueueRule, 'queue' | 'fromDay'> & { recount: boolean },
  ): Promise<void> {
    const validFromMs = this.#moment(fromDay, recount)
    const rule = this.#rules.get(keyOf(queue, validFromMs))
    if (!rule) throw new AppError('notFound', 'no such rule')
    await this.#deps.db.transaction().execute(async (tx) => {
      await tx.deleteFrom('record_rules').where('queue', '=', queue).where('valid_from_ms', '=', validFromMs).execute()
      await this.#audit(tx, user, 'record.removeRule', { ...rule, fromDay })
    })
    this.#rules.delete(keyOf(queue, validFromMs))
    this.#tell()
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  #keep(rule: DatedRule): void {
    this.#rules.set(keyOf(rule.queue, rule.validFromMs), rule)
  }

  #moment(fromDay: number | null, recount: boolean): number {
    if (fromDay !== null && !isDay(fromDay)) throw refusal('invalid', 'no such day')
    if (!recount && (fromDay === null || fromDay < this.today()))
      throw refusal('past', 'the reports of days that are over would change')
    return fromDay === null ? 0 : startOfDay(fromDay, this.#deps.timeZone)
  }

  async #audit(tx: Db, user: User, action: AuditAction, details: QueueRule): Promise<void> {
    await writeAudit(tx, { id: randomUUID(), user, atMs: this.#deps.clock.nowMs(), action, subject: details.queue, details })
  }
}

const refusal = (reason: string, message: string): AppError =>
  new AppError('invalidInput', message, { fields: { fromDay: reason } })
