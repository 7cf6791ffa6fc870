import type SqliteDatabase from 'better-sqlite3'
import type { MissedCause } from '../../contract/index.ts'
import { callCause, type Presence, visitCause } from '../fold/missed-cause.ts'
import type { VisitOutcome } from '../record/schema.ts'

/** No talk that matters lasts longer. */
const longestTalkMs = 6 * 3_600_000
const longestWaitMs = 3 * 3_600_000
/** Longest span there is, by a margin. */
const longDayMs = 30 * 3_600_000

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

interface UnansweredVisit {
  call_key: string
  n: number
  queue: string
  entered_at_ms: number
  left_at_ms: number | null
  wait_ms: number
  short_ms: number
  outcome: VisitOutcome
  rings: number
  cause: MissedCause | null
}

/** Why nobody answered depends on who was there: judged again whenever visits, operators' states or talks of that time change. */
export class Causes {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: SqliteDatabase.Database) {
    this.#statements = prepare(db)
  }

  /**
   * Visits that began or waited in these times; of these queues all visits. Returns the hours of the calls whose cause is another
   * than it was.
   */
  judge(times: readonly TimeRange[], queues: readonly string[]): Set<number> {
    const { during, ofQueue } = this.#statements
    const visits: UnansweredVisit[] = []
    // Each by itself: between a late row of last year and today's lies a year that nothing changed in.
    for (const { fromMs, toMs } of joined(times)) for (const visit of during.iterate(fromMs, toMs)) visits.push(visit)
    for (const queue of queues) visits.push(...ofQueue.all(queue))
    const calls = new Set<string>()
    const known = new Map<string, boolean>()
    for (const visit of visits) {
      const cause = visitCause({
        outcome: visit.outcome,
        waitMs: visit.wait_ms,
        shortMs: visit.short_ms,
        rang: visit.rings > 0,
        presence: visit.rings > 0 ? null : this.#presence(visit, known),
      })
      if (cause !== visit.cause) this.#statements.setCause.run(cause, visit.call_key, visit.n)
      calls.add(visit.call_key)
    }
    return new Set([...calls].flatMap((key) => this.#judgeCall(key) ?? []))
  }

  /** The call's hour, when its cause is another now. */
  #judgeCall(key: string): number | null {
    const { call, ofCall, setCallCause } = this.#statements
    const row = call.get(key)
    if (row?.outcome !== 'missed') return null
    const cause = callCause({ visits: ofCall.all(key), waitMs: row.wait_ms })
    if (cause === row.missed_cause) return null
    setCallCause.run(cause, key)
    return row.hour_ms
  }

  /** null: nothing is known of who belongs to the queue, its members being written in queues.conf. */
  #presence(visit: UnansweredVisit, known: Map<string, boolean>): Presence | null {
    const { knows, spans, legs } = this.#statements
    const isKnown = known.get(visit.queue) ?? knows.get(visit.queue) !== undefined
    known.set(visit.queue, isKnown)
    if (!isKnown) return null
    const [fromMs, toMs] = [visit.entered_at_ms, visit.left_at_ms ?? visit.entered_at_ms]
    const there = spans.all(visit.queue, toMs, fromMs - longDayMs, fromMs, visit.queue, toMs)
    const unpaused = there.filter(({ state }) => state === 'available')
    const free = unpaused.some((span) => {
      const from = Math.max(fromMs, span.from_ms)
      const to = Math.min(toMs, span.to_ms ?? toMs)
      return !covered(from, to, legs.all(span.operator, from - longestTalkMs, to, from))
    })
    return { loggedIn: there.length > 0, unpaused: unpaused.length > 0, free }
  }
}

/** When visits may have begun that waited in these times, each moment once. */
function joined(times: readonly TimeRange[]): TimeRange[] {
  const runs: { fromMs: number; toMs: number }[] = []
  for (const time of [...times].sort((a, b) => a.fromMs - b.fromMs)) {
    const fromMs = time.fromMs - longestWaitMs
    const last = runs.at(-1)
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, time.toMs)
    else runs.push({ fromMs, toMs: time.toMs })
  }
  return runs
}

/** Talks, in the order of their beginnings, leave no moment of [from, to] free. */
function covered(from: number, to: number, talks: readonly { answered_at_ms: number; ended_at_ms: number }[]): boolean {
  let until = from
  for (const talk of talks) {
    if (talk.answered_at_ms > until) return false
    until = Math.max(until, talk.ended_at_ms)
    if (until >= to) return true
  }
  return false
}

function prepare(db: SqliteDatabase.Database) {
  const visit = `select call_key, n, queue, entered_at_ms, left_at_ms, wait_ms, short_ms, outcome, rings, cause
    from queue_visits where outcome <> 'answered'`
  return {
    during: db.prepare<[number, number], UnansweredVisit>(`${visit} and entered_at_ms >= ? and entered_at_ms <= ?`),
    ofQueue: db.prepare<[string], UnansweredVisit>(`${visit} and queue = ?`),
    setCause: db.prepare<[string | null, string, number]>('update queue_visits set cause = ? where call_key = ? and n = ?'),
    call: db.prepare<[string], { outcome: string; wait_ms: number; hour_ms: number; missed_cause: string | null }>(
      'select outcome, wait_ms, hour_ms, missed_cause from ledger_calls where call_key = ?',
    ),
    ofCall: db.prepare<[string], { cause: MissedCause | null; shortMs: number }>(
      'select cause, short_ms as shortMs from queue_visits where call_key = ? order by n',
    ),
    setCallCause: db.prepare<[string | null, string]>('update ledger_calls set missed_cause = ? where call_key = ?'),
    knows: db.prepare<[string]>("select 1 from operator_events where queue = ? and event = 'ADDMEMBER' limit 1"),
    // Spans are cut at midnight, so those of a long day before are enough, and those that last.
    spans: db.prepare<
      [string, number, number, number, string, number],
      { operator: string; state: string; from_ms: number; to_ms: number | null }
    >(`
      select operator, state, from_ms, to_ms from operator_spans indexed by operator_spans_queue
      where queue = ? and from_ms <= ? and from_ms >= ? and to_ms >= ?
      union all
      select operator, state, from_ms, to_ms from operator_spans indexed by operator_spans_open_queue
      where queue = ? and from_ms <= ? and to_ms is null`),
    legs: db.prepare<[string, number, number, number], { answered_at_ms: number; ended_at_ms: number }>(`
      select answered_at_ms, ended_at_ms from ledger_legs
      where operator = ? and answered_at_ms >= ? and answered_at_ms <= ? and ended_at_ms >= ? order by answered_at_ms`),
  }
}
