import type { Selectable } from 'kysely'
import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { normalizePhone, phoneKey, reachedSince } from '../calls/index.ts'
import type { Clock } from '../clock.ts'
import { serverOf } from '../contract/index.ts'
import { type Database, type Db, WriteQueue } from '../store/index.ts'
import { type PbxCall, type PbxChange, type PbxState, serversIn } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'

type LedgerRow = Selectable<Database['calls']>
/** A row of a call that is over. */
export type EndedRow = LedgerRow & { readonly ended_at_ms: number }

/** `from`: who tells of the end. */
export type EndListener = (row: EndedRow, from: 'asterisk' | 'record') => void

/** Ids in one question. */
const idsAtOnce = 500

export interface CallLedgerDeps {
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly logger: Logger
}

/**
 * One row a call (Linkedid), written when the call begins and again when a fact of it changes, so that a restart loses
 * none. A call that ended while nobody looked is closed at the next snapshot and marked: its talk time is not known.
 */
export class CallLedger {
  readonly #deps: CallLedgerDeps
  /** Calls going on, as they were last written. */
  readonly #running = new Map<string, LedgerRow>()
  /** Every leg a running call ever had. */
  readonly #legs = new Map<string, Set<string>>()
  /** Running calls that have gone on under another id. */
  readonly #goneOn = new Set<string>()
  readonly #endListeners = new Set<EndListener>()
  readonly #writes: WriteQueue
  #dispose: Disposer = () => undefined

  constructor(deps: CallLedgerDeps) {
    this.#deps = deps
    this.#writes = new WriteQueue({ ...deps, failure: 'a call could not be written to the ledger' })
  }

