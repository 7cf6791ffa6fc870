import type { CallOutcome, LevelFormula, MissedCause, RecordTrouble } from '../../contract/index.ts'

/**
 * Tables of the record, `reports.db`. Everything in it is derived from the PBX's own logs and can be imported again.
 * Times are epoch milliseconds UTC, flags 0 or 1, JSON is text.
 *
 * Buckets are of the site's time zone: `day` is yyyymmdd, `hour_ms` the moment the local hour began (the repeated hour of an
 * autumn night has two), `hour_of_day` 0–23, `weekday` 1 Monday – 7 Sunday.
 */
export interface RecordDatabase {
  call_facts: CallFactsTable
  call_aliases: CallAliasesTable
  ledger_calls: LedgerCallsTable
  ledger_legs: LedgerLegsTable
  ledger_rings: LedgerRingsTable
  queue_visits: QueueVisitsTable
  operator_events: OperatorEventsTable
  operator_spans: OperatorSpansTable
  operator_checkpoints: OperatorCheckpointsTable
  call_hours: CallHoursTable
  call_days: CallDaysTable
  queue_hours: QueueHoursTable
  queue_days: QueueDaysTable
  operator_days: OperatorDaysTable
  operator_sums: OperatorSumsTable
  operator_states: OperatorStatesTable
  queue_rules: QueueRulesTable
  pbx_starts: PbxStartsTable
  record_marks: RecordMarksTable
  import_state: ImportStateTable
  import_problems: ImportProblemsTable
  import_gaps: ImportGapsTable
  folded_by: FoldedByTable
  refold_calls: RefoldCallsTable
  refold_operators: RefoldOperatorsTable
}

export type LedgerDirection = 'inbound' | 'outbound' | 'internal'

/** How a visit to a queue ended; `waiting` has not ended yet, `lost` was cut off by a restart of the PBX. */
export type VisitOutcome =
  | 'answered'
  | 'abandoned'
  | 'timeout'
  | 'leftEmpty'
  | 'keyExit'
  | 'withdrawn'
  | 'incompatible'
  | 'waiting'
  | 'lost'

/** How a talk came to the operator; `made` is a call the operator made. */
export type LegOrigin = 'queue' | 'direct' | 'transfer' | 'pickup' | 'made'

/**
 * `noAnswer`: not taken in time, or, past any queue, before the caller went, since nobody else could; `rejected` also that it was
 * dropped before the caller was through; `cancelled`: somebody else took it, or the queue's caller went.
 */
export type RingOutcome = 'answered' | 'noAnswer' | 'rejected' | 'cancelled'

interface Buckets {
  day: number
  hour_ms: number
  hour_of_day: number
  weekday: number
}

/** All that is known of a call, as it was read: folding it gives the call's rows of the ledger. */
export interface CallFactsTable {
  call_key: string
  /** JSON: CDR rows, queue lines, channel events. */
  facts: string
}

/** Unique ids that belong to a call under another key. */
export interface CallAliasesTable {
  unique_id: string
  call_key: string
}

export interface LedgerCallsTable extends Buckets {
  /** The Linkedid; without one the unique id. Cards have it as `call_id`, or an alias of it. */
  call_key: string
  direction: LedgerDirection
  /** The outside party, E.164 where it could be parsed; of an internal call the one called. */
  number: string
  phone_key: string
  /** The first one visited. */
  queue: string | null
  started_at_ms: number
  queued_at_ms: number | null
  /** By a person of the house; of an outgoing call by the called one. */
  answered_at_ms: number | null
  /** null: `running` or `lost`. */
  ended_at_ms: number | null
  /** Extension: who answered first, else who rang last, of an outgoing call who made it. */
  operator: string | null
  /** Sum of the operators' talks, hold inside. */
  talk_ms: number
  /** null where no source tells of holds. */
  hold_ms: number | null
  /** Until the first answer, else until the end; from the first queue, without one from the start. */
  wait_ms: number
  outcome: CallOutcome
  /** Of a missed inbound call. */
  missed_cause: MissedCause | null
  /** How many operators' phones were rung, repeats included. */
  rings: number
  queue_visits: number
  /** Path of the recording as the PBX wrote it; null: none. */
  recording: string | null
}

