import { type Selectable, sql } from 'kysely'
import type { UserDirectory } from '../accounts/user-directory.ts'
import { type CallPage, type Card, Direction, type PastCall, type TimelineEvent, type User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Database, Db } from '../store/index.ts'
import type { CardService } from './card-service.ts'
import { heardOutcome } from './heard-outcome.ts'
import { phoneKey } from './phone-numbers.ts'
import { seesAll } from './work-access.ts'

/** The page without its audio, and what to look for that by. */
export interface CallView extends Omit<CallPage, 'recordings' | 'recordingBar' | 'quality' | 'rating'> {
  readonly callId: string
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

/** Over, as far as the record tells. */
interface RecordedTalk {
  readonly fromMs: number
  readonly toMs: number
}

/** One call of the PBX's own record. */
export interface RecordedCall {
  readonly call: PastCall
  /** Its key first, then the other unique ids of it. */
  readonly ids: readonly string[]
  /** null: nobody wrote it. */
  readonly endedAtMs: number | null
  readonly course: readonly TimelineEvent[]
  /** Whose phones rang, and talked: people by id, whose the phone was at that moment. */
  readonly parts: readonly { readonly operatorId: string; readonly talk: RecordedTalk | null }[]
}

export interface CallPagesDeps {
  readonly db: Db
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly cards: CardService
  /** By any unique id; null: it is not there (yet). */
  readonly record: { read(callId: string): Promise<RecordedCall | null> }
}

type HeardCall = Selectable<Database['calls']>

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
 * One call to read afterwards, with a card or without. An operator reads the own calls, and what colleagues wrote of customers the
 * operator has had on the line too: that is what the customer's history is for. Of recordings only the own part of the own calls.
 */
export class CallPages {
  readonly #deps: CallPagesDeps

  constructor(deps: CallPagesDeps) {
    this.#deps = deps
  }

