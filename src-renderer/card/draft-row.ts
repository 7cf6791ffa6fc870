import { z } from 'zod'
import { basicFieldSchemas, ExtraValue, extraIdOf, type FieldValue, isCardFieldName } from '../../server/contract/index.ts'
import type { DraftRow, OutboxRow } from '../../src-preload/contract/index.ts'
import { changesOf, type Draft, dirtyFields, type FieldDraft, type FieldName } from './card-editor.ts'

/**
 * How a draft lies on disk: each field's own value under its name (readable without us), and beside them,
 * under one reserved key, what a restart needs to merge rightly.
 */
const reserved = '$merge'
const Merge = z.record(z.string(), z.object({ base: z.unknown(), sent: z.array(z.unknown()), theirs: z.unknown().optional() }))

export function toStored(draft: Draft): Record<string, unknown> {
  const stored: Record<string, unknown> = {}
  const merge: z.input<typeof Merge> = {}
  for (const name of dirtyFields(draft)) {
    const own = draft.fields[name]
    if (!own) continue
    stored[name] = own.mine
    merge[name] = { base: own.base, sent: [...own.sent], ...(own.clash && { theirs: own.clash.theirs }) }
  }
  return { ...stored, [reserved]: merge }
}

/** Values this version does not know stay out; `unknown` says that there were some. */
export function fromStored(baseVersion: number, stored: Record<string, unknown>): { draft: Draft; unknown: boolean } {
  const merge = Merge.safeParse(stored[reserved]).data ?? {}
  const fields: { [F in FieldName]?: FieldDraft<FieldValue<F>> } = {}
  for (const name of Object.keys(stored).filter(isCardFieldName)) readField(fields, name, stored[name], merge[name])
  const unknown = Object.keys(stored).some((name) => name !== reserved && !(name in fields))
  return { draft: { baseVersion, fields }, unknown }
}

/** `basicFieldSchemas` has every name but the extra fields'. */
const schemaOf = (name: FieldName): z.ZodType<FieldValue> =>
  extraIdOf(name) === null ? basicFieldSchemas[name as keyof typeof basicFieldSchemas] : ExtraValue

function readField(
  into: { [K in FieldName]?: FieldDraft<FieldValue<K>> },
  name: FieldName,
  value: unknown,
  merge: z.output<typeof Merge>[string] | undefined,
): void {
  const schema = schemaOf(name)
  const mine = schema.safeParse(value)
  if (!mine.success) return
  const base = schema.safeParse(merge?.base)
  const theirs = merge && 'theirs' in merge ? schema.safeParse(merge.theirs) : null
  const sent = (merge?.sent ?? []).flatMap((one) => {
    const parsed = schema.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
  Object.assign(into, {
    [name]: {
      mine: mine.data,
      // Unknown base: the own value itself, so that any other value of the server is asked about.
      base: base.success ? base.data : mine.data,
      sent,
      clash: theirs?.success ? { theirs: theirs.data } : null,
    },
  })
}

/** Other texts typed beside a card lie in the same store, each kind under its own prefix; a card's id has none of them. */
const customerPrefix = 'customer:'
export const customerRowId = (cardId: string): string => customerPrefix + cardId
export const cardOfCustomerRow = (row: DraftRow): string | null =>
  row.cardId.startsWith(customerPrefix) ? row.cardId.slice(customerPrefix.length) : null

export function toDraftRow(userId: string, cardId: string, draft: Draft, updatedAtMs: number): DraftRow {
  return { userId, cardId, baseVersion: draft.baseVersion, changes: toStored(draft), updatedAtMs }
}

export function toOutboxRow(key: { id: string; userId: string; cardId: string }, draft: Draft, nowMs: number): OutboxRow {
  return {
    id: key.id,
    userId: key.userId,
    lane: key.cardId,
    kind: 'card.save',
    payload: { cardId: key.cardId, baseVersion: draft.baseVersion, changes: toStored(draft) },
    createdAtMs: nowMs,
    attempts: 0,
    nextAtMs: nowMs,
    lastError: null,
  }
}

/** The wire form of a row that waits in the outbox, and the draft it was made of. */
export function fromOutboxRow(row: OutboxRow) {
  const { draft, unknown } = fromStored(row.payload.baseVersion, row.payload.changes)
  return { draft, unknown, changes: changesOf(draft), baseVersion: row.payload.baseVersion }
}
