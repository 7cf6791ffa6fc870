import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { type CallerRating, nameAt } from '../contract/index.ts'
import type { SurveyedQueues } from '../settings/index.ts'
import { type Db, WriteQueue } from '../store/index.ts'
import type { AmiEvent } from '../telephony/ami-event.ts'
import type { PbxCall } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'

interface CallerSurveysDeps {
  /** `Store.eventDb`. */
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly surveyed: Pick<SurveyedQueues, 'asks'>
  readonly logger: Logger
}

/** As UserEvent() of callsync.conf names it. */
const surveyEvent = 'CallSyncSurvey'
const scores = /^[1-5]$/

/**
 * How satisfied callers say they are. The dialplan asks (callsync-survey in callsync.conf), of whom it is told to here, and tells
 * that it asked and what was pressed. Without this server nobody is asked, for nobody would hear the answer.
 */
export class CallerSurveys {
  readonly #deps: CallerSurveysDeps
  readonly #writes: WriteQueue
  /** The person who talked last, by the call that goes on. */
  readonly #talkers = new Map<string, string>()
  #disposers: Disposer[] = []

  constructor(deps: CallerSurveysDeps) {
    this.#deps = deps
    this.#writes = new WriteQueue({ ...deps, failure: 'a caller’s rating could not be written' })
  }

  start(): void {
    const { telephony } = this.#deps
    for (const call of telephony.state().calls.values()) this.#see(call)
    this.#disposers = [
      telephony.onEvents((events, server) => {
        for (const event of events) this.#hear(event, server)
      }),
      telephony.onChange((changes) => {
        for (const change of changes) {
          if (!('call' in change)) continue
          this.#see(change.call)
          // What was told of it together with its end is dealt with first.
          if (change.kind === 'callEnded') queueMicrotask(() => this.#talkers.delete(change.call.id))
        }
      }),
    ]
  }

  async stop(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose()
    await this.#writes.stop()
  }

  idle(): Promise<void> {
    return this.#writes.idle()
  }

  async of(callIds: readonly string[]): Promise<CallerRating | null> {
    const asked = await this.#deps.db
      .selectFrom('call_surveys')
      .select('score')
      .where('call_id', 'in', callIds)
      .executeTakeFirst()
    return asked ?? null
  }

  /** Whoever answered last of those who talk now. */
  #see({ id, legs }: PbxCall): void {
    const { users } = this.#deps
    let lastMs = -1
    for (const { endpoint, answeredAtMs } of legs) {
      const person = endpoint === null ? null : users.byExtension(endpoint)
      if (person === null || answeredAtMs === null || answeredAtMs < lastMs) continue
      lastMs = answeredAtMs
      this.#talkers.set(id, person.id)
    }
  }

  #hear({ name, fields, atMs }: AmiEvent, server: string): void {
    const { linkedid, channel = '', queue = '', score = '', userevent } = fields
    if (name === 'QueueCallerJoin') this.#joined(nameAt(server, queue), nameAt(server, channel))
    if (name !== 'UserEvent' || userevent !== surveyEvent || !linkedid) return
    const told = { callId: nameAt(server, linkedid), queue: nameAt(server, queue), atMs }
    // The events of one reading come before the changes they make: who talked may be one of those.
    queueMicrotask(() => this.#write({ ...told, score: scores.test(score) ? Number(score) : null }))
  }

  #joined(queue: string, channel: string): void {
    const { surveyed, telephony, logger } = this.#deps
    if (!surveyed.asks(queue)) return
    telephony.commands
      .setVariable({ channel, name: 'CALLSYNC_SURVEY', value: queue })
      .catch((error: unknown) => logger.warn({ err: error }, 'A caller cannot be asked after the call'))
  }

  #write({ callId, queue, atMs, score }: { callId: string; queue: string; atMs: number; score: number | null }): void {
    const row = {
      call_id: callId,
      queue_number: queue,
      operator_id: this.#talkers.get(callId) ?? null,
      asked_at_ms: atMs,
      score,
    }
    this.#writes.add(async () => {
      await this.#deps.db
        .insertInto('call_surveys')
        .values(row)
        .onConflict((conflict) => (score === null ? conflict.doNothing() : conflict.column('call_id').doUpdateSet({ score })))
        .execute()
    })
  }
}