/** One operator's talk with the other side. Its bucket is its visit's, so that a queue's answered are its operators' answered. */
export interface LedgerLegsTable extends Buckets {
  call_key: string
  n: number
  direction: LedgerDirection
  /** Extension, or the name of a member that has none. */
  operator: string
  queue: string | null
  /** `n` of the visit that this talk answered; null for other talks. */
  visit: number | null
  origin: LegOrigin
  answered_at_ms: number
  ended_at_ms: number
  talk_ms: number
  hold_ms: number | null
  /** How the talk was given on: the operator transferred it. */
  transferred: number
}

/** One ringing of one operator's phone. */
export interface LedgerRingsTable extends Buckets {
  call_key: string
  n: number
  direction: LedgerDirection
  operator: string
  queue: string | null
  /** `n` of the visit; null for a ring past any queue. */
  visit: number | null
  at_ms: number
  ring_ms: number
  outcome: RingOutcome
}

export interface QueueVisitsTable extends Buckets {
  call_key: string
  n: number
  queue: string
  entered_at_ms: number
  /** The end of the wait: the answer, or leaving the queue; null: `waiting` or `lost`. */
  left_at_ms: number | null
  wait_ms: number
  position_in: number | null
  /** Position at the end of a wait nobody answered; null where it is not logged. */
  position_out: number | null
  outcome: VisitOutcome
  operator: string | null
  talk_ms: number
  rings: number
  /** The key of a key exit. */
  exit_key: string | null
  /** Answered or abandoned within `target_ms`. */
  within_target: number
  /** Abandoned within `short_ms`. */
  short_abandon: number
  /** The rule the flags were judged by. */
  target_ms: number
  short_ms: number
  /** What it adds to its queue's service level, by the formula it was judged by. */
  level_part: number
  level_whole: number
  /** 1: the queue was closed when the caller entered it. */
  out_of_hours: number
  /** Of a visit nobody answered. */
  cause: MissedCause | null
}

/** Raw lines about a member, by the line's own identity. */
interface OperatorEventsTable {
  operator: string
  at_ms: number
  queue: string
  event: string
  /** Reason of a pause, `paused` of a join; empty for none. */
  data: string
  day: number
  /** The member as the line names them; '' where it was not kept. */
  agent: string
}

/**
 * What an operator was, cut at the site's midnights. `queue` '' is over all queues: available in one of them is available,
 * else paused in one is paused. Logged in is both together.
 */
export interface OperatorSpansTable {
  operator: string
  queue: string
  from_ms: number
  /** null: it lasts. */
  to_ms: number | null
  state: 'available' | 'paused'
  /** Code of the pause; empty for none. */
  reason: string
  day: number
}

/** The operator's state at the end of a day, from where later days are folded again. */
interface OperatorCheckpointsTable {
  operator: string
  day: number
  /** JSON. */
  state: string
}

/** Sums of `ledger_calls` by hour, direction, first queue and cause of the missed ones ('' for none). */
export interface CallHoursTable extends Buckets {
  direction: LedgerDirection
  queue: string
  cause: MissedCause | ''
  calls: number
  answered: number
  missed: number
  missed_wait_ms: number
  /** Missed calls whose first queue was closed when they came into it. */
  missed_out_of_hours: number
}

/** Sums of `call_hours` by day. */
export type CallDaysTable = Omit<CallHoursTable, 'hour_ms' | 'hour_of_day'>

/** Sums of `queue_visits` by hour and queue. */
export interface QueueHoursTable extends Buckets {
  queue: string
  offered: number
  answered: number
  answered_in_target: number
  abandoned: number
  abandoned_in_target: number
  short_abandons: number
  level_part: number
  level_whole: number
  timeouts: number
  left_empty: number
  key_exits: number
  withdrawn: number
  incompatible: number
  waiting: number
  lost: number
  wait_ms: number
  answered_wait_ms: number
  abandoned_wait_ms: number
  longest_wait_ms: number
  talk_ms: number
  rings: number
  missed_rings: number
  out_of_hours: number
  lost_out_of_hours: number
}

