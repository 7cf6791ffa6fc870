import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { cdrLine, queueLine } from '../../server/demo/log-lines.ts'
import type { HistoryDay } from './history.ts'

/** Writes a history as Asterisk's own files: Master.csv and queue_log. Returns how many rows each has. */
export function writeLogFiles(folder: string, days: Iterable<HistoryDay>) {
  const paths = { cdr: join(folder, 'Master.csv'), queueLog: join(folder, 'queue_log') }
  const files = { cdr: openSync(paths.cdr, 'w'), queueLog: openSync(paths.queueLog, 'w') }
  const rows = { cdr: 0, queueLog: 0 }
  for (const { cdr, queueLog } of days) {
    writeSync(files.cdr, cdr.map(cdrLine).join(''))
    writeSync(files.queueLog, queueLog.map(queueLine).join(''))
    rows.cdr += cdr.length
    rows.queueLog += queueLog.length
  }
  closeSync(files.cdr)
  closeSync(files.queueLog)
  return { paths, rows }
}
