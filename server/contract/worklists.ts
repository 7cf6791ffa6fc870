import { z } from 'zod'
import { Card, Direction, madeByOperator, QueueName } from './cards.ts'
import { Customer } from './customers.ts'
import { everyRole, overseers } from './roles.ts'
import { defineRoute } from './route.ts'

/** A person by id; the name as it was then for people who have left. */
export const PersonName = z.object({ id: z.string(), name: z.string() })
export type PersonName = z.infer<typeof PersonName>

/** How an entry of a work list was closed: by hand, by a call to that number, or because the caller reached us. */
export const DoneHow = z.enum(['hand', 'call', 'reached'])
export type DoneHow = z.infer<typeof DoneHow>

/** What both lists have: who holds an entry, what was tried, how it ended. */
const WorkEntry = z.object({
  id: z.string(),
  /** E.164 where it could be parsed, else as given. */
  number: z.string(),
  customer: Customer.nullable(),
  /** Who has it; null for an entry of a shared list that nobody has taken. */
  holder: PersonName.nullable(),
  takenAtMs: z.number().int().nullable(),
  /** Calls to this number that reached nobody, or were too short to count, since the entry was made. */
  attempts: z.number().int(),
  lastAttemptAtMs: z.number().int().nullable(),
  doneAtMs: z.number().int().nullable(),
  doneHow: DoneHow.nullable(),
  /** Who closed it; null when the caller reached a person who is unknown. */
  doneBy: PersonName.nullable(),
  /** The call that closed it, to open its page. */
  doneCardId: z.string().nullable(),
})

/** A task to call somebody back. Personal (`queue` null), or of a queue's shared list, from which a person takes it. */
export const CallBack = WorkEntry.extend({
  source: z.enum(['card', 'missed', 'hand']),
  /** The card it was noted on, if any. */
  cardId: z.string().nullable(),
  reason: z.string(),
  queue: QueueName.nullable(),
  createdBy: PersonName,
  createdAtMs: z.number().int(),
  /** null: as soon as possible. */
  dueAtMs: z.number().int().nullable(),
  /** How long before `dueAtMs` to remind; null: no reminder. */
  remindBeforeMs: z.number().int().nullable(),
  /** Grows with each change; an edit brings the one it was made on. */
  version: z.number().int(),
})
export type CallBack = z.infer<typeof CallBack>

/** A shared entry that somebody took and left lying is anybody's again after this long. */
export const takeLapsesMs = 4 * 3_600_000

/** In nobody's hands: not taken, or taken and forgotten. A personal entry is its holder's however long it lies. */
export const isFreeWork = (
  { holder, queue, takenAtMs }: { holder: unknown; queue: unknown; takenAtMs: number | null },
  nowMs: number,
): boolean => holder === null || (queue !== null && takenAtMs !== null && takenAtMs < nowMs - takeLapsesMs)

/** Why nobody answered, the first that holds, in this order. */
export const MissedCause = z.enum([
  'nobodyLoggedIn',
  'allPaused',
  'allBusy',
  'nobodyAnswered',
  'hungUpEarly',
  'hungUpWaiting',
  'queueTimeout',
  'failed',
])
export type MissedCause = z.infer<typeof MissedCause>

/**
 * One caller whom nobody answered, however often they called; with a withheld number (`number` empty) one call. Closed by a call back, or when the caller reached us.
 */
export const MissedCall = WorkEntry.extend({
  callerName: z.string(),
  /** Calls since the entry was made. */
  count: z.number().int(),
  firstAtMs: z.number().int(),
  lastAtMs: z.number().int(),
  longestWaitMs: z.number().int(),
  /** The queue of the last call; null for a call past no queue. */
  queue: QueueName.nullable(),
  /** The last call's; null where nothing was seen of it (the server was away). */
  cause: MissedCause.nullable(),
})
export type MissedCall = z.infer<typeof MissedCall>

