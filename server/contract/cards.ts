import { z } from 'zod'
import { CardChanges, CardFieldName, CardFields } from './card-fields.ts'
import { Contact, Customer } from './customers.ts'
import { everyRole, overseers } from './roles.ts'
import { defineRoute } from './route.ts'

/**
 * ringing → talking → wrapUp → saved; ringing → missed when the ring ends without an answer here; an internal call without
 * notes needs no wrap-up.
 * One card is one operator's part in one call; its id comes from the operator's channel, so it survives a restart of ours.
 */
export const CardState = z.enum(['ringing', 'talking', 'wrapUp', 'saved', 'missed'])
export type CardState = z.infer<typeof CardState>

export const Direction = z.enum(['inbound', 'outbound', 'internal'])
export type Direction = z.infer<typeof Direction>

export const QueueName = z.object({ number: z.string(), name: z.string() })
export type QueueName = z.infer<typeof QueueName>

/**
 * How the customer was found: `sure` by the very number, `maybe` not surely (see `candidates`, `customer` is null), `chosen`
 * and `nobody` by the operator's word, `none` not at all.
 */
export const CustomerMatch = z.enum(['none', 'sure', 'maybe', 'chosen', 'nobody'])
export type CustomerMatch = z.infer<typeof CustomerMatch>

/** Times are epoch milliseconds by the server's clock; null until they happen. */
export const Card = z.object({
  id: z.string(),
  /** Asterisk's Linkedid: the same for all legs of a call. */
  callId: z.string(),
  /** The operator channel's Uniqueid. The sample dialplan sends it as X-CallSync-Leg. */
  legId: z.string(),
  operatorId: z.string(),
  direction: Direction,
  state: CardState,
  /** The other side's number, E.164 where it could be parsed; empty when withheld. */
  number: z.string(),
  /** The name that came with the call; empty when none. */
  callerName: z.string(),
  queue: QueueName.nullable(),
  /** When the caller began to wait in the queue, null for calls past no queue. */
  queuedAtMs: z.number().int().nullable(),
  ringingAtMs: z.number().int(),
  answeredAtMs: z.number().int().nullable(),
  endedAtMs: z.number().int().nullable(),
  /** When the server saves the card by itself; null outside wrap-up, and while that stands still. */
  wrapUpEndsAtMs: z.number().int().nullable(),
  /** What is left of a wrap-up that stands still while the operator talks on another call; else null. */
  wrapUpLeftMs: z.number().int().nullable().default(null),
  savedAtMs: z.number().int().nullable(),
  /** Missed, but by nobody: the queue took the ring back, for its caller left or a colleague took the call. */
  ringCancelled: z.boolean().default(false),
  /** Grows with each write; clients send the one they last saw. */
  version: z.number().int(),
  fields: CardFields,
  customer: Customer.nullable(),
  customerMatch: CustomerMatch.default('none'),
  /** With `maybe`: whom the number may belong to, the likeliest first, at most 8. */
  candidates: z.array(Customer).default([]),
  /** The customer's last contacts, newest first, at most 10. */
  contacts: z.array(Contact),
  /** Whose card of the same call this one began with; null for a call nobody passed on. */
  transferredFrom: z.object({ cardId: z.string(), operatorId: z.string(), operatorName: z.string() }).nullable().default(null),
  /** How often wrap-up can still be extended, and by how much each time. */
  extensionsLeft: z.number().int().default(1),
  extensionMs: z.number().int().default(60_000),
  /** How long wrap-up took, without what it stood still; null before its end, and for cards without one. */
  wrapUpMs: z.number().int().nullable().default(null),
  /** Saved by the clock without its required fields: in the operator's worklist until they are there. */
  incomplete: z.boolean().default(false),
  /** The version of the card setup that the server knew; an older copy must be asked for anew. */
  setupVersion: z.number().int().default(0),
})
export type Card = z.infer<typeof Card>

/** The operator called, outside or a colleague: a call of that kind that nobody answered was not missed. */
export const madeByOperator = ({ direction, callId, legId }: Pick<Card, 'direction' | 'callId' | 'legId'>): boolean =>
  // Of a call inside the PBX the Linkedid is the Uniqueid of the one who called.
  direction === 'outbound' || (direction === 'internal' && legId === callId)

/** A field that both sides changed since `baseVersion`, to different values. The server kept `theirs`. */
export const FieldClash = z.object({
  field: CardFieldName,
  mine: z.unknown(),
  theirs: z.unknown(),
})
export type FieldClash = z.infer<typeof FieldClash>

