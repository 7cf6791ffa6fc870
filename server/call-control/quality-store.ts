import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { LegQuality, QualitySample, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { Db } from '../store/index.ts'
import type { PbxChange } from '../telephony/pbx-state.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'

/** How long after its end a phone may still tell of a leg. */
const lateMs = 5 * 60_000
/** Cards of older calls are not looked through. */
const longestCallMs = 24 * 3_600_000

interface QualityStoreDeps {
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
}

/** How calls sounded to their operators: sums by leg, as the phones measured it. */
export class QualityStore {
  readonly #deps: QualityStoreDeps
  /** Operators' legs that ended a moment ago. */
  readonly #ended = new Map<string, { readonly callId: string; readonly operatorId: string; readonly atMs: number }>()
  #stop: Disposer = () => undefined

  constructor(deps: QualityStoreDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop = this.#deps.telephony.onChange((changes) => this.#watch(changes))
  }

  stop(): void {
    this.#stop()
  }

  async add(user: User, legId: string, samples: readonly QualitySample[]): Promise<void> {
    const { db, clock } = this.#deps
    const callId = await this.#callOf(user, legId)
    const now = sums(samples)
    // In one transaction: two portions may come at the same time.
    await db.transaction().execute(async (tx) => {
      const before = await tx.selectFrom('leg_quality').selectAll().where('leg_id', '=', legId).executeTakeFirst()
      const row = {
        leg_id: legId,
        call_id: callId,
        operator_id: user.id,
        operator_name: user.name,
        samples: (before?.samples ?? 0) + now.samples,
        sum_mos: (before?.sum_mos ?? 0) + now.sum_mos,
        min_mos: Math.min(before?.min_mos ?? now.min_mos, now.min_mos),
        sum_loss: (before?.sum_loss ?? 0) + now.sum_loss,
        max_loss: Math.max(before?.max_loss ?? 0, now.max_loss),
        sum_jitter_ms: (before?.sum_jitter_ms ?? 0) + now.sum_jitter_ms,
        max_jitter_ms: Math.max(before?.max_jitter_ms ?? 0, now.max_jitter_ms),
        round_trips: (before?.round_trips ?? 0) + now.round_trips,
        sum_round_trip_ms: (before?.sum_round_trip_ms ?? 0) + now.sum_round_trip_ms,
        max_round_trip_ms: Math.max(before?.max_round_trip_ms ?? 0, now.max_round_trip_ms),
        updated_at_ms: clock.nowMs(),
      }
      await tx
        .insertInto('leg_quality')
        .values(row)
        .onConflict((conflict) => conflict.column('leg_id').doUpdateSet(row))
        .execute()
    })
  }

  async of(callId: string): Promise<LegQuality[]> {
    const rows = await this.#deps.db
      .selectFrom('leg_quality')
      .selectAll()
      .where('call_id', '=', callId)
      .orderBy('leg_id')
      .execute()
    return rows.map((row) => ({
      legId: row.leg_id,
      operatorId: row.operator_id,
      operatorName: row.operator_name,
      samples: row.samples,
      avgMos: row.sum_mos / row.samples,
      minMos: row.min_mos,
      avgLoss: row.sum_loss / row.samples,
      maxLoss: row.max_loss,
      avgJitterMs: row.sum_jitter_ms / row.samples,
      maxJitterMs: row.max_jitter_ms,
      avgRoundTripMs: row.round_trips === 0 ? null : row.sum_round_trip_ms / row.round_trips,
      maxRoundTripMs: row.round_trips === 0 ? null : row.max_round_trip_ms,
    }))
  }

  /** The call of the reader's own leg, while it goes on or shortly after. */
  async #callOf(user: User, legId: string): Promise<string> {
    const { db, telephony, clock } = this.#deps
    for (const call of telephony.state().calls.values()) {
      const leg = call.legs.find((each) => each.uniqueid === legId)
      if (leg && leg.endpoint !== null && leg.endpoint === user.extension) return call.id
    }
    const ended = this.#ended.get(legId)
    if (ended?.operatorId === user.id) return ended.callId
    // The server was away when the leg ended.
    const card = await db
      .selectFrom('cards')
      .select('call_id')
      .where('leg_id', '=', legId)
      .where('operator_id', '=', user.id)
      // By the index of an operator's days.
      .where('ringing_at_ms', '>', clock.nowMs() - longestCallMs)
      .executeTakeFirst()
    if (!card) throw new AppError('notFound', 'you had no such leg in a call')
    return card.call_id
  }

  #watch(changes: readonly PbxChange[]): void {
    const nowMs = this.#deps.clock.nowMs()
    for (const change of changes) {
      if (change.kind !== 'legEnded' || change.leg.endpoint === null) continue
      const operator = this.#deps.users.byExtension(change.leg.endpoint)
      if (!operator) continue
      for (const [id, { atMs }] of this.#ended) if (nowMs - atMs > lateMs) this.#ended.delete(id)
      this.#ended.set(change.leg.uniqueid, { callId: change.call.id, operatorId: operator.id, atMs: nowMs })
    }
  }
}

function sums(samples: readonly QualitySample[]) {
  const total = {
    samples: 0,
    sum_mos: 0,
    min_mos: Number.POSITIVE_INFINITY,
    sum_loss: 0,
    max_loss: 0,
    sum_jitter_ms: 0,
    max_jitter_ms: 0,
    round_trips: 0,
    sum_round_trip_ms: 0,
    max_round_trip_ms: 0,
  }
  for (const { mos, loss, jitterMs, roundTripMs } of samples) {
    total.samples += 1
    total.sum_mos += mos
    total.min_mos = Math.min(total.min_mos, mos)
    total.sum_loss += loss
    total.max_loss = Math.max(total.max_loss, loss)
    total.sum_jitter_ms += jitterMs
    total.max_jitter_ms = Math.max(total.max_jitter_ms, jitterMs)
    if (roundTripMs === null) continue
    total.round_trips += 1
    total.sum_round_trip_ms += roundTripMs
    total.max_round_trip_ms = Math.max(total.max_round_trip_ms, roundTripMs)
  }
  return total
}
