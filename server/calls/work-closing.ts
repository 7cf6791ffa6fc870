import { type RawBuilder, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Card } from '../contract/index.ts'
import { type Db, WriteQueue } from '../store/index.ts'
import type { Disposer } from '../telephony/telephony.ts'
import type { EndedCall, MissedCallService } from './missed-calls.ts'
import { phoneKey } from './phone-numbers.ts'
import { leastTalkMs, reachedSince } from './reached-since.ts'
import type { WorkNews } from './work-access.ts'
import { cardless, inNobodysHands, releaseEntry, type WorkTable } from './work-entry.ts'

/** How far back a start looks for what ended while nobody counted. */
const catchUpMs = 7 * 86_400_000

interface TakenEntry {
  readonly table: WorkTable
  readonly id: string
  readonly takenAtMs: number
}

/** A part in a call that is over. */
interface OverCard {
  readonly id: string
  readonly phoneKey: string
  readonly direction: Card['direction']
  readonly operatorId: string
  readonly ringingAtMs: number
  readonly answeredAtMs: number | null
  readonly endedAtMs: number
}

export interface WorkClosingDeps {
  readonly db: Db
  readonly clock: Clock
  readonly cards: { onChange(listener: (card: Card) => void): Disposer }
  readonly missed: MissedCallService
  readonly news: WorkNews
  readonly logger: Logger
}

/**
 * What calls do to the work lists. Somebody dials a number of a shared list: it is theirs while they try. The other side
 * talks long enough: done. Not reached: one attempt more. A caller who is missed: an entry. A caller who reaches us: done.
 * Calls without a card, which nobody here saw or took, close missed calls all the same.
 */
export class WorkClosing {
  readonly #deps: WorkClosingDeps
  readonly #writes: WriteQueue
  /** Cards whose end has been counted and that still change. */
  readonly #counted = new Set<string>()
  /** Entries a dialled number took by itself, by card: given back when nobody was reached. */
  readonly #takenByDial = new Map<string, TakenEntry[]>()
  #dispose: Disposer = () => undefined

  constructor(deps: WorkClosingDeps) {
    this.#deps = deps
    this.#writes = new WriteQueue({ ...deps, failure: 'a call could not be taken over into the work lists' })
  }

  async start(): Promise<void> {
    this.#dispose = this.#deps.cards.onChange((card) => this.#observe(card))
    await this.#catchUp()
  }

  async stop(): Promise<void> {
    this.#dispose()
    await this.#writes.stop()
  }

  idle(): Promise<void> {
    return this.#writes.idle()
  }

  callEnded(call: EndedCall, from: 'asterisk' | 'record'): void {
    this.#writes.add(() => this.#deps.missed.callEnded(call))
    // What an operator took here has a card, or will have: that one closes, with its name and its form.
    if (from === 'record' || call.operator_id === null) this.#writes.add(() => this.#settleCardless(call))
  }