  async start(): Promise<void> {
    const { db, telephony } = this.#deps
    const rows = await db.selectFrom('calls').selectAll().where('ended_at_ms', 'is', null).execute()
    for (const row of rows) this.#running.set(row.id, row)
    this.#dispose = telephony.onChange((changes, healed, server) => {
      // A snapshot taken with the link up all the time is no older than a moment: what it lacks has just ended.
      const unseen = healed && telephony.status(server).state !== 'up'
      this.#observe(changes, telephony.state(), { healed: healed ? server : null, unseen })
    })
    const state = telephony.state()
    for (const server of serversIn(state)) this.#observe([], state, { healed: server, unseen: true })
  }

  async stop(): Promise<void> {
    this.#dispose()
    await this.#writes.stop()
  }

  /** After a call's end is written. */
  onEnded(listener: EndListener): Disposer {
    this.#endListeners.add(listener)
    return () => this.#endListeners.delete(listener)
  }

  idle(): Promise<void> {
    return this.#writes.idle()
  }

  /**
   * Calls of the PBX's own record that went by, or ended, while nobody looked. What was seen to its end stays as it was seen.
   * Once all are written, whoever asks is told of them, but of none whose caller has reached us since, be it by another of
   * these calls. Rejects when that is not done to the end; told twice of one is no harm.
   */
  async fill(rows: readonly EndedRow[]): Promise<void> {
    for (const row of rows) await this.#fillOne(row)
    const { db } = this.#deps
    for (let from = 0; from < rows.length; from += idsAtOnce) {
      const ids = rows.slice(from, from + idsAtOnce).map(({ id }) => id)
      const left = await db
        .selectFrom('calls')
        .selectAll()
        .where('id', 'in', ids)
        .where((e) => e.not(reachedSince('calls')))
        .orderBy('started_at_ms')
        .execute()
      for (const row of left) if (isOver(row)) for (const listener of this.#endListeners) listener(row, 'record')
    }
  }

  async #fillOne(row: EndedRow): Promise<void> {
    if (this.#running.has(row.id)) return
    const { db } = this.#deps
    const before = await db.selectFrom('calls').select('end_unseen').where('id', '=', row.id).executeTakeFirst()
    if (before && before.end_unseen === 0) return
    const { id: _, ...update } = row
    await db
      .insertInto('calls')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(update))
      .execute()
  }

  #observe(changes: readonly PbxChange[], state: PbxState, by: { healed: string | null; unseen: boolean }): void {
    for (const change of changes) {
      if (!('call' in change)) continue
      if (change.kind === 'joined') this.#goOn(change)
      else if (change.kind === 'callEnded') this.#end(change.call, state, by.unseen)
      else this.#see(change.call)
    }
    if (by.healed === null) return
    for (const call of state.calls.values()) this.#see(call)
    // Of the other servers it tells nothing.
    const over = [...this.#running.values()].filter(({ id }) => serverOf(id) === by.healed && !state.calls.has(id))
    for (const row of over) this.#close(row, by.unseen)
  }

  #see(call: PbxCall): void {
    const legs = this.#legs.get(call.id) ?? new Set()
    for (const leg of call.legs) legs.add(leg.uniqueid)
    this.#legs.set(call.id, legs)
    const before = this.#running.get(call.id)
    // A feature code, an announcement, a colleague who is away: nobody was called.
    if (!before && call.direction === 'internal' && legs.size < 2) return
    const now = this.#rowOf(call, before)
    if (before && same(before, now)) return
    this.#running.set(call.id, now)
    this.#write(now)
  }

  #end(call: PbxCall, state: PbxState, unseen: boolean): void {
    const before = this.#running.get(call.id)
    const legs = this.#legs.get(call.id) ?? new Set()
    this.#legs.delete(call.id)
    if (!before) return
    const row = this.#rowOf(call, before)
    // Transfers and pick-ups give a channel another Linkedid: that was no call of its own.
    if ([...legs].some((leg) => livesElsewhere(leg, call.id, state))) this.#drop(row.id)
    else this.#close(row, unseen)
  }

  /** One call, from its beginning to the end of the talk it was transferred into. */
  #goOn({ call, from }: Extract<PbxChange, { kind: 'joined' }>): void {
    const row = this.#running.get(from)
    if (!row) return
    this.#goneOn.add(from)
    this.#running.set(call.id, { ...row, id: call.id })
    this.#write({ ...row, id: call.id })
  }

  #close(row: LedgerRow, unseen: boolean): void {
    if (this.#goneOn.has(row.id)) {
      this.#drop(row.id)
      return
    }
    this.#running.delete(row.id)
    this.#legs.delete(row.id)
    const ended = { ...row, ended_at_ms: this.#deps.clock.nowMs(), end_unseen: unseen ? 1 : 0 }
    this.#write(ended)
    this.#writes.add(async () => {
      for (const listener of this.#endListeners) listener(ended, 'asterisk')
    })
  }

  #drop(id: string): void {
    this.#running.delete(id)
    this.#legs.delete(id)
    this.#goneOn.delete(id)
    this.#writes.add(async () => {
      await this.#deps.db.deleteFrom('calls').where('id', '=', id).execute()
    })
  }

  /** The person who answered first stays, whoever the call is transferred to. */
  #rowOf(call: PbxCall, before: LedgerRow | undefined): LedgerRow {
    const number = normalizePhone(call.number)
    const answer = before?.answered_at_ms != null && before.operator_id != null ? null : this.#firstAnswer(call)
    return {
      id: call.id,
      direction: call.direction,
      number,
      phone_key: phoneKey(number),
      queue_number: call.queue ?? before?.queue_number ?? null,
      started_at_ms: call.startedAtMs,
      queued_at_ms: before?.queued_at_ms ?? call.queuedAtMs,
      answered_at_ms: before?.answered_at_ms ?? answer?.atMs ?? call.answeredAtMs,
      ended_at_ms: null,
      end_unseen: 0,
      operator_id: answer?.operatorId ?? before?.operator_id ?? null,
      operator_name: answer?.operatorName ?? before?.operator_name ?? null,
    }
  }

  #firstAnswer(call: PbxCall): { atMs: number; operatorId: string; operatorName: string } | null {
    const answers = call.legs.flatMap((leg) => {
      const user = leg.endpoint === null ? null : this.#deps.users.byExtension(leg.endpoint)
      // An inbound caller's own leg is up from the start; only outgoing calls are an operator's as callers.
      if (!user || leg.answeredAtMs === null || (leg.role === 'caller' && call.direction === 'inbound')) return []
      return [{ atMs: leg.answeredAtMs, operatorId: user.id, operatorName: user.name, caller: leg.role === 'caller' }]
    })
    // Within the house the one who was called is the one who answered.
    return answers.sort((a, b) => Number(a.caller) - Number(b.caller) || a.atMs - b.atMs)[0] ?? null
  }

  #write(row: LedgerRow): void {
    const { id: _, ...update } = row
    this.#writes.add(async () => {
      await this.#deps.db
        .insertInto('calls')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(update))
        .execute()
    })
  }
}

const isOver = (row: LedgerRow): row is EndedRow => row.ended_at_ms !== null

const livesElsewhere = (uniqueid: string, callId: string, state: PbxState): boolean =>
  [...state.calls.values()].some((call) => call.id !== callId && call.legs.some((leg) => leg.uniqueid === uniqueid))

const same = (a: LedgerRow, b: LedgerRow): boolean =>
  Object.entries(b).every(([key, value]) => Object.is(a[key as keyof LedgerRow], value))
