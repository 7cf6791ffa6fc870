import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { writeAudit } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import type { Alarm, AlarmThreshold, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { AlarmStore, Told } from './alarm-store.ts'
import { alarmKey, type Floor, readingsOf } from './readings.ts'
import { isCalm, type Watched, watch, watchedAgain } from './watched.ts'

export interface AlarmsDeps {
  readonly db: Db
  readonly store: AlarmStore
  readonly thresholds: () => readonly AlarmThreshold[]
  readonly newId: () => string
  readonly clock: Clock
  readonly logger: Logger
}

/** The alarms that stand: judged in memory, each change and whoever is told of it written down. */
export class Alarms {
  readonly #deps: AlarmsDeps
  readonly #watched = new Map<string, Watched>()
  readonly #told = new Set<string>()
  #standing: readonly Alarm[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(deps: AlarmsDeps) {
    this.#deps = deps
  }

  /** Those that stood when the server was stopped go on, or end as soon as their values say so. */
  async start(): Promise<void> {
    const { alarms, told } = await this.#deps.store.standing()
    for (const alarm of alarms) this.#watched.set(alarmKey(alarm), watchedAgain(alarm))
    for (const { alarmId, userId, level } of told) this.#told.add(toldKey(alarmId, userId, level))
    this.#standing = alarms
  }

  /** Resolves when everything that happened is written. */
  idle(): Promise<void> {
    return this.#writing
  }

  standing(): readonly Alarm[] {
    return this.#standing
  }

  /** true: the alarms that stand are others now. */
  judge(floor: Floor): boolean {
    const { clock, store, newId } = this.#deps
    const nowMs = clock.nowMs()
    const readings = new Map(readingsOf(this.#deps.thresholds(), floor, nowMs).map((reading) => [reading.key, reading]))
    for (const key of new Set([...readings.keys(), ...this.#watched.keys()])) {
      const { watched, step } = watch(this.#watched.get(key), readings.get(key) ?? null, { nowMs, newId })
      const { alarm } = watched
      if (step === 'ended') this.#watched.delete(key)
      else if (isCalm(watched)) this.#watched.delete(key)
      else this.#watched.set(key, watched)
      if (alarm && step !== null) this.#write(() => (step === 'began' ? store.add(alarm) : store.change(alarm)))
    }
    return this.#update()
  }

  /** These people have the alarms that stand before them. */
  tell(readers: readonly User[]): void {
    const atMs = this.#deps.clock.nowMs()
    const told: Told[] = []
    for (const alarm of this.#standing)
      for (const { id, name } of readers) {
        const key = toldKey(alarm.id, id, alarm.level)
        if (this.#told.has(key)) continue
        this.#told.add(key)
        told.push({ alarm, userId: id, userName: name, atMs })
      }
    if (told.length > 0) this.#write(() => this.#deps.store.tell(told))
  }

  /** Also of one that is over. true: it stands, and all have to see it. Throws notFound. */
  async acknowledge(user: User, id: string): Promise<boolean> {
    const { db, store, clock, newId } = this.#deps
    await this.#writing
    const alarm = this.#standing.find((one) => one.id === id) ?? (await store.find(id))
    if (!alarm) throw new AppError('notFound', 'no such alarm')
    if (alarm.acknowledged) return false
    const atMs = clock.nowMs()
    const acknowledged: Alarm = { ...alarm, acknowledged: { byName: user.name, atMs } }
    const key = alarmKey(alarm)
    const watched = this.#watched.get(key)
    if (watched?.alarm?.id === id) this.#watched.set(key, { ...watched, alarm: acknowledged })
    await db.transaction().execute(async (tx) => {
      await store.change(acknowledged, tx)
      const details = { kind: alarm.kind, level: alarm.level }
      await writeAudit(tx, { id: newId(), user, atMs, action: 'alarm.acknowledge', subject: id, details })
    })
    return this.#update()
  }

  #update(): boolean {
    const standing = [...this.#watched.values()]
      .flatMap(({ alarm }) => alarm ?? [])
      .sort((a, b) => a.beganAtMs - b.beganAtMs || (a.id < b.id ? -1 : 1))
    if (isDeepStrictEqual(standing, this.#standing)) return false
    const ids = new Set(standing.map(({ id }) => id))
    for (const { id } of this.#standing)
      if (!ids.has(id)) for (const key of [...this.#told]) if (key.startsWith(`${id} `)) this.#told.delete(key)
    this.#standing = standing
    return true
  }

  /** One after another: an alarm is there before it changes. */
  #write(act: () => Promise<void>): void {
    this.#writing = this.#writing
      .then(act)
      .catch((error: unknown) => this.#deps.logger.error({ err: error }, 'an alarm could not be written to its log'))
  }
}

const toldKey = (alarmId: string, userId: string, level: Alarm['level']): string => `${alarmId} ${userId} ${level}`
