import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import { type MissedCall, MissedCause, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db, Tx } from '../store/index.ts'
import type { Telephony } from '../telephony/telephony.ts'
import { inList, type QueueAccess, queuesOf, seesAll, type WorkNews } from './work-access.ts'
import {
  assertNotHeldByOther,
  releaseEntry,
  selectWork,
  setDone,
  takeEntry,
  taken,
  toWorkEntry,
  type WorkRow,
} from './work-entry.ts'
import { ownFirst, ownPlace, readWorkPage, type WorkOrder, type WorkPage, type WorkPageRequest } from './work-page.ts'

interface MissedRow extends WorkRow {
  caller_name: string
  count: number
  first_at_ms: number
  last_at_ms: number
  longest_wait_ms: number
  cause: string | null
}

/** What was seen of one unanswered call: why, as far as it is known, and whose phone rang first. */
export interface SeenMiss {
  readonly cause: MissedCause | null
  readonly operatorId: string | null
}

/** Who looks at calls while they wait. */
export interface SeenMisses {
  /** After the call's end; null: it was not seen. */
  seen(callId: string): SeenMiss | null
  /** It is written. */
  forget(callId: string): void
}

/** A call that has ended, as the ledger has it. */
export interface EndedCall {
  readonly id: string
  readonly direction: string
  readonly number: string
  readonly phone_key: string
  readonly queue_number: string | null
  readonly started_at_ms: number
  readonly queued_at_ms: number | null
  readonly answered_at_ms: number | null
  readonly ended_at_ms: number
  /** 1: when it ended is not known. */
  readonly end_unseen: number
  readonly operator_id: string | null
  readonly operator_name: string | null
}

/** What carriers put in the place of a number that is not to be shown. */
const withheld = /^(anonymous|private|restricted|unavailable|unknown|withheld)$/i

export interface MissedCallServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly users: UserDirectory
  readonly telephony: Pick<Telephony, 'state'>
  readonly queueRights: QueueAccess['queueRights']
  readonly queueNames: QueueNames
  readonly news: WorkNews
  readonly misses: SeenMisses
}

/**
 * Callers nobody answered, one entry each, in the shared lists of the queues they called; a direct call is in the list of
 * the person whose phone rang. Whose number is withheld cannot be told from another, nor called: one entry a call, closed by hand.
 */
export class MissedCallService {
  readonly #deps: MissedCallServiceDeps

  constructor(deps: MissedCallServiceDeps) {
    this.#deps = deps
  }

