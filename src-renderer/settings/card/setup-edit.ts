import type {
  CallResult,
  CardFieldName,
  CardForm,
  CardSetup,
  Category,
  ExtraField,
  ExtraFieldKind,
} from '../../../server/contract/index.ts'

/** Changes to a setup while it is being edited; each returns a new one. */

export type EntryList = 'categories' | 'results' | 'extraFields'

/** The fields every card can have, in the order of the form. */
export const basicFormFields = ['categoryId', 'resultId', 'description', 'satisfaction', 'callBack', 'notes'] as const
/** A tick is never empty: it cannot be required. */
export const canBeRequired = (name: CardFieldName): boolean => name !== 'callBack'

const noScript = { ru: '', en: '' }

export const newCategory = (id: string, parentId: string | null): Category => ({
  id,
  parentId,
  ru: '',
  en: '',
  script: noScript,
  archived: false,
})
export const newResult = (id: string): CallResult => ({ id, ru: '', en: '', categoryIds: [], archived: false })
export const newExtraField = (id: string, kind: ExtraFieldKind): ExtraField => ({
  id,
  kind,
  ru: '',
  en: '',
  options: [],
  archived: false,
})

/** A queue's own form begins as the common one. */
export function addForm(setup: CardSetup, queue: string): CardSetup {
  const common = setup.forms.find((form) => form.queue === null)
  return common ? { ...setup, forms: [...setup.forms, { ...common, queue }] } : setup
}

export const removeForm = (setup: CardSetup, queue: string): CardSetup => ({
  ...setup,
  forms: setup.forms.filter((form) => form.queue !== queue),
})

export const changeForm = (setup: CardSetup, queue: string | null, change: Partial<CardForm>): CardSetup => ({
  ...setup,
  forms: setup.forms.map((form) => (form.queue === queue ? { ...form, ...change } : form)),
})

/** Shows, hides or requires one field of a form; a required one is shown. */
export function setField(form: CardForm, name: CardFieldName, state: 'hidden' | 'shown' | 'required'): CardForm['fields'] {
  const rest = form.fields.filter((field) => field.name !== name)
  if (state === 'hidden') return rest
  const required = state === 'required' && canBeRequired(name)
  const known = form.fields.some((field) => field.name === name)
  if (!known) return [...form.fields, { name, required }]
  return form.fields.map((field) => (field.name === name ? { name, required } : field))
}

export const fieldState = (form: CardForm, name: CardFieldName): 'hidden' | 'shown' | 'required' => {
  const field = form.fields.find((one) => one.name === name)
  return !field ? 'hidden' : field.required ? 'required' : 'shown'
}

/** One place up or down among those of the same group (the children of one category). */
export function move<T extends { readonly id: string }>(
  entries: readonly T[],
  id: string,
  by: 1 | -1,
  group: (entry: T) => unknown = () => null,
): T[] {
  const from = entries.findIndex((entry) => entry.id === id)
  const moved = entries[from]
  if (!moved) return [...entries]
  for (let at = from + by; at >= 0 && at < entries.length; at += by) {
    const other = entries[at]
    if (!other || group(other) !== group(moved)) continue
    return entries.with(at, moved).with(from, other)
  }
  return [...entries]
}

/** Parents before their children, removed ones too, with the level of each. */
export function treeOf(categories: readonly Category[]): { category: Category; level: number }[] {
  const under = (parentId: string | null, level: number): { category: Category; level: number }[] =>
    categories
      .filter((category) => category.parentId === parentId)
      .flatMap((category) => [{ category, level }, ...under(category.id, level + 1)])
  return under(null, 0)
}

/** A category and everything under it. */
export function withChildren(categories: readonly Category[], id: string): Set<string> {
  const found = new Set([id])
  for (const { category } of treeOf(categories)) {
    if (category.parentId !== null && found.has(category.parentId)) found.add(category.id)
  }
  return found
}

/** What the server does not have yet may vanish; the rest is only put away. */
export function removeEntry(setup: CardSetup, saved: CardSetup, list: EntryList, id: string): CardSetup {
  const isNew = !saved[list].some((entry) => entry.id === id)
  const hasChildren = list === 'categories' && setup.categories.some((category) => category.parentId === id)
  if (isNew && !hasChildren) {
    const forms = setup.forms.map((form) => ({
      ...form,
      fields: form.fields.filter(({ name }) => name !== `extra.${id}`),
      categoryIds: form.categoryIds.filter((one) => one !== id),
    }))
    const results = setup.results.map((one) => ({ ...one, categoryIds: one.categoryIds.filter((each) => each !== id) }))
    const next = { ...setup, results, forms }
    return { ...next, [list]: next[list].filter((entry) => entry.id !== id) }
  }
  return changeEntry(setup, list, id, { archived: true })
}

export const changeEntry = <L extends EntryList>(
  setup: CardSetup,
  list: L,
  id: string,
  change: Partial<CardSetup[L][number]>,
): CardSetup => ({ ...setup, [list]: setup[list].map((entry) => (entry.id === id ? { ...entry, ...change } : entry)) })
