import {
  type Conversation,
  type FloorToday,
  type HeardFilter,
  isOwnRoom,
  type Listener,
  type LiveCall,
  type LiveOperator,
  type LiveQueue,
  type LiveView,
  type LoadOfDay,
  type OperatorStatus,
  type Participant,
  type VisitFigures,
} from '../../server/contract/index.ts'

export interface FloorFilter {
  /** Queue number; null: all. */
  readonly queue: string | null
  readonly status: OperatorStatus | 'online' | null
}

/** Which of today's calls from outside are shown; null: all calls. */
export type DayFilter = 'answered' | 'missed' | null

export interface FloorFigures {
  readonly online: number
  readonly operators: number
  readonly talking: number
  readonly free: number
  readonly wrapUp: number
  readonly paused: number
  readonly waiting: number
  /** Queues somebody works in or waits in, and all. */
  readonly activeQueues: number
  readonly queues: number
  /** When the caller who waits longest began to, null when nobody waits. */
  readonly longestWaitSinceMs: number | null
}

/** Whom the floor counts, in one queue or all: alarms and wallboards count the same. A supervisor's own phone is none of them. */
const crewOf = (view: LiveView, queue: string | null): LiveOperator[] =>
  view.operators.filter(({ listed, queues }) => listed && (queue === null || queues.includes(queue)))

/** The head counts of one queue or all. */
export function floorFigures(view: LiveView, queue: string | null): FloorFigures {
  const operators = crewOf(view, queue)
  const count = (status: OperatorStatus) => operators.filter((operator) => operator.status === status).length
  const queues = view.queues.filter((each) => queue === null || each.number === queue)
  const waiting = queues.flatMap((each) => each.waiting)
  return {
    online: operators.length - count('offline'),
    operators: operators.length,
    talking: count('onCall'),
    // Who is in no queue takes no queue's calls.
    free: operators.filter((operator) => operator.status === 'available' && operator.queues.length > 0).length,
    wrapUp: count('wrapUp'),
    paused: count('paused'),
    waiting: waiting.length,
    activeQueues: queues.filter((each) => each.online > 0 || each.waiting.length > 0).length,
    queues: queues.length,
    longestWaitSinceMs: waiting.length > 0 ? Math.min(...waiting.map((caller) => caller.sinceMs)) : null,
  }
}

/** Which of today's calls are shown: of a queue, with this outcome. Only a caller from outside is taken or lost. */
export const dayFilter = (queue: string | null, day: DayFilter): Omit<HeardFilter, 'search'> => ({
  queue,
  direction: day === null ? null : 'inbound',
  outcomes: day === null ? null : [day],
})

const noVisits: VisitFigures = { offered: 0, answered: 0, lost: 0, serviceLevel: null }

/** Visits of one queue or all: of today and of the last half an hour. */
export function dayFigures(today: FloorToday, queue: string | null): { today: VisitFigures; recent: VisitFigures } {
  if (queue === null) return today
  return today.queues.find(({ number }) => number === queue) ?? { today: noVisits, recent: noVisits }
}

/** The hours are of before what the day has now. */
export const lacks = ({ hours }: Pick<LoadOfDay, 'hours'>, figures: VisitFigures): boolean =>
  (['offered', 'answered', 'lost'] as const).some(
    (figure) => hours.reduce((sum, hour) => sum + hour[figure], 0) !== figures[figure],
  )

function hasStatus({ status, queues }: LiveOperator, wanted: FloorFilter['status']): boolean {
  if (wanted === 'online') return status !== 'offline'
  // As the figure counts them: who takes no queue's calls is not free for one.
  return wanted === null || (status === wanted && (wanted !== 'available' || queues.length > 0))
}

/** By name, so that cards do not dance with every change; people who are away stand last. */
export function floorOperators(view: LiveView, filter: FloorFilter): LiveOperator[] {
  return crewOf(view, filter.queue)
    .filter((operator) => hasStatus(operator, filter.status))
    .toSorted((a, b) => Number(a.status === 'offline') - Number(b.status === 'offline') || a.name.localeCompare(b.name, 'ru'))
}

/** Those of one queue or all: a conference is of each queue that one of its callers came by. */
export const floorConversations = (all: readonly Conversation[], queue: string | null): readonly Conversation[] =>
  queue === null ? all : all.filter((one) => callsOf(one).some((call) => call.queue?.number === queue))

/** Not of who is left alone in one, and not in a room of the PBX's own. */
export const isConference = ({ conferenceId, participants }: LiveCall): boolean =>
  isOwnRoom(conferenceId) && participants.length > 1

const callsOf = ({ call, joined }: Conversation): LiveCall[] => [call, ...joined]

/** What an operator's card is about: of a conference the customer's call, not the one by which a colleague was asked into it. */
export function callOf(conversations: readonly Conversation[], { id, callId }: LiveOperator): LiveCall | null {
  const isOwn = (call: LiveCall) => call.id === callId || call.operatorIds.includes(id)
  return conversations.find(({ call, joined }) => isOwn(call) || joined.some(isOwn))?.call ?? null
}

/** Who is in a conference from outside beside its customer, who is one of them: others may call from the same number or from none. */
export function othersFromOutside({ call }: Conversation): Participant[] {
  if (!isConference(call)) return []
  const outside = call.participants.filter(({ kind }) => kind === 'outside')
  const customer = outside.find(({ number }) => number === call.number)
  return outside.filter((each) => each !== customer)
}

export const floorQueues = (view: LiveView, queue: string | null): LiveQueue[] =>
  view.queues
    .filter((each) => queue === null || each.number === queue)
    .toSorted((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }))

/** Operators in a conversation, each once, in its calls' order. */
export const operatorsIn = (one: Conversation, operators: readonly LiveOperator[]): LiveOperator[] =>
  [...new Set(callsOf(one).flatMap(({ operatorIds }) => operatorIds))].flatMap(
    (id) => operators.find((operator) => operator.id === id) ?? [],
  )

export const namesIn = (one: Conversation, operators: readonly LiveOperator[]): string =>
  operatorsIn(one, operators)
    .map(({ name }) => name)
    .join(', ')

/** Supervisors who hear it, by any of its calls. */
export const listenersIn = (one: Conversation): Listener[] => callsOf(one).flatMap(({ listeners }) => listeners)

/** How long a call rang and waited, was talked in (with its holds) and was on hold so far; null: it was not. */
export function callTimes(
  { startedAtMs, answeredAtMs, heldMs, heldSinceMs }: Pick<LiveCall, 'startedAtMs' | 'answeredAtMs' | 'heldMs' | 'heldSinceMs'>,
  nowMs: number,
): { ringMs: number; talkMs: number | null; holdMs: number | null } {
  const since = (ms: number) => Math.max(0, nowMs - ms)
  const holdMs = heldMs + (heldSinceMs === null ? 0 : since(heldSinceMs))
  return {
    ringMs: answeredAtMs === null ? since(startedAtMs) : Math.max(0, answeredAtMs - startedAtMs),
    talkMs: answeredAtMs === null ? null : since(answeredAtMs),
    holdMs: heldSinceMs === null && heldMs === 0 ? null : holdMs,
  }
}

/** There is a talk to hear. */
export const isHeard = (operator: LiveOperator, call: LiveCall): boolean =>
  operator.status === 'onCall' && (call.state === 'talking' || call.state === 'held')

/** Names of the queues an operator is a member of. */
export const queueNames = (operator: LiveOperator, queues: readonly LiveQueue[]): string =>
  operator.queues.map((number) => queues.find((queue) => queue.number === number)?.name ?? number).join(', ')
