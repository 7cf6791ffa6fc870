/** Tables of the record's settings. Times are epoch milliseconds UTC. */
export interface RecordSettingsTables {
  record_sources: RecordSourcesTable
  record_rules: RecordRulesTable
  work_times: WorkTimesTable
  holidays: HolidaysTable
}

/** Where an administrator says that call records are kept. */
interface RecordSourcesTable {
  /** What was read is remembered under it: another place gets another id. */
  id: string
  kind: 'cdr' | 'queueLog' | 'cel'
  /** JSON: everything but the password. */
  settings: string
  /** Encrypted by the SecretBox; null: none is needed. */
  password: string | null
  created_at_ms: number
  updated_at_ms: number
}

/** What visits to a queue are judged by from a moment on; `queue` `*` is every queue without a rule of its own. */
interface RecordRulesTable {
  queue: string
  valid_from_ms: number
  target_ms: number
  short_ms: number
  /** Id of the service-level formula. */
  formula: string
}

/** When a queue is open from a day of the site on; `queue` `*` is every queue without work time of its own. */
interface WorkTimesTable {
  queue: string
  /** yyyymmdd; 0: since ever. */
  from_day: number
  /** JSON: seven lists of hours, Monday first. */
  week: string
  /** 1: everybody's holidays are this queue's too. */
  keeps_holidays: number
}

interface HolidaysTable {
  queue: string
  day: number
  name: string
  /** JSON: the hours of that day. */
  hours: string
}
