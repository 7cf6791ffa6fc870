import type { FieldClash } from '../contract/index.ts'
import { type CardChanges, type CardFields, type CardState, cardFieldNames, type Direction } from '../contract/index.ts'

/**
 * The life of a card as a pure function: `step(record, event) → record + commands`.
 *
 * ```
 *   legRinging            legAnswered            legEnded · gone                save · wrapUpOver
 *  ───────────► ringing ─────────────► talking ───────────────────► wrapUp ───────────────────► saved
 *                  │                    ▲    │ legReplaced (page reload,      │ extend (≤ 5)     │ draft · save
 *                  │ legEnded · gone    └────┘ INVITE with Replaces)          └──► wrapUp        └──► saved again
 *                  ▼
 *               missed (takes drafts like a saved card)
 * ```
 *
 * A talk with a colleague that nobody noted anything about goes from talking to saved. Drafts are taken in every state. `save` in ringing or talking writes and leaves the card open.
 */
export const wrapUpMs = 60_000
export const maxExtensions = 5
/** After a start of the server clients get at least this long to bring their drafts before wrap-up saves. */
export const restartGraceMs = 30_000

/** Which card version last wrote each field. */
export type FieldStamps = Readonly<Partial<Record<keyof CardFields, number>>>

/** What is kept of a card; customer and contacts are looked up. */
export interface CardRecord {
  readonly id: string
  readonly callId: string
  readonly legId: string
  readonly operatorId: string
  readonly operatorName: string
  readonly direction: Direction
  readonly state: CardState
  readonly number: string
  readonly callerName: string
  readonly queueNumber: string | null
  readonly queuedAtMs: number | null
  readonly ringingAtMs: number
  readonly answeredAtMs: number | null
  readonly endedAtMs: number | null
  readonly wrapUpEndsAtMs: number | null
  readonly extensions: number
  readonly savedAtMs: number | null
  readonly version: number
  readonly fields: CardFields
  readonly stamps: FieldStamps
  readonly customerId: string | null
}

export type CardEvent =
  | { readonly kind: 'legAnswered'; readonly atMs: number }
  /** The leg is over and no other leg of the operator has taken its place. */
  | { readonly kind: 'legEnded'; readonly atMs: number; readonly answered: boolean }
  /** A snapshot after a (re)connect has no such leg any more: when it ended is not known. */
  | { readonly kind: 'gone' }
  /** Another leg of the same operator in the same call took over. */
  | { readonly kind: 'legReplaced'; readonly legId: string }
  /** Asterisk tells more, or something else, of the same call. */
  | { readonly kind: 'facts'; readonly facts: Partial<CallFacts> }
  | { readonly kind: 'draft'; readonly write: FieldWrite }
  | { readonly kind: 'save'; readonly write: FieldWrite }
  | { readonly kind: 'extend' }
  | { readonly kind: 'wrapUpOver' }
  /** The server has just started and found the card open. */
  | { readonly kind: 'restored' }

export type CallFacts = Pick<
  CardRecord,
  'callId' | 'number' | 'callerName' | 'queueNumber' | 'queuedAtMs' | 'customerId' | 'direction'
>

export interface FieldWrite {
  readonly baseVersion: number
  readonly changes: CardChanges
}

export type CardCommand =
  /** Wake this card up with `wrapUpOver` then; null: no longer. */
  | { readonly kind: 'wrapUpTimer'; readonly atMs: number | null }
  | { readonly kind: 'pauseOperator' }
  | { readonly kind: 'unpauseOperator' }
  /** Create, update or remove the card's call-back task. */
  | { readonly kind: 'syncCallBack' }

export type CardRefusal = 'notInWrapUp' | 'tooManyExtensions'

export interface CardStep {
  readonly record: CardRecord
  readonly commands: readonly CardCommand[]
  readonly clashes: readonly FieldClash[]
  readonly refusal: CardRefusal | null
}

export function step(record: CardRecord, event: CardEvent, nowMs: number): CardStep {
  switch (event.kind) {
    case 'legAnswered':
      if (record.state !== 'ringing') return unchanged(record)
      return changed(record, { state: 'talking', answeredAtMs: event.atMs })
    case 'legEnded':
      return endLeg(record, event, nowMs)
    case 'gone':
      return endLeg(record, { atMs: nowMs, answered: record.state === 'talking' }, nowMs)
    case 'legReplaced':
      if (record.legId === event.legId || !isLive(record)) return unchanged(record)
      return changed(record, { legId: event.legId })
    case 'facts':
      if (!isLive(record)) return unchanged(record)
      return changed(record, event.facts)
    case 'draft':
      return writeFields(record, event.write, nowMs, isClosed(record))
    case 'save':
      return save(record, event.write, nowMs)
    case 'extend':
      return extend(record)
    case 'wrapUpOver':
      if (record.state !== 'wrapUp' || record.wrapUpEndsAtMs === null || nowMs < record.wrapUpEndsAtMs) return unchanged(record)
      return close(record, nowMs, [])
    case 'restored':
      return restore(record, nowMs)
  }
}

