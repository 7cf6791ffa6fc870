import { Button, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useWords } from '../../app/i18n.ts'
import type { TabProps } from './CardSetupPage.tsx'
import classes from './card-setup.module.css'
import { EntryEditor, NameFields, RemoveButton } from './EntryEditor.tsx'
import { ScriptFields } from './ScriptFields.tsx'
import { move, newCategory, treeOf, withChildren } from './setup-edit.ts'
import { newId, useEntry } from './use-entry.ts'
import { words } from './words.ts'

export function CategoriesTab(props: TabProps) {
  const { setup, onChange } = props
  const t = useWords(words)
  const { entry, chosenId, choose, nameOf, change, remove, restore } = useEntry(props, 'categories')
  const tree = treeOf(setup.categories)
  const add = (parentId: string | null) => {
    const category = newCategory(newId(), parentId)
    onChange({ ...setup, categories: [...setup.categories, category] })
    choose(category.id)
  }
  const inside = entry ? withChildren(setup.categories, entry.id) : new Set()
  const parents = tree.filter(({ category }) => !inside.has(category.id) && !category.archived)
  return (
    <EntryEditor
      label={t.tabs.categories}
      rows={tree.map(({ category, level }) => ({ ...category, level, name: nameOf(category) }))}
      chosenId={chosenId}
      onChoose={choose}
      onAdd={() => add(entry?.parentId ?? null)}
      onMove={(id, by) => onChange({ ...setup, categories: move(setup.categories, id, by, (one) => one.parentId) })}
    >
      {entry && (
        <>
          <NameFields entry={entry} onChange={change} />
          <div className={classes.two}>
            <Select
              label={t.parent}
              placeholder={t.top}
              clearable
              searchable
              data={parents.map(({ category, level }) => ({
                value: category.id,
                label: `${'\u2003'.repeat(level)}${nameOf(category) || t.unnamed}`,
              }))}
              value={entry.parentId}
              onChange={(parentId) => change({ parentId })}
            />
            <Button
              variant="default"
              className={classes.beside ?? ''}
              leftSection={<IconPlus size={14} stroke={1.5} />}
              onClick={() => add(entry.id)}
              data-testid="entry-add-inside"
            >
              {t.addInside}
            </Button>
          </div>
          <ScriptFields key={entry.id} script={entry.script} onChange={(script) => change({ script })} />
          <RemoveButton archived={entry.archived} onRemove={remove} onRestore={restore} />
        </>
      )}
    </EntryEditor>
  )
}
