/** Tables of call control. Times are epoch milliseconds UTC. */
export interface CallControlTables {
  forced_recordings: ForcedRecordingsTable
  recording_pauses: RecordingPausesTable
  leg_quality: LegQualityTable
  queue_penalties: QueuePenaltiesTable
  announcements: AnnouncementsTable
  surveyed_queues: SurveyedQueuesTable
  call_surveys: CallSurveysTable
}

/** Queues whose recordings operators cannot pause. */
interface ForcedRecordingsTable {
  queue_number: string
  since_ms: number
}

/** Queues whose callers are asked how satisfied they are. */
interface SurveyedQueuesTable {
  queue_number: string
  since_ms: number
}

/** A caller who was asked; one row a call. */
interface CallSurveysTable {
  call_id: string
  queue_number: string
  /** Who talked last; null: nobody of the house's people. */
  operator_id: string | null
  asked_at_ms: number
  /** 1–5; null: not answered. */
  score: number | null
}

/** Spans of silence made for card data. */
interface RecordingPausesTable {
  call_id: string
  leg_id: string
  operator_id: string
  operator_name: string
  from_ms: number
  /** null while it lasts. */
  to_ms: number | null
}

/** Sums, so that samples can be added in any number of portions. */
interface LegQualityTable {
  leg_id: string
  call_id: string
  operator_id: string
  operator_name: string
  samples: number
  sum_mos: number
  min_mos: number
  sum_loss: number
  max_loss: number
  sum_jitter_ms: number
  max_jitter_ms: number
  /** Samples that had a round trip. */
  round_trips: number
  sum_round_trip_ms: number
  max_round_trip_ms: number
  updated_at_ms: number
}

/** The penalty a member had when it left the queue. */
interface QueuePenaltiesTable {
  endpoint: string
  queue_number: string
  penalty: number
}

/** What can be played into a call. */
interface AnnouncementsTable {
  id: string
  position: number
  language: 'ru' | 'en'
  ru: string
  en: string
  sound: string
}
