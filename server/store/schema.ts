import type { AccountsTables } from './schema-accounts.ts'
import type { CallControlTables } from './schema-call-control.ts'
import type { CallsTables } from './schema-calls.ts'
import type { FloorTables } from './schema-floor.ts'
import type { MailTables } from './schema-mail.ts'
import type { RecordSettingsTables } from './schema-record.ts'
import type { SupervisionTables } from './schema-supervision.ts'
import type { WallboardTables } from './schema-wallboard.ts'
import type { WorklistTables } from './schema-worklists.ts'

/** Every table. Times are integer milliseconds UTC, JSON is text, flags are 0 or 1: what SQLite and PostgreSQL both have. */
export type Database = AccountsTables &
  CallsTables &
  WorklistTables &
  CallControlTables &
  FloorTables &
  MailTables &
  RecordSettingsTables &
  SupervisionTables &
  WallboardTables
