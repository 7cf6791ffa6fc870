import {
  type Card,
  type CardChanges,
  type CardFieldName,
  type CardFields,
  type CardWriteResult,
  changeEntries,
  changesOfEntries,
  type FieldClash,
  type FieldValue,
  fieldValue,
  isCardFieldName,
  isEmptyValue,
  withChanges,
} from '../../server/contract/index.ts'

export type FieldName = CardFieldName

/**
 * One field as this computer has it. `base` is the server's value it was typed over, `sent` the values on their way or of
 * unknown fate (so that an own older value that comes back is not taken for somebody else's), `theirs` is set while a clash is open.
 */
export interface FieldDraft<V = FieldValue> {
  readonly mine: V
  readonly base: V
  readonly sent: readonly V[]
  readonly clash: { readonly theirs: V } | null
}

type DraftFields = { readonly [F in FieldName]?: FieldDraft<FieldValue<F>> }

/** What this computer has and the server does not (or may not) have yet. */
export interface Draft {
  readonly baseVersion: number
  readonly fields: DraftFields
}

export type Versioned = Pick<Card, 'version' | 'fields'>

export const emptyDraft: Draft = { baseVersion: 0, fields: {} }
/** Enough for a long run of lost answers; an older one would only be asked about, never lost. */
const keptSent = 8

export const dirtyFields = (draft: Draft): FieldName[] => Object.keys(draft.fields).filter(isCardFieldName)
export const isEmpty = (draft: Draft): boolean => dirtyFields(draft).length === 0
export const clashesOf = (draft: Draft): FieldClash[] =>
  dirtyFields(draft).flatMap((field) => {
    const own = draft.fields[field]
    return own?.clash ? [{ field, mine: own.mine, theirs: own.clash.theirs }] : []
  })

/** The form's values: the server's, with the own ones over them. */
export function shownFields(fields: CardFields, ...drafts: readonly Draft[]): CardFields {
  return drafts.reduce((shown, draft) => withChanges(shown, ownValues(draft)), fields)
}

/** Everything typed here, clashing values too. */
export const ownValues = (draft: Draft): CardChanges =>
  changesOfEntries(
    dirtyFields(draft).flatMap((name): [FieldName, FieldValue][] => {
      const own = draft.fields[name]
      return own ? [[name, own.mine]] : []
    }),
  )

/** The first of these fields a person would fill in next; null when none is empty. A tick is no field to fill in. */
export const firstEmptyField = (fields: CardFields, shown: readonly FieldName[]): FieldName | null =>
  shown.find((name) => name !== 'callBack' && isEmptyValue(fieldValue(fields, name))) ?? null

/**
 * A keystroke. `underway` are the drafts of saves not yet answered: their values may reach the server before this one.
 */
export function typeField<F extends FieldName>(
  draft: Draft,
  server: Versioned,
  name: F,
  value: FieldValue<F>,
  underway: readonly Draft[] = [],
): Draft {
  const own = fieldOf(draft, name)
  const pending = underway.flatMap((other) => {
    const field = fieldOf(other, name)
    return field ? [...field.sent, field.mine] : []
  })
  const next: FieldDraft<FieldValue<F>> = own
    ? { ...own, mine: value }
    : { mine: value, base: fieldValue(server.fields, name), sent: pending, clash: null }
  const baseVersion = isEmpty(draft) ? server.version : draft.baseVersion
  // Typed back to what the server has: nothing is left to bring, unless another value may be on its way.
  const same = next.clash === null && next.sent.length === 0 && next.mine === next.base
  return same ? without(draft, name) : { baseVersion, fields: { ...draft.fields, [name]: next } }
}

/** Values that go to the server; an open clash waits for the person. */
export const changesOf = (draft: Draft): CardChanges =>
  ownValues(mapFields(draft, draft.baseVersion, (own) => (own.clash ? null : own)))

/** The draft of one field, with the type of its value. */
function fieldOf<F extends FieldName>(draft: Draft, name: F): FieldDraft<FieldValue<F>> | undefined {
  const fields: { readonly [K in FieldName]?: FieldDraft<FieldValue<K>> } = draft.fields
  return fields[name]
}

/** Remembers that the present values are about to be sent. */
export function markSent(draft: Draft): Draft {
  return mapFields(draft, draft.baseVersion, (own) =>
    own.clash || own.sent.at(-1) === own.mine ? own : { ...own, sent: [...own.sent, own.mine].slice(-keptSent) },
  )
}

