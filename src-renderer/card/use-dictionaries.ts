import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DictionaryEntry } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useLanguage } from '../app/i18n.ts'

interface Dictionary {
  readonly options: { value: string; label: string }[]
  /** The entry's name; null for null, the id itself for one that was removed. */
  name(id: string | null): string | null
}

/** Categories and results in the chosen language. Empty until loaded. */
export function useDictionaries(): { categories: Dictionary; results: Dictionary } {
  const api = useApi()
  const language = useLanguage()
  const { data } = useQuery({ queryKey: ['dictionaries'], queryFn: () => api.dictionaries(), staleTime: 5 * 60_000 })
  return useMemo(() => {
    const make = (entries: readonly DictionaryEntry[] = []): Dictionary => {
      const names = new Map(entries.map((entry) => [entry.id, entry[language]]))
      return {
        options: entries.map((entry) => ({ value: entry.id, label: entry[language] })),
        name: (id) => (id === null ? null : (names.get(id) ?? id)),
      }
    }
    return { categories: make(data?.categories), results: make(data?.results) }
  }, [data, language])
}
