import { type ExpressionBuilder, sql } from 'kysely'
import { z } from 'zod'
import { Alarm, type AlarmRecord, addDays, type RouteReply, type RouteRequest, type Routes } from '../contract/index.ts'
import { startOfDay } from '../site-time.ts'
import type { Db } from '../store/index.ts'
import type { Database } from '../store/schema.ts'

export interface Told {
  readonly alarm: Alarm
  readonly userId: string
  readonly userName: string
  readonly atMs: number
}

const judgedKey = 'alarmsJudgedAtMs'

/** Every alarm there was, and who was told. */
export class AlarmStore {
  readonly #db: Db

  constructor({ db }: { db: Db }) {
    this.#db = db
  }

  /** As it is now, whether it is there already or not. */
  async put(alarm: Alarm, db: Db = this.#db): Promise<void> {
    await db
      .insertInto('alarms')
      .values({
        id: alarm.id,
        kind: alarm.kind,
        queue_number: alarm.queue?.number ?? null,
        queue_name: alarm.queue?.name ?? null,
        operator_id: alarm.operator?.id ?? null,
        operator_name: alarm.operator?.name ?? null,
        began_at_ms: alarm.beganAtMs,
        ...changing(alarm),
      })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changing(alarm)))
      .execute()
  }

  /** Up to now those that stand do stand. */
  async noteJudged(atMs: number): Promise<void> {
    const row = { value: JSON.stringify(atMs), updated_at_ms: atMs }
    await this.#db
      .insertInto('settings')
      .values({ key: judgedKey, ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute()
  }

  async tell(told: readonly Told[]): Promise<void> {
    const rows = told.map(({ alarm, userId, userName, atMs }) => ({
      alarm_id: alarm.id,
      user_id: userId,
      level: alarm.level,
      user_name: userName,
      at_ms: atMs,
    }))
    await this.#db
      .insertInto('alarm_told')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['alarm_id', 'user_id', 'level']).doNothing())
      .execute()
  }

  async find(id: string): Promise<Alarm | null> {
    const row = await this.#db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? alarmOf(row) : null
  }

  /** Those that have not ended, with whom they were told; `judgedAtMs`: when they were judged last, as far as it was noted. */
  async standing(): Promise<{
    alarms: Alarm[]
    told: { alarmId: string; userId: string; level: Alarm['level'] }[]
    judgedAtMs: number | null
  }> {
    const rows = await this.#db.selectFrom('alarms').selectAll().where('ended_at_ms', 'is', null).orderBy('began_at_ms').execute()
    const told = await this.#toldOf(rows.map(({ id }) => id))
    const noted = await this.#db.selectFrom('settings').select('value').where('key', '=', judgedKey).executeTakeFirst()
    return {
      judgedAtMs: noted ? z.number().parse(JSON.parse(noted.value)) : null,
      alarms: rows.map(alarmOf),
      told: told.map(({ alarm_id, user_id, level }) => ({ alarmId: alarm_id, userId: user_id, level })),
    }
  }

  async log(asked: RouteRequest<Routes['alarmLog']>['query'], timeZone: string): Promise<RouteReply<Routes['alarmLog']>> {
    const where = ({ and, or, eb }: ExpressionBuilder<Database, 'alarms'>) =>
      and([
        ...(asked.state === 'standing'
          ? [eb('ended_at_ms', 'is', null)]
          : [
              eb('began_at_ms', '>=', startOfDay(asked.fromDay, timeZone)),
              eb('began_at_ms', '<', startOfDay(addDays(asked.toDay, 1), timeZone)),
            ]),
        ...(asked.kind ? [eb('kind', '=', asked.kind)] : []),
        ...(asked.level ? [eb('level', '=', asked.level)] : []),
        ...(asked.queue ? [or([eb('queue_number', '=', asked.queue), eb('queue_number', 'is', null)])] : []),
        ...(asked.state === 'open' ? [eb('acknowledged_at_ms', 'is', null)] : []),
      ])
    const rows = await this.#db
      .selectFrom('alarms')
      .selectAll()
      .where(where)
      .orderBy('began_at_ms', 'desc')
      .orderBy('id')
      .limit(asked.limit)
      .offset(asked.offset)
      .execute()
    const { total } = await this.#db
      .selectFrom('alarms')
      .select(sql<number>`count(*)`.as('total'))
      .where(where)
      .executeTakeFirstOrThrow()
    const told = Map.groupBy(await this.#toldOf(rows.map(({ id }) => id)), ({ alarm_id }) => alarm_id)
    const alarms = rows.map((row): AlarmRecord => {
      const known = told.get(row.id) ?? []
      return { ...alarmOf(row), told: known.map(({ user_name, level, at_ms }) => ({ name: user_name, level, atMs: at_ms })) }
    })
    return { alarms, total: Number(total) }
  }

  async #toldOf(ids: readonly string[]) {
    if (ids.length === 0) return []
    return this.#db
      .selectFrom('alarm_told')
      .selectAll()
      .where('alarm_id', 'in', ids)
      .orderBy('at_ms')
      .orderBy('user_name')
      .execute()
  }
}

const changing = ({ level, limit, worst, criticalAtMs, endedAtMs, acknowledged }: Alarm) => ({
  level,
  limit_value: limit,
  worst_value: worst,
  critical_at_ms: criticalAtMs,
  ended_at_ms: endedAtMs,
  acknowledged_by: acknowledged?.byName ?? null,
  acknowledged_at_ms: acknowledged?.atMs ?? null,
})

function alarmOf(row: Database['alarms']): Alarm {
  const { queue_number, queue_name, operator_id, operator_name, acknowledged_by, acknowledged_at_ms } = row
  return Alarm.parse({
    id: row.id,
    kind: row.kind,
    level: row.level,
    queue: queue_number === null ? null : { number: queue_number, name: queue_name ?? queue_number },
    operator: operator_id === null ? null : { id: operator_id, name: operator_name ?? operator_id },
    limit: row.limit_value,
    worst: row.worst_value,
    beganAtMs: row.began_at_ms,
    criticalAtMs: row.critical_at_ms,
    endedAtMs: row.ended_at_ms,
    acknowledged: acknowledged_at_ms === null ? null : { byName: acknowledged_by ?? '', atMs: acknowledged_at_ms },
  })
}