  /** Open: what one has taken, then who waits longest first. Done: latest first. */
  async list(user: User, request: WorkPageRequest): Promise<WorkPage<MissedCall>> {
    const openOrder: WorkOrder<MissedRow> = {
      columns: [ownFirst(user.id), sql<number>`w.first_at_ms`],
      placeOf: (row) => [ownPlace(row, user.id), row.first_at_ms],
    }
    const page = await readWorkPage(this.#deps.db, 'missed_calls', { request, visible: this.#visible(user), openOrder })
    return { ...page, entries: page.entries.map((row) => this.#missedCall(row)) }
  }

  /** Throws conflict when somebody else has it or it is done. */
  async take(user: User, id: string): Promise<MissedCall> {
    const { db, clock, users } = this.#deps
    await this.#find(user, id)
    const won = await takeEntry(db, 'missed_calls', { id, user, nowMs: clock.nowMs() })
    const after = await this.#find(user, id)
    if (!won) throw taken(after, users)
    await this.tell(id)
    return this.#missedCall(after)
  }

  async return(user: User, id: string): Promise<MissedCall> {
    const before = await this.#find(user, id)
    assertNotHeldByOther(before, user, this.#deps)
    await releaseEntry(this.#deps.db, 'missed_calls', { id, takenAtMs: before.taken_at_ms })
    await this.tell(id)
    const after = await this.#find(user, id)
    return this.#missedCall(after)
  }

  /** All of them, or none: throws notFound or conflict before anything is written. */
  async complete(user: User, ids: readonly string[], done: boolean): Promise<void> {
    const wanted = new Set(ids)
    const rows = await this.#rows(sql`where ${this.#visible(user)} and ${inList(sql`w.id`, [...wanted])}`)
    if (rows.length < wanted.size) throw noSuchCall()
    for (const row of rows) assertNotHeldByOther(row, user, this.#deps)
    const nowMs = this.#deps.clock.nowMs()
    await this.#deps.db.transaction().execute(async (tx) => {
      for (const row of rows)
        if (done !== (row.done_at_ms !== null)) await setDone(tx, 'missed_calls', { id: row.id, user, done, nowMs })
    })
    await this.tell(...wanted)
  }

  /** Done, for a call-back takes its place. One of two who schedule the same caller gets conflict, as for what is done already. */
  async schedule(user: User, id: string): Promise<void> {
    const { db, clock, users } = this.#deps
    assertNotHeldByOther(await this.#find(user, id), user, this.#deps)
    if (!(await setDone(db, 'missed_calls', { id, user, done: true, nowMs: clock.nowMs() })))
      throw taken(await this.#find(user, id), users)
    await this.tell(id)
  }

  /** An ended call from the ledger: makes an entry, or counts it to the caller's, when nobody answered. Once per call. */
  async callEnded(call: EndedCall): Promise<void> {
    const { misses } = this.#deps
    const seen = misses.seen(call.id)
    if (call.direction !== 'inbound' || call.answered_at_ms !== null) return misses.forget(call.id)
    const entryId = await this.#deps.db.transaction().execute((tx) => this.#count(tx, call, seen))
    misses.forget(call.id)
    if (entryId !== null) await this.tell(entryId)
  }

  /** Everybody who may see one of the entries asks again. */
  async tell(...ids: string[]): Promise<void> {
    const { db, news } = this.#deps
    const attempts = await db
      .selectFrom('missed_attempts')
      .select(['queue_number', 'operator_id'])
      .distinct()
      .where('entry_id', 'in', ids)
      .execute()
    const rows = await db.selectFrom('missed_calls').select('holder_id').where('id', 'in', ids).execute()
    news.tell({
      operatorIds: [...rows.map((row) => row.holder_id), ...attempts.map((attempt) => attempt.operator_id)],
      queues: attempts.map((attempt) => attempt.queue_number),
    })
  }

  async #count(tx: Tx, call: EndedCall, seen: SeenMiss | null): Promise<string | null> {
    const counted = await tx.selectFrom('missed_attempts').select('call_id').where('call_id', '=', call.id).executeTakeFirst()
    if (counted) return null
    const card = await tx
      .selectFrom('cards')
      .select(['operator_id', 'caller_name'])
      .where('call_id', '=', call.id)
      .orderBy('ringing_at_ms')
      .limit(1)
      .executeTakeFirst()
    const atMs = call.started_at_ms
    const waitMs = Math.max(0, call.ended_at_ms - (call.queued_at_ms ?? call.started_at_ms))
    const open = call.phone_key === '' ? undefined : await openEntry(tx, call.phone_key)
    const latest = {
      number: withheld.test(call.number) ? '' : call.number,
      last_at_ms: Math.max(atMs, open?.last_at_ms ?? 0),
      longest_wait_ms: Math.max(waitMs, open?.longest_wait_ms ?? 0),
      queue_number: call.queue_number,
      cause: seen?.cause ?? null,
    }
    const id = open?.id ?? `mc:${randomUUID()}`
    if (open) {
      await tx
        .updateTable('missed_calls')
        .set({ ...latest, count: open.count + 1 })
        .where('id', '=', id)
        .execute()
    } else {
      const fresh = {
        id,
        phone_key: call.phone_key,
        caller_name: card?.caller_name ?? '',
        count: 1,
        first_at_ms: atMs,
        attempts: 0,
      }
      await tx
        .insertInto('missed_calls')
        .values({ ...latest, ...fresh })
        .execute()
    }
    const operatorId = call.queue_number === null ? (seen?.operatorId ?? card?.operator_id ?? null) : null
    await tx
      .insertInto('missed_attempts')
      .values({ call_id: call.id, entry_id: id, at_ms: atMs, queue_number: call.queue_number, operator_id: operatorId })
      .execute()
    return id
  }

  /** C3.6: callers of the own queues, of the own phone, and those one has taken. */
  #visible(user: User): RawBuilder<unknown> {
    if (seesAll(user)) return sql`1 = 1`
    const mine = inList(sql`a.queue_number`, queuesOf(user, this.#deps))
    return sql`(w.holder_id = ${user.id} or exists (
      select 1 from missed_attempts a where a.entry_id = w.id and (a.operator_id = ${user.id} or ${mine})))`
  }

  async #find(user: User, id: string): Promise<MissedRow> {
    const [row] = await this.#rows(sql`where ${this.#visible(user)} and w.id = ${id}`)
    if (!row) throw noSuchCall()
    return row
  }

  async #rows(rest: RawBuilder<unknown>): Promise<MissedRow[]> {
    const { rows } = await sql<MissedRow>`${selectWork('missed_calls')} ${rest}`.execute(this.#deps.db)
    return rows
  }

  #missedCall(row: MissedRow): MissedCall {
    const { users, queueNames } = this.#deps
    return {
      ...toWorkEntry(row, users),
      callerName: row.caller_name,
      count: row.count,
      firstAtMs: row.first_at_ms,
      lastAtMs: row.last_at_ms,
      longestWaitMs: row.longest_wait_ms,
      queue: row.queue_number === null ? null : { number: row.queue_number, name: queueNames.name(row.queue_number) },
      cause: row.cause === null ? null : MissedCause.parse(row.cause),
    }
  }
}

const noSuchCall = (): AppError => new AppError('notFound', 'No such missed call')

function openEntry(tx: Tx, phoneKey: string) {
  return tx
    .selectFrom('missed_calls')
    .selectAll()
    .where('phone_key', '=', phoneKey)
    .where('done_at_ms', 'is', null)
    .orderBy('last_at_ms', 'desc')
    .limit(1)
    .executeTakeFirst()
}
