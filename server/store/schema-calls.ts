import type { Generated } from 'kysely'

/** Tables of the calls domain. Times are epoch milliseconds UTC, flags 0 or 1, JSON is text. */
export interface CallsTables {
  customers: CustomersTable
  customer_phones: CustomerPhonesTable
  cards: CardsTable
  card_writes: CardWritesTable
  card_sums: CardSumsTable
  card_sums_made: CardSumsMadeTable
  card_setup: CardSetupTable
  note_templates: NoteTemplatesTable
  customer_merges: CustomerMergesTable
  audit: AuditTable
  calls: CallLedgerTable
}

interface CustomersTable {
  id: string
  name: string
  /** Lower-cased for search: SQLite's lower() knows ASCII only. */
  name_folded: string
  address: string
  notes: string
  tag: string | null
  created_at_ms: number
  version: number
  /** JSON: which version last wrote each field. */
  field_stamps: string
  /** The customer that took this one in; null for one of its own. */
  merged_into: string | null
}

interface CustomerPhonesTable {
  customer_id: string
  /** E.164 where it could be parsed, else as given. */
  phone: string
  /** What two spellings of one number have in common: see calls/phone-numbers.ts. */
  phone_key: string
  /** The last seven figures of the key, for numbers that came without their area. */
  phone_tail: string
  position: number
}

interface CardsTable {
  id: string
  call_id: string
  leg_id: string
  operator_id: string
  /** As it was then, for people who have left since. */
  operator_name: string
  direction: string
  state: string
  number: string
  phone_key: string
  caller_name: string
  queue_number: string | null
  queued_at_ms: number | null
  ringing_at_ms: number
  answered_at_ms: number | null
  ended_at_ms: number | null
  wrap_up_ends_at_ms: number | null
  /** Since when wrap-up stands still, and how long it has before. */
  wrap_up_stopped_at_ms: number | null
  wrap_up_stopped_ms: Generated<number>
  /** How often wrap-up was extended. */
  extensions: number
  saved_at_ms: number | null
  version: number
  category_id: string | null
  description: string
  result_id: string | null
  satisfaction: number | null
  notes: string
  call_back: number
  call_back_at_ms: number | null
  /** JSON: which version last wrote each field, and which draft. */
  field_stamps: string
  customer_id: string | null
  /** `number`, or the operator's word: `chosen`, `nobody`. */
  customer_source: string
  /** JSON: values of the fields the administrator added. */
  extra: string
  /** JSON of the earlier operator's card in the same call, null for none. */
  handover: string | null
  wrap_up_ms: number | null
  /** Saved without its required fields. */
  incomplete: number
  /** Missed, but by nobody: the queue took the ring back. */
  ring_cancelled: Generated<number>
  /** Folded text that the history search looks in. */
  search_text: string
}

/** What reports add up of the finished cards of one operator whose calls rang on one day of the site (yyyymmdd). */
interface CardSumsTable {
  day: number
  operator_id: string
  cards: number
  /** Cards with a wrap-up, and its sum. */
  wrap_ups: number
  wrap_up_ms: number
  /** Cards with a score, with one of 4–5, and the sum of scores. */
  rated: number
  satisfied: number
  scores: number
}

/** There once the sums of all days are made, by the days of this zone. */
interface CardSumsMadeTable {
  time_zone: string
}

/** Answers already given to saves, by idempotency key. */
interface CardWritesTable {
  key: string
  card_id: string
  operator_id: string
  /** JSON of the CardWriteResult that was answered. */
  answer: string
  created_at_ms: number
}

/** One row, `current`. */
interface CardSetupTable {
  id: string
  version: number
  /** JSON of the CardSetup. */
  body: string
  updated_at_ms: number
}

interface NoteTemplatesTable {
  id: string
  /** null: everybody's. */
  owner_id: string | null
  title: string
  body: string
  updated_at_ms: number
}

interface CustomerMergesTable {
  id: string
  kept_id: string
  merged_id: string
  at_ms: number
  undone_at_ms: number | null
  /** JSON of what the merge changed, for its undoing. */
  before: string
}

/** Who changed what that others rely on. */
interface AuditTable {
  id: string
  at_ms: number
  actor_id: string
  actor_name: string
  action: string
  /** Id of what was changed. */
  subject: string
  /** JSON. */
  details: string
}

interface CallLedgerTable {
  /** The Linkedid. */
  id: string
  direction: string
  number: string
  phone_key: string
  queue_number: string | null
  started_at_ms: number
  queued_at_ms: number | null
  answered_at_ms: number | null
  ended_at_ms: number | null
  /** 1 when the end was only noticed after the link to Asterisk came back: the talk time is not known. */
  end_unseen: number
  operator_id: string | null
  operator_name: string | null
}
