import type { CdrRow, CelRow, QueueLogRow } from '../sources/source.ts'

/** Everything the PBX wrote about one call. A set: rows come in any order, late, and more than once. */
export interface CallFacts {
  readonly cdr: readonly CdrRow[]
  readonly queueLog: readonly QueueLogRow[]
  readonly cel: readonly CelRow[]
}

/** Channel events the ledger has a use for; the others only say again what the CDR says. */
const usefulCel = new Set(['ANSWER', 'HANGUP', 'BLINDTRANSFER', 'ATTENDEDTRANSFER', 'PICKUP', 'HOLD', 'UNHOLD', 'WATCHED'])
export const isUsefulCel = (row: CelRow): boolean => usefulCel.has(row.eventType)

const memberEvents = new Set([
  'ADDMEMBER',
  'REMOVEMEMBER',
  'PAUSE',
  'UNPAUSE',
  'PAUSEALL',
  'UNPAUSEALL',
  'AGENTLOGIN',
  'AGENTLOGOFF',
  'AGENTCALLBACKLOGIN',
  'AGENTCALLBACKLOGOFF',
])
/** The line is about an operator, not about a call: its call id is empty or the channel of a feature code. */
export const isMemberLine = (row: QueueLogRow): boolean => memberEvents.has(row.event)
const callEvents = new Set([
  'ENTERQUEUE',
  'RINGNOANSWER',
  'RINGCANCELED',
  'CONNECT',
  'AGENTDUMP',
  'COMPLETEAGENT',
  'COMPLETECALLER',
  'TRANSFER',
  'BLINDTRANSFER',
  'ATTENDEDTRANSFER',
  'ABANDON',
  'EXITWITHTIMEOUT',
  'EXITEMPTY',
  'EXITWITHKEY',
  'WITHDRAW',
  'SYSCOMPAT',
])
export const isCallLine = (row: QueueLogRow): boolean => callEvents.has(row.event) && row.callId !== '' && row.callId !== 'NONE'

type Cell = string | number | null | readonly string[]
const cdrCells = (row: CdrRow): Cell[] => [
  row.uniqueId,
  row.linkedId,
  row.sequence,
  row.startMs,
  row.answerMs,
  row.endMs,
  row.talkSec,
  row.channel,
  row.dstChannel,
  row.src,
  row.dst,
  row.context,
  row.lastApp,
  row.lastData,
  row.disposition,
  row.userField,
  row.callerId,
  row.hangupCause,
]
const queueCells = (row: QueueLogRow): Cell[] => [row.atMs, row.callId, row.queue, row.agent, row.event, row.data]
const celCells = (row: CelRow): Cell[] => [row.atMs, row.eventType, row.uniqueId, row.linkedId, row.channel, row.peer, row.extra]

type CdrCells = [
  string,
  string | null,
  number | null,
  number,
  number | null,
  number,
  number,
  ...[string, string, string, string, string, string, string, string, string, string],
  number | null,
]
type Encoded = [
  CdrCells[],
  [number, string, string, string, string, string[]][],
  [number, string, string, string, string, string, string][],
]

/** What `uniteFacts` made a text of. */
export function decodeFacts(text: string): CallFacts {
  const [cdr, queueLog, cel] = JSON.parse(text) as Encoded
  return {
    cdr: cdr.map((cell) => ({
      uniqueId: cell[0],
      linkedId: cell[1],
      sequence: cell[2],
      startMs: cell[3],
      answerMs: cell[4],
      endMs: cell[5],
      talkSec: cell[6],
      channel: cell[7],
      dstChannel: cell[8],
      src: cell[9],
      dst: cell[10],
      context: cell[11],
      lastApp: cell[12],
      lastData: cell[13],
      disposition: cell[14],
      userField: cell[15],
      callerId: cell[16],
      hangupCause: cell[17],
    })),
    queueLog: queueLog.map(([atMs, callId, queue, agent, event, data]) => ({ atMs, callId, queue, agent, event, data })),
    cel: cel.map(([atMs, eventType, uniqueId, linkedId, channel, peer, extra]) => ({
      atMs,
      eventType,
      uniqueId,
      linkedId,
      channel,
      peer,
      extra,
    })),
  }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Rows and their texts. */
interface Listed<Row> {
  readonly rows: readonly Row[]
  readonly text: string
}

/** Rows once each, in the order of time; rows of one moment in the order of their texts, so that the order they came in does not show. */
function uniqueRows<Row>(
  rows: readonly Row[],
  of: { cells: (row: Row) => Cell[]; atMs: (row: Row) => number; identity?: (row: Row) => string | null },
): Listed<Row> {
  if (rows.length === 0) return { rows, text: '[]' }
  if (rows.length === 1) return { rows, text: JSON.stringify(rows.map(of.cells)) }
  // As they come from nearly every source.
  if (inOrder(rows, of)) return { rows, text: JSON.stringify(rows.map(of.cells)) }
  const listed = rows.map((row) => ({ row, atMs: of.atMs(row), text: JSON.stringify(of.cells(row)) }))
  const { identity } = of
  const sorted = (identity ? versions(listed, identity) : listed).sort((a, b) => a.atMs - b.atMs || byText(a.text, b.text))
  const once: Row[] = []
  let text = ''
  let before: string | null = null
  for (const each of sorted) {
    if (each.text === before) continue
    before = each.text
    once.push(each.row)
    text += text === '' ? each.text : `,${each.text}`
  }
  return { rows: once, text: `[${text}]` }
}

/** Each row is later than the one before, and another record. Without a name a record is what its text is. */
function inOrder<Row>(
  rows: readonly Row[],
  { atMs, identity }: { atMs: (row: Row) => number; identity?: (row: Row) => string | null },
): boolean {
  const names = new Set<string>()
  let before = Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const now = atMs(row)
    const name = identity?.(row) ?? null
    if (now <= before || (name !== null && names.has(name))) return false
    before = now
    if (name !== null) names.add(name)
  }
  return true
}

