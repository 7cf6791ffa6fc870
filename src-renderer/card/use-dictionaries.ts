import { useMemo } from 'react'
import { inLanguage, pathOf } from '../../server/contract/index.ts'
import { useLanguage } from '../app/i18n.ts'
import { useCardSetup } from './use-card-setup.ts'

interface Dictionary {
  /** Entries in use, for filters. */
  readonly options: { value: string; label: string }[]
  /** The entry's name, with the ones above it; null for null, the id itself for one nobody knows. */
  name(id: string | null): string | null
}

/** Categories and results in the chosen language. Empty until loaded. */
export function useDictionaries(): { categories: Dictionary; results: Dictionary } {
  const language = useLanguage()
  const { setup } = useCardSetup()
  return useMemo(() => {
    const make = (entries: readonly { id: string; archived: boolean; label: string }[]): Dictionary => {
      const names = new Map(entries.map((entry) => [entry.id, entry.label]))
      return {
        options: entries.filter(({ archived }) => !archived).map(({ id, label }) => ({ value: id, label })),
        name: (id) => (id === null ? null : (names.get(id) ?? id)),
      }
    }
    const path = (id: string) => (pathOf(setup.categories, id) ?? []).map((one) => inLanguage(one, language)).join(' › ')
    return {
      categories: make(setup.categories.map(({ id, archived }) => ({ id, archived, label: path(id) }))),
      results: make(setup.results.map((one) => ({ ...one, label: inLanguage(one, language) }))),
    }
  }, [setup, language])
}
