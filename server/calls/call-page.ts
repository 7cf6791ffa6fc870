import { sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { CallPage, TimelineEvent, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import type { CardService } from './card-service.ts'
import { phoneKey } from './phone-numbers.ts'
import { seesAll } from './work-access.ts'

/** The page without its audio, and what to look for that by. */
export interface CallView extends Omit<CallPage, 'recordings' | 'recordingBar' | 'quality'> {
  readonly mayListen: boolean
  /** Uniqueids under which the call may have been recorded. */
  readonly recordingIds: readonly string[]
}

interface PartRow {
  id: string
  leg_id: string
  operator_id: string
  operator_name: string
  state: string
  ringing_at_ms: number
  answered_at_ms: number | null
  ended_at_ms: number | null
  saved_at_ms: number | null
}

/**
 * One call to read afterwards. An operator reads the own calls, and what colleagues wrote of customers the operator has had
 * on the line too: that is what the customer's history is for. Recordings only of the own calls.
 */
export class CallPages {
  readonly #deps: { db: Db; users: UserDirectory; queueNames: QueueNames; cards: CardService }

  constructor(deps: { db: Db; users: UserDirectory; queueNames: QueueNames; cards: CardService }) {
    this.#deps = deps
  }

  /** Throws notFound for what this person may not see. */
  async read(user: User, id: string): Promise<CallView> {
    const found = await this.#deps.cards.find(id)
    if (!found) throw noSuchCall()
    const { card, operatorName } = found
    const own = card.operatorId === user.id
    const all = seesAll(user)
    if (!own && !all && !(await this.#hasSpokenWith(user, { customerId: card.customer?.id ?? null, number: card.number })))
      throw noSuchCall()
    const parts = await this.#parts(card.callId)
    return {
      card: { ...card, operatorName },
      mayEdit: own,
      timeline: await this.#timeline(card.callId, parts),
      // Whose phone only rang has a card too, but no part in what was said.
      mayListen: (own && card.answeredAtMs !== null) || all,
      recordingIds: [...new Set([card.callId, card.legId, ...parts.map((part) => part.leg_id)])],
    }
  }

  async #hasSpokenWith(user: User, { customerId, number }: { customerId: string | null; number: string }): Promise<boolean> {
    const key = phoneKey(number)
    const { rows } = await sql<{ one: number }>`
      select 1 as one where exists (select 1 from cards where operator_id = ${user.id} and customer_id = ${customerId})
        or exists (select 1 from cards where operator_id = ${user.id} and ${key} <> '' and phone_key = ${key})`.execute(
      this.#deps.db,
    )
    return rows.length > 0
  }

  async #parts(callId: string): Promise<PartRow[]> {
    return this.#deps.db
      .selectFrom('cards')
      .select([
        'id',
        'leg_id',
        'operator_id',
        'operator_name',
        'state',
        'ringing_at_ms',
        'answered_at_ms',
        'ended_at_ms',
        'saved_at_ms',
      ])
      .where('call_id', '=', callId)
      .orderBy('ringing_at_ms')
      .orderBy('id')
      .execute()
  }

  async #timeline(callId: string, parts: readonly PartRow[]): Promise<TimelineEvent[]> {
    const { db, users, queueNames } = this.#deps
    const call = await db.selectFrom('calls').selectAll().where('id', '=', callId).executeTakeFirst()
    const events: TimelineEvent[] = []
    const add = (kind: TimelineEvent['kind'], atMs: number | null, more: Partial<TimelineEvent> = {}) => {
      if (atMs !== null) events.push({ kind, atMs, operatorName: null, queueName: null, ...more })
    }
    if (call) {
      add('started', call.started_at_ms)
      if (call.queue_number !== null) add('queued', call.queued_at_ms, { queueName: queueNames.name(call.queue_number) })
      if (call.end_unseen === 0) add('ended', call.ended_at_ms)
    }
    for (const part of parts) {
      const operatorName = users.byId(part.operator_id)?.name ?? part.operator_name
      add('rang', part.ringing_at_ms, { operatorName })
      add('answered', part.answered_at_ms, { operatorName })
      add(part.answered_at_ms === null ? 'notTaken' : 'left', part.ended_at_ms, { operatorName })
      add('saved', part.saved_at_ms, { operatorName })
    }
    return events.sort((a, b) => a.atMs - b.atMs || order.indexOf(a.kind) - order.indexOf(b.kind))
  }
}

const order: readonly TimelineEvent['kind'][] = ['started', 'queued', 'rang', 'answered', 'notTaken', 'left', 'ended', 'saved']

const noSuchCall = (): AppError => new AppError('notFound', 'No such call')