const byId = z.object({ id: z.string() })
const status = z.enum(['open', 'done']).default('open')
const limit = z.coerce.number().int().min(1).max(500).default(200)
/** `after`: `next` of the page before. */
const workQuery = z.object({ status, limit, after: z.string().max(200).optional() })
const workPage = {
  /** Where the next page begins; null at the end. */
  next: z.string().nullable(),
  /** Open ones in all, on this page or not; null for done ones, which nobody counts. */
  total: z.number().int().nullable(),
}
const reason = z.string().trim().max(1_000)
/** Half a day is the longest anybody wants to be told beforehand. */
const remindBeforeMs = z.number().int().min(0).max(43_200_000).nullable()

/** Of what is overdue for longer nobody is reminded: the mark in the list tells it. */
export const remindedForMs = 12 * 3_600_000
/** How long before a reminder's time it is told, so that a client has it by then. */
export const remindersAheadMs = 30 * 60_000

/** Days up to and with today, and how many they are. */
export const historyPresets = { today: 1, week: 7, month: 30 } as const
const daySpan = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/

/** Both ends of `2026-11-01..2026-11-20`; null when it is no such span of the calendar. */
export function readDaySpan(text: string): { from: string; to: string } | null {
  const [, from = '', to = ''] = daySpan.exec(text) ?? []
  const isDay = (day: string) => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
  return isDay(from) && isDay(to) && from <= to ? { from, to } : null
}

/** Days of the site's calendar: a preset's last ones, or a span. */
export const DayPeriod = z.union([z.enum(['today', 'week', 'month']), z.string().refine((text) => readDaySpan(text) !== null)])

/** Filters of the call history. All that are given have to hold. */
export const HistoryFilter = z.object({
  period: DayPeriod.optional(),
  /** `external`: incoming and outgoing, not with colleagues. */
  direction: z.enum([...Direction.options, 'external']).optional(),
  /** `missed`: rang here and was taken by nobody at that ring; `notReached`: an own call nobody answered. */
  outcome: z.enum(['answered', 'missed', 'notReached', 'rated']).optional(),
  queue: z.string().max(80).optional(),
  /** With every category under it. */
  categoryId: z.string().max(60).optional(),
  /** Supervisors: of one operator. An operator's own history is all an operator gets. */
  operatorId: z.string().max(80).optional(),
  search: z.string().max(100).optional(),
})
export type HistoryFilter = z.infer<typeof HistoryFilter>

export const HistoryCard = Card.omit({ contacts: true }).extend({
  operatorName: z.string(),
  /** It stopped ringing here because a colleague took it. */
  takenElsewhere: z.boolean(),
})
export type HistoryCard = z.infer<typeof HistoryCard>

/** Rang at the operator's phone while it was theirs to take, and was not taken. */
export const missedByOperator = (card: HistoryCard): boolean =>
  card.state === 'missed' && !madeByOperator(card) && !card.takenElsewhere && !card.ringCancelled