/** A newer card came from the server: what it has already goes, what it changed under the own typing becomes a clash. */
export function rebase(draft: Draft, server: Versioned): Draft {
  if (isEmpty(draft)) return emptyDraft
  if (server.version < draft.baseVersion) return draft
  return mapFields(draft, server.version, (own, name) => rebaseField(own, fieldValue(server.fields, name)))
}

function rebaseField<V>(own: FieldDraft<V>, theirs: V): FieldDraft<V> | null {
  if (theirs === own.mine) return null
  if (theirs === own.base && !own.clash) return own
  if (own.sent.includes(theirs)) return { ...own, base: theirs, clash: null }
  return { ...own, base: theirs, clash: { theirs } }
}

/** The answer to a write of `sent`. What was accepted and not typed over since is done. */
export function settle(draft: Draft, sent: CardChanges, answer: CardWriteResult): Draft {
  if (isEmpty(draft)) return emptyDraft
  const clashed = new Set(answer.clashes.map((clash) => clash.field))
  const was = new Map(changeEntries(sent))
  const server = answer.card
  const version = Math.max(draft.baseVersion, server.version)
  return mapFields(draft, version, (own, name) => {
    const wasSent = was.has(name)
    if (wasSent && !clashed.has(name)) {
      if (own.mine === was.get(name)) return null
      // A live message may have run ahead of this answer; then it knows better.
      return server.version < draft.baseVersion ? own : { ...own, base: fieldValue(server.fields, name), sent: [], clash: null }
    }
    if (server.version < draft.baseVersion) return own
    const based = rebaseField(own, fieldValue(server.fields, name))
    return based && wasSent ? { ...based, sent: [] } : based
  })
}

export function chooseMine(draft: Draft, name: FieldName): Draft {
  return mapFields(draft, draft.baseVersion, (own, field) => (field === name ? { ...own, clash: null, sent: [] } : own))
}

export const chooseTheirs = (draft: Draft, name: FieldName): Draft => without(draft, name)

/** Every clash decided for the own value: what «apply» of an offered rest means. */
export const insist = (draft: Draft): Draft => mapFields(draft, draft.baseVersion, (own) => ({ ...own, clash: null }))

/** Two drafts of one card, the later typed over the earlier. */
export function mergeDrafts(earlier: Draft, later: Draft): Draft {
  if (isEmpty(earlier)) return later
  if (isEmpty(later)) return earlier
  const fields = { ...earlier.fields, ...later.fields }
  return { baseVersion: Math.max(earlier.baseVersion, later.baseVersion), fields }
}

export const withoutFields = (draft: Draft, names: readonly FieldName[]): Draft =>
  names.length === 0 ? draft : mapFields(draft, draft.baseVersion, (own, name) => (names.includes(name) ? null : own))

/** Without the fields whose very values another window has put into a save. */
export const withoutSaved = (draft: Draft, saved: Draft): Draft =>
  mapFields(draft, draft.baseVersion, (own, name) => (saved.fields[name]?.mine === own.mine ? null : own))

function without(draft: Draft, name: FieldName): Draft {
  const rest = mapFields(draft, draft.baseVersion, (own, field) => (field === name ? null : own))
  return isEmpty(rest) ? emptyDraft : rest
}

/** `change` keeps the type of each field: it only moves values between places of the same field. */
function mapFields(
  draft: Draft,
  baseVersion: number,
  change: <F extends FieldName>(own: FieldDraft<FieldValue<F>>, name: F) => FieldDraft<FieldValue<F>> | null,
): Draft {
  const fields: { [F in FieldName]?: FieldDraft<FieldValue<F>> } = {}
  for (const name of dirtyFields(draft)) moveField(fields, draft, name, change)
  return Object.keys(fields).length === 0 ? emptyDraft : { baseVersion, fields }
}

function moveField<F extends FieldName>(
  into: { [K in FieldName]?: FieldDraft<FieldValue<K>> },
  draft: Draft,
  name: F,
  change: (own: FieldDraft<FieldValue<F>>, name: F) => FieldDraft<FieldValue<F>> | null,
): void {
  const own = fieldOf(draft, name)
  const next = own ? change(own, name) : null
  if (next) Object.assign(into, { [name]: next })
}
