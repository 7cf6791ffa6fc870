import { type CardChanges, changeEntries, extraIdOf, inLanguage } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import type { FieldName } from './card-editor.ts'
import { useCardSetup } from './use-card-setup.ts'
import { useDictionaries } from './use-dictionaries.ts'
import { words } from './words.ts'

const parts = ['categoryId', 'resultId', 'extra', 'description', 'satisfaction', 'callBack', 'callBackAtMs', 'notes']
const placeOf = (name: FieldName): number => parts.indexOf(extraIdOf(name) === null ? name : 'extra')

/** From top to bottom, as the form has them. */
export const inFormOrder = <V>(entries: readonly (readonly [FieldName, V])[]): (readonly [FieldName, V])[] =>
  [...entries].sort(([a], [b]) => placeOf(a) - placeOf(b))

/** A field's name for people; of a removed extra field too. */
export function useFieldLabel(): (name: FieldName) => string {
  const t = useWords(words)
  const language = useLanguage()
  const { setup } = useCardSetup()
  return (name) => {
    const id = extraIdOf(name)
    if (id === null) return t.fields[name as keyof typeof t.fields]
    const field = setup.extraFields.find((one) => one.id === id)
    return field ? inLanguage(field, language) : id
  }
}

/** A field's value in words, for where it is shown outside the form. */
export function useFieldText(): (name: FieldName, value: unknown) => string {
  const t = useWords(words)
  const format = useFormat()
  const language = useLanguage()
  const { setup } = useCardSetup()
  const { categories, results } = useDictionaries()
  return (name, value) => {
    if (value === null || value === '') return name === 'callBackAtMs' ? t.when.soon : t.empty
    if (typeof value === 'boolean') return value ? t.yes : t.no
    if (name === 'categoryId') return categories.name(String(value)) ?? ''
    if (name === 'resultId') return results.name(String(value)) ?? ''
    if (name === 'satisfaction') return t.satisfactionOf(Number(value))
    if (name === 'callBackAtMs') return format.moment(Number(value), serverNow())
    const extra = setup.extraFields.find((one) => one.id === extraIdOf(name))
    if (typeof value === 'number') return format.number(value)
    if (extra?.kind === 'date') return format.date(new Date(`${String(value)}T00:00:00`).getTime())
    const option = extra?.options.find((one) => one.id === value)
    return option ? inLanguage(option, language) : String(value)
  }
}

/** The values as lines of text, for the clipboard. */
export function useFieldsAsText(): (fields: CardChanges) => string {
  const label = useFieldLabel()
  const text = useFieldText()
  return (fields) =>
    changeEntries(fields)
      .map(([name, value]) => `${label(name)}: ${text(name, value)}`)
      .join('\n')
}
