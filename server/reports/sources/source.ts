import type { RecordTrouble } from '../../contract/index.ts'

/** One CDR record as Asterisk wrote it, whatever the store and its column names. Times are UTC milliseconds. */
export interface CdrRow {
  uniqueId: string
  linkedId: string | null
  /** `sequence`: tells the several records of one uniqueid apart. */
  sequence: number | null
  startMs: number
  answerMs: number | null
  endMs: number
  /** `billsec`. */
  talkSec: number
  channel: string
  dstChannel: string
  src: string
  dst: string
  context: string
  lastApp: string
  lastData: string
  disposition: string
  userField: string
  callerId: string
  hangupCause: number | null
}

/** One line of queue_log. */
export interface QueueLogRow {
  atMs: number
  callId: string
  queue: string
  agent: string
  event: string
  data: readonly string[]
}

/** One channel event: CEL tells who transferred whom; HOLD and UNHOLD are known to AMI only (`holdRow`). */
export interface CelRow {
  atMs: number
  eventType: string
  uniqueId: string
  linkedId: string
  channel: string
  peer: string
  extra: string
}

/** A row or a source that could not be read as it should: counted and shown, never skipped silently. */
export interface RecordProblem {
  kind: 'columns' | 'charset' | 'time' | 'cut' | 'value' | 'unreachable' | 'notRead'
  /** `file:line`, or the table and the row's own id. */
  where: string
  /** What is wrong and what to do about it. */
  text: string
  /** The row as it was read, shortened. */
  raw: string
  /** Why a source cannot be read, for clients to say it in a person's language. */
  code?: RecordTrouble
}

export interface Batch<Row> {
  rows: readonly Row[]
  problems: readonly RecordProblem[]
  /** Where the next read goes on from: opaque, to be kept with the rows in one transaction. */
  cursor: string
  /** There is more to read at once. */
  more: boolean
  /** The newest time read: import lag = now − this. */
  upToMs: number | null
}

/** A record of calls kept by somebody else, read in pieces. `read` never throws for what is in the record or its reach. */
export interface RecordSource<Row> {
  readonly id: string
  /** `after`: an earlier batch's cursor, null to read from the beginning. Rows may come again; they are never lost. */
  read(after: string | null, limit: number): Promise<Batch<Row>>
  stop(): Promise<void>
}
