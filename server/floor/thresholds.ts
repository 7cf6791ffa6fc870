import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { z } from 'zod'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { type AlarmScope, AlarmThreshold, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'

const key = 'alarms'

/** Until somebody sets others. */
const builtIn: readonly AlarmThreshold[] = [
  { kind: 'longestWait', scope: { of: 'eachQueue' }, warning: 60_000, critical: 180_000, afterMs: 0 },
]

export interface ThresholdsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly logger: Logger
}

/** When something is an alarm, as supervisors have set it: in the database, read from memory. */
export class Thresholds {
  readonly #deps: ThresholdsDeps
  #all: readonly AlarmThreshold[] = builtIn
  /** When they were written; 0: never. */
  #version = 0

  constructor(deps: ThresholdsDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const row = await this.#deps.db.selectFrom('settings').selectAll().where('key', '=', key).executeTakeFirst()
    if (!row) return
    this.#version = row.updated_at_ms
    this.#all = z
      .array(z.unknown())
      .parse(JSON.parse(row.value))
      .flatMap((one) => this.#readable(one))
  }

  /** One that another version wrote and this one does not know is no reason to be without phones. */
  #readable(stored: unknown): AlarmThreshold[] {
    const { success, data, error } = AlarmThreshold.safeParse(stored)
    if (success) return [data]
    const kind = z.object({ kind: z.string() }).safeParse(stored).data?.kind ?? null
    this.#deps.logger.error({ err: error, kind }, 'a threshold of an alarm is not understood and left out')
    return []
  }

  all(): readonly AlarmThreshold[] {
    return this.#all
  }

  version(): number {
    return this.#version
  }

  /** Throws invalidInput: one kind stands twice for the same; conflict: `baseVersion` is not what is saved now. */
  async save(user: User, thresholds: readonly AlarmThreshold[], baseVersion: number): Promise<void> {
    const judged = thresholds.map(({ kind, scope }) => `${kind} ${scopeKey(scope)}`)
    if (new Set(judged).size < judged.length)
      throw new AppError('invalidInput', 'one kind stands twice for the same', { fields: { thresholds: 'twice' } })
    const { db, clock } = this.#deps
    const updated_at_ms = Math.max(clock.nowMs(), baseVersion + 1)
    const value = JSON.stringify(thresholds)
    await db.transaction().execute(async (tx) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('settings')
        .values({ key, value, updated_at_ms })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ value, updated_at_ms }).where('settings.updated_at_ms', '=', baseVersion),
        )
        .executeTakeFirstOrThrow()
      // Two supervisors at once: the second would take back what the first has set, without having seen it.
      if (numInsertedOrUpdatedRows === 0n || this.#version !== baseVersion)
        throw new AppError('conflict', 'somebody else has changed the thresholds meanwhile')
      const details = { thresholds }
      await writeAudit(tx, {
        id: randomUUID(),
        user,
        atMs: updated_at_ms,
        action: 'alarms.saveThresholds',
        subject: key,
        details,
      })
    })
    this.#all = [...thresholds]
    this.#version = updated_at_ms
  }
}

const scopeKey = (scope: AlarmScope): string => (scope.of === 'queue' ? `queue ${scope.number}` : scope.of)
