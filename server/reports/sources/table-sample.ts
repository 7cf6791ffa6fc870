import type { RecordKind } from '../../contract/index.ts'
import { fieldsOf, mapColumns } from './column-mapping.ts'
import { connectTable, type TablePlace } from './connect-table.ts'
import { cdrReader, celReader, queueLogReader, type RawRow, type RowTimes } from './record-rows.ts'
import { failure, type Sample, type SampleDeps, sampleRows } from './sample.ts'
import type { TableColumn, TableConnection, TableRow } from './table-connection.ts'

/** Counted; above it a table that numbers its rows is estimated. */
const mostCounted = 1_000_000
const mostCountedOfNumbered = 10_000

/** What a table is read along, and the fields whose absence differs from emptiness. */
const reading = {
  cdr: { key: 'start', optional: ['answer', 'end'], reader: cdrReader },
  queueLog: { key: 'time', optional: [], reader: queueLogReader },
  cel: { key: 'eventtime', optional: [], reader: celReader },
} as const satisfies Record<RecordKind, unknown>

export async function tableSample(kind: RecordKind, settings: TablePlace, deps: SampleDeps): Promise<Sample> {
  const connection = connectTable(settings)
  try {
    return await sampleOf(kind, settings, { ...deps, connection })
  } finally {
    await connection.close()
  }
}

/** Of a table through a connection. One that numbers its rows is neither sorted nor read as a whole: it may have no index. */
export async function sampleOf(
  kind: RecordKind,
  settings: TablePlace,
  { connection, nowMs }: SampleDeps & { readonly connection: TableConnection },
): Promise<Sample> {
  const { table, columns: mapping } = settings
  let found: readonly TableColumn[] | null
  try {
    found = await connection.columns(table)
  } catch (error) {
    return failure('reach', connection.trouble(error))
  }
  if (!found) return failure('table', { code: 'noTable', text: table }, { passed: ['reach'] })
  const present = found.map(({ name }) => name)
  const { id, ...named } = mapping
  const mapped = mapColumns(fieldsOf[kind], named, present)
  const lost = id === undefined || present.some((name) => name.toLowerCase() === id.toLowerCase()) ? [] : [id]
  if ('missing' in mapped || lost.length > 0) {
    const missing = [...('missing' in mapped ? mapped.missing : []), ...lost]
    return failure('columns', { code: 'columns', text: missing.join(', ') }, { passed: ['reach', 'table'], present })
  }
  const { key, optional, reader } = reading[kind]
  const { dialect } = connection
  const at = table.split('.').map(dialect.quote).join('.')
  const selected = [...mapped.columns].map(([field, column]) => `${dialect.quote(column)} as ${dialect.quote(field)}`).join(', ')
  const newest = dialect.rowNumber ?? dialect.quote(id ?? numberOf(found) ?? mapped.columns.get(key) ?? '')
  let rows: readonly TableRow[]
  let counted: NonNullable<Sample['rows']>
  try {
    rows = await connection.query(
      `select ${selected} from ${at} where ${newest} is not null order by ${newest} desc limit ${sampleRows}`,
      [],
      mapped.columns,
    )
    counted = await countOf(at, connection)
  } catch (error) {
    return failure('rows', connection.trouble(error), { passed: ['reach', 'table', 'columns'], present })
  }
  const raws = rows.map((row): RawRow => {
    const empty = (field: string) => (optional.some((name) => name === field) ? [] : [[field, ''] as const])
    return new Map(
      [...mapped.columns.keys()].flatMap((field) => (row[field] == null ? empty(field) : [[field, row[field]] as const])),
    )
  })
  return {
    passed: ['reach', 'table', 'columns'],
    failed: null,
    present,
    rows: counted,
    read: (timeZone) => {
      const times: RowTimes = { timeZone, offsetMs: settings.clockOffsetMs, nowMs }
      const read = reader(times)
      return raws.map((raw) => read(raw, `${table}:${raw.get('uniqueid') ?? raw.get('callid') ?? ''}`))
    },
  }
}

async function countOf(at: string, connection: TableConnection): Promise<NonNullable<Sample['rows']>> {
  const { rowNumber } = connection.dialect
  const most = rowNumber === null ? mostCounted : mostCountedOfNumbered
  const [counted] = await connection.query(
    `select count(*) as n from (select 1 as one from ${at} limit ${most + 1}) as counted`,
    [],
  )
  const count = Number(counted?.['n'] ?? 0)
  if (count <= most) return { count, exact: true }
  if (rowNumber === null) return { count: most, exact: false }
  // One statement of both would go through the table.
  const ends = `(select min(${rowNumber}) from ${at}) as first, (select max(${rowNumber}) from ${at}) as last`
  const [span] = await connection.query(`select ${ends}`, [])
  return { count: Math.max(most, Number(span?.['last']) - Number(span?.['first']) + 1), exact: false }
}

/** A column that grows with each row. */
const numberOf = (columns: readonly TableColumn[]): string | undefined =>
  columns.find(({ name, kind }) => name.toLowerCase() === 'id' && kind === 'number')?.name
