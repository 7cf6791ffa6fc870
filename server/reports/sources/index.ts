import { cdrFields, celFields, mapColumns, queueLogFields } from './column-mapping.ts'
import { connectTable, type TablePlace } from './connect-table.ts'
import { cdrCsv, celCsv, missingColumns, queueLogFile, zoneReview } from './file-formats.ts'
import { type FileFormat, FileSource } from './file-source.ts'
import { cdrReader, celReader, queueLogReader, type RowTimes } from './record-rows.ts'
import { cdrNames, celNames, ofServer, queueLogNames } from './server-rows.ts'
import { type ParsedSettings, SourceSettings } from './settings.ts'
import type { CdrRow, CelRow, QueueLogRow, RecordSource } from './source.ts'
import { type TableFormat, TableSource } from './table-source.ts'

export { holdRow, type QueueAmiEvent, QueueLogEvents } from './queue-log-events.ts'
export { KnownMember, type MemberNow } from './queue-members.ts'
export { SourceSettings } from './settings.ts'
export type { Batch, CdrRow, CelRow, QueueLogRow, RecordSource } from './source.ts'
export { tryRecordSource } from './trial.ts'

export interface SourceDeps {
  nowMs(): number
}

/** @throws ZodError when the settings are not those of a source. */
export function cdrSource(settings: SourceSettings, deps: SourceDeps): RecordSource<CdrRow> {
  const parsed = SourceSettings.parse(settings)
  return ofServer(plainCdrSource(parsed, deps), parsed.server, cdrNames)
}

function plainCdrSource(parsed: ParsedSettings, deps: SourceDeps): RecordSource<CdrRow> {
  const times = timesOf(parsed, deps)
  if (parsed.store === 'log') throw new TypeError('queue_log holds no CDR')
  if (parsed.store === 'csv') return csvSource(parsed, 'cdr', cdrCsv({ ...times, columns: parsed.columns }))
  const format: TableFormat<CdrRow> = {
    map: (mapping, present) => mapColumns(cdrFields, mapping, present),
    key: 'start',
    optional: ['answer', 'end'],
    toRow: cdrReader(times),
    timeOf: ({ endMs }) => endMs,
    review: zoneReview(times),
    writtenLateMs: 24 * 3_600_000,
  }
  return tableSource(parsed, format, deps)
}

/** @throws ZodError when the settings are not those of a source. */
export function queueLogSource(settings: SourceSettings, deps: SourceDeps): RecordSource<QueueLogRow> {
  const parsed = SourceSettings.parse(settings)
  return ofServer(plainQueueLogSource(parsed, deps), parsed.server, queueLogNames)
}

function plainQueueLogSource(parsed: ParsedSettings, deps: SourceDeps): RecordSource<QueueLogRow> {
  const times = timesOf(parsed, deps)
  if (parsed.store === 'csv') throw new TypeError('queue_log is no CSV file')
  if (parsed.store === 'log') return new FileSource(parsed.id, parsed.path, queueLogFile(times))
  const format: TableFormat<QueueLogRow> = {
    map: (mapping, present) => mapColumns(queueLogFields, mapping, present),
    key: 'time',
    optional: [],
    toRow: queueLogReader(times),
    timeOf: ({ atMs }) => atMs,
    writtenLateMs: 0,
  }
  return tableSource(parsed, format, deps)
}

/** @throws ZodError when the settings are not those of a source. */
export function celSource(settings: SourceSettings, deps: SourceDeps): RecordSource<CelRow> {
  const parsed = SourceSettings.parse(settings)
  return ofServer(plainCelSource(parsed, deps), parsed.server, celNames)
}

function plainCelSource(parsed: ParsedSettings, deps: SourceDeps): RecordSource<CelRow> {
  const times = timesOf(parsed, deps)
  if (parsed.store === 'log') throw new TypeError('queue_log holds no CEL')
  if (parsed.store === 'csv') return csvSource(parsed, 'cel', celCsv({ ...times, columns: parsed.columns }))
  const format: TableFormat<CelRow> = {
    map: (mapping, present) => mapColumns(celFields, mapping, present),
    key: 'eventtime',
    optional: [],
    toRow: celReader(times),
    timeOf: ({ atMs }) => atMs,
    writtenLateMs: 0,
  }
  return tableSource(parsed, format, deps)
}

function timesOf({ timeZone, clockOffsetMs }: ParsedSettings, deps: SourceDeps): RowTimes {
  return { timeZone, offsetMs: clockOffsetMs, nowMs: () => deps.nowMs() }
}

function csvSource<Row>(
  settings: Extract<ParsedSettings, { store: 'csv' }>,
  kind: 'cdr' | 'cel',
  format: FileFormat<Row>,
): RecordSource<Row> {
  const { id, path, columns } = settings
  const missing = columns ? missingColumns(kind, columns) : []
  if (missing.length === 0) return new FileSource(id, path, format)
  const text = `the columns named for ${path} lack ${missing.join(', ')}: name them all in the source's settings, in the file's order`
  return {
    id,
    read: async (after) => {
      const problem = { kind: 'columns' as const, where: path, text, raw: '' }
      return { rows: [], problems: [problem], cursor: after ?? '', more: false, upToMs: null }
    },
    stop: async () => undefined,
  }
}

function tableSource<Row>(settings: TablePlace, format: TableFormat<Row>, deps: SourceDeps): RecordSource<Row> {
  return new TableSource(settings.id, connectTable(settings), format, {
    table: settings.table,
    mapping: settings.columns,
    nowMs: () => deps.nowMs(),
  })
}
