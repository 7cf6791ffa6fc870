import { uniqueIdMs } from './civil-time.ts'
import { type ColumnMapping, cdrFields, celFields, mapColumns } from './column-mapping.ts'
import { readCsvRecord } from './csv-record.ts'
import type { FileFormat } from './file-source.ts'
import { namedFields } from './named-fields.ts'
import { cdrReader, celReader, queueLogReader, type RowTimes } from './record-rows.ts'
import type { CdrRow, CelRow, QueueLogRow, RecordProblem } from './source.ts'

const base = [
  'accountcode',
  'src',
  'dst',
  'dcontext',
  'clid',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'amaflags',
]
const newColumns = ['peeraccount', 'linkedid', 'sequence']
const named = (more: readonly string[] = []) => namedFields([...base, ...more])
const bare = named()
const withNew = named(newColumns)
const withOne = {
  uniqueid: { old: named(['uniqueid']), new: named(['uniqueid', ...newColumns]) },
  userfield: { old: named(['userfield']), new: named(['userfield', ...newColumns]) },
}
const withBoth = named(['uniqueid', 'userfield'])
const withAll = named(['uniqueid', 'userfield', ...newColumns])

/** The widths cdr_csv writes, by its settings loguniqueid, loguserfield and newcdrcolumns. */
function cdrCsvColumns(fields: readonly string[]): typeof bare | null {
  const { length } = fields
  if (length === 16) return bare
  if (length === 18) return withBoth
  const oneMore = () => withOne[uniqueIdMs(fields[16] ?? '') === null ? 'userfield' : 'uniqueid']
  if (length === 17) return oneMore().old
  if (!/^\d+$/.test(fields.at(-1) ?? '')) return null
  if (length === 19) return withNew
  if (length === 20) return oneMore().new
  return length === 21 ? withAll : null
}

const theTwo = /^\d{4}-\d{2}-\d{2} |^\d{9,}|^$/

/** Master.csv of cdr_csv; `columns` for cdr_custom, which writes any in any order. */
export function cdrCsv(settings: RowTimes & { readonly columns?: readonly string[] | undefined }): FileFormat<CdrRow> {
  const { columns } = settings
  const given = columns && namedFields(columns.map(cdrField))
  let toldOfIds = false
  const zone = zoneReview(settings)
  const toRow = cdrReader(settings)
  return {
    decode: readCsvRecord,
    name(fields) {
      if (given) return fields.length === columns?.length ? given(fields) : null
      const row = cdrCsvColumns(fields)
      // a line that lost a piece in its middle has the wrong thing where a time should be
      return row && theTwo.test(fields[9] ?? '') && theTwo.test(fields[11] ?? '') ? row(fields) : null
    },
    toRow(raw, where) {
      const { row, problems } = toRow(raw, where)
      if (raw.has('uniqueid') || toldOfIds) return { row, problems }
      toldOfIds = true
      const text =
        'the file has no unique ids, so its records cannot be joined to calls: set loguniqueid=yes and newcdrcolumns=yes in [csv] of cdr.conf'
      return { row, problems: [...problems, { kind: 'columns', where, text, raw: '' }] }
    },
    timeOf: ({ endMs }) => endMs,
    review: zone,
  }
}

/** Any usual name of a CDR column becomes ours. */
function cdrField(name: string): string {
  const found = Object.entries(cdrFields).find(([, { names }]) => names.some((known) => known === name.toLowerCase()))
  return found?.[0] ?? name.toLowerCase()
}

function celField(name: string): string {
  const found = Object.entries(celFields).find(([, { names }]) => names.some((known) => known === name.toLowerCase()))
  return found?.[0] ?? name.toLowerCase()
}

/** The fields a custom CSV's columns lack. */
export function missingColumns(fields: 'cdr' | 'cel', columns: readonly string[]): readonly string[] {
  const none: ColumnMapping = {}
  const mapped = mapColumns(fields === 'cdr' ? cdrFields : celFields, none, columns)
  return 'missing' in mapped ? mapped.missing : []
}