/** Of two versions of one record the one that ended later; the choice must not depend on which came first. */
function versions<Row, Listed extends { row: Row; atMs: number; text: string }>(
  listed: readonly Listed[],
  identity: (row: Row) => string | null,
): Listed[] {
  const kept = new Map<string, Listed>()
  for (const each of listed) {
    const name = identity(each.row) ?? each.text
    const other = kept.get(name)
    if (!other || each.atMs > other.atMs || (each.atMs === other.atMs && each.text > other.text)) kept.set(name, each)
  }
  return [...kept.values()]
}

const cdrIdentity = {
  cells: cdrCells,
  atMs: (row: CdrRow) => row.endMs,
  identity: (row: CdrRow) => (row.sequence === null ? null : `${row.uniqueId} ${row.sequence} ${row.startMs}`),
}
const queueIdentity = { cells: queueCells, atMs: (row: QueueLogRow) => row.atMs }
const celIdentity = { cells: celCells, atMs: (row: CelRow) => row.atMs }

/** The union in the one order its rows have, and as it is kept: compact, and equal texts for equal sets. */
export function uniteFacts(parts: readonly CallFacts[]): { facts: CallFacts; text: string } {
  const all = <Row>(rows: (facts: CallFacts) => readonly Row[]): readonly Row[] => {
    const [only] = parts
    return parts.length === 1 && only ? rows(only) : parts.flatMap((facts) => [...rows(facts)])
  }
  const cdr = uniqueRows(
    all((facts) => facts.cdr),
    cdrIdentity,
  )
  const queueLog = uniqueRows(
    all((facts) => facts.queueLog),
    queueIdentity,
  )
  const cel = uniqueRows(
    all((facts) => facts.cel),
    celIdentity,
  )
  return {
    facts: { cdr: cdr.rows, queueLog: queueLog.rows, cel: cel.rows },
    text: `[${cdr.text},${queueLog.text},${cel.text}]`,
  }
}

/** Unique ids that one CDR row proves to be of one call. */
export const idsOfCdr = (row: CdrRow): string[] =>
  row.linkedId === null || row.linkedId === '' || row.linkedId === row.uniqueId ? [row.uniqueId] : [row.uniqueId, row.linkedId]

const tiedInExtra = [
  'channel2_uniqueid',
  'transferee_channel_uniqueid',
  'transfer_target_channel_uniqueid',
  'pickup_channel_uniqueid',
]
/** Only a transfer or a pickup brings two calls together; everybody else keeps their own Linkedid. */
export function idsOfCel(row: CelRow): string[] {
  const own = row.linkedId === '' || row.linkedId === row.uniqueId ? [row.uniqueId] : [row.uniqueId, row.linkedId]
  if (row.eventType !== 'ATTENDEDTRANSFER' && row.eventType !== 'PICKUP') return own
  const extra = celExtra(row)
  return [...own, ...tiedInExtra.flatMap((name) => extra[name] || [])]
}

/** The event's own facts; none where they cannot be read. */
export function celExtra(row: CelRow): Readonly<Record<string, string | undefined>> {
  try {
    const value: unknown = JSON.parse(row.extra)
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
  } catch {
    return {}
  }
}

/**
 * Not what this server names a supervisor's ear: by its own clock, and never the beginning of a call. Ids of a further Asterisk
 * end with its mark.
 */
const idParts = /^(?!callsync-spy-)(?:(.*)-)?(\d{9,11})\.(\d+)(?:~[^~]+)?$/
/** Unique ids in the order Asterisk gave them; ids of other shapes last, by their text. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0
  const [x, y] = [idParts.exec(a), idParts.exec(b)]
  if (!x || !y) return x ? -1 : y ? 1 : byText(a, b)
  return Number(x[2]) - Number(y[2]) || Number(x[3]) - Number(y[3]) || byText(a, b)
}

/** The call's key: the oldest Linkedid that any of its rows carries; without one the oldest unique id. */
export function keyOf(facts: CallFacts): string {
  let linked: string | null = null
  let unique: string | null = null
  const older = (than: string | null, id: string): string =>
    than === id || (than !== null && compareIds(id, than) >= 0) ? than : id
  for (const row of facts.cdr) {
    unique = older(unique, row.uniqueId)
    if (row.linkedId !== null && row.linkedId !== '') linked = older(linked, row.linkedId)
  }
  for (const row of facts.queueLog) unique = older(unique, row.callId)
  for (const row of facts.cel) {
    unique = older(unique, row.uniqueId)
    if (row.linkedId !== '') linked = older(linked, row.linkedId)
  }
  return linked ?? unique ?? ''
}

/** Every unique id its rows name: each of them leads to the call. */
export function idsOf(facts: CallFacts): Set<string> {
  const ids = new Set<string>()
  for (const row of facts.cdr) for (const id of idsOfCdr(row)) ids.add(id)
  for (const row of facts.queueLog) ids.add(row.callId)
  for (const row of facts.cel) for (const id of idsOfCel(row)) ids.add(id)
  return ids
}
