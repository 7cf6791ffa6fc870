import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { CdrRow, QueueLogRow } from '../../server/reports/sources/source.ts'
import type { HistoryDay } from './history.ts'

const time = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' '))
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** As cdr_csv writes it with loguniqueid, loguserfield and newcdrcolumns, in UTC. */
function cdrLine(row: CdrRow): string {
  const text = [row.src, row.dst, row.context, row.callerId, row.channel, row.dstChannel, row.lastApp, row.lastData]
  const times = [row.startMs, row.answerMs, row.endMs].map((ms) => quoted(time(ms)))
  const seconds = [Math.round((row.endMs - row.startMs) / 1_000), row.talkSec]
  const ids = [row.disposition, 'DOCUMENTATION', row.uniqueId, row.userField, '', row.linkedId ?? ''].map(quoted)
  return ['""', ...text.map(quoted), ...times, ...seconds, ...ids, row.sequence ?? ''].join(',')
}

const queueLine = (row: QueueLogRow): string =>
  [row.atMs / 1_000, row.callId || 'NONE', row.queue, row.agent, row.event, ...row.data].join('|')

/** Writes a history as Asterisk's own files: Master.csv and queue_log. Returns how many rows each has. */
export function writeLogFiles(folder: string, days: Iterable<HistoryDay>) {
  const paths = { cdr: join(folder, 'Master.csv'), queueLog: join(folder, 'queue_log') }
  const files = { cdr: openSync(paths.cdr, 'w'), queueLog: openSync(paths.queueLog, 'w') }
  const rows = { cdr: 0, queueLog: 0 }
  for (const { cdr, queueLog } of days) {
    writeSync(files.cdr, cdr.map((row) => `${cdrLine(row)}\n`).join(''))
    writeSync(files.queueLog, queueLog.map((row) => `${queueLine(row)}\n`).join(''))
    rows.cdr += cdr.length
    rows.queueLog += queueLog.length
  }
  closeSync(files.cdr)
  closeSync(files.queueLog)
  return { paths, rows }
}
