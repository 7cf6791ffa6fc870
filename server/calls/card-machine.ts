import {
  type CardChanges,
  type CardFieldName,
  type CardFields,
  type CardState,
  changeEntries,
  changesOfEntries,
  type Direction,
  type FieldClash,
  type FieldValue,
  fieldValue,
  withChanges,
} from '../contract/index.ts'

/**
 * The life of a card as a pure function: `step(record, event) → record + commands`.
 *
 * ```
 *   legRinging            legAnswered            legEnded · gone                save · wrapUpOver
 *  ───────────► ringing ─────────────► talking ───────────────────► wrapUp ───────────────────► saved
 *                  │                    ▲    │ legReplaced (page reload,      │ extend (limited) │ draft · save
 *                  │ legEnded · gone    └────┘ INVITE with Replaces)          └──► wrapUp        └──► saved again
 *                  ▼
 *               missed (takes drafts like a saved card)
 * ```
 *
 * A talk with a colleague that nobody noted anything about goes from talking to saved, and so does every call of a queue
 * without wrap-up. Drafts are taken in every state. `save` in ringing or talking writes and leaves the card open; in wrap-up
 * it does the same while required fields are empty. The clock frees the operator in any case: the card is then saved as it
 * is and `incomplete` until the fields are there. The clock stands still while the operator talks on another call (`talksOn`,
 * `talksNoMore`): that is neither wrap-up nor time to write in. `inherited` brings what an earlier operator of the call wrote.
 */
/** After a start of the server clients get at least this long to bring their drafts before wrap-up saves. */
export const restartGraceMs = 30_000

/** What the form of the card's queue says. */
export interface CardRules {
  /** 0: the card closes with the call. */
  readonly wrapUpMs: number
  readonly maxExtensions: number
  /** Required fields that are empty. */
  missing(fields: CardFields): readonly CardFieldName[]
}
export const defaultRules: CardRules = { wrapUpMs: 60_000, maxExtensions: 5, missing: () => [] }
/** The clock is extended by as much as it had; a queue that has just lost its wrap-up still gives a minute. */
export const extensionMs = (rules: CardRules): number => rules.wrapUpMs || defaultRules.wrapUpMs

/** Which card version last wrote each field. */
export type FieldStamps = Readonly<Partial<Record<CardFieldName, number>>>

/** The card of an earlier operator in the same call, and what stood in it when it was last looked at. */
export interface Handover {
  readonly cardId: string
  readonly operatorId: string
  readonly operatorName: string
  readonly fields: CardChanges
}

/** Who said whom the card is about: the number, or the operator (a customer, or that it is nobody known). */
export type CustomerSource = 'number' | 'chosen' | 'nobody'

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
  /** In wrap-up; while it stands still, as if it went on from there. */
  readonly wrapUpEndsAtMs: number | null
  /** Since when wrap-up stands still; null while it runs, and outside it. */
  readonly wrapUpStoppedAtMs: number | null
  /** How long it has stood still before. */
  readonly wrapUpStoppedMs: number
  readonly extensions: number
  readonly savedAtMs: number | null
  readonly version: number
  readonly fields: CardFields
  readonly stamps: FieldStamps
  readonly customerId: string | null
  readonly customerSource: CustomerSource
  readonly handover: Handover | null
  /** How long wrap-up took without what it stood still, null before its end. */
  readonly wrapUpMs: number | null
  readonly incomplete: boolean
  /** Missed, but by nobody: the queue took the ring back, for its caller left or a colleague took the call. */
  readonly ringCancelled: boolean
}

