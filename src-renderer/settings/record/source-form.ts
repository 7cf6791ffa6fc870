import {
  firstServer,
  type RecordKind,
  type RecordPlace,
  type RecordSourceSaved,
  type RecordSourceWrite,
  type RecordStore,
  recordStores,
} from '../../../server/contract/index.ts'

/** A source as it is typed: every field of every store is there, those of the chosen store count. */
export interface SourceValues {
  readonly kind: RecordKind
  readonly store: RecordStore
  readonly path: string
  readonly host: string
  readonly port: number | string
  readonly user: string
  /** Empty: as it is stored. */
  readonly password: string
  readonly database: string
  readonly tls: boolean
  readonly table: string
  /** Our field → the table's column, where a person has named it. */
  readonly columns: Readonly<Record<string, string>>
  /** Of a CSV file with columns of its own, by commas. */
  readonly csvColumns: string
  readonly timeZone: string
  /** The Asterisk whose record it is. */
  readonly server: string
  readonly offsetSeconds: number | string
}

export type SourceField = 'path' | 'host' | 'port' | 'user' | 'password' | 'database' | 'table' | 'timeZone' | 'offsetSeconds'

const usualTable = { cdr: 'cdr', queueLog: 'queue_log', cel: 'cel' } as const satisfies Record<RecordKind, string>
const usualFile = {
  cdr: '/var/log/asterisk/cdr-csv/Master.csv',
  queueLog: '/var/log/asterisk/queue_log',
  cel: '/var/log/asterisk/cel-custom/Master.csv',
} as const satisfies Record<RecordKind, string>

/** As Asterisk's packages and FreePBX have it. */
export function usualPlace(kind: RecordKind, store: RecordStore): Pick<SourceValues, 'path' | 'port' | 'database' | 'table'> {
  return {
    path: store === 'sqlite' ? '/var/log/asterisk/master.db' : usualFile[kind],
    port: store === 'postgres' ? 5432 : 3306,
    database: store === 'postgres' ? 'asterisk' : 'asteriskcdrdb',
    table: usualTable[kind],
  }
}

/** Another kind is not kept in every store; where it is, it is in another table. */
export function withPlace(values: SourceValues, kind: RecordKind, store: RecordStore): SourceValues {
  const stores: readonly RecordStore[] = recordStores[kind]
  const chosen = stores.includes(store) ? store : (stores[0] ?? 'csv')
  return { ...values, kind, store: chosen, ...usualPlace(kind, chosen), columns: {}, csvColumns: '' }
}

export function newSource(kind: RecordKind, timeZone: string): SourceValues {
  const [store] = recordStores[kind]
  return {
    kind,
    store,
    ...usualPlace(kind, store),
    host: '',
    user: '',
    password: '',
    tls: false,
    columns: {},
    csvColumns: '',
    timeZone,
    server: firstServer,
    offsetSeconds: 0,
  }
}

export function valuesOf(saved: RecordSourceSaved): SourceValues {
  const { kind, place, timeZone, clockOffsetMs, server = firstServer } = saved
  const blank = { ...newSource(kind, timeZone), server, store: place.store, offsetSeconds: clockOffsetMs / 1_000 }
  if (place.store === 'events') return blank
  if (place.store === 'csv') return { ...blank, path: place.path, csvColumns: place.columns?.join(', ') ?? '' }
  const { store: _, ...fields } = place
  return { ...blank, ...fields }
}

const named = (text: string): string[] => text.split(',').flatMap((name) => name.trim() || [])

function placeOf(values: SourceValues): RecordPlace {
  const path = values.path.trim()
  const table = { table: values.table.trim(), columns: { ...values.columns } }
  const server = {
    host: values.host.trim(),
    port: Number(values.port),
    user: values.user.trim(),
    database: values.database.trim(),
    tls: values.tls,
  }
  switch (values.store) {
    case 'csv': {
      const columns = named(values.csvColumns)
      return { store: 'csv', path, columns: columns.length === 0 ? null : columns }
    }
    case 'log':
      return { store: 'log', path }
    case 'sqlite':
      return { store: 'sqlite', path, ...table }
    case 'mysql':
      return { store: 'mysql', ...server, ...table }
    case 'postgres':
      return { store: 'postgres', ...server, ...table }
    case 'events':
      return { store: 'events' }
  }
}

export const toWrite = (values: SourceValues): RecordSourceWrite => ({
  kind: values.kind,
  place: placeOf(values),
  timeZone: values.timeZone,
  server: values.server,
  clockOffsetMs: Math.round(Number(values.offsetSeconds) * 1_000),
  password: values.password === '' ? null : values.password,
})

export type FieldFault = 'required' | 'path' | 'port' | 'offset'

/** What is wrong before the server is asked. */
export function faultsOf(
  values: SourceValues,
  { hasPassword }: { hasPassword: boolean },
): Partial<Record<SourceField, FieldFault>> {
  const place = placeOf(values)
  const faults: Partial<Record<SourceField, FieldFault>> = {}
  if ('path' in place && !/^(\/|[A-Za-z]:[\\/])/.test(place.path)) faults.path = place.path === '' ? 'required' : 'path'
  if ('table' in place && place.table === '') faults.table = 'required'
  if ('host' in place) {
    for (const field of ['host', 'user', 'database'] as const) if (place[field] === '') faults[field] = 'required'
    if (!(Number.isInteger(place.port) && place.port >= 1 && place.port <= 65_535)) faults.port = 'port'
    if (values.password === '' && !hasPassword) faults.password = 'required'
  }
  if (values.timeZone === '') faults.timeZone = 'required'
  if (values.offsetSeconds === '' || Math.abs(Number(values.offsetSeconds)) > 86_400) faults.offsetSeconds = 'offset'
  return faults
}

/** Rows that were read before were read otherwise. */
export function readsOtherwise(before: RecordSourceSaved, write: RecordSourceWrite): boolean {
  const columns = ({ place }: { place: RecordPlace }) => ('columns' in place ? JSON.stringify(place.columns) : '')
  return before.timeZone !== write.timeZone || before.clockOffsetMs !== write.clockOffsetMs || columns(before) !== columns(write)
}
