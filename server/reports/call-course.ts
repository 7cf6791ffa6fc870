import type { TimelineEvent } from '../contract/index.ts'
import type { LedgerCallsTable, LedgerLegsTable, LedgerRingsTable, LegOrigin, QueueVisitsTable } from './record/schema.ts'

/** What the record has of one call; visits, rings and legs by `n`. */
export interface RecordedRows {
  readonly call: Pick<
    LedgerCallsTable,
    'direction' | 'operator' | 'started_at_ms' | 'ended_at_ms' | 'wait_ms' | 'outcome' | 'missed_cause'
  >
  readonly visits: readonly Pick<
    QueueVisitsTable,
    'n' | 'queue' | 'entered_at_ms' | 'left_at_ms' | 'wait_ms' | 'position_in' | 'position_out' | 'outcome' | 'exit_key' | 'cause'
  >[]
  readonly rings: readonly Pick<LedgerRingsTable, 'visit' | 'operator' | 'at_ms' | 'ring_ms' | 'outcome'>[]
  readonly legs: readonly Pick<
    LedgerLegsTable,
    'visit' | 'operator' | 'origin' | 'answered_at_ms' | 'ended_at_ms' | 'talk_ms' | 'hold_ms' | 'transferred'
  >[]
}

export interface CourseNames {
  /** Whose extension it was then. */
  operator(extension: string, atMs: number): string
  queue(number: string): string
}

const talkBegins = {
  queue: 'answered',
  direct: 'answered',
  transfer: 'tookTransfer',
  pickup: 'pickedUp',
  made: 'reached',
} as const satisfies Record<LegOrigin, TimelineEvent['kind']>

/**
 * A call's course from the record: pure. The record keeps whole seconds, so steps of one moment stand in the order in which they
 * make sense: visit by visit, an answer before whose phones it silenced.
 */
export function courseOf({ call, visits, rings, legs }: RecordedRows, names: CourseNames): TimelineEvent[] {
  const steps: TimelineEvent[] = []
  const add = (kind: TimelineEvent['kind'], atMs: number, more: Partial<TimelineEvent> = {}) =>
    steps.push({ ...bareStep, kind, atMs, ...more })
  const named = (operator: string, atMs: number) => ({ operatorName: names.operator(operator, atMs) })

  const maker = call.direction === 'inbound' ? undefined : legs.find(({ origin }) => origin === 'made')?.operator
  const startedBy = maker ?? (call.direction === 'outbound' ? call.operator : null)
  add('started', call.started_at_ms, startedBy === null ? {} : named(startedBy, call.started_at_ms))

  // Within the house the talk of whoever called is the other one's.
  const told = legs.filter(({ origin }) => call.direction !== 'internal' || origin !== 'made' || legs.length === 1)
  const part = (visit: number | null, waitMs: number | null) => {
    const own = rings.filter((ring) => ring.visit === visit)
    const over = ({ operator, at_ms, ring_ms, outcome }: (typeof rings)[number]) =>
      add('notTaken', at_ms + ring_ms, { ...named(operator, at_ms), outcome, lengthMs: ring_ms })
    for (const ring of own) {
      add('rang', ring.at_ms, named(ring.operator, ring.at_ms))
      if (ring.outcome === 'noAnswer' || ring.outcome === 'rejected') over(ring)
    }
    const talks = told.filter((leg) => leg.visit === visit)
    for (const { operator, origin, answered_at_ms } of talks)
      add(talkBegins[origin], answered_at_ms, { ...named(operator, answered_at_ms), lengthMs: waitMs })
    for (const ring of own) if (ring.outcome === 'cancelled') over(ring)
    for (const { operator, answered_at_ms, ended_at_ms, talk_ms, hold_ms, transferred } of talks)
      add(transferred ? 'transferred' : 'left', ended_at_ms, {
        ...named(operator, answered_at_ms),
        lengthMs: talk_ms,
        holdMs: hold_ms,
      })
  }
  for (const visit of visits) {
    const queueName = names.queue(visit.queue)
    add('queued', visit.entered_at_ms, { queueName, position: visit.position_in })
    part(visit.n, visit.wait_ms)
    const { outcome, left_at_ms } = visit
    if (outcome !== 'answered' && left_at_ms !== null)
      add('leftQueue', left_at_ms, {
        queueName,
        outcome,
        position: visit.position_out,
        cause: visit.cause,
        exitKey: visit.exit_key,
        lengthMs: visit.wait_ms,
      })
  }
  // Of a call that went straight to a phone or out, the wait is the call's.
  part(null, visits.length === 0 && told.length === 1 ? call.wait_ms : null)
  if (call.ended_at_ms !== null) {
    const { outcome, missed_cause } = call
    add('ended', call.ended_at_ms, outcome === 'answered' ? {} : { outcome, cause: visits.length > 0 ? null : missed_cause })
  }
  return steps.sort((a, b) => a.atMs - b.atMs)
}

const bareStep = {
  operatorName: null,
  queueName: null,
  position: null,
  outcome: null,
  cause: null,
  exitKey: null,
  lengthMs: null,
  holdMs: null,
} as const
