import type { AlarmKind, AlarmLevel } from '../contract/index.ts'

/** Tables of alarms. Times are epoch milliseconds UTC. */
export interface FloorTables {
  alarms: AlarmsTable
  alarm_told: AlarmToldTable
}

interface AlarmsTable {
  id: string
  kind: AlarmKind
  /** While it stands, the level now; then the highest. */
  level: AlarmLevel
  /** null: all queues together. */
  queue_number: string | null
  /** Names as they were then. */
  queue_name: string | null
  operator_id: string | null
  operator_name: string | null
  /** In the unit of the kind: a count, ms, a share. */
  limit_value: number
  worst_value: number
  began_at_ms: number
  critical_at_ms: number | null
  /** null: it stands. */
  ended_at_ms: number | null
  acknowledged_by: string | null
  acknowledged_at_ms: number | null
}

interface AlarmToldTable {
  alarm_id: string
  user_id: string
  level: AlarmLevel
  user_name: string
  at_ms: number
}
