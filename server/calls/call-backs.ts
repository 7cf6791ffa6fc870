import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { writeAudit } from '../audit/index.ts'
import type { Clock } from '../clock.ts'
import { type CallBack, type RouteRequest, type Routes, remindedForMs, remindersAheadMs, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import type { Telephony } from '../telephony/telephony.ts'
import type { MissedCallService } from './missed-calls.ts'
import { phoneKey, storedPhone } from './phone-numbers.ts'
import { SerialQueue } from './serial-queue.ts'
import { inList, type QueueAccess, queuesOf, seesAll, type WorkNews } from './work-access.ts'
import {
  assertNotHeldByOther,
  inNobodysHands,
  personName,
  releaseEntry,
  selectWork,
  setDone,
  takeEntry,
  taken,
  toWorkEntry,
  type WorkRow,
} from './work-entry.ts'
import { ownFirst, ownPlace, readWorkPage, type WorkOrder, type WorkPage, type WorkPageRequest } from './work-page.ts'

interface CallBackRow extends WorkRow {
  card_id: string | null
  source: CallBack['source']
  reason: string
  due_at_ms: number | null
  remind_before_ms: number | null
  created_at_ms: number
  created_by_id: string
  created_by_name: string
  version: number
}

export interface CallBackServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: UserDirectory
  readonly telephony: Pick<Telephony, 'state'>
  readonly queueRights: QueueAccess['queueRights']
  readonly queueNames: QueueNames
  readonly news: WorkNews
  readonly missed: Pick<MissedCallService, 'schedule'>
}

/** More at once nobody reads. */
const mostReminders = 500

type Create = RouteRequest<Routes['createCallBack']>['body']
type Update = RouteRequest<Routes['updateCallBack']>['body']

/**
 * Tasks to call a customer back: from cards, from missed calls, by hand. A personal one is its holder's; one of a queue
 * lies in the list of that queue's operators until one of them takes it.
 */
export class CallBackService {
  readonly #deps: CallBackServiceDeps
  readonly #creating = new SerialQueue()

  constructor(deps: CallBackServiceDeps) {
    this.#deps = deps
  }

