/** Tables of reports that are sent by e-mail. Times are epoch milliseconds UTC. */
export interface MailTables {
  report_schedules: ReportSchedulesTable
  report_mailings: ReportMailingsTable
}

interface ReportSchedulesTable {
  id: string
  /** JSON: which report, when, to whom. */
  schedule: string
  /** Nothing that was due before is sent: of its making, or of the last change of its times. */
  counts_from_ms: number
  created_by_name: string
  created_at_ms: number
}

/** One period of one schedule: there is one row, so it is sent once. */
interface ReportMailingsTable {
  schedule_id: string
  /** How often and the first day: `week:20261109`. */
  period: string
  from_day: number
  to_day: number
  due_at_ms: number
  state: 'waiting' | 'sending' | 'sent' | 'failed' | 'dropped'
  attempts: number
  /** When it is tried next; null: no more. */
  next_at_ms: number | null
  sent_at_ms: number | null
  /** JSON: what kept it from being sent, or from some of its recipients. */
  error: string | null
}