  #observe(card: Card): void {
    if (card.direction === 'internal') return
    const key = phoneKey(card.number)
    if (key === '') return
    if (card.state === 'ringing' && card.direction === 'outbound' && !this.#takenByDial.has(card.id)) {
      const took: TakenEntry[] = []
      const takenAtMs = this.#deps.clock.nowMs()
      this.#takenByDial.set(card.id, took)
      this.#writes.add(() => this.#dialled(card, { key, takenAtMs, took }))
    }
    if (card.endedAtMs === null) return
    const over = { ...card, phoneKey: key, endedAtMs: card.endedAtMs }
    if (!this.#counted.has(card.id)) {
      this.#counted.add(card.id)
      this.#writes.add(() => this.#settle(over))
    }
    // A closed card changes no more, but by late words.
    if (card.state === 'saved' || card.state === 'missed') this.#writes.add(async () => void this.#counted.delete(card.id))
  }

  /** An entry that the dialler has, however long, stays theirs when nobody is reached. */
  async #dialled(card: Card, { key, takenAtMs, took }: { key: string; takenAtMs: number; took: TakenEntry[] }): Promise<void> {
    for (const table of ['call_backs', 'missed_calls'] as const) {
      const { rows } = await sql<{ id: string }>`
        update ${sql.table(table)} set holder_id = ${card.operatorId}, holder_name = (select name from users where id = ${card.operatorId}),
          taken_at_ms = ${takenAtMs}
        where phone_key = ${key} and done_at_ms is null and ${inNobodysHands(takenAtMs)}
          and coalesce(holder_id, '') <> ${card.operatorId} returning id`.execute(this.#deps.db)
      for (const { id } of rows) {
        took.push({ table, id, takenAtMs })
        await this.#tell(table, id)
      }
    }
  }

  async #settle(card: OverCard): Promise<void> {
    const outbound = card.direction === 'outbound'
    const reached = card.answeredAtMs !== null && card.endedAtMs - card.answeredAtMs >= leastTalkMs
    const open = await this.#openFor(card)
    for (const { table, id } of open) {
      if (reached) await this.#close(table, id, card)
      else if (outbound) await this.#countAttempt(table, id, card)
    }
    const took = this.#takenByDial.get(card.id) ?? []
    for (const { table, id, takenAtMs } of reached ? [] : took) {
      await releaseEntry(this.#deps.db, table, { id, takenAtMs })
      await this.#tell(table, id)
    }
    this.#takenByDial.delete(card.id)
  }

  /** Entries this call is about. A call closes nothing that was noted during it, or after it. */
  async #openFor({ phoneKey: key, ...card }: OverCard): Promise<{ table: WorkTable; id: string }[]> {
    const { db } = this.#deps
    const heardAtMs = card.answeredAtMs ?? card.endedAtMs
    const missed = await db
      .selectFrom('missed_calls')
      .select('id')
      .where('phone_key', '=', key)
      .where('done_at_ms', 'is', null)
      .where('last_at_ms', '<', heardAtMs)
      .where(notReopenedSince(heardAtMs))
      .execute()
    // Somebody's own promise is kept by that person's call only, and not by the customer's.
    const callBacks =
      card.direction !== 'outbound'
        ? []
        : await db
            .selectFrom('call_backs')
            .select('id')
            .where('phone_key', '=', key)
            .where('done_at_ms', 'is', null)
            .where('created_at_ms', '<=', card.ringingAtMs)
            .where(notReopenedSince(heardAtMs))
            .where((e) => e.or([e('queue_number', 'is not', null), e('holder_id', '=', card.operatorId)]))
            .execute()
    return [
      ...missed.map(({ id }) => ({ table: 'missed_calls' as const, id })),
      ...callBacks.map(({ id }) => ({ table: 'call_backs' as const, id })),
    ]
  }

  async #close(table: WorkTable, id: string, card: OverCard): Promise<void> {
    await sql`update ${sql.table(table)} set done_at_ms = ${card.endedAtMs}, done_how = ${card.direction === 'outbound' ? 'call' : 'reached'},
      done_by_id = ${card.operatorId}, done_by_name = (select name from users where id = ${card.operatorId}), done_card_id = ${card.id},
      holder_id = ${card.operatorId}, holder_name = (select name from users where id = ${card.operatorId}) ${bump(table)}
      where id = ${id}`.execute(this.#deps.db)
    await this.#tell(table, id)
  }

  /** A talk of which there is no card. A call whose end is not known may have been too short. */
  async #settleCardless(call: EndedCall): Promise<void> {
    const { db, missed } = this.#deps
    const { id: callId, phone_key: key, answered_at_ms: answeredAtMs, ended_at_ms: endedAtMs } = call
    if (call.direction === 'internal' || key === '' || answeredAtMs === null || call.end_unseen === 1) return
    if (endedAtMs - answeredAtMs < leastTalkMs) return
    const { rows } = await sql<{ id: string }>`
      update missed_calls set done_at_ms = ${endedAtMs}, done_how = ${call.direction === 'outbound' ? 'call' : 'reached'},
        done_by_id = ${call.operator_id}, done_by_name = ${call.operator_name}, done_card_id = ${`${cardless}${callId}`}
      where phone_key = ${key} and done_at_ms is null and last_at_ms < ${answeredAtMs}
        and ${notReopenedSince(answeredAtMs)}
        and not exists (select 1 from cards k where k.call_id = ${callId} and k.answered_at_ms is not null)
      returning id`.execute(db)
    for (const { id } of rows) await missed.tell(id)
  }

  async #countAttempt(table: WorkTable, id: string, card: OverCard): Promise<void> {
    await sql`update ${sql.table(table)} set attempts = attempts + 1, last_attempt_at_ms = ${card.endedAtMs} ${bump(table)}
      where id = ${id} and coalesce(last_attempt_at_ms, 0) < ${card.endedAtMs}`.execute(this.#deps.db)
    await this.#tell(table, id)
  }

  async #tell(table: WorkTable, id: string): Promise<void> {
    const { db, missed, news } = this.#deps
    if (table === 'missed_calls') return missed.tell(id)
    const row = await db
      .selectFrom('call_backs')
      .select(['holder_id', 'queue_number', 'created_by_id'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (row) news.tell({ operatorIds: [row.holder_id, row.created_by_id], queues: [row.queue_number] })
  }

  /** What the ledger and the cards have from before, and these lists not: the server was ended at a bad moment, or is new. */
  async #catchUp(): Promise<void> {
    const { db, clock, missed } = this.#deps
    const sinceMs = clock.nowMs() - catchUpMs
    const { rows: calls } = await sql<EndedCall>`
      select l.* from calls l
      where l.ended_at_ms >= ${sinceMs} and l.direction = 'inbound' and l.answered_at_ms is null
        and not exists (select 1 from missed_attempts a where a.call_id = l.id) and not ${reachedSince('l')}
      order by l.started_at_ms`.execute(db)
    for (const call of calls) await missed.callEnded(call)
    const { rows: cards } = await sql<OverCardRow>`
      select k.id, k.phone_key, k.direction, k.operator_id, k.ringing_at_ms, k.answered_at_ms, k.ended_at_ms from cards k
      where k.ringing_at_ms >= ${sinceMs} and k.ended_at_ms is not null and k.direction in ('inbound', 'outbound')
        and k.phone_key <> '' and (exists (select 1 from missed_calls m where m.phone_key = k.phone_key and m.done_at_ms is null)
          or exists (select 1 from call_backs b where b.phone_key = k.phone_key and b.done_at_ms is null))
      order by k.ended_at_ms`.execute(db)
    for (const row of cards) await this.#settle(overCard(row))
    const { rows: talks } = await sql<EndedCall>`
      select l.* from calls l
      where l.ended_at_ms >= ${sinceMs} and l.direction <> 'internal' and l.phone_key <> '' and l.end_unseen = 0
        and l.ended_at_ms - l.answered_at_ms >= ${leastTalkMs}
        and exists (select 1 from missed_calls m where m.phone_key = l.phone_key and m.done_at_ms is null
          and m.last_at_ms < l.answered_at_ms)
      order by l.ended_at_ms`.execute(db)
    for (const call of talks) await this.#settleCardless(call)
  }
}

/** Who opened it again knew of the calls before, and of all of them: they are told again at each start, and after a gap. */
const notReopenedSince = (atMs: number): RawBuilder<boolean> => sql<boolean>`coalesce(reopened_at_ms, 0) < ${atMs}`

/** Call-backs count their changes, for those who are editing one. */
const bump = (table: WorkTable): RawBuilder<unknown> => (table === 'call_backs' ? sql`, version = version + 1` : sql``)

interface OverCardRow {
  id: string
  phone_key: string
  direction: Card['direction']
  operator_id: string
  ringing_at_ms: number
  answered_at_ms: number | null
  ended_at_ms: number
}

const overCard = (row: OverCardRow): OverCard => ({
  id: row.id,
  phoneKey: row.phone_key,
  direction: row.direction,
  operatorId: row.operator_id,
  ringingAtMs: row.ringing_at_ms,
  answeredAtMs: row.answered_at_ms,
  endedAtMs: row.ended_at_ms,
})
