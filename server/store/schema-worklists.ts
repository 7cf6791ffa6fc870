/** Tables of the work lists and pause reasons. Times are epoch milliseconds UTC, flags 0 or 1. */
export interface WorklistTables {
  call_backs: CallBacksTable
  missed_calls: MissedCallsTable
  missed_attempts: MissedAttemptsTable
  pause_reasons: PauseReasonsTable
}

/** What call-backs and missed calls have in common. */
interface WorkEntryColumns {
  id: string
  number: string
  phone_key: string
  customer_id: string | null
  /** Who has it; null: nobody has taken it. */
  holder_id: string | null
  holder_name: string | null
  taken_at_ms: number | null
  attempts: number
  last_attempt_at_ms: number | null
  done_at_ms: number | null
  /** `hand`, `call` or `reached`. */
  done_how: string | null
  done_by_id: string | null
  done_by_name: string | null
  done_card_id: string | null
  /** Only a talk answered later closes it; null: never opened again. */
  reopened_at_ms: number | null
}

interface CallBacksTable extends WorkEntryColumns {
  card_id: string | null
  /** `card`, `missed` or `hand`. */
  source: string
  /** null: personal. */
  queue_number: string | null
  reason: string
  due_at_ms: number | null
  remind_before_ms: number | null
  created_at_ms: number
  created_by_id: string
  created_by_name: string
  version: number
  /** Of the request that made it: a repeated one makes no second. */
  request_key: string | null
}

interface MissedCallsTable extends WorkEntryColumns {
  caller_name: string
  count: number
  first_at_ms: number
  last_at_ms: number
  longest_wait_ms: number
  queue_number: string | null
  cause: string | null
}

/** One call nobody answered. Decides who may see its entry. */
interface MissedAttemptsTable {
  /** The Linkedid. */
  call_id: string
  entry_id: string
  at_ms: number
  queue_number: string | null
  /** Whose phone rang, of a call past no queue. */
  operator_id: string | null
}

interface PauseReasonsTable {
  code: string
  ru: string
  en: string
  limit_min: number | null
  position: number
}
