import type { Logger } from 'pino'
import type { UserDirectory } from '../accounts/user-directory.ts'
import type { Clock } from '../clock.ts'
import type { CallRow } from '../contract/index.ts'
import type { QueueNames } from '../settings/queue-names.ts'
import type { Db } from '../store/index.ts'
import type { Disposer, Telephony } from '../telephony/telephony.ts'
import { CallLedger, type EndedRow, type EndListener } from './call-ledger.ts'
import { CallRows } from './call-rows.ts'

export { CallList } from './call-list.ts'
export { Exports } from './exports/exports.ts'
export { ReportFiles } from './exports/report-files.ts'
export { AmiRecords } from './import/ami-records.ts'
export { demoRecordFolder, foundFiles, importSetup } from './import/import-setup.ts'
export { Importer } from './import/importer.ts'
export { LedgerReports } from './ledger-reports.ts'
export { LinkGaps } from './link-gaps.ts'
export { PastCalls } from './past-calls.ts'
export { afterUpgrade } from './readers/after-upgrade.ts'
export { PostgresReader } from './readers/postgres-reader.ts'
export { ReadPool } from './readers/read-pool.ts'
export { readerDb } from './readers/reader-db.ts'
export { openRecord, recordFile, takeStatistics } from './record/record-file.ts'
export { ReportRecord } from './report-record.ts'
export { MissedWatch } from './today/missed-watch.ts'
export { TodayVisits } from './today/today-visits.ts'

export interface ReportsDeps {
  /** `Store.eventDb`. */
  readonly db: Db
  readonly clock: Clock
  readonly telephony: Telephony
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly logger: Logger
}

/** The record of calls and what is read from it. */
export interface Reports {
  /** Follows Asterisk's calls from here on. Start it before telephony connects. */
  start(): Promise<void>
  /** Finishes what is being written. */
  stop(): Promise<void>
  /** Resolves when everything seen so far is written. */
  idle(): Promise<void>
  /** After a call's end is written. */
  onCallEnded(listener: EndListener): Disposer
  /** See `CallLedger`. */
  fill(rows: readonly EndedRow[]): Promise<void>
  /** Calls that began in [fromMs, toMs), newest first; `total` counts all of them. */
  calls(request: { fromMs: number; toMs: number; limit: number }): Promise<{ calls: CallRow[]; total: number }>
}

export function createReports(deps: ReportsDeps): Reports {
  const ledger = new CallLedger(deps)
  const rows = new CallRows(deps)
  return {
    start: () => ledger.start(),
    stop: () => ledger.stop(),
    idle: () => ledger.idle(),
    onCallEnded: (listener) => ledger.onEnded(listener),
    fill: (rows) => ledger.fill(rows),
    calls: (request) => rows.read(request),
  }
}
export type { CdrRow, QueueLogRow } from './sources/index.ts'
