import {
  type CardChanges,
  type CardFieldName,
  type CardFields,
  changeEntries,
  type ExtraValue,
  extraIdOf,
  fieldValue,
  isEmptyValue,
} from './card-fields.ts'
import type { CallResult, CardForm, CardSetup, Category, ExtraField, Script } from './forms.ts'

/** The rules of forms that server and clients must agree on; all of it pure. */

/** A fault of a setup: where (`categories.3.ru`) and what. */
export type SetupProblem =
  | 'required'
  | 'duplicate'
  | 'unknown'
  | 'cycle'
  | 'tooDeep'
  | 'noOptions'
  | 'noDefault'
  | 'vanished'
  | 'kindChanged'

/** Levels of categories. */
export const categoryLevels = 4

/** What is wrong with a setup by itself; {} when nothing is. */
export function checkSetup(setup: CardSetup): Record<string, SetupProblem> {
  const problems: Record<string, SetupProblem> = {}
  const report = (path: string, problem: SetupProblem) => {
    problems[path] ??= problem
  }
  for (const list of ['categories', 'results', 'extraFields'] as const) {
    checkEntries(setup[list], list, report)
  }
  const categories = new Map(setup.categories.map((category) => [category.id, category]))
  for (const [at, category] of setup.categories.entries()) {
    if (category.parentId === null) continue
    if (!categories.has(category.parentId)) report(`categories.${at}.parentId`, 'unknown')
    const path = pathOf(setup.categories, category.id)
    if (path === null) report(`categories.${at}.parentId`, 'cycle')
    else if (path.length > categoryLevels) report(`categories.${at}.parentId`, 'tooDeep')
  }
  for (const [at, result] of setup.results.entries()) {
    if (result.categoryIds.some((id) => !categories.has(id))) report(`results.${at}.categoryIds`, 'unknown')
  }
  for (const [at, field] of setup.extraFields.entries()) {
    checkEntries(field.options, `extraFields.${at}.options`, report)
    if (field.kind === 'choice' && !field.archived && field.options.every((option) => option.archived))
      report(`extraFields.${at}.options`, 'noOptions')
  }
  checkForms(setup, report)
  return problems
}

type Report = (path: string, problem: SetupProblem) => void

function checkEntries(entries: readonly { id: string; ru: string; en: string }[], list: string, report: Report): void {
  const seen = new Set<string>()
  for (const [at, { id, ru, en }] of entries.entries()) {
    if (seen.has(id)) report(`${list}.${at}.id`, 'duplicate')
    seen.add(id)
    if (ru.trim() === '' && en.trim() === '') report(`${list}.${at}.ru`, 'required')
  }
}

function checkForms(setup: CardSetup, report: Report): void {
  if (!setup.forms.some((form) => form.queue === null)) report('forms', 'noDefault')
  const queues = new Set<string | null>()
  const extra = new Set(setup.extraFields.map((field) => `extra.${field.id}`))
  for (const [at, form] of setup.forms.entries()) {
    if (queues.has(form.queue)) report(`forms.${at}.queue`, 'duplicate')
    queues.add(form.queue)
    const names = form.fields.map((field) => field.name)
    if (new Set(names).size < names.length) report(`forms.${at}.fields`, 'duplicate')
    if (names.some((name) => name.startsWith('extra.') && !extra.has(name))) report(`forms.${at}.fields`, 'unknown')
    if (form.categoryIds.some((id) => !setup.categories.some((category) => category.id === id)))
      report(`forms.${at}.categoryIds`, 'unknown')
  }
}

/** What the next setup may not do to the present one: take away an id that cards may carry, or change what it means. */
export function checkSetupChange(before: CardSetup, after: CardSetup): Record<string, SetupProblem> {
  const problems: Record<string, SetupProblem> = {}
  for (const list of ['categories', 'results', 'extraFields'] as const) {
    const ids = new Set(after[list].map((entry) => entry.id))
    for (const { id } of before[list]) if (!ids.has(id)) problems[`${list}.${id}`] = 'vanished'
  }
  for (const field of before.extraFields) {
    const next = after.extraFields.find((each) => each.id === field.id)
    if (!next) continue
    if (next.kind !== field.kind) problems[`extraFields.${field.id}.kind`] = 'kindChanged'
    const options = new Set(next.options.map((option) => option.id))
    if (field.options.some((option) => !options.has(option.id))) problems[`extraFields.${field.id}.options`] = 'vanished'
  }
  return problems
}