export type CardEvent =
  | { readonly kind: 'legAnswered'; readonly atMs: number }
  /** The leg is over and no other leg of the operator has taken its place. */
  | { readonly kind: 'legEnded'; readonly atMs: number; readonly answered: boolean; readonly cancelled?: boolean }
  /** A snapshot after a (re)connect has no such leg any more: when it ended is not known. */
  | { readonly kind: 'gone' }
  /** Another leg of the same operator in the same call took over. */
  | { readonly kind: 'legReplaced'; readonly legId: string }
  /** Asterisk tells more, or something else, of the same call. */
  | { readonly kind: 'facts'; readonly facts: Partial<CallFacts> }
  | { readonly kind: 'draft'; readonly write: FieldWrite }
  | { readonly kind: 'save'; readonly write: FieldWrite }
  | { readonly kind: 'extend' }
  | { readonly kind: 'customer'; readonly customerId: string | null; readonly source: CustomerSource }
  | { readonly kind: 'inherited'; readonly handover: Handover }
  | { readonly kind: 'wrapUpOver' }
  /** The operator talks on another call, since then at the latest; or on none any more. */
  | { readonly kind: 'talksOn'; readonly sinceMs: number }
  | { readonly kind: 'talksNoMore' }
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

export function step(record: CardRecord, event: CardEvent, nowMs: number, rules: CardRules = defaultRules): CardStep {
  switch (event.kind) {
    case 'legAnswered':
      if (record.state !== 'ringing') return unchanged(record)
      return changed(record, { state: 'talking', answeredAtMs: event.atMs })
    case 'legEnded':
      return endLeg(record, event, nowMs, rules)
    case 'gone':
      return endLeg(record, { atMs: nowMs, answered: record.state === 'talking' }, nowMs, rules)
    case 'legReplaced':
      if (record.legId === event.legId || !isLive(record)) return unchanged(record)
      return changed(record, { legId: event.legId })
    case 'facts':
      if (!isLive(record)) return unchanged(record)
      return changed(record, event.facts)
    case 'draft':
      return writeFields(record, event.write, nowMs, rules)
    case 'save':
      return save(record, event.write, nowMs, rules)
    case 'extend':
      return extend(record, rules)
    case 'customer':
      return about(record, event)
    case 'inherited':
      return inherit(record, event.handover)
    case 'wrapUpOver': {
      const dueAtMs = wrapUpDueAtMs(record)
      return dueAtMs === null || nowMs < dueAtMs ? unchanged(record) : close(record, nowMs, [], rules)
    }
    case 'talksOn':
      return stopClock(record, event.sinceMs)
    case 'talksNoMore':
      return runClock(record, nowMs)
    case 'restored':
      return restore(record, nowMs)
  }
}

/** The leg still exists in Asterisk as far as we know. */
export const isLive = (record: CardRecord): boolean => record.state === 'ringing' || record.state === 'talking'
/** The card has left the operator's live view. */
export const isClosed = (record: CardRecord): boolean => record.state === 'saved' || record.state === 'missed'

/** When the clock will save the card; null outside wrap-up and while it stands still. */
export const wrapUpDueAtMs = (record: CardRecord): number | null =>
  record.state === 'wrapUp' && record.wrapUpStoppedAtMs === null ? record.wrapUpEndsAtMs : null

/** How much is left of a wrap-up that stands still; null of every other. */
export const wrapUpLeftMs = ({ wrapUpEndsAtMs, wrapUpStoppedAtMs }: CardRecord): number | null =>
  wrapUpEndsAtMs === null || wrapUpStoppedAtMs === null ? null : Math.max(0, wrapUpEndsAtMs - wrapUpStoppedAtMs)

/** A word with a colleague has no disposition. */
const lacks = (record: CardRecord, rules: CardRules): boolean =>
  record.direction !== 'internal' && rules.missing(record.fields).length > 0

