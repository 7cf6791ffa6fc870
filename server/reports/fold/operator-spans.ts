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
function step(state: MemberState, event: MemberEvent): MemberState {
  if (event.queue === '') return state
  if (leaves.has(event.event)) {
    const { [event.queue]: _, ...rest } = state
    return rest
  }
  const own = state[event.queue]
  if (joins.has(event.event)) {
    if (own) return state
    const paused = joinsPaused.test(event.data)
    return { ...state, [event.queue]: { state: paused ? 'paused' : 'available', reason: '' } }
  }
  if (event.event === 'PAUSE') return { ...state, [event.queue]: { state: 'paused', reason: event.data } }
  if (event.event === 'UNPAUSE') return { ...state, [event.queue]: { state: 'available', reason: '' } }
  return state
}

/**
 * Which of the lines of one second comes next, the log's own order being lost: what changes something before what does not, so
 * that a pause taken back at once, and a reason that changes (UNPAUSE and PAUSE), come out right.
 */
function rank(state: MemberState, event: MemberEvent): number {
  const own = state[event.queue]
  if (joins.has(event.event)) return own ? 6 : 0
  if (event.event === 'UNPAUSE') return own?.state === 'paused' ? 1 : 4
  if (event.event === 'PAUSE') return own?.state === 'paused' ? 3 : 2
  return own ? 5 : 7
}

/** Lines in the order they happened, each with the state after it. */
function* walk(from: MemberState, events: readonly MemberEvent[]): Generator<{ atMs: number; state: MemberState }> {
  let state = from
  for (let at = 0; at < events.length; ) {
    const atMs = events[at]?.atMs ?? 0
    let to = at
    while (to < events.length && events[to]?.atMs === atMs) to++
    const rest = events.slice(at, to)
    while (rest.length > 0) {
      let next = 0
      for (let n = 1; n < rest.length; n++) {
        const [event, best] = [rest[n], rest[next]]
        if (event && best && rank(state, event) < rank(state, best)) next = n
      }
      const [event] = rest.splice(next, 1)
      if (event) state = step(state, event)
    }
    yield { atMs, state }
    at = to
  }
}

/** Over all queues: available where one of them has the operator available, else paused where one has them paused. */
function overall(state: MemberState): Membership | null {
  const all = Object.keys(state)
    .sort()
    .flatMap((queue) => state[queue] ?? [])
  return all.find((each) => each.state === 'available') ?? all.find((each) => each.reason !== '') ?? all[0] ?? null
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
  const show = (state: MemberState, atMs: number): void => {
    const all = overall(state)
    const now: ReadonlyMap<string, Membership> = new Map([...Object.entries(state), ...(all ? [['', all] as const] : [])])
    for (const [queue, { is }] of [...open]) {
      const next = now.get(queue)
      if (!next || next.state !== is.state || next.reason !== is.reason) close(queue, atMs)
    }
    for (const [queue, is] of now) if (!open.has(queue)) open.set(queue, { fromMs: atMs, is })
  }
  const midnight = (state: MemberState, atMs: number): void => {
    ends.push({ day: of.dayOf(atMs - 1), state })
    for (const queue of [...open.keys()]) close(queue, atMs)
    show(state, atMs)
  }

  let state = of.from
  let endMs = of.dayEndMs(of.fromMs)
  show(state, of.fromMs)
  for (const next of walk(state, events)) {
    for (; next.atMs >= endMs; endMs = of.dayEndMs(endMs)) midnight(state, endMs)
    state = next.state
    show(state, next.atMs)
  }
  for (; of.untilMs >= endMs; endMs = of.dayEndMs(endMs)) midnight(state, endMs)
  for (const [queue, { fromMs, is }] of open) spans.push({ queue, from_ms: fromMs, to_ms: null, ...is, day: of.dayOf(fromMs) })
  return { spans: spans.sort((a, b) => a.from_ms - b.from_ms || (a.queue < b.queue ? -1 : 1)), ends }
}
