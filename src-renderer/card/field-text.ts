import type { CardFields } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import type { FieldName } from './card-editor.ts'
import { useDictionaries } from './use-dictionaries.ts'
import { words } from './words.ts'

/** A field's value in words, for where it is shown outside the form. */
export function useFieldText(): (name: FieldName, value: unknown) => string {
  const t = useWords(words)
  const format = useFormat()
  const { categories, results } = useDictionaries()
  return (name, value) => {
    if (value === null || value === '') return name === 'callBackAtMs' ? t.when.soon : t.empty
    if (typeof value === 'boolean') return value ? t.yes : t.no
    if (name === 'categoryId') return categories.name(String(value)) ?? ''
    if (name === 'resultId') return results.name(String(value)) ?? ''
    if (name === 'satisfaction') return t.satisfactionOf(Number(value))
    if (name === 'callBackAtMs') return format.moment(Number(value), serverNow())
    return String(value)
  }
}

/** The values as lines of text, for the clipboard. */
export function useFieldsAsText(): (fields: Partial<CardFields>) => string {
  const t = useWords(words)
  const text = useFieldText()
  return (fields) =>
    Object.entries(fields)
      .map(([name, value]) => `${t.fields[name as FieldName]}: ${text(name as FieldName, value)}`)
      .join('\n')
}