  /** The call of a card. Throws notFound for what this person may not see. */
  async read(user: User, id: string): Promise<CallView> {
    const shown = await this.#deps.cards.find(id)
    if (!shown) throw noSuchCall()
    const { card, operatorName } = shown
    const own = card.operatorId === user.id
    const all = seesAll(user)
    if (!own && !all && !(await this.#hasSpokenWith(user, { customerId: card.customer?.id ?? null, number: card.number })))
      throw noSuchCall()
    const heard = await this.#heard(card.callId)
    // Of a call that goes on, or was over a moment ago, the record has pieces at most.
    const found = heard?.ended_at_ms === null ? null : await this.#recorded(card.callId)
    const recorded = heard && found?.call.outcome === 'running' ? null : found
    const parts = await this.#parts(recorded?.ids ?? [card.callId])
    // The card is a colleague's; the reader's own part has none.
    const cardless = own || all ? null : ownPart(user, recorded)
    return {
      callId: card.callId,
      call: recorded?.call ?? (heard ? await this.#heardFacts(heard) : null),
      card: { ...card, operatorName },
      mayEdit: own,
      timeline: recorded ? withSaved(recorded.course, this.#steps(parts)) : this.#heardCourse(heard, parts),
      // Whose phone only rang has a card too, but no part in what was said.
      mayListen: (own && card.answeredAtMs !== null) || all || cardless !== null,
      recordingIds:
        cardless && recorded
          ? [...recorded.ids]
          : [...new Set([card.callId, card.legId, ...(all ? parts.map((part) => part.leg_id) : [])])],
      heard: all ? null : (cardless ?? heardOf(card, { parts, heard, recorded })),
    }
  }

  /** The call of any unique id, with the card that says most to this person. Throws notFound as `read` does. */
  async readCall(user: User, callId: string): Promise<CallView> {
    const recorded = await this.#recorded(callId)
    const parts = await this.#parts(recorded?.ids ?? [callId])
    const rank = (part: PartRow) => (part.operator_id === user.id ? 0 : 2) + Number(part.answered_at_ms === null)
    for (const { id } of parts.toSorted((a, b) => rank(a) - rank(b))) {
      const view = await this.read(user, id).catch(unlessHidden)
      if (view) return view
    }
    const heard = recorded ? null : await this.#heard(callId)
    const call = recorded?.call ?? (heard ? await this.#heardFacts(heard) : null)
    const rangHere = recorded?.parts.some(({ operatorId }) => operatorId === user.id) ?? false
    const own = ownPart(user, recorded)
    const all = seesAll(user)
    if (!call || (!all && !rangHere)) throw noSuchCall()
    return {
      callId: call.callKey,
      call,
      card: null,
      mayEdit: false,
      timeline: recorded ? [...recorded.course] : this.#heardCourse(heard, parts),
      mayListen: all || own !== null,
      recordingIds: recorded?.ids ?? [call.callKey],
      heard: all ? null : own,
    }
  }

  /** A card opens whether the record can be read just now or not. */
  #recorded(callId: string): Promise<RecordedCall | null> {
    return this.#deps.record.read(callId).catch((error: unknown) => {
      if (error instanceof AppError && (error.code === 'busy' || error.code === 'recordUpgrading')) return null
      throw error
    })
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

  async #parts(callIds: readonly string[]): Promise<PartRow[]> {
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
      .where('call_id', 'in', callIds)
      .orderBy('ringing_at_ms')
      .orderBy('id')
      .execute()
  }

  /** As the server heard it. */
  #heard(callId: string): Promise<HeardCall | undefined> {
    return this.#deps.db.selectFrom('calls').selectAll().where('id', '=', callId).executeTakeFirst()
  }

  async #heardFacts(heard: HeardCall): Promise<PastCall> {
    const { db, users, queueNames } = this.#deps
    const { queue_number: queue, started_at_ms, queued_at_ms, answered_at_ms, ended_at_ms, end_unseen } = heard
    const { rows } = await sql<{ name: string }>`
      select name from customers where id = (
        select case when count(*) = 1 then min(customer_id) end from customer_phones
        where phone_key = ${heard.phone_key} and phone_key <> '')`.execute(db)
    const endMs = end_unseen ? null : ended_at_ms
    const waitedToMs = answered_at_ms ?? endMs
    return {
      callKey: heard.id,
      startedAtMs: started_at_ms,
      direction: Direction.parse(heard.direction),
      number: heard.number,
      customerName: rows[0]?.name ?? null,
      queue: queue === null ? null : { number: queue, name: queueNames.name(queue) },
      operatorName: (heard.operator_id === null ? null : users.byId(heard.operator_id)?.name) ?? heard.operator_name,
      outcome: heardOutcome(heard),
      cause: null,
      waitMs: waitedToMs === null ? null : Math.max(0, waitedToMs - (queued_at_ms ?? started_at_ms)),
      talkMs: answered_at_ms === null || endMs === null ? null : Math.max(0, endMs - answered_at_ms),
    }
  }