export const CardWrite = z.object({
  /** The card version the changes were made on. */
  baseVersion: z.number().int().min(0),
  changes: CardChanges,
})
export type CardWrite = z.infer<typeof CardWrite>

export const CardWriteResult = z.object({ card: Card, clashes: z.array(FieldClash) })
export type CardWriteResult = z.infer<typeof CardWriteResult>

export const CustomerChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('customer'), customerId: z.string() }),
  z.object({ kind: z.literal('nobody') }),
  z.object({ kind: z.literal('byNumber') }),
])
export type CustomerChoice = z.infer<typeof CustomerChoice>

/** An entry of a list the administrator can change; `name` in both languages. */
export const DictionaryEntry = z.object({ id: z.string(), ru: z.string(), en: z.string() })
export type DictionaryEntry = z.infer<typeof DictionaryEntry>

const byId = z.object({ id: z.string() })

export const cardRoutes = {
  card: defineRoute({
    method: 'GET',
    path: '/api/cards/:id',
    access: everyRole,
    summary: 'One card. An operator gets only the own ones (C3.6)',
    params: byId,
    response: Card,
  }),
  writeDraft: defineRoute({
    method: 'PUT',
    path: '/api/cards/:id/draft',
    access: everyRole,
    summary: 'Bring typed fields to the server without closing the card. Repeating it changes nothing',
    params: byId,
    body: CardWrite,
    response: CardWriteResult,
  }),
  saveCard: defineRoute({
    method: 'POST',
    path: '/api/cards/:id/save',
    access: everyRole,
    summary:
      'Write the last changes and save. In wrap-up this ends it, unless required fields are empty; during the call the card stays open. A repeated key is answered as the first time. A saved card takes late changes (from a draft that could not be sent)',
    params: byId,
    body: CardWrite.extend({ idempotencyKey: z.uuid() }),
    response: CardWriteResult,
  }),
  extendWrapUp: defineRoute({
    method: 'POST',
    path: '/api/cards/:id/extend',
    access: everyRole,
    summary: 'Add one wrap-up length to the clock, as often as the form of the queue allows',
    params: byId,
    response: Card,
  }),
  chooseCustomer: defineRoute({
    method: 'PUT',
    path: '/api/cards/:id/customer',
    access: everyRole,
    summary: 'Say who the card is about: a customer, nobody known, or what the number tells (undoes the choice)',
    params: byId,
    body: CustomerChoice,
    response: Card,
  }),
  incompleteCards: defineRoute({
    method: 'GET',
    path: '/api/cards/incomplete',
    access: everyRole,
    summary: 'The own saved cards that lack required fields, oldest first',
    response: z.object({ cards: z.array(Card) }),
  }),
  dictionaries: defineRoute({
    method: 'GET',
    path: '/api/dictionaries',
    access: everyRole,
    summary: 'Names of all categories (with the ones above) and results, removed ones too',
    response: z.object({ categories: z.array(DictionaryEntry), results: z.array(DictionaryEntry) }),
  }),
}

/**
 * `answered`: somebody of the house talked with the caller, or the called one with the operator. An inbound call else is
 * `missed`; an outgoing or internal one `noAnswer`, `busy` or `failed`. `running`: its end is still to come; `lost`: the PBX was
 * restarted and wrote no end.
 */
export const CallOutcome = z.enum(['answered', 'missed', 'noAnswer', 'busy', 'failed', 'running', 'lost'])
export type CallOutcome = z.infer<typeof CallOutcome>

/** One finished or running call of the period, as the calls table and its file show it. */
export const CallRow = z.object({
  callId: z.string(),
  startedAtMs: z.number().int(),
  direction: Direction,
  number: z.string(),
  customerName: z.string().nullable(),
  queue: QueueName.nullable(),
  operatorName: z.string().nullable(),
  outcome: CallOutcome,
  waitMs: z.number().int().nullable(),
  talkMs: z.number().int().nullable(),
  categoryId: z.string().nullable(),
  resultId: z.string().nullable(),
  satisfaction: z.number().int().nullable(),
  description: z.string(),
  /** Opens the call's page; null: it opens by its key. */
  cardId: z.string().nullable().default(null),
})
export type CallRow = z.infer<typeof CallRow>

const Period = z.object({ fromMs: z.coerce.number().int(), toMs: z.coerce.number().int() })

export const callReportRoutes = {
  calls: defineRoute({
    method: 'GET',
    path: '/api/reports/calls',
    access: overseers,
    summary: 'Calls that began in [fromMs, toMs) as the server heard them, running ones too, newest first',
    query: Period.extend({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) }),
    response: z.object({ calls: z.array(CallRow), total: z.number().int() }),
  }),
}
