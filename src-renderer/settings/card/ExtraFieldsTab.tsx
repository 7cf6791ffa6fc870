import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { type ExtraField, ExtraFieldKind } from '../../../server/contract/index.ts'
import { useWords } from '../../app/i18n.ts'
import type { TabProps } from './CardSetupPage.tsx'
import classes from './card-setup.module.css'
import { EntryEditor, NameFields, RemoveButton } from './EntryEditor.tsx'
import { move, newExtraField } from './setup-edit.ts'
import { newId, useEntry } from './use-entry.ts'
import { words } from './words.ts'

export function ExtraFieldsTab(props: TabProps) {
  const { setup, saved, onChange } = props
  const t = useWords(words)
  const { entry, chosenId, choose, nameOf, change, remove, restore } = useEntry(props, 'extraFields')
  const known = saved.extraFields.find((field) => field.id === entry?.id) ?? null
  const add = () => {
    const field = newExtraField(newId(), 'text')
    onChange({ ...setup, extraFields: [...setup.extraFields, field] })
    choose(field.id)
  }
  return (
    <EntryEditor
      label={t.tabs.extraFields}
      rows={setup.extraFields.map((field) => ({ ...field, level: 0, name: nameOf(field) }))}
      chosenId={chosenId}
      onChoose={choose}
      onAdd={add}
      onMove={(id, by) => onChange({ ...setup, extraFields: move(setup.extraFields, id, by) })}
    >
      {entry && (
        <>
          <NameFields entry={entry} onChange={change} />
          <Select
            label={t.kind}
            allowDeselect={false}
            // Values of old cards would mean something else.
            disabled={known !== null}
            data={ExtraFieldKind.options.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
            value={entry.kind}
            onChange={(value) => change({ kind: ExtraFieldKind.parse(value) })}
            data-testid="field-kind"
          />
          {entry.kind === 'choice' && <Options field={entry} known={known} onChange={(options) => change({ options })} />}
          <div className={classes.note}>{t.whereShown}</div>
          <RemoveButton archived={entry.archived} onRemove={remove} onRestore={restore} />
        </>
      )}
    </EntryEditor>
  )
}

interface OptionsProps {
  readonly field: ExtraField
  readonly known: ExtraField | null
  readonly onChange: (options: ExtraField['options']) => void
}

function Options({ field, known, onChange }: OptionsProps) {
  const t = useWords(words)
  const { options } = field
  const put = (id: string, change: Partial<ExtraField['options'][number]>) =>
    onChange(options.map((option) => (option.id === id ? { ...option, ...change } : option)))
  const remove = (id: string) => {
    if (known?.options.some((option) => option.id === id)) put(id, { archived: true })
    else onChange(options.filter((option) => option.id !== id))
  }
  const shown = options.filter((option) => !option.archived)
  return (
    <div>
      <div className={classes.label}>{t.options}</div>
      {shown.map((option, at) => (
        <div key={option.id} className={classes.option}>
          <TextInput
            aria-label={t.option(at + 1)}
            placeholder={t.option(at + 1)}
            maxLength={120}
            value={option.ru}
            onChange={(event) => put(option.id, { ru: event.currentTarget.value })}
            data-testid="option-ru"
          />
          <TextInput
            aria-label={`${t.option(at + 1)}, ${t.english}`}
            placeholder={t.nameEnHint}
            maxLength={120}
            value={option.en}
            onChange={(event) => put(option.id, { en: event.currentTarget.value })}
          />
          <ActionIcon variant="subtle" color="gray" aria-label={`${t.remove}: ${option.ru}`} onClick={() => remove(option.id)}>
            <IconX size={16} stroke={1.5} />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={14} stroke={1.5} />}
        onClick={() => onChange([...options, { id: newId(), ru: '', en: '', archived: false }])}
        data-testid="option-add"
      >
        {t.addOption}
      </Button>
    </div>
  )
}