  /** Where the record does not have the call: one queue, and whose phones have cards. */
  #heardCourse(heard: HeardCall | null | undefined, parts: readonly PartRow[]): TimelineEvent[] {
    const events = this.#steps(parts)
    if (heard) {
      events.push(step('started', heard.started_at_ms))
      const { queue_number: queue, queued_at_ms, ended_at_ms } = heard
      if (queue !== null && queued_at_ms !== null)
        events.push({ ...step('queued', queued_at_ms), queueName: this.#deps.queueNames.name(queue) })
      if (ended_at_ms !== null && heard.end_unseen === 0) events.push(step('ended', ended_at_ms))
    }
    return events.sort((a, b) => a.atMs - b.atMs || order.indexOf(a.kind) - order.indexOf(b.kind))
  }

  #steps(parts: readonly PartRow[]): TimelineEvent[] {
    const events: TimelineEvent[] = []
    for (const part of parts) {
      const operatorName = this.#deps.users.byId(part.operator_id)?.name ?? part.operator_name
      const add = (kind: TimelineEvent['kind'], atMs: number | null) => {
        if (atMs !== null) events.push({ ...step(kind, atMs), operatorName })
      }
      add('rang', part.ringing_at_ms)
      add('answered', part.answered_at_ms)
      add(part.answered_at_ms === null ? 'notTaken' : 'left', part.ended_at_ms)
      add('saved', part.saved_at_ms)
    }
    return events
  }
}

/** In less time nobody is handed a call, called and heard. */
const nobodyElseMs = 5_000

/** Given on to a phone without a card: outside, or of a colleague who has no account. */
const wentOn = (endsAtMs: number, leftAtMs: number): boolean => endsAtMs > leftAtMs + nobodyElseMs

const talksOf = (operatorId: string, recorded: RecordedCall | null): RecordedTalk[] =>
  recorded?.parts.flatMap((part) => (part.operatorId === operatorId ? (part.talk ?? []) : [])) ?? []

const endOf = (talks: readonly RecordedTalk[]): number => Math.max(0, ...talks.map(({ toMs }) => toMs))

function heardOf(
  card: Pick<Card, 'id' | 'legId' | 'operatorId' | 'state' | 'answeredAtMs' | 'endedAtMs'>,
  call: { parts: readonly PartRow[]; heard: HeardCall | undefined; recorded: RecordedCall | null },
): HeardPart {
  const { answeredAtMs, endedAtMs } = card
  const { parts, heard, recorded } = call
  const others = parts.filter((part) => part.id !== card.id && part.answered_at_ms !== null)
  // What the server did not see the end of, the record may have.
  const callEndsAtMs = heard?.end_unseen === 0 ? (heard.ended_at_ms ?? Number.POSITIVE_INFINITY) : (recorded?.endedAtMs ?? 0)
  const recordedEndMs = endOf(talksOf(card.operatorId, recorded))
  const leftAtMs = endedAtMs ?? (recordedEndMs > 0 ? recordedEndMs : null)
  return {
    legId: card.legId,
    alone: others.length === 0 && (leftAtMs === null || !wentOn(callEndsAtMs, leftAtMs)),
    // Of a closed card without its end nobody knows how long it was the operator's.
    span:
      answeredAtMs === null || (endedAtMs === null && card.state !== 'talking')
        ? null
        : { fromMs: answeredAtMs, toMs: endedAtMs },
    talks: parts.flatMap((part) => (part.answered_at_ms === null ? [] : { fromMs: part.answered_at_ms, toMs: part.ended_at_ms })),
  }
}

/** By the record, which knows no channels: one talk is cut out, of several it cannot be told where they lie. null: no talk there. */
function ownPart(user: User, recorded: RecordedCall | null): HeardPart | null {
  const own = talksOf(user.id, recorded)
  const [first, ...more] = own
  if (!first || !recorded) return null
  const { parts, endedAtMs } = recorded
  const talks = parts.flatMap(({ talk }) => talk ?? [])
  return {
    legId: '',
    alone: talks.length === own.length && endedAtMs !== null && !wentOn(endedAtMs, endOf(own)),
    span: more.length === 0 ? first : null,
    talks,
  }
}

const order: readonly TimelineEvent['kind'][] = ['started', 'queued', 'rang', 'answered', 'notTaken', 'left', 'ended', 'saved']

const step = (kind: TimelineEvent['kind'], atMs: number): TimelineEvent => ({
  ...{ kind, atMs, operatorName: null, queueName: null },
  ...{ position: null, outcome: null, cause: null, exitKey: null, lengthMs: null, holdMs: null },
})

/** The record knows all but when cards were closed. */
const withSaved = (course: readonly TimelineEvent[], ofCards: readonly TimelineEvent[]): TimelineEvent[] =>
  [...course, ...ofCards.filter(({ kind }) => kind === 'saved')].sort((a, b) => a.atMs - b.atMs)

const noSuchCall = (): AppError => new AppError('notFound', 'No such call')

function unlessHidden(error: unknown): null {
  if (error instanceof AppError && error.code === 'notFound') return null
  throw error
}
