import { MultiSelect } from '@mantine/core'
import { useWords } from '../../app/i18n.ts'
import type { TabProps } from './CardSetupPage.tsx'
import { EntryEditor, NameFields, RemoveButton } from './EntryEditor.tsx'
import { move, newResult, treeOf } from './setup-edit.ts'
import { newId, useEntry } from './use-entry.ts'
import { words } from './words.ts'

export function ResultsTab(props: TabProps) {
  const { setup, onChange } = props
  const t = useWords(words)
  const { entry, chosenId, choose, nameOf, change, remove, restore } = useEntry(props, 'results')
  const add = () => {
    const result = newResult(newId())
    onChange({ ...setup, results: [...setup.results, result] })
    choose(result.id)
  }
  return (
    <EntryEditor
      label={t.tabs.results}
      rows={setup.results.map((result) => ({ ...result, level: 0, name: nameOf(result) }))}
      chosenId={chosenId}
      onChoose={choose}
      onAdd={add}
      onMove={(id, by) => onChange({ ...setup, results: move(setup.results, id, by) })}
    >
      {entry && (
        <>
          <NameFields entry={entry} onChange={change} />
          <MultiSelect
            label={t.onlyFor}
            placeholder={entry.categoryIds.length === 0 ? t.onlyForAll : ''}
            clearable
            searchable
            data={treeOf(setup.categories).flatMap(({ category, level }) =>
              category.archived ? [] : { value: category.id, label: `${'\u2003'.repeat(level)}${nameOf(category) || t.unnamed}` },
            )}
            value={entry.categoryIds}
            onChange={(categoryIds) => change({ categoryIds })}
          />
          <RemoveButton archived={entry.archived} onRemove={remove} onRestore={restore} />
        </>
      )}
    </EntryEditor>
  )
}
