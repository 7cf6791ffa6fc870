import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { type RecordingPause, serverOf, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { RecordingRules } from '../settings/index.ts'
import type { Db } from '../store/index.ts'
import type { PbxChange, PbxLeg } from '../telephony/pbx-state.ts'
import type { Disposer, PbxChannel, Telephony } from '../telephony/telephony.ts'
import { conversation, ownTalkingLeg } from './own-legs.ts'

interface RecordingPausesDeps {
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly rules: RecordingRules
  readonly logger: Logger
}

/**
 * Silence in a recording while card data is said. MixMonitor writes on, so that both channel files keep their length; the
 * span is kept with the call. Whoever paused and then left the call forgot to resume: the recording goes on.
 */
export class RecordingPauses {
  readonly #deps: RecordingPausesDeps
  /** Legs that paused, with the calls they paused. */
  readonly #paused = new Map<string, readonly string[]>()
  #stop: Disposer = () => undefined

  constructor(deps: RecordingPausesDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop = this.#deps.telephony.onChange((changes, healed, server) => this.#watch(changes, healed ? server : null))
  }

  stop(): void {
    this.#stop()
  }

  async set(user: User, legId: string, paused: boolean): Promise<void> {
    const { telephony, rules, db, clock } = this.#deps
    const { call } = ownTalkingLeg(telephony, user, legId)
    const calls = conversation(telephony, call)
    const recorders = this.#recorders(calls.map(({ id }) => id))
    if (recorders.length === 0) throw new AppError('conflict', 'the call is not recorded')
    if (paused && calls.some(({ queue }) => rules.forced(queue))) {
      throw new AppError('recordingForced', 'the queue of this call forbids to pause its recording')
    }
    const callIds = [...new Set(recorders.map(({ linkedid }) => linkedid))]
    await this.#mute(recorders, paused)
    if (!paused) return this.#close(callIds)
    this.#paused.set(legId, callIds)
    const open = await db
      .selectFrom('recording_pauses')
      .select('call_id')
      .where('call_id', 'in', callIds)
      .where('to_ms', 'is', null)
      .execute()
    const from_ms = clock.nowMs()
    const rows = callIds
      .filter((id) => !open.some((row) => row.call_id === id))
      .map((call_id) => ({ call_id, leg_id: legId, operator_id: user.id, operator_name: user.name, from_ms, to_ms: null }))
    if (rows.length === 0) return
    await db
      .insertInto('recording_pauses')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['call_id', 'from_ms']).doUpdateSet({ to_ms: null }))
      .execute()
  }

  async of(callId: string): Promise<RecordingPause[]> {
    const rows = await this.#deps.db
      .selectFrom('recording_pauses')
      .selectAll()
      .where('call_id', '=', callId)
      .orderBy('from_ms')
      .execute()
    return rows.map((row) => ({
      fromMs: row.from_ms,
      toMs: row.to_ms,
      operatorId: row.operator_id,
      operatorName: row.operator_name,
    }))
  }

  #recorders(callIds: readonly string[]): PbxChannel[] {
    const channels = [...this.#deps.telephony.channels().values()]
    return channels.filter(({ linkedid, recording }) => recording !== 'none' && callIds.includes(linkedid))
  }

  async #mute(recorders: readonly PbxChannel[], muted: boolean): Promise<void> {
    const { commands } = this.#deps.telephony
    for (const { name: channel } of recorders) {
      await commands.muteRecording({ channel, muted })
      // Asterisk does not tell of it when asked: a server that starts anew reads it here.
      await commands.setVariable({ channel, name: 'CALLSYNC_PAUSED', value: muted ? '1' : '' })
    }
  }

  async #close(callIds: readonly string[]): Promise<void> {
    const { db, clock } = this.#deps
    for (const [leg, ids] of this.#paused) if (ids.some((id) => callIds.includes(id))) this.#paused.delete(leg)
    await db
      .updateTable('recording_pauses')
      .set({ to_ms: clock.nowMs() })
      .where('call_id', 'in', callIds)
      .where('to_ms', 'is', null)
      .execute()
  }

  /** `healed`: the server that told a snapshot. */
  #watch(changes: readonly PbxChange[], healed: string | null): void {
    const work: Promise<void>[] = []
    for (const change of changes) {
      if (change.kind === 'callEnded') work.push(this.#ended(change.call.id))
      if (change.kind !== 'legEnded') continue
      const callIds = this.#paused.get(change.leg.uniqueid)
      if (!callIds) continue
      const heir = this.#legInstead(change.leg, callIds)
      work.push(heir === null ? this.#forgotten(callIds) : this.#passOn(change.leg.uniqueid, heir))
    }
    if (healed !== null) work.push(this.#takeOver(healed))
    for (const each of work) {
      each.catch((error: unknown) => this.#deps.logger.error({ err: error }, 'A recording pause could not be ended'))
    }
  }

  async #ended(callId: string): Promise<void> {
    if ([...this.#paused.values()].some((ids) => ids.includes(callId))) await this.#close([callId])
  }

  /** The same phone's other leg in the paused calls: its page was reloaded or moved, and card data may still be said. */
  #legInstead({ uniqueid, endpoint }: PbxLeg, callIds: readonly string[]): string | null {
    const { calls } = this.#deps.telephony.state()
    const legs = callIds.flatMap((id) => calls.get(id)?.legs ?? [])
    return legs.find((leg) => leg.endpoint === endpoint && leg.uniqueid !== uniqueid)?.uniqueid ?? null
  }

  async #passOn(from: string, to: string): Promise<void> {
    const callIds = this.#paused.get(from)
    this.#paused.delete(from)
    if (callIds) this.#paused.set(to, callIds)
    const { db } = this.#deps
    await db.updateTable('recording_pauses').set({ leg_id: to }).where('leg_id', '=', from).where('to_ms', 'is', null).execute()
  }

  async #forgotten(callIds: readonly string[]): Promise<void> {
    await this.#mute(this.#recorders(callIds), false)
    await this.#close(callIds)
  }

  /** What went on while the server or the link was away: calls have ended, legs that paused have left, others are still there. */
  async #takeOver(server: string): Promise<void> {
    const { db, telephony } = this.#deps
    const rows = await db.selectFrom('recording_pauses').select(['call_id', 'leg_id']).where('to_ms', 'is', null).execute()
    const open = rows.filter((row) => serverOf(row.call_id) === server)
    const over = open.map((row) => row.call_id).filter((id) => !telephony.state().calls.has(id))
    if (over.length > 0) await this.#close(over)
    const going = open.filter((row) => !over.includes(row.call_id))
    for (const leg of new Set(going.map((row) => row.leg_id))) {
      const callIds = going.filter((row) => row.leg_id === leg).map((row) => row.call_id)
      if (telephony.channels().has(leg)) this.#paused.set(leg, callIds)
      else await this.#forgotten(callIds)
    }
  }
}