function endLeg(
  record: CardRecord,
  { atMs, answered, cancelled = false }: { atMs: number; answered: boolean; cancelled?: boolean },
  nowMs: number,
  rules: CardRules,
): CardStep {
  if (!isLive(record)) return unchanged(record)
  if (record.state === 'ringing' && !answered) {
    const after = changed(record, { state: 'missed', endedAtMs: atMs, ringCancelled: cancelled })
    return record.fields.callBack ? { ...after, commands: [{ kind: 'syncCallBack' }] } : after
  }
  const ended = { answeredAtMs: record.answeredAtMs ?? atMs, endedAtMs: atMs }
  // A word with a colleague takes nobody out of the queues for a minute.
  const untouched = record.direction === 'internal' && Object.keys(record.stamps).length === 0
  if (untouched || rules.wrapUpMs === 0) return close({ ...record, ...ended }, nowMs, [], rules)
  const endsAtMs = atMs + rules.wrapUpMs
  const after = changed(record, {
    state: 'wrapUp',
    ...ended,
    wrapUpEndsAtMs: endsAtMs,
  })
  return { ...after, commands: [{ kind: 'pauseOperator' }, { kind: 'wrapUpTimer', atMs: endsAtMs }] }
}

function stopClock(record: CardRecord, sinceMs: number): CardStep {
  if (wrapUpDueAtMs(record) === null) return unchanged(record)
  const after = changed(record, { wrapUpStoppedAtMs: Math.max(sinceMs, record.endedAtMs ?? sinceMs) })
  return { ...after, commands: [{ kind: 'wrapUpTimer', atMs: null }] }
}

function runClock(record: CardRecord, nowMs: number): CardStep {
  const { wrapUpStoppedAtMs, wrapUpEndsAtMs } = record
  if (record.state !== 'wrapUp' || wrapUpStoppedAtMs === null || wrapUpEndsAtMs === null) return unchanged(record)
  const stoodMs = Math.max(0, nowMs - wrapUpStoppedAtMs)
  const endsAtMs = wrapUpEndsAtMs + stoodMs
  const after = changed(record, {
    wrapUpEndsAtMs: endsAtMs,
    wrapUpStoppedAtMs: null,
    wrapUpStoppedMs: record.wrapUpStoppedMs + stoodMs,
  })
  return { ...after, commands: [{ kind: 'wrapUpTimer', atMs: endsAtMs }] }
}

function extend(record: CardRecord, rules: CardRules): CardStep {
  if (record.state !== 'wrapUp' || record.wrapUpEndsAtMs === null) return { ...unchanged(record), refusal: 'notInWrapUp' }
  if (record.extensions >= rules.maxExtensions) return { ...unchanged(record), refusal: 'tooManyExtensions' }
  const endsAtMs = record.wrapUpEndsAtMs + extensionMs(rules)
  const after = changed(record, { wrapUpEndsAtMs: endsAtMs, extensions: record.extensions + 1 })
  return { ...after, commands: [{ kind: 'wrapUpTimer', atMs: wrapUpDueAtMs(after.record) }] }
}

function save(record: CardRecord, write: FieldWrite, nowMs: number, rules: CardRules): CardStep {
  const written = writeFields(record, write, nowMs, rules)
  if (record.state !== 'wrapUp' || lacks(written.record, rules)) return written
  return close(written.record, nowMs, written.clashes, rules)
}

function close(record: CardRecord, nowMs: number, clashes: readonly FieldClash[], rules: CardRules): CardStep {
  // Saved while another call goes on: what stood still ends where it stood.
  const endedAtMs = record.wrapUpStoppedAtMs ?? nowMs
  const after = changed(record, {
    state: 'saved',
    wrapUpEndsAtMs: null,
    wrapUpStoppedAtMs: null,
    savedAtMs: nowMs,
    incomplete: lacks(record, rules),
    ...(record.state === 'wrapUp' && {
      wrapUpMs: Math.max(0, endedAtMs - (record.endedAtMs ?? endedAtMs) - record.wrapUpStoppedMs),
    }),
  })
  return {
    ...after,
    clashes,
    commands: [{ kind: 'wrapUpTimer', atMs: null }, { kind: 'syncCallBack' }, { kind: 'unpauseOperator' }],
  }
}