/** Sums of `queue_hours` by day and queue. */
export type QueueDaysTable = Omit<QueueHoursTable, 'hour_ms' | 'hour_of_day' | 'talk_ms' | 'rings' | 'missed_rings'>

/** Sums of `ledger_legs`, `ledger_rings` and outgoing `ledger_calls` by day, operator, queue ('' for none) and direction. */
export interface OperatorDaysTable {
  day: number
  weekday: number
  operator: string
  queue: string
  direction: LedgerDirection
  /** Talks. */
  talks: number
  /** Talks that answered a visit to the queue. */
  answered_visits: number
  transfers_in: number
  pickups: number
  transfers_out: number
  talk_ms: number
  longest_talk_ms: number
  /** Sum of what is known. */
  hold_ms: number
  /** Talks whose hold is known. */
  hold_known: number
  rings: number
  missed_rings: number
  rejected_rings: number
  ring_ms: number
  /** Calls the operator made, and how many of them were answered. */
  made: number
  reached: number
}

/** Sums of `operator_days` by day and operator: what reports over all queues read, a fraction of those rows. */
export interface OperatorSumsTable {
  day: number
  weekday: number
  operator: string
  talks: number
  queue_talks: number
  outbound_talks: number
  talk_ms: number
  longest_talk_ms: number
  hold_ms: number
  hold_known: number
  rings: number
  missed_rings: number
}

/** Sums of an operator's spans over all queues, by day, state and reason. */
export interface OperatorStatesTable {
  day: number
  operator: string
  state: OperatorSpansTable['state']
  reason: string
  /** Of the spans that are over. */
  closed_ms: number
  /** When the one began that lasts; null: none does. */
  open_from_ms: number | null
}

/** From `valid_from_ms` on; `queue` '*' is every queue without a rule of its own. A visit is judged by the rule of its day. */
export interface QueueRulesTable {
  queue: string
  valid_from_ms: number
  /** Service-level target t. */
  target_ms: number
  /** Short-abandon limit s. */
  short_ms: number
  formula: LevelFormula
}

/** Asterisk started: what had not ended by then was cut off. */
interface PbxStartsTable {
  at_ms: number
}

/** What the record was made by. `generation`: raised by whoever wants everything imported anew. */
interface RecordMarksTable {
  name: string
  value: string
}

export interface ImportStateTable {
  source_id: string
  /** `cdr`, `queueLog` or `cel`. */
  kind: string
  cursor: string | null
  /** Rows read so far, repeats included. */
  rows_read: number
  problems: number
  /** Newest time read. */
  up_to_ms: number | null
  /** Last successful read. */
  read_at_ms: number | null
  /** 1: nothing more was there to read. */
  caught_up: number
  /** Why it cannot be read now; null: it can. */
  error: string | null
  /** The same for clients to say in a person's language; null: only the text is known. */
  error_code: RecordTrouble | null
  error_since_ms: number | null
}

export interface ImportProblemsTable {
  source_id: string
  /** `file:line`, or the table and its row. */
  place: string
  kind: string
  text: string
  raw: string
  seen_at_ms: number
}

/**
 * Times a source told nothing of. `unreachable`: it could not be read, and gave what it kept when it was back; `away`: what
 * only AMI tells was not heard, for the link was down or this server away, and is lost.
 */
export interface ImportGapsTable {
  source_id: string
  kind: 'unreachable' | 'away'
  from_ms: number
  to_ms: number
}

/** What of the site the calls were folded by, so that a change is known for one. */
interface FoldedByTable {
  name: string
  /** JSON. */
  value: string
}

/** Calls that a change of the site concerns, until they are folded again. */
interface RefoldOperatorsTable {
  operator: string
}

interface RefoldCallsTable {
  call_key: string
}