/** From the top down to the category itself; null in a circle, [] for an id nobody knows. */
export function pathOf(categories: readonly Category[], id: string | null): Category[] | null {
  const path: Category[] = []
  let next = id
  while (next !== null) {
    const found = categories.find((category) => category.id === next)
    if (!found) break
    if (path.includes(found)) return null
    path.unshift(found)
    next = found.parentId
  }
  return path
}

/** The form of a queue's calls; `null` for calls past no queue. */
export function formOf(setup: CardSetup, queue: string | null): CardForm | null {
  return (
    setup.forms.find((form) => queue !== null && form.queue === queue) ?? setup.forms.find((form) => form.queue === null) ?? null
  )
}

/** Required fields of this form that are empty. Only shown fields count, and a removed one asks for nothing. */
export function missingFields(setup: CardSetup, form: CardForm | null, fields: CardFields): CardFieldName[] {
  return (form?.fields ?? []).flatMap(({ name, required }) => {
    const asked = required && isPresent(setup, name)
    return asked && isEmptyValue(fieldValue(fields, name)) ? [name] : []
  })
}

const isPresent = (setup: CardSetup, name: CardFieldName): boolean => {
  const id = extraIdOf(name)
  return id === null || setup.extraFields.some((field) => field.id === id && !field.archived)
}

/** Names of the shown fields, removed extra fields left out. */
export const shownFieldNames = (setup: CardSetup, form: CardForm | null): CardFieldName[] =>
  (form?.fields ?? []).flatMap(({ name }) => (isPresent(setup, name) ? [name] : []))

/** Categories to choose from, each parent before its children. */
export function categoriesFor(setup: CardSetup, form: CardForm | null): Category[] {
  const roots = new Set(form?.categoryIds ?? [])
  const under = (parentId: string | null): Category[] =>
    setup.categories.flatMap((category) => {
      if (category.parentId !== parentId || category.archived) return []
      if (parentId === null && roots.size > 0 && !roots.has(category.id)) return []
      return [category, ...under(category.id)]
    })
  return under(null)
}

/** Results to choose from with this category. */
export function resultsFor(setup: CardSetup, categoryId: string | null): CallResult[] {
  const path = new Set((pathOf(setup.categories, categoryId) ?? []).map((category) => category.id))
  return setup.results.filter(
    ({ archived, categoryIds }) => !archived && (categoryIds.length === 0 || categoryIds.some((id) => path.has(id))),
  )
}

/** The guidance of the chosen category, else of the nearest one above it, else of the form; '' for none. */
export function scriptFor(setup: CardSetup, form: CardForm | null, categoryId: string | null, language: 'ru' | 'en'): string {
  const path = pathOf(setup.categories, categoryId) ?? []
  const scripts = [...path.reverse().map((category) => category.script), ...(form ? [form.script] : [])]
  return scripts.map((script) => inLanguage(script, language)).find((text) => text.trim() !== '') ?? ''
}

/** The text of a language, or the other one where it is empty. */
export const inLanguage = (text: Script | { ru: string; en: string }, language: 'ru' | 'en'): string =>
  text[language].trim() !== '' ? text[language] : text[language === 'ru' ? 'en' : 'ru']

/**
 * Values that no field of the setup can hold, by field name; {} when all can. Archived entries are fine: the card may have
 * been filled in before they were removed.
 */
export function checkChanges(setup: CardSetup, changes: CardChanges): Record<string, 'unknown' | 'invalid'> {
  const problems: Record<string, 'unknown' | 'invalid'> = {}
  for (const [name, value] of changeEntries(changes)) {
    const id = extraIdOf(name)
    if (value === null) continue
    if (name === 'categoryId' && !setup.categories.some((each) => each.id === value)) problems[name] = 'unknown'
    else if (name === 'resultId' && !setup.results.some((each) => each.id === value)) problems[name] = 'unknown'
    else if (id !== null) {
      const field = setup.extraFields.find((each) => each.id === id)
      if (!field) problems[name] = 'unknown'
      else if (!fits(field, value as ExtraValue)) problems[name] = 'invalid'
    }
  }
  return problems
}

function fits(field: ExtraField, value: ExtraValue): boolean {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'yesNo':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string' && isDay(value)
    case 'choice':
      return field.options.some((option) => option.id === value)
  }
}

/** `2026-02-28`, and a day that exists. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