function about(record: CardRecord, { customerId, source }: { customerId: string | null; source: CustomerSource }): CardStep {
  const after = changed(record, { customerId, customerSource: source })
  return isClosed(record) && after.record !== record ? { ...after, commands: [{ kind: 'syncCallBack' }] } : after
}

/**
 * What goes to the next operator: what the call is about. The result, the rating and the call-back stay the first one's own:
 * passed on they would count twice.
 */
export const handedOver = ({ categoryId, description, notes, extra }: CardFields): CardChanges => ({
  categoryId,
  description,
  notes,
  extra,
})

/** Fields that this operator has not touched follow the earlier card. */
function inherit(record: CardRecord, handover: Handover): CardStep {
  if (isClosed(record) || record.id === handover.cardId) return unchanged(record)
  const seen = new Map(record.handover?.cardId === handover.cardId ? changeEntries(record.handover.fields) : [])
  const taken = changeEntries(handover.fields).filter(([name, value]) => {
    const current = fieldValue(record.fields, name)
    return current !== value && (record.stamps[name] === undefined || current === seen.get(name))
  })
  if (taken.length === 0 && JSON.stringify(record.handover) === JSON.stringify(handover)) return unchanged(record)
  return changed(record, { ...stamped(record, taken), handover })
}

function restore(record: CardRecord, nowMs: number): CardStep {
  if (record.state !== 'wrapUp' || record.wrapUpEndsAtMs === null) return unchanged(record)
  // One that stands still has its grace when it goes on: that may be at once, with the first snapshot.
  const endsAtMs = Math.max(record.wrapUpEndsAtMs, (record.wrapUpStoppedAtMs ?? nowMs) + restartGraceMs)
  const after = changed(record, { wrapUpEndsAtMs: endsAtMs })
  return { ...after, commands: [{ kind: 'wrapUpTimer', atMs: wrapUpDueAtMs(after.record) }] }
}

/**
 * Merge by field: one that nobody else changed since `baseVersion` takes the new value; one that somebody did, to another
 * value, keeps the server's and is reported. A write that changes nothing leaves the record, and its version, as they are.
 */
function writeFields(record: CardRecord, write: FieldWrite, nowMs: number, rules: CardRules): CardStep {
  const taken: [CardFieldName, FieldValue][] = []
  const clashes: FieldClash[] = []
  for (const [field, mine] of changeEntries(write.changes)) {
    const theirs = fieldValue(record.fields, field)
    if (mine === theirs) continue
    if ((record.stamps[field] ?? 0) > write.baseVersion) clashes.push({ field, mine, theirs })
    else taken.push([field, mine])
  }
  if (taken.length === 0) return { ...unchanged(record), clashes }
  const late = isClosed(record)
  const next = { ...record, ...stamped(record, taken) }
  const after = changed(record, {
    ...stamped(record, taken),
    incomplete: record.incomplete && lacks(next, rules),
    ...(record.state === 'saved' ? { savedAtMs: nowMs } : {}),
  })
  return { ...after, clashes, commands: late ? [{ kind: 'syncCallBack' }] : [] }
}

/** The values written in the version that comes next. */
function stamped(
  record: CardRecord,
  values: readonly (readonly [CardFieldName, FieldValue])[],
): Pick<CardRecord, 'fields' | 'stamps'> {
  if (values.length === 0) return record
  const version = record.version + 1
  return {
    fields: withChanges(record.fields, changesOfEntries(values)),
    stamps: { ...record.stamps, ...Object.fromEntries(values.map(([name]) => [name, version])) },
  }
}

const unchanged = (record: CardRecord): CardStep => ({ record, commands: [], clashes: [], refusal: null })

function changed(record: CardRecord, change: Partial<CardRecord>): CardStep {
  const differs = Object.entries(change).some(([key, value]) => record[key as keyof CardRecord] !== value)
  if (!differs) return unchanged(record)
  return { record: { ...record, ...change, version: record.version + 1 }, commands: [], clashes: [], refusal: null }
}