/** The leg still exists in Asterisk as far as we know. */
export const isLive = (record: CardRecord): boolean => record.state === 'ringing' || record.state === 'talking'
/** The card has left the operator's live view. */
export const isClosed = (record: CardRecord): boolean => record.state === 'saved' || record.state === 'missed'

function endLeg(record: CardRecord, { atMs, answered }: { atMs: number; answered: boolean }, nowMs: number): CardStep {
  if (!isLive(record)) return unchanged(record)
  if (record.state === 'ringing' && !answered) {
    const after = changed(record, { state: 'missed', endedAtMs: atMs })
    return record.fields.callBack ? { ...after, commands: [{ kind: 'syncCallBack' }] } : after
  }
  const ended = { answeredAtMs: record.answeredAtMs ?? atMs, endedAtMs: atMs }
  // A word with a colleague takes nobody out of the queues for a minute.
  if (record.direction === 'internal' && Object.keys(record.stamps).length === 0) return close({ ...record, ...ended }, nowMs, [])
  const endsAtMs = atMs + wrapUpMs
  const after = changed(record, {
    state: 'wrapUp',
    ...ended,
    wrapUpEndsAtMs: endsAtMs,
  })
  return { ...after, commands: [{ kind: 'pauseOperator' }, { kind: 'wrapUpTimer', atMs: endsAtMs }] }
}

function extend(record: CardRecord): CardStep {
  if (record.state !== 'wrapUp' || record.wrapUpEndsAtMs === null) return { ...unchanged(record), refusal: 'notInWrapUp' }
  if (record.extensions >= maxExtensions) return { ...unchanged(record), refusal: 'tooManyExtensions' }
  const endsAtMs = record.wrapUpEndsAtMs + wrapUpMs
  const after = changed(record, { wrapUpEndsAtMs: endsAtMs, extensions: record.extensions + 1 })
  return { ...after, commands: [{ kind: 'wrapUpTimer', atMs: endsAtMs }] }
}

function save(record: CardRecord, write: FieldWrite, nowMs: number): CardStep {
  if (record.state !== 'wrapUp') return writeFields(record, write, nowMs, isClosed(record))
  const written = writeFields(record, write, nowMs, false)
  return close(written.record, nowMs, written.clashes)
}

function close(record: CardRecord, nowMs: number, clashes: readonly FieldClash[]): CardStep {
  const after = changed(record, { state: 'saved', wrapUpEndsAtMs: null, savedAtMs: nowMs })
  return {
    ...after,
    clashes,
    commands: [{ kind: 'wrapUpTimer', atMs: null }, { kind: 'syncCallBack' }, { kind: 'unpauseOperator' }],
  }
}

function restore(record: CardRecord, nowMs: number): CardStep {
  if (record.state !== 'wrapUp') return unchanged(record)
  const endsAtMs = Math.max(record.wrapUpEndsAtMs ?? 0, nowMs + restartGraceMs)
  const after = endsAtMs === record.wrapUpEndsAtMs ? unchanged(record) : changed(record, { wrapUpEndsAtMs: endsAtMs })
  return { ...after, commands: [{ kind: 'wrapUpTimer', atMs: endsAtMs }] }
}

/**
 * Merge by field: one that nobody else changed since `baseVersion` takes the new value; one that somebody did, to another
 * value, keeps the server's and is reported. A write that changes nothing leaves the record, and its version, as they are.
 */
function writeFields(record: CardRecord, write: FieldWrite, nowMs: number, late: boolean): CardStep {
  const version = record.version + 1
  const taken: Partial<Record<keyof CardFields, unknown>> = {}
  const stamps: Partial<Record<keyof CardFields, number>> = {}
  const clashes: FieldClash[] = []
  for (const field of cardFieldNames) {
    const mine = write.changes[field]
    const theirs = record.fields[field]
    if (mine === undefined || mine === theirs) continue
    if ((record.stamps[field] ?? 0) > write.baseVersion) {
      clashes.push({ field, mine, theirs })
      continue
    }
    taken[field] = mine
    stamps[field] = version
  }
  if (Object.keys(taken).length === 0) return { ...unchanged(record), clashes }
  const fields = { ...record.fields, ...taken } as CardFields
  const after = changed(record, {
    fields,
    stamps: { ...record.stamps, ...stamps },
    ...(late && record.state === 'saved' ? { savedAtMs: nowMs } : {}),
  })
  return { ...after, clashes, commands: late ? [{ kind: 'syncCallBack' }] : [] }
}

const unchanged = (record: CardRecord): CardStep => ({ record, commands: [], clashes: [], refusal: null })

function changed(record: CardRecord, change: Partial<CardRecord>): CardStep {
  const differs = Object.entries(change).some(([key, value]) => record[key as keyof CardRecord] !== value)
  if (!differs) return unchanged(record)
  return { record: { ...record, ...change, version: record.version + 1 }, commands: [], clashes: [], refusal: null }
}
