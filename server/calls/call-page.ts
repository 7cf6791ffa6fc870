import { type Selectable, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { CallPage, Card, TimelineEvent, User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Database, Db } from '../store/index.ts'
import type { CardService } from './card-service.ts'
import { phoneKey } from './phone-numbers.ts'
import { seesAll } from './work-access.ts'

/** The page without its audio, and what to look for that by. */
export interface CallView extends Omit<CallPage, 'recordings' | 'recordingBar' | 'quality'> {
  readonly mayListen: boolean
  /** Uniqueids under which the call may have been recorded. */
  readonly recordingIds: readonly string[]
  /** What the reader may hear of them; null: everything. */
  readonly heard: HeardPart | null
}

/** The part of a call its operator was in, and hears. */
export interface HeardPart {
  /** The operator's own channel: what is recorded of it is all own. */
  readonly legId: string
  /** Nobody else had a part in the call, as far as is known. */
  readonly alone: boolean
  /** null: its end was not seen. */
  readonly span: TalkSpan | null
  /** Everybody's, the own one included. */
  readonly talks: readonly TalkSpan[]
}

interface TalkSpan {
  readonly fromMs: number
  /** null: goes on. */
  readonly toMs: number | null
}

type CallRow = Selectable<Database['calls']>

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
 * on the line too: that is what the customer's history is for. Of recordings only the own part of the own calls.
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
    const call = await this.#deps.db.selectFrom('calls').selectAll().where('id', '=', card.callId).executeTakeFirst()
    return {
      card: { ...card, operatorName },
      mayEdit: own,
      timeline: this.#timeline(call, parts),
      // Whose phone only rang has a card too, but no part in what was said.
      mayListen: (own && card.answeredAtMs !== null) || all,
      recordingIds: [...new Set([card.callId, card.legId, ...(all ? parts.map((part) => part.leg_id) : [])])],
      heard: all ? null : heardOf(card, parts, call),
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

  #timeline(call: CallRow | undefined, parts: readonly PartRow[]): TimelineEvent[] {
    const { users, queueNames } = this.#deps
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

/** In less time nobody is handed a call, called and heard. */
const nobodyElseMs = 5_000

function heardOf(
  card: Pick<Card, 'id' | 'legId' | 'state' | 'answeredAtMs' | 'endedAtMs'>,
  parts: readonly PartRow[],
  call: CallRow | undefined,
): HeardPart {
  const { answeredAtMs, endedAtMs } = card
  const others = parts.filter((part) => part.id !== card.id && part.answered_at_ms !== null)
  // To a phone without a card: outside, or of a colleague who has no account.
  const callEndsAtMs = call?.end_unseen === 0 ? (call.ended_at_ms ?? Number.POSITIVE_INFINITY) : 0
  const wentOn = endedAtMs !== null && callEndsAtMs > endedAtMs + nobodyElseMs
  return {
    legId: card.legId,
    alone: others.length === 0 && !wentOn,
    // Of a closed card without its end nobody knows how long it was the operator's.
    span:
      answeredAtMs === null || (endedAtMs === null && card.state !== 'talking')
        ? null
        : { fromMs: answeredAtMs, toMs: endedAtMs },
    talks: parts.flatMap((part) => (part.answered_at_ms === null ? [] : { fromMs: part.answered_at_ms, toMs: part.ended_at_ms })),
  }
}

const order: readonly TimelineEvent['kind'][] = ['started', 'queued', 'rang', 'answered', 'notTaken', 'left', 'ended', 'saved']

const noSuchCall = (): AppError => new AppError('notFound', 'No such call')
