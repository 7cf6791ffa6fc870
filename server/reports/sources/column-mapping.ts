import { z } from 'zod'
import type { RecordKind } from '../../contract/index.ts'

/** A field of ours and the names its column goes by in the tables people have, the usual one first. */
interface FieldNames {
  readonly names: readonly string[]
  /** Without it rows mean nothing. */
  readonly required?: true
}

type Fields = Readonly<Record<string, FieldNames>>

export const cdrFields = {
  start: { names: ['start', 'calldate', 'start_time', 'starttime'], required: true },
  answer: { names: ['answer', 'answerdate', 'answer_time'] },
  end: { names: ['end', 'hangupdate', 'end_time', 'endtime'] },
  duration: { names: ['duration'] },
  billsec: { names: ['billsec', 'talk', 'billable'], required: true },
  src: { names: ['src', 'source'], required: true },
  dst: { names: ['dst', 'destination'], required: true },
  dcontext: { names: ['dcontext', 'context'] },
  clid: { names: ['clid', 'callerid'] },
  channel: { names: ['channel'], required: true },
  dstchannel: { names: ['dstchannel', 'dst_channel'] },
  lastapp: { names: ['lastapp'] },
  lastdata: { names: ['lastdata'] },
  disposition: { names: ['disposition'], required: true },
  userfield: { names: ['userfield'] },
  uniqueid: { names: ['uniqueid'], required: true },
  linkedid: { names: ['linkedid'] },
  sequence: { names: ['sequence'] },
  hangupcause: { names: ['hangupcause', 'hangup_cause', 'cause'] },
} as const satisfies Fields

export const queueLogFields = {
  time: { names: ['time', 'created', 'eventdate'], required: true },
  callid: { names: ['callid', 'uniqueid'], required: true },
  queue: { names: ['queuename', 'queue'], required: true },
  agent: { names: ['agent'], required: true },
  event: { names: ['event', 'verb'], required: true },
  data: { names: ['data'] },
  data1: { names: ['data1'] },
  data2: { names: ['data2'] },
  data3: { names: ['data3'] },
  data4: { names: ['data4'] },
  data5: { names: ['data5'] },
} as const satisfies Fields

export const celFields = {
  eventtype: { names: ['eventtype'], required: true },
  eventtime: { names: ['eventtime'], required: true },
  uniqueid: { names: ['uniqueid', 'unique_id'], required: true },
  linkedid: { names: ['linkedid', 'linked_id'], required: true },
  channel: { names: ['channame', 'channel'], required: true },
  peer: { names: ['peer'] },
  extra: { names: ['extra', 'eventextra'] },
} as const satisfies Fields

export const fieldsOf = { cdr: cdrFields, queueLog: queueLogFields, cel: celFields } as const

/** Our field → the table's column, for tables whose names are their own. What is not named is looked for by the usual names. */
export const ColumnMapping = z.record(z.string(), z.string().min(1))
export type ColumnMapping = z.infer<typeof ColumnMapping>

export type MappedColumns = { readonly columns: ReadonlyMap<string, string> } | { readonly missing: readonly string[] }

/** Our fields of a kind, with the column that stands for each among those there are, for a person to see and to change. */
export function fieldColumns(
  kind: RecordKind,
  mapping: ColumnMapping,
  present: readonly string[],
): { field: string; column: string | null; required: boolean }[] {
  const byName = new Map(present.map((name) => [name.toLowerCase(), name]))
  const fields: Fields = fieldsOf[kind]
  return Object.entries(fields).map(([field, { names, required }]) => {
    const wanted = mapping[field] === undefined ? names : [mapping[field]]
    const column = wanted.map((name) => byName.get(name.toLowerCase())).find((name) => name !== undefined)
    return { field, column: column ?? null, required: required === true }
  })
}

/** Finds the column of each field among those there are, whatever the case. `missing` are named as a person would look for them. */
export function mapColumns(fields: Fields, mapping: ColumnMapping, present: readonly string[]): MappedColumns {
  const byName = new Map(present.map((name) => [name.toLowerCase(), name]))
  const columns = new Map<string, string>()
  const missing: string[] = []
  for (const field of Object.keys(mapping)) if (!(field in fields)) missing.push(`${field} (no such field)`)
  for (const [field, { names, required }] of Object.entries(fields)) {
    const wanted = mapping[field]
    const found = wanted === undefined ? names.map((name) => byName.get(name)).find(Boolean) : byName.get(wanted.toLowerCase())
    if (found !== undefined) columns.set(field, found)
    else if (wanted !== undefined) missing.push(wanted)
    else if (required) missing.push(names.length > 1 ? names.slice(0, 2).join(' or ') : (names[0] ?? field))
  }
  return missing.length > 0 ? { missing } : { columns }
}
