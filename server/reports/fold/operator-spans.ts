import type { OperatorSpansTable } from '../record/schema.ts'

/** One line about a member of a queue. `queue` is '' for a line about all of them. */
export interface MemberEvent {
  readonly atMs: number
  readonly queue: string
  readonly event: string
  /** Reason of a pause. */
  readonly data: string
}

interface Membership {
  readonly state: 'available' | 'paused'
  readonly reason: string
}

/** By queue: what the operator is there. Queues they are not in are not in it. */
export type MemberState = Readonly<Record<string, Membership>>

/** The same while lines are gone through, which are as many as calls. */
type Memberships = Map<string, Membership>

type Span = Omit<OperatorSpansTable, 'operator'>

const joins = new Set(['ADDMEMBER', 'AGENTLOGIN', 'AGENTCALLBACKLOGIN'])
const leaves = new Set(['REMOVEMEMBER', 'AGENTLOGOFF', 'AGENTCALLBACKLOGOFF'])

/** ADDMEMBER's `PAUSED`: the member joined paused. */
const joinsPaused = /^paused$/i

/**
 * One operator in one queue:
 *
 *     (out) ──ADDMEMBER──▶ available ──PAUSE reason──▶ paused ──PAUSE other reason──▶ paused
 *       ▲                     ▲  ◀──────UNPAUSE──────────┘
 *       └──REMOVEMEMBER───────┴── from either
 *
 * A member of queues.conf writes no ADDMEMBER: the first PAUSE or UNPAUSE shows that they belong to the queue. Lines about all
 * queues (PAUSEALL) are followed by one for each queue and say nothing of their own.
 */
function step(state: Memberships, event: MemberEvent): void {
  if (event.queue === '') return
  if (leaves.has(event.event)) state.delete(event.queue)
  else if (joins.has(event.event)) {
    if (state.has(event.queue)) return
    state.set(event.queue, { state: joinsPaused.test(event.data) ? 'paused' : 'available', reason: '' })
  } else if (event.event === 'PAUSE') state.set(event.queue, { state: 'paused', reason: event.data })
  else if (event.event === 'UNPAUSE') state.set(event.queue, { state: 'available', reason: '' })
}

/**
 * Which of the lines of one second comes next, the log's own order being lost: what changes something before what does not, so
 * that a pause taken back at once, and a reason that changes (UNPAUSE and PAUSE), come out right.
 */
function rank(state: Memberships, event: MemberEvent): number {
  const own = state.get(event.queue)
  if (joins.has(event.event)) return own ? 6 : 0
  if (event.event === 'UNPAUSE') return own?.state === 'paused' ? 1 : 4
  if (event.event === 'PAUSE') return own?.state === 'paused' ? 3 : 2
  return own ? 5 : 7
}

/** Lines of one moment, in the order they happened. */
function stepAll(state: Memberships, events: readonly MemberEvent[]): void {
  const queues = new Set(events.map(({ queue }) => queue))
  if (queues.size === events.length) {
    // Each of a queue of its own: none of them bears on another.
    for (const event of events) step(state, event)
    return
  }
  for (const rest = [...events]; rest.length > 0; ) {
    let next = 0
    for (let n = 1; n < rest.length; n++) {
      const [event, best] = [rest[n], rest[next]]
      if (event && best && rank(state, event) < rank(state, best)) next = n
    }
    const [event] = rest.splice(next, 1)
    if (event) step(state, event)
  }
}

/** How much a queue's membership says of all of them; of equal ones that of the first queue does. */
const weightOf = ({ state, reason }: Membership): number => (state === 'available' ? 2 : reason === '' ? 0 : 1)

/** Over all queues: available where one of them has the operator available, else paused where one has them paused. */
function overall(state: Memberships): Membership | null {
  let said: Membership | null = null
  let by = ''
  for (const [queue, is] of state) {
    const more = said === null ? 1 : weightOf(is) - weightOf(said)
    if (more < 0 || (more === 0 && queue > by)) continue
    said = is
    by = queue
  }
  return said
}

/**
 * The days of one operator from `fromMs`, a midnight, on: spans by queue and over all queues (''), cut at every midnight, and the
 * state at the end of each day that is over. Events are in the order of time, of one moment in any order.
 */
export function foldSpans(
  events: readonly MemberEvent[],
  of: {
    fromMs: number
    from: MemberState
    /** Days before it are over for everybody. */
    untilMs: number
    dayOf: (ms: number) => number
    dayEndMs: (ms: number) => number
  },
): { spans: Span[]; ends: { day: number; state: MemberState }[] } {
  const spans: Span[] = []
  const ends: { day: number; state: MemberState }[] = []
  const open = new Map<string, { fromMs: number; is: Membership }>()

  const close = (queue: string, toMs: number): void => {
    const span = open.get(queue)
    open.delete(queue)
    if (span && toMs > span.fromMs)
      spans.push({ queue, from_ms: span.fromMs, to_ms: toMs, ...span.is, day: of.dayOf(span.fromMs) })
  }
  const show = (queue: string, is: Membership | null, atMs: number): void => {
    const now = open.get(queue)?.is
    if (now && is && now.state === is.state && now.reason === is.reason) return
    close(queue, atMs)
    if (is) open.set(queue, { fromMs: atMs, is })
  }
  const showAll = (atMs: number): void => {
    for (const [queue, is] of state) show(queue, is, atMs)
    show('', overall(state), atMs)
  }
  const midnight = (atMs: number): void => {
    ends.push({ day: of.dayOf(atMs - 1), state: Object.fromEntries(state) })
    for (const queue of [...open.keys()]) close(queue, atMs)
    showAll(atMs)
  }

  const state: Memberships = new Map(Object.entries(of.from))
  let endMs = of.dayEndMs(of.fromMs)
  showAll(of.fromMs)
  for (let at = 0; at < events.length; ) {
    const atMs = events[at]?.atMs ?? 0
    let to = at + 1
    while (to < events.length && events[to]?.atMs === atMs) to++
    const some = events.slice(at, to)
    at = to
    for (; atMs >= endMs; endMs = of.dayEndMs(endMs)) midnight(endMs)
    stepAll(state, some)
    for (const { queue } of some) if (queue !== '') show(queue, state.get(queue) ?? null, atMs)
    show('', overall(state), atMs)
  }
  for (; of.untilMs >= endMs; endMs = of.dayEndMs(endMs)) midnight(endMs)
  for (const [queue, { fromMs, is }] of open) spans.push({ queue, from_ms: fromMs, to_ms: null, ...is, day: of.dayOf(fromMs) })
  return { spans: spans.sort((a, b) => a.from_ms - b.from_ms || (a.queue < b.queue ? -1 : 1)), ends }
}
