import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import type { Alarm, AlarmThreshold, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { AlarmStore, Told } from './alarm-store.ts'
import type { Heard, Subject } from './heard.ts'
import { alarmKey, readingsOf } from './readings.ts'
import { isCalm, resumed, type Watched, watch, watchedAgain } from './watched.ts'

export interface AlarmsDeps {
  readonly db: Db
  readonly store: AlarmStore
  readonly thresholds: () => readonly AlarmThreshold[]
  readonly newId: () => string
  readonly clock: Clock
  readonly logger: Logger
}

/** One thing that is watched, and when it was judged last. */
interface Held {
  readonly subject: Subject
  readonly watched: Watched
  readonly judgedAtMs: number
}

/** How often it is noted, while alarms stand, that they still do. */
const noteMs = 30_000
const firstRetryMs = 1_000
const longestRetryMs = 60_000

/** The alarms that stand: judged in memory, each change and whoever is told of it written down. */
export class Alarms {
  readonly #deps: AlarmsDeps
  readonly #held = new Map<string, Held>()
  readonly #told = new Set<string>()
  #standing: readonly Alarm[] = []
  #notedAtMs = 0
  /** As each alarm is now, whoever was told: what the database does not have yet. */
  readonly #unwritten = new Map<string, Alarm>()
  #untold: readonly Told[] = []
  #retryMs = firstRetryMs
  #cancelRetry: Disposer = () => undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(deps: AlarmsDeps) {
    this.#deps = deps
  }

  /** Those that stood when the server was stopped go on, or end as soon as their values say so. */
  async start(): Promise<void> {
    const { alarms, told, judgedAtMs } = await this.#deps.store.standing()
    for (const alarm of alarms) {
      const { kind, queue, operator } = alarm
      const held = { subject: { kind, queue, operator }, watched: watchedAgain(alarm) }
      this.#held.set(alarmKey(alarm), { ...held, judgedAtMs: Math.max(alarm.beganAtMs, judgedAtMs ?? 0) })
    }
    for (const { alarmId, userId, level } of told) this.#told.add(toldKey(alarmId, userId, level))
    this.#standing = alarms
  }

  async stop(): Promise<void> {
    this.#note(0)
    await this.idle()
    this.#cancelRetry()
  }

  /** Resolves when everything that happened is written, or was refused. */
  idle(): Promise<void> {
    return this.#turn
  }

  standing(): readonly Alarm[] {
    return this.#standing
  }

  /** true: the alarms that stand are others now. */
  judge(heard: Heard): boolean {
    const { clock, newId } = this.#deps
    const nowMs = clock.nowMs()
    const stands = (key: string) => this.#held.get(key)?.watched.alarm != null
    const all = readingsOf(this.#deps.thresholds(), heard.floor, { nowMs, stands }).filter((reading) => heard.knows(reading))
    const readings = new Map(all.map((reading) => [reading.key, reading]))
    for (const key of new Set([...readings.keys(), ...this.#held.keys()])) {
      const held = this.#held.get(key)
      const reading = readings.get(key) ?? null
      const subject = reading ?? held?.subject
      if (!subject || !heard.knows(subject)) continue
      const before = held && resumed(held.watched, reading, { judgedAtMs: held.judgedAtMs, nowMs })
      if (before?.ended) this.#keep(before.ended)
      const { watched, step } = watch(before?.watched, reading, { nowMs, newId })
      if (step === 'ended' || isCalm(watched)) this.#held.delete(key)
      else this.#held.set(key, { subject, watched, judgedAtMs: nowMs })
      if (watched.alarm && step !== null) this.#keep(watched.alarm)
    }
    const changed = this.#update()
    this.#note(noteMs)
    if (this.#unwritten.size > 0) this.#write()
    return changed
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
    if (told.length === 0) return
    this.#untold = [...this.#untold, ...told]
    this.#write()
  }

  /** Also of one that is over. true: it stands, and all have to see it. Throws notFound. */
  acknowledge(user: User, id: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const { db, store, clock, newId } = this.#deps
      const alarm = this.#unwritten.get(id) ?? this.#standing.find((one) => one.id === id) ?? (await store.find(id))
      if (!alarm) throw new AppError('notFound', 'no such alarm')
      if (alarm.acknowledged) return false
      const atMs = clock.nowMs()
      const acknowledged = { byName: user.name, atMs }
      await db.transaction().execute(async (tx) => {
        await store.put({ ...alarm, acknowledged }, tx)
        const details = { kind: alarm.kind, level: alarm.level }
        await writeAudit(tx, { id: newId(), user, atMs, action: 'alarm.acknowledge', subject: id, details })
      })
      // What became of it meanwhile; one that rose is not acknowledged.
      const seen = (now: Alarm | null | undefined) =>
        now?.id === id && (now.level === 'warning' || alarm.level === 'critical') ? { ...now, acknowledged } : null
      const unwritten = seen(this.#unwritten.get(id))
      if (unwritten) this.#unwritten.set(id, unwritten)
      const key = alarmKey(alarm)
      const held = this.#held.get(key)
      const standing = seen(held?.watched.alarm)
      if (held && standing) this.#held.set(key, { ...held, watched: { ...held.watched, alarm: standing } })
      return this.#update()
    })
  }

  #update(): boolean {
    const standing = [...this.#held.values()]
      .flatMap(({ watched }) => watched.alarm ?? [])
      .sort((a, b) => a.beganAtMs - b.beganAtMs || (a.id < b.id ? -1 : 1))
    if (isDeepStrictEqual(standing, this.#standing)) return false
    const ids = new Set(standing.map(({ id }) => id))
    for (const { id } of this.#standing)
      if (!ids.has(id)) for (const key of [...this.#told]) if (key.startsWith(`${id} `)) this.#told.delete(key)
    this.#standing = standing
    return true
  }

  #keep(alarm: Alarm): void {
    this.#unwritten.set(alarm.id, alarm)
  }

  #note(everyMs: number): void {
    const standing = [...this.#held.values()].filter(({ watched }) => watched.alarm !== null)
    const judgedAtMs = Math.max(0, ...standing.map((held) => held.judgedAtMs))
    if (judgedAtMs - this.#notedAtMs <= everyMs) return
    this.#notedAtMs = judgedAtMs
    void this.#inTurn(() => this.#deps.store.noteJudged(judgedAtMs)).catch((error: unknown) => this.#failed(error))
  }

  /** What the database refuses is offered again, as it is by then. */
  #write(): void {
    this.#cancelRetry()
    const written = this.#inTurn(async () => {
      for (const [id, alarm] of [...this.#unwritten]) {
        await this.#deps.store.put(alarm)
        if (this.#unwritten.get(id) === alarm) this.#unwritten.delete(id)
      }
      const told = this.#untold
      if (told.length > 0) await this.#deps.store.tell(told)
      this.#untold = this.#untold.slice(told.length)
      this.#retryMs = firstRetryMs
    })
    written.catch((error: unknown) => {
      this.#failed(error)
      this.#cancelRetry()
      this.#cancelRetry = this.#deps.clock.after(this.#retryMs, () => this.#write())
      this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
    })
  }

  #failed(error: unknown): void {
    this.#deps.logger.error({ err: error }, 'an alarm could not be written to its log')
  }

  /** One after another: an alarm is there before it changes, and two who acknowledge it are not both the first. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act)
    this.#turn = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }
}

const toldKey = (alarmId: string, userId: string, level: Alarm['level']): string => `${alarmId} ${userId} ${level}`