const queueFields = ['time', 'callid', 'queue', 'agent', 'event'] as const
const queueLine = namedFields(queueFields)
const queueLineWithData = namedFields([...queueFields, 'data'])

/** The five fields of every line, and what follows them as one. */
function queueLineFields(text: string): string[] {
  const fields: string[] = []
  let from = 0
  while (fields.length < queueFields.length) {
    const to = text.indexOf('|', from)
    fields.push(to < 0 ? text.slice(from) : text.slice(from, to))
    if (to < 0) return fields
    from = to + 1
  }
  fields.push(text.slice(from))
  return fields
}

export function queueLogFile(settings: RowTimes): FileFormat<QueueLogRow> {
  return {
    decode: queueLineFields,
    name(fields) {
      if (fields.length < queueFields.length || fields[4] === '') return null
      return fields.length === queueFields.length ? queueLine(fields) : queueLineWithData(fields)
    },
    toRow: queueLogReader(settings),
    timeOf: ({ atMs }) => atMs,
  }
}

/** Of the cel_custom.conf this product ships. */
const ownCelColumns = [
  'eventtype',
  'eventtime',
  'cidname',
  'cidnum',
  'context',
  'exten',
  'channel',
  'appname',
  'appdata',
  'uniqueid',
  'linkedid',
  'peer',
  'extra',
]

/** Of the sample that comes with Asterisk. */
const sampleCelColumns = [
  'eventtype',
  'eventtime',
  'cidname',
  'cidnum',
  'cidani',
  'cidrdnis',
  'ciddnid',
  'exten',
  'context',
  'channel',
  'appname',
  'appdata',
  'amaflags',
  'accountcode',
  'uniqueid',
  'linkedid',
  'peer',
  'userfield',
  'userdeftype',
  'extra',
]

export function celCsv(settings: RowTimes & { readonly columns?: readonly string[] | undefined }): FileFormat<CelRow> {
  const layouts = settings.columns ? [settings.columns.map(celField)] : [ownCelColumns, sampleCelColumns]
  const byWidth = new Map(layouts.map((columns) => [columns.length, namedFields(columns)]))
  return {
    decode: readCsvRecord,
    name: (fields) => byWidth.get(fields.length)?.(fields) ?? null,
    toRow: celReader(settings),
    timeOf: ({ atMs }) => atMs,
  }
}

const quarterMs = 900_000

/**
 * How far rows are from the seconds that their unique ids were made in: whole quarters of an hour are another zone, less is
 * nothing. null: too few to tell.
 */
export function zoneShiftMs(rows: readonly { uniqueId: string; atMs: number }[]): number | null {
  const differences = rows
    .flatMap(({ uniqueId, atMs }) => {
      const made = uniqueIdMs(uniqueId)
      return made === null ? [] : [atMs - made]
    })
    .sort((a, b) => a - b)
  if (differences.length < 5) return null
  const middle = differences[differences.length >> 1] ?? 0
  // No negative nought.
  const shiftMs = Math.round(middle / quarterMs) * quarterMs + 0
  return Math.abs(middle - shiftMs) > 60_000 ? null : shiftMs
}

/** Told of once: rows that were written in another zone than their source is set to. */
export function zoneReview(settings: RowTimes): (rows: readonly CdrRow[]) => readonly RecordProblem[] {
  let told = false
  return (rows) => {
    if (told) return []
    const shiftMs = zoneShiftMs(rows.map(({ uniqueId, startMs }) => ({ uniqueId, atMs: startMs - settings.offsetMs })))
    if (shiftMs === null || shiftMs === 0) return []
    told = true
    const hours = (shiftMs / 3_600_000).toLocaleString('en', { maximumFractionDigits: 2, signDisplay: 'always' })
    const text = `most rows are ${hours} h from the times in their unique ids: the source's time zone (now ${settings.timeZone}) or usegmtime is not what its rows were written in`
    return [{ kind: 'time', where: 'rows together', text, raw: '' }]
  }
}