export const worklistRoutes = {
  history: defineRoute({
    method: 'GET',
    path: '/api/cards',
    access: everyRole,
    summary: 'Finished cards, newest first. An operator gets only the own ones (C3.6)',
    query: HistoryFilter.extend({
      /** `next` of the page before. */
      after: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      cards: z.array(HistoryCard),
      /** Where the next page begins; null at the end. */
      next: z.string().nullable(),
    }),
  }),
  callBacks: defineRoute({
    method: 'GET',
    path: '/api/call-backs',
    access: everyRole,
    summary:
      'Call-back tasks, the own ones before others, due first. An operator gets the own ones and the shared ones of the own queues (C3.6)',
    query: workQuery,
    response: z.object({ callBacks: z.array(CallBack), ...workPage }),
  }),
  reminders: defineRoute({
    method: 'GET',
    path: '/api/call-backs/reminders',
    access: everyRole,
    summary:
      'Open call-back tasks whose reminder comes within half an hour, or came in the last twelve: the own ones, and of the lists one sees those that nobody has',
    response: z.object({ callBacks: z.array(CallBack) }),
  }),
  createCallBack: defineRoute({
    method: 'POST',
    path: '/api/call-backs',
    access: everyRole,
    summary: 'A call-back by hand, or from a missed call, which is done with it. With a queue it goes to the shared list',
    body: z.object({
      number: z.string().trim().min(2).max(80),
      reason: reason.default(''),
      dueAtMs: z.number().int().nullable().default(null),
      remindBeforeMs: remindBeforeMs.default(0),
      queueNumber: z.string().max(80).nullable().default(null),
      missedCallId: z.string().max(80).nullable().default(null),
      /** The same key is answered as the first time: a repeated request makes no second call-back. */
      idempotencyKey: z.uuid(),
    }),
    response: CallBack,
  }),
  updateCallBack: defineRoute({
    method: 'PUT',
    path: '/api/call-backs/:id',
    access: everyRole,
    summary: 'Change reason, time, reminder, or hand it to a queue. conflict when it was changed since `version`',
    params: byId,
    body: z.object({
      version: z.number().int(),
      reason: reason.optional(),
      dueAtMs: z.number().int().nullable().optional(),
      remindBeforeMs: remindBeforeMs.optional(),
      /** A queue: to its shared list, held by nobody. null: the person's own. */
      queueNumber: z.string().max(80).nullable().optional(),
    }),
    response: CallBack,
  }),
  takeCallBack: defineRoute({
    method: 'POST',
    path: '/api/call-backs/:id/take',
    access: everyRole,
    summary: 'Take a shared call-back. conflict with `fields.holder` when somebody has it, `fields.done` when it is done',
    params: byId,
    response: CallBack,
  }),
  returnCallBack: defineRoute({
    method: 'POST',
    path: '/api/call-backs/:id/return',
    access: everyRole,
    summary: 'Give a taken call-back back to its list. The holder and supervisors may',
    params: byId,
    response: CallBack,
  }),
  assignCallBack: defineRoute({
    method: 'POST',
    path: '/api/call-backs/:id/assign',
    access: overseers,
    summary: 'Give an open call-back to an operator. conflict when it was changed since `version` or is done',
    params: byId,
    body: z.object({ version: z.number().int(), operatorId: z.string().max(80) }),
    response: CallBack,
  }),
  completeCallBack: defineRoute({
    method: 'PATCH',
    path: '/api/call-backs/:id',
    access: everyRole,
    summary: 'Mark a call-back done, or open again',
    params: byId,
    body: z.object({ done: z.boolean() }),
    response: CallBack,
  }),
  missedCalls: defineRoute({
    method: 'GET',
    path: '/api/missed-calls',
    access: everyRole,
    summary:
      'Callers nobody answered, one entry each, those taken by oneself before others, waiting longest first; kept until done. An operator gets those of the own queues and phone (C3.6)',
    query: workQuery,
    response: z.object({ missedCalls: z.array(MissedCall), ...workPage }),
  }),
  takeMissedCall: defineRoute({
    method: 'POST',
    path: '/api/missed-calls/:id/take',
    access: everyRole,
    summary: 'Take a missed call to call back. conflict with `fields.holder` when somebody has it, `fields.done` when it is done',
    params: byId,
    response: MissedCall,
  }),
  returnMissedCall: defineRoute({
    method: 'POST',
    path: '/api/missed-calls/:id/return',
    access: everyRole,
    summary: 'Give a taken missed call back to its list. The holder and supervisors may',
    params: byId,
    response: MissedCall,
  }),
  completeMissedCalls: defineRoute({
    method: 'PATCH',
    path: '/api/missed-calls',
    access: everyRole,
    summary: 'Mark missed calls done by hand, or open again; all of them or, when one is not allowed, none',
    body: z.object({ ids: z.array(z.string()).min(1).max(500), done: z.boolean() }),
    response: z.object({}),
  }),
}
