import { z } from 'zod'

/** Characters in the description and in the notes. Fields say this before it is reached; nothing is cut off silently. */
export const longTextLimit = 10_000
/** Characters in an extra field of kind `text`. */
export const extraTextLimit = 2_000

const BasicFields = z.object({
  categoryId: z.string().max(60).nullable(),
  description: z.string().max(longTextLimit),
  resultId: z.string().max(60).nullable(),
  /** Customer satisfaction 1 (worst) to 5, null when not asked. */
  satisfaction: z.number().int().min(1).max(5).nullable(),
  notes: z.string().max(longTextLimit),
  callBack: z.boolean(),
  /** When to call back, null for "as soon as possible". Only meaningful with `callBack`. */
  callBackAtMs: z.number().int().nullable(),
})

/** Value of a field the administrator added: text, number, `2026-11-20`, the id of an option, yes or no; null when empty. */
export const ExtraValue = z.union([z.string().max(extraTextLimit), z.number(), z.boolean()]).nullable()
export type ExtraValue = z.infer<typeof ExtraValue>
const ExtraValues = z.record(z.string().min(1).max(60), ExtraValue)

/** What the operator fills in. Every field, each extra one too, is written on its own, so two windows merge field by field. */
export const CardFields = BasicFields.extend({ extra: ExtraValues.default({}) })
export type CardFields = z.infer<typeof CardFields>
export const emptyCardFields: CardFields = {
  categoryId: null,
  description: '',
  resultId: null,
  satisfaction: null,
  notes: '',
  callBack: false,
  callBackAtMs: null,
  extra: {},
}

/** Only the fields somebody changed; of `extra` only the ids somebody changed. */
export const CardChanges = BasicFields.partial().extend({ extra: ExtraValues.optional() })
export type CardChanges = z.infer<typeof CardChanges>

export type BasicFieldName = keyof z.infer<typeof BasicFields>
export const basicFieldNames = Object.keys(BasicFields.shape) as BasicFieldName[]
export const basicFieldSchemas = BasicFields.shape

/** A field's one name wherever fields are treated singly: a basic one's own, `extra.` and the id for an added one. */
export const CardFieldName = z.union([
  z.enum(basicFieldNames as [BasicFieldName, ...BasicFieldName[]]),
  z.templateLiteral(['extra.', z.string()]),
])
export type CardFieldName = z.infer<typeof CardFieldName>
export type ExtraFieldName = Extract<CardFieldName, `extra.${string}`>
export type FieldValue<F extends CardFieldName = CardFieldName> = F extends BasicFieldName
  ? z.infer<typeof BasicFields>[F]
  : ExtraValue

export const extraFieldName = (id: string): ExtraFieldName => `extra.${id}`
/** The id of an extra field, null for a basic one. */
export const extraIdOf = (name: string): string | null => (name.startsWith('extra.') ? name.slice('extra.'.length) : null)
export const isCardFieldName = (name: string): name is CardFieldName =>
  extraIdOf(name) !== null || (basicFieldNames as readonly string[]).includes(name)

/** An extra field nobody has filled in has no entry: it reads as null. */
export function fieldValue<F extends CardFieldName>(fields: CardFields, name: F): FieldValue<F>
export function fieldValue(fields: CardFields, name: CardFieldName): FieldValue {
  const id = extraIdOf(name)
  return id === null ? fields[name as BasicFieldName] : (fields.extra[id] ?? null)
}

/** The changed fields, one by one. */
export function changeEntries(changes: CardChanges): [CardFieldName, FieldValue][] {
  const basic = basicFieldNames.flatMap((name): [CardFieldName, FieldValue][] => {
    const value = changes[name]
    return value === undefined ? [] : [[name, value]]
  })
  const extra = Object.entries(changes.extra ?? {}).map(([id, value]): [CardFieldName, FieldValue] => [extraFieldName(id), value])
  return [...basic, ...extra]
}

/** Back from single fields to the wire's form. */
export function changesOfEntries(entries: readonly (readonly [CardFieldName, FieldValue])[]): CardChanges {
  const basic: Record<string, unknown> = {}
  const extra: Record<string, unknown> = {}
  for (const [name, value] of entries) {
    const id = extraIdOf(name)
    if (id === null) basic[name] = value
    else extra[id] = value
  }
  return (Object.keys(extra).length > 0 ? { ...basic, extra } : basic) as CardChanges
}

/** The fields with the changes over them. */
export const withChanges = (fields: CardFields, changes: CardChanges): CardFields =>
  ({ ...fields, ...changes, extra: changes.extra ? { ...fields.extra, ...changes.extra } : fields.extra }) as CardFields

/** A "no" is an answer. */
export const isEmptyValue = (value: FieldValue): boolean => value === null || (typeof value === 'string' && value.trim() === '')
