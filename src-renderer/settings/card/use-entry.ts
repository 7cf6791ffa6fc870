import { useState } from 'react'
import { inLanguage } from '../../../server/contract/index.ts'
import { useLanguage } from '../../app/i18n.ts'
import type { TabProps } from './CardSetupPage.tsx'
import { changeEntry, type EntryList, removeEntry } from './setup-edit.ts'

/** Short enough to read in a log, long enough never to meet another. */
export const newId = (): string => crypto.randomUUID().slice(0, 13)

/** The chosen entry of one list, and what can be done to it. */
export function useEntry<L extends EntryList>({ setup, saved, onChange }: TabProps, list: L) {
  const language = useLanguage()
  const [chosenId, choose] = useState<string | null>(null)
  const entries: readonly CardEntry<L>[] = setup[list]
  const entry = entries.find(({ id }) => id === chosenId) ?? null
  return {
    entry,
    chosenId: entry?.id ?? null,
    choose,
    nameOf: (one: { ru: string; en: string }) => inLanguage(one, language),
    change: (change: Partial<CardEntry<L>>) => {
      if (entry) onChange(changeEntry(setup, list, entry.id, change))
    },
    remove: () => {
      if (entry) onChange(removeEntry(setup, saved, list, entry.id))
    },
    restore: () => {
      if (entry) onChange(changeEntry(setup, list, entry.id, { archived: false } as Partial<CardEntry<L>>))
    },
  }
}

type CardEntry<L extends EntryList> = TabProps['setup'][L][number]