  /** Open: the own ones, then due first, those without a time ("as soon as possible") before all. Done: latest first. */
  async list(user: User, request: WorkPageRequest): Promise<WorkPage<CallBack>> {
    const openOrder: WorkOrder<CallBackRow> = {
      columns: [ownFirst(user.id), sql<number>`coalesce(w.due_at_ms, 0)`, sql<number>`w.created_at_ms`],
      placeOf: (row) => [ownPlace(row, user.id), row.due_at_ms ?? 0, row.created_at_ms],
    }
    const page = await readWorkPage(this.#deps.db, 'call_backs', { request, visible: this.#visible(user), openOrder })
    return { ...page, entries: page.entries.map((row) => this.#callBack(row)) }
  }

  /** Open ones whose reminder is due about now, by a query of their own: a page of the list may end before them. */
  async reminders(user: User): Promise<CallBack[]> {
    const nowMs = this.#deps.clock.nowMs()
    const rows = await this.#rows(sql`where ${this.#visible(user)} and w.done_at_ms is null
      and w.due_at_ms > ${nowMs - remindedForMs} and w.due_at_ms - w.remind_before_ms <= ${nowMs + remindersAheadMs}
      and (w.holder_id = ${user.id} or (w.queue_number is not null and ${inNobodysHands(nowMs)}))
      order by ${ownFirst(user.id)}, w.due_at_ms, w.id limit ${mostReminders}`)
    return rows.map((row) => this.#callBack(row))
  }

  /**
   * Throws invalidInput for what is no number or no queue of the person's, conflict for a missed call that is done already.
   * One after the other, so that of two requests with one key the second finds what the first made.
   */
  create(user: User, request: Create): Promise<CallBack> {
    return this.#creating.run(() => this.#create(user, request))
  }

  async #create(user: User, request: Create): Promise<CallBack> {
    const requestKey = `${user.id} ${request.idempotencyKey}`
    const [made] = await this.#rows(sql`where w.request_key = ${requestKey}`)
    if (made) return this.#callBack(made)
    const { queueNumber } = request
    const number = storedPhone(request.number)
    if (phoneKey(number) === '')
      throw new AppError('invalidInput', 'This is no number to call', { fields: { number: 'invalid' } })
    this.#assertQueue(user, queueNumber)
    if (request.missedCallId !== null) await this.#deps.missed.schedule(user, request.missedCallId)
    const nowMs = this.#deps.clock.nowMs()
    const id = `cb:${randomUUID()}`
    const own = queueNumber === null
    await this.#deps.db
      .insertInto('call_backs')
      .values({
        id,
        number,
        phone_key: phoneKey(number),
        holder_id: own ? user.id : null,
        holder_name: own ? user.name : null,
        taken_at_ms: own ? nowMs : null,
        attempts: 0,
        source: request.missedCallId === null ? 'hand' : 'missed',
        queue_number: queueNumber,
        reason: request.reason,
        due_at_ms: request.dueAtMs,
        remind_before_ms: request.remindBeforeMs,
        created_at_ms: nowMs,
        created_by_id: user.id,
        created_by_name: user.name,
        version: 1,
        request_key: requestKey,
      })
      .execute()
    return this.#tell(await this.#find(user, id))
  }

  async update(user: User, id: string, change: Update): Promise<CallBack> {
    const before = await this.#find(user, id)
    assertNotHeldByOther(before, user, this.#deps)
    const { version, queueNumber, ...fields } = change
    if (queueNumber !== undefined && queueNumber !== before.queue_number) this.#assertQueue(user, queueNumber)
    const moves = queueNumber !== undefined && queueNumber !== before.queue_number
    const { numAffectedRows } = await sql`
      update call_backs set version = version + 1
        ${fields.reason === undefined ? sql`` : sql`, reason = ${fields.reason}`}
        ${fields.dueAtMs === undefined ? sql`` : sql`, due_at_ms = ${fields.dueAtMs}`}
        ${fields.remindBeforeMs === undefined ? sql`` : sql`, remind_before_ms = ${fields.remindBeforeMs}`}
        ${moves ? this.#move(user, queueNumber) : sql``}
      where id = ${id} and version = ${version} and done_at_ms is null`.execute(this.#deps.db)
    if (numAffectedRows !== 1n) throw new AppError('conflict', 'It was changed meanwhile', { fields: { version: 'outdated' } })
    return this.#tell(await this.#read(id), before)
  }

  /** Throws conflict when somebody else has it or it is done. */
  async take(user: User, id: string): Promise<CallBack> {
    const before = await this.#find(user, id)
    const { db, clock, users } = this.#deps
    const won = await takeEntry(db, 'call_backs', { id, user, nowMs: clock.nowMs() })
    const after = await this.#read(id)
    if (!won) throw taken(after, users)
    return this.#tell(after, before)
  }

  async return(user: User, id: string): Promise<CallBack> {
    const before = await this.#find(user, id)
    assertNotHeldByOther(before, user, this.#deps)
    if (before.queue_number === null)
      throw new AppError('conflict', 'A personal call-back has no list to go back to', { fields: { queue: 'none' } })
    await releaseEntry(this.#deps.db, 'call_backs', { id, takenAtMs: before.taken_at_ms })
    return this.#tell(await this.#read(id), before)
  }

  /** For supervisors. Throws notFound for who is no active operator, conflict for what is done or was changed meanwhile. */
  async assign(user: User, id: string, to: { version: number; operatorId: string }): Promise<CallBack> {
    const { db, clock, users } = this.#deps
    const operator = users.byId(to.operatorId)
    if (!seesAll(user)) throw new AppError('forbidden', 'Supervisors give call-backs to others')
    if (!operator?.active || operator.role !== 'operator') throw new AppError('notFound', 'No such operator')
    const before = await this.#find(user, id)
    const atMs = clock.nowMs()
    await db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('call_backs')
        .set({ holder_id: operator.id, holder_name: operator.name, taken_at_ms: atMs, version: to.version + 1 })
        .where('id', '=', id)
        .where('version', '=', to.version)
        .where('done_at_ms', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows !== 1n) throw new AppError('conflict', 'It was changed meanwhile', { fields: { version: 'outdated' } })
      const details = { from: before.holder_id, to: operator.id }
      await writeAudit(tx, { id: randomUUID(), action: 'callBack.assign', subject: id, details, user, atMs })
    })
    return this.#tell(await this.#read(id), before)
  }

  /** Done, or open again. Throws notFound for what this person may not see. */
  async complete(user: User, id: string, done: boolean): Promise<CallBack> {
    const before = await this.#find(user, id)
    const { db, clock } = this.#deps
    assertNotHeldByOther(before, user, this.#deps)
    if (done !== (before.done_at_ms !== null)) {
      await setDone(db, 'call_backs', { id, user, done, nowMs: clock.nowMs() })
    }
    return this.#tell(await this.#read(id), before)
  }

  #assertQueue(user: User, queue: string | null): void {
    if (queue === null) return
    const known = seesAll(user) ? [...this.#deps.telephony.state().queues.keys()] : queuesOf(user, this.#deps)
    if (!known.includes(queue))
      throw new AppError('invalidInput', 'Not a queue of yours', { fields: { queueNumber: 'not yours' } })
  }

  #move(user: User, queue: string | null): RawBuilder<unknown> {
    return queue === null
      ? sql`, queue_number = null, holder_id = ${user.id}, holder_name = ${user.name}, taken_at_ms = ${this.#deps.clock.nowMs()}`
      : sql`, queue_number = ${queue}, holder_id = null, holder_name = null, taken_at_ms = null`
  }

  /** C3.6: the own ones, those of the own queues, those one made for others. */
  #visible(user: User): RawBuilder<unknown> {
    if (seesAll(user)) return sql`1 = 1`
    const shared = inList(sql`w.queue_number`, queuesOf(user, this.#deps))
    return sql`(w.holder_id = ${user.id} or w.created_by_id = ${user.id} or ${shared})`
  }

  async #find(user: User, id: string): Promise<CallBackRow> {
    const [row] = await this.#rows(sql`where ${this.#visible(user)} and w.id = ${id}`)
    if (!row) throw new AppError('notFound', 'No such call-back')
    return row
  }

  async #read(id: string): Promise<CallBackRow> {
    const [row] = await this.#rows(sql`where w.id = ${id}`)
    if (!row) throw new AppError('notFound', 'No such call-back')
    return row
  }

  async #rows(rest: RawBuilder<unknown>): Promise<CallBackRow[]> {
    const { rows } = await sql<CallBackRow>`${selectWork('call_backs')} ${rest}`.execute(this.#deps.db)
    return rows
  }

  #tell(after: CallBackRow, before?: CallBackRow): CallBack {
    this.#deps.news.tell({
      operatorIds: [before?.holder_id ?? null, after.holder_id, after.created_by_id],
      queues: [before?.queue_number ?? null, after.queue_number],
    })
    return this.#callBack(after)
  }

  #callBack(row: CallBackRow): CallBack {
    const { users, queueNames } = this.#deps
    return {
      ...toWorkEntry(row, users),
      source: row.source,
      cardId: row.card_id,
      reason: row.reason,
      queue: row.queue_number === null ? null : { number: row.queue_number, name: queueNames.name(row.queue_number) },
      createdBy: personName(row.created_by_id, row.created_by_name, users) ?? { id: '', name: '' },
      createdAtMs: row.created_at_ms,
      dueAtMs: row.due_at_ms,
      remindBeforeMs: row.remind_before_ms,
      version: row.version,
    }
  }
}
